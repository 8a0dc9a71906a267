import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { studentCentral, studentQuantile } from "../../sim/math/index.ts";

describe("Student's t", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, upper critical values: one-sided 0.975 and 0.995, to three decimals.
  it.each([
    [1, 12.706, 63.657],
    [2, 4.303, 9.925],
    [3, 3.182, 5.841],
    [4, 2.776, 4.604],
    [5, 2.571, 4.032],
    [9, 2.262, 3.25],
    [10, 2.228, 3.169],
    [15, 2.131, 2.947],
    [16, 2.12, 2.921],
    [20, 2.086, 2.845],
    [30, 2.042, 2.75],
    [60, 2.0, 2.66],
    [100, 1.984, 2.626],
  ])("with %i degrees of freedom has the published 95 %% and 99 %% points", (degrees, at95, at99) => {
    expect(Math.abs(studentQuantile(0.95, degrees) - at95)).toBeLessThanOrEqual(0.0005);
    expect(Math.abs(studentQuantile(0.99, degrees) - at99)).toBeLessThanOrEqual(0.0005);
  });

  it("has the closed forms for one and two degrees: tan(πp/2), and √(2p²/(1 − p²))", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.999, noNaN: true }), (p) => {
        expect(studentQuantile(p, 1) / Math.tan((Math.PI * p) / 2)).toBeCloseTo(1, 10);
        expect(studentQuantile(p, 2) / Math.sqrt((2 * p * p) / (1 - p * p))).toBeCloseTo(1, 10);
      }),
    );
  });

  it("is the integral of its density", () => {
    for (const degrees of [3, 8, 15, 31]) {
      for (const t of [0.3, 1, 2.1, 5]) {
        const density = (x: number) => (1 + (x * x) / degrees) ** (-(degrees + 1) / 2);
        const inside = simpson(density, 0, t, 2_000);
        // Half of the whole, by x = √n tan θ, whose density is cosⁿ⁻¹ θ.
        const whole = Math.sqrt(degrees) * simpson((angle) => Math.cos(angle) ** (degrees - 1), 0, Math.PI / 2, 2_000);
        expect(studentCentral(t, degrees)).toBeCloseTo(inside / whole, 10);
      }
    }
  });

  it("comes down to the normal's 1.959964 with many degrees", () => {
    expect(studentQuantile(0.95, 10_000)).toBeCloseTo(1.9602, 4);
    expect(studentCentral(Number.POSITIVE_INFINITY, 5)).toBe(1);
  });

  it.each([[0], [1.5], [-3], [Number.NaN], [10_001]])("refuses %s degrees", (degrees) => {
    expect(() => studentQuantile(0.95, degrees)).toThrow(expect.objectContaining({ code: "DEGREES_INVALID" }));
  });
  it.each([[0], [1], [Number.NaN]])("refuses a confidence of %s", (confidence) => {
    expect(() => studentQuantile(confidence, 5)).toThrow(expect.objectContaining({ code: "CONFIDENCE_INVALID" }));
  });
});

function simpson(of: (x: number) => number, from: number, to: number, steps: number): number {
  const width = (to - from) / steps;
  let total = of(from) + of(to);
  for (let i = 1; i < steps; i++) total += (i % 2 === 1 ? 4 : 2) * of(from + i * width);
  return (total * width) / 3;
}
