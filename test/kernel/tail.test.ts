import fc from "fast-check";
import { expect, test } from "vitest";
import { tailLoss } from "../../sim/kernel/index.ts";
import { expectedShortfall, valueAtRisk } from "../../sim/math/expected-shortfall.ts";

const scratch = new Float64Array(2_000);

// Acerbi & Tasche (2002), definition 2.6, worked by hand for n = 10, α = 0.85: m = 1.5, the worst and half of the next.
test("expected shortfall takes the whole worst losses and the fraction of the next", () => {
  const rows = Float64Array.of(99, -10, 4, -6, 3, 2, 1, 0, -1, 5, 7, -1_000);
  expect(tailLoss(rows, 1, 10, 8_500, true, scratch)).toBe((10 + 6 * 0.5) / 1.5);
});

test("a tail of less than one scenario is the worst scenario", () => {
  expect(tailLoss(Float64Array.of(1, -3, 2), 0, 3, 9_900, true, scratch)).toBe(3);
});

test("value at risk is the loss at rank ⌈αn⌉", () => {
  const rows = Float64Array.from({ length: 100 }, (_, i) => -(((i * 37) % 100) + 1));
  expect(tailLoss(rows, 0, 100, 9_900, false, scratch)).toBe(99);
  expect(tailLoss(rows, 0, 100, 9_500, false, scratch)).toBe(95);
});

test("a row inside a larger buffer gives what the general functions give for its losses alone", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 60, maxLength: 300 }),
      fc.integer({ min: 9_000, max: 9_999 }),
      (values, confidence) => {
        const rows = Float64Array.from([7, 7, ...values, -2_000_000]);
        const losses = Float64Array.from(values, (v) => -v);
        expect(tailLoss(rows, 2, values.length, confidence, true, scratch)).toBeCloseTo(expectedShortfall(losses, values.length, confidence), 9);
        expect(tailLoss(rows, 2, values.length, confidence, false, scratch)).toBe(valueAtRisk(losses, values.length, confidence));
      },
    ),
  );
});
