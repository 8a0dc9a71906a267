import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTwin, createWasmKernel, requireTail, tailOf } from "../../sim/kernel/index.ts";
import { expectedShortfall, valueAtRisk } from "../../sim/math/expected-shortfall.ts";

const KERNELS = [
  ["WebAssembly", createWasmKernel()],
  ["twin", createTwin()],
] as const;

describe.each(KERNELS)("the tail of a row, in the %s", (_name, kernel) => {
  /** The tail of `values`, in the second tile of a row whose other numbers are worse. */
  const tailLoss = (values: readonly number[], confidence: number, shortfall: boolean) => {
    const count = values.length;
    const row = new Float64Array(16 * (2 + Math.ceil(count / 16))).fill(-2_000_000);
    row.set(values, 16);
    const yardstick = { families: [{ offset: 16, count, tail: tailOf(count, confidence, shortfall) }], damping: new Float64Array(row.length) };
    return kernel.measureRow(row, yardstick)[0];
  };

  // Acerbi & Tasche (2002), definition 2.6, worked by hand for n = 10, α = 0.85: m = 1.5, the worst and half of the next.
  test("is the whole worst losses and the fraction of the next", () => {
    expect(tailLoss([-10, 4, -6, 3, 2, 1, 0, -1, 5, 7], 8_500, true)).toBe((10 + 6 * 0.5) / 1.5);
  });

  test("of less than one scenario is the worst scenario", () => {
    expect(tailLoss([1, -3, 2], 9_900, true)).toBe(3);
  });

  test("as value at risk is the loss at rank ⌈αn⌉", () => {
    const row = Array.from({ length: 100 }, (_, i) => -(((i * 37) % 100) + 1));
    expect(tailLoss(row, 9_900, false)).toBe(99);
    expect(tailLoss(row, 9_500, false)).toBe(95);
  });

  test("inside a larger row is what the general functions give for its losses alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 60, maxLength: 300 }),
        fc.integer({ min: 9_000, max: 9_999 }),
        (values, confidence) => {
          const losses = Float64Array.from(values, (v) => -v);
          expect(tailLoss(values, confidence, true)).toBeCloseTo(expectedShortfall(losses, values.length, confidence), 9);
          expect(tailLoss(values, confidence, false)).toBe(valueAtRisk(losses, values.length, confidence));
        },
      ),
    );
  });
});

test("a tail longer than what is known of it is refused", () => {
  expect(() => requireTail(tailOf(2_920, 9_000, true), 128)).toThrow(expect.objectContaining({ code: "TAIL_TOO_LONG" }));
});
