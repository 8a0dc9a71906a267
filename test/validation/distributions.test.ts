import { expect, test } from "vitest";
import { atLeast, atMost, chiSquareTail, clopperPearson, incompleteBeta, logGamma, upperGamma } from "../../sim/math/index.ts";
import cases from "./cases/distributions.json" with { type: "json" };

function near(value: number, reference: number, relative: number): void {
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(relative * Math.abs(reference));
}

test.each(cases.logGamma)("ln Γ(%d)", (x, reference) => {
  expect(Math.abs(logGamma(x) - reference)).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(reference)));
});

test.each(cases.upperGamma)("Q(%d, %d), tails too, to twelve digits", (a, x, reference) => near(upperGamma(a, x), reference, 1e-12));

test.each(cases.incompleteBeta)("I_%d(%d, %d), tails too, to eleven digits", (x, a, b, reference) => near(incompleteBeta(x, a, b), reference, 1e-11));

test("the χ² quantiles every textbook prints", () => {
  for (const [statistic, degrees, p] of [
    [3.841, 1, 0.05],
    [6.635, 1, 0.01],
    [5.991, 2, 0.05],
    [12.592, 6, 0.05],
    [16.812, 6, 0.01],
  ])
    expect(chiSquareTail(statistic, degrees)).toBeCloseTo(p, 4);
});

test("a binomial distribution adds up: what is at most k and at least k + 1 is all there is, and a step is one probability", () => {
  let pmf = 0.99 ** 250;
  for (let k = 0; k <= 20; k++) {
    expect(Math.abs(atMost(k, 250, 0.01) - atMost(k - 1, 250, 0.01) - pmf)).toBeLessThan(1e-12);
    expect(atMost(k, 250, 0.01) + atLeast(k + 1, 250, 0.01)).toBeCloseTo(1, 12);
    pmf *= ((250 - k) / (k + 1)) * (0.01 / 0.99);
  }
});

test("exact intervals: the rule of three, the published example of Clopper and Pearson, and both ends", () => {
  // no event in n: the upper bound solves (1 − p)^n = 0.025
  near(clopperPearson(0, 100, 0.95).high, 1 - 0.025 ** 0.01, 1e-12);
  expect(clopperPearson(0, 100, 0.95).low).toBe(0);
  expect(clopperPearson(100, 100, 0.95).high).toBe(1);
  // 10 of 100, R binom.test(10, 100)
  expect(clopperPearson(10, 100, 0.95).low).toBeCloseTo(0.04900469, 8);
  expect(clopperPearson(10, 100, 0.95).high).toBeCloseTo(0.1762226, 7);
});

test("input without a meaning is refused", () => {
  expect(() => logGamma(0)).toThrow(expect.objectContaining({ code: "GAMMA_INPUT_INVALID" }));
  expect(() => upperGamma(1, -1)).toThrow(expect.objectContaining({ code: "GAMMA_INPUT_INVALID" }));
  expect(() => incompleteBeta(1.1, 1, 1)).toThrow(expect.objectContaining({ code: "BETA_INPUT_INVALID" }));
});
