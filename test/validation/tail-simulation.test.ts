import { describe, expect, test } from "vitest";
import { createRandom, normalPdf, normalQuantile } from "../../sim/math/index.ts";
import { acerbiSzekelyOne, acerbiSzekelyTwo } from "../../sim/validation/expected-shortfall-tests.ts";
import { type Predicted, predictedLoss, probabilityOf, worstOf } from "../../sim/validation/predicted.ts";
import { observedTail, simulatedTail, tailDays } from "../../sim/validation/tail-simulation.ts";
import published from "./cases/acerbi-szekely.json" with { type: "json" };

/** The tail of a distribution as equally likely outcomes, each the middle of its step. */
function tailOfDistribution(quantile: (p: number) => number, population: number, mass: number): Predicted {
  return { population, worst: Float64Array.from({ length: Math.floor(population * mass) }, (_, i) => quantile((i + 0.5) / population)) };
}

/** Student's t with 3 degrees of freedom: its distribution function is elementary, its quantile by bisection. */
function t3Quantile(p: number): number {
  let low = -200;
  let high = 200;
  for (let i = 0; i < 80; i++) {
    const x = (low + high) / 2;
    if (0.5 + (x / Math.sqrt(3) / (1 + (x * x) / 3) + Math.atan(x / Math.sqrt(3))) / Math.PI < p) low = x;
    else high = x;
  }
  return low;
}

const sorted = (values: number[]) => Float64Array.from(values).sort();
const share = (values: readonly number[], below: number) => values.filter((value) => value <= below).length / values.length;

describe("the second test of Acerbi and Székely, 1 966 days at 97.5 %", () => {
  const days = 1966;
  const simulate = (quantile: (p: number) => number) => {
    const day = tailOfDistribution(quantile, 400_000, 0.06);
    return simulatedTail(tailDays(Array(days).fill(day), [9_750, 9_812.5, 9_875, 9_937.5]), 1, 20_000, createRandom("published"));
  };

  test.each([
    ["normal", normalQuantile, 0],
    ["t(3)", t3Quantile, 1],
  ] as const)("%s: critical value and p-value as MATLAB prints them, within the noise of 20 000 draws", (_, quantile, row) => {
    const found = simulate(quantile).map(({ two }) => two);
    const { critical_1pct, p_value, statistic } = published.rows[row];
    // three standard errors of an order statistic and of a share
    expect(Math.abs(sorted(found)[199] - critical_1pct)).toBeLessThan(row === 0 ? 0.012 : 0.02);
    expect(Math.abs(share(found, statistic) - p_value)).toBeLessThan(3 * Math.sqrt((p_value * 2) / 20_000));
  });
});

test("250 days at 97.5 %: 5 % of right models lie below −0.7, one of ten thousand below −1.8 (Acerbi and Székely 2014)", () => {
  const day = tailOfDistribution(normalQuantile, 20_000, 0.06);
  const found = simulatedTail(tailDays(Array(250).fill(day), [9_750]), 1, 20_000, createRandom("250"));
  const two = sorted(found.map((run) => run.two));
  expect(two[999]).toBeCloseTo(published.rules.paper_critical_T250_alpha2_5.Z2_5pct, 1);
  expect(Math.abs(two[1] - published.rules.paper_critical_T250_alpha2_5.Z2_0_01pct)).toBeLessThan(0.25);
});

describe("a model that is right", () => {
  const days = 1000;
  const day = tailOfDistribution(normalQuantile, 2_920, 128 / 2_920);
  const prepared = tailDays(Array(days).fill(day), [9_900, 9_925, 9_950, 9_975]);
  const right = simulatedTail(prepared, 1, 4_000, createRandom("right"));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = (values: number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

  test.each(["two", "three"] as const)("has a mean of 0 in test %s, one that understates losses by a fifth lies below", (name) => {
    const values = right.map((run) => run[name]);
    // the outcomes are 2 920 steps: VaR and tail differ from the normal's by the last one
    expect(Math.abs(mean(values))).toBeLessThan((4 * deviation(values)) / Math.sqrt(4_000) + 0.012);
    const wrong = simulatedTail(prepared, 1.25, 1_000, createRandom("wrong")).map((run) => run[name]);
    expect(mean(wrong)).toBeLessThan(mean(values) - 1.5 * deviation(values));
  });

  test("falls into the cells as often as their levels say", () => {
    const totals = [0, 0, 0, 0, 0];
    for (const { cells } of right) for (const [j, count] of cells.entries()) totals[j] += count;
    expect(totals.reduce((a, b) => a + b)).toBe(days * 4_000);
    // a strict "worse than the VaR" of 2 920 outcomes has one outcome less than the tail
    for (const cell of totals.slice(1)) expect(cell / (days * 4_000)).toBeCloseTo(0.0025, 3);
  });
});

test("what is observed is what the formulas of the paper give, day by day", () => {
  const random = createRandom("days");
  const predicted = Array.from({ length: 400 }, () => tailOfDistribution((p) => (50 + 100 * random.fork("size").uniform()) * normalQuantile(p), 1_000, 0.06));
  const profits = predicted.map((_, t) => 90 * random.normal() - (t % 40 === 0 ? 250 : 0));
  const prepared = tailDays(predicted, [9_900, 9_950]);
  const days = profits.map((profit, t) => ({ profit, valueAtRisk: prepared.levels[t][0], expectedShortfall: prepared.expectedShortfall[t] }));
  const found = observedTail(prepared, profits);
  expect(found.one).toBeCloseTo(acerbiSzekelyOne(days), 12);
  expect(found.two).toBeCloseTo(acerbiSzekelyTwo(days, 0.01), 12);
  expect(found.cells[1] + found.cells[2]).toBe(days.filter(({ profit, valueAtRisk }) => profit < -valueAtRisk).length);
  // the third test, written out: every day's own estimate from its own quantiles, its mean by brute force
  const ranks = profits
    .map((profit, t) => probabilityOf(predicted[t], profit))
    .sort((a, b) => a - b)
    .slice(0, 4);
  const estimate = (day: Predicted, probabilities: number[]) =>
    -probabilities.reduce((sum, p) => sum + day.worst[Math.min(day.worst.length - 1, Math.floor(p * day.population))], 0) / probabilities.length;
  const draws = Array.from({ length: 2_000 }, () =>
    Array.from({ length: 400 }, () => random.uniform())
      .sort((a, b) => a - b)
      .slice(0, 4),
  );
  const written =
    1 - predicted.reduce((sum, day) => sum + estimate(day, ranks) / (draws.reduce((all, draw) => all + estimate(day, draw), 0) / draws.length), 0) / 400;
  expect(found.three).toBeCloseTo(written, 1.7);
});

test("VaR and ES of a prediction: hand-counted, and the normal's in the limit", () => {
  const ten = { population: 10, worst: Float64Array.of(-10, -6, -5) };
  expect(predictedLoss(ten, 8_500, true)).toBe((10 + 0.5 * 6) / 1.5);
  expect(predictedLoss(ten, 8_000, false)).toBe(5);
  const day = tailOfDistribution(normalQuantile, 100_000, 0.02);
  expect(predictedLoss(day, 9_900, false)).toBeCloseTo(2.3263, 2);
  expect(predictedLoss(day, 9_900, true)).toBeCloseTo(normalPdf(normalQuantile(0.01)) / 0.01, 2);
});

test("the worst are kept in order, whatever the order they come in", () => {
  const profits = Float64Array.of(9, -3, 5, -8, 0, -3, 2, -1);
  expect([...worstOf(profits, 1, 6, 3)]).toEqual([-8, -3, -3]);
  expect([...worstOf(profits, 0, 8, 100)]).toEqual([...profits].sort((a, b) => a - b));
});
