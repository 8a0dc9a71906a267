import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mean, median, quantile, variance } from "../../sim/math/statistics.ts";
import { sum } from "../../sim/math/sums.ts";

describe("sum", () => {
  it("keeps what plain addition loses", () => {
    expect(sum([1e100, 1, -1e100])).toBe(1);
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum(new Array(10).fill(0.1))).toBe(1);
    expect(sum([])).toBe(0);
    expect(sum([Number.POSITIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
    expect(sum([1, Number.NaN])).toBeNaN();
  });

  it("is the exact sum rounded, for any doubles of one size", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), { maxLength: 300 }), (integers) => {
        const exact = integers.reduce((total, value) => total + BigInt(value), 0n);
        return sum(integers.map((value) => value / 2 ** 40)) === Number(exact) / 2 ** 40;
      }),
    );
  });
});

describe("statistics", () => {
  it("agree with NIST's certified values (StRD NumAcc2: 1.2, 1.1, 1.3, 1.1, 1.3 …: mean 1.2, standard deviation 0.1)", () => {
    const numAcc2 = [1.2, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1.1 : 1.3))];
    expect(mean(numAcc2)).toBeCloseTo(1.2, 15);
    expect(Math.sqrt(variance(numAcc2))).toBeCloseTo(0.1, 13);
  });

  it("keep precision far from zero (StRD NumAcc3: 1000000.2 …: mean 1000000.2, standard deviation 0.1)", () => {
    const numAcc3 = [1000000.2, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1000000.1 : 1000000.3))];
    expect(mean(numAcc3)).toBeCloseTo(1000000.2, 9);
    expect(Math.sqrt(variance(numAcc3))).toBeCloseTo(0.1, 9);
  });

  it("take the middle by value, not by digits", () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median(Float64Array.of(7))).toBe(7);
    expect(median([1, Number.NaN])).toBeNaN();
    expect(median([1, Number.NaN, 2])).toBeNaN();
  });

  it("take quantiles as the smallest value with enough below it", () => {
    const values = [40, 10, 30, 20];
    expect([0, 0.25, 0.26, 0.5, 0.75, 0.99, 1].map((p) => quantile(values, p))).toEqual([10, 10, 20, 20, 30, 40, 40]);
    expect(values).toEqual([40, 10, 30, 20]);
  });

  it("refuse nothing and half of nothing", () => {
    for (const statistic of [mean, median, variance, (v: number[]) => quantile(v, 0.5)])
      expect(() => statistic([])).toThrow(expect.objectContaining({ code: "STATISTIC_EMPTY" }));
    expect(() => variance([1])).toThrow(expect.objectContaining({ code: "STATISTIC_EMPTY" }));
    expect(() => quantile([1], 1.1)).toThrow(expect.objectContaining({ code: "PROBABILITY_INVALID" }));
  });
});
