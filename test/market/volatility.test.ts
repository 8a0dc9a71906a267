import { describe, expect, it } from "vitest";
import type { History } from "../../sim/market/dataset.ts";
import { runningMedian } from "../../sim/market/running-median.ts";
import { annualised, ewmaVariance } from "../../sim/market/volatility.ts";
import { createRandom } from "../../sim/math/random.ts";

function history(closes: readonly number[]): History {
  return { startHour: 400_000, hours: closes.length, assets: ["X"], closes: [Float64Array.from(closes)] };
}

function walk(hours: number, deviation: number): number[] {
  const random = createRandom("walk");
  let price = 100;
  return Array.from({ length: hours }, () => {
    price *= Math.exp(deviation * random.normal());
    return price;
  });
}

const LAMBDA = 0.97;
const PER_HOUR = LAMBDA ** (1 / 24);

describe("EWMA variance", () => {
  it("seeds with 30 days' mean square and follows the recursion from there", () => {
    const closes = walk(1000, 0.01);
    const variance = ewmaVariance(history(closes), 0, LAMBDA);
    const squares = closes.map((close, i) => (i === 0 ? 0 : Math.log(close / closes[i - 1]) ** 2));
    expect(variance.slice(0, 720).every(Number.isNaN)).toBe(true);
    let expected = squares.slice(1, 721).reduce((a, b) => a + b, 0) / 720;
    expect(variance[720] / expected).toBeCloseTo(1, 11);
    for (let i = 721; i < 1000; i++) {
      expected = PER_HOUR * expected + (1 - PER_HOUR) * squares[i];
      expect(variance[i] / expected).toBeCloseTo(1, 11);
    }
  });

  it("finds the volatility a walk was made with", () => {
    // effective sample of decay 0.99 per day: about 4 800 hours, standard error 1 %
    const variance = ewmaVariance(history(walk(20_000, 0.01)), 0, 0.99);
    expect(annualised(variance[19_999])).toBeGreaterThan(0.01 * Math.sqrt(8760) * 0.95);
    expect(annualised(variance[19_999])).toBeLessThan(0.01 * Math.sqrt(8760) * 1.05);
  });

  it("stands during a gap, then takes the whole return over it and decays over its hours", () => {
    const closes = walk(900, 0.01);
    const gapped = closes.map((close, i) => (i > 800 && i < 811 ? Number.NaN : close));
    const variance = ewmaVariance(history(gapped), 0, LAMBDA);
    for (let i = 801; i < 811; i++) expect(variance[i]).toBe(variance[800]);
    const move = Math.log(closes[811] / closes[800]);
    expect(variance[811] / (PER_HOUR ** 11 * variance[800] + (1 - PER_HOUR) * move * move)).toBeCloseTo(1, 11);
  });

  it("starts 30 days after a later listing, and a gap in the seed counts its hours", () => {
    const closes = walk(2000, 0.01);
    const listed = closes.map((close, i) => (i < 500 || (i > 600 && i < 650) ? Number.NaN : close));
    const variance = ewmaVariance(history(listed), 0, LAMBDA);
    expect(variance.findIndex((value) => !Number.isNaN(value))).toBe(1220);
    const kept = listed.flatMap((close, i) => (i <= 1220 && !Number.isNaN(close) ? [close] : []));
    const squares = kept.slice(1).map((close, i) => Math.log(close / kept[i]) ** 2);
    expect(variance[1220] / (squares.reduce((a, b) => a + b, 0) / 720)).toBeCloseTo(1, 11);
  });

  it("does not look ahead: what comes later changes nothing before it", () => {
    const closes = walk(1500, 0.02);
    const whole = ewmaVariance(history(closes), 0, LAMBDA);
    for (const cut of [721, 800, 1111, 1499]) expect([...ewmaVariance(history(closes.slice(0, cut)), 0, LAMBDA)]).toEqual([...whole.slice(0, cut)]);
    const crashed = closes.map((close, i) => (i > 1200 ? close / 10 : close));
    expect([...ewmaVariance(history(crashed), 0, LAMBDA).slice(0, 1201)]).toEqual([...whole.slice(0, 1201)]);
  });

  it("refuses a decay outside (0, 1) and a close that is no price", () => {
    for (const decay of [0, 1, 1.1, Number.NaN])
      expect(() => ewmaVariance(history([1, 2]), 0, decay)).toThrow(expect.objectContaining({ code: "VOLATILITY_DECAY_INVALID" }));
    for (const close of [0, -1, Number.POSITIVE_INFINITY])
      expect(() => ewmaVariance(history([1, close]), 0, LAMBDA)).toThrow(expect.objectContaining({ code: "MARKET_CLOSE_INVALID" }));
    expect([...ewmaVariance(history([Number.NaN, Number.NaN]), 0, LAMBDA)]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("the running median", () => {
  it("is the median of all values so far", () => {
    const random = createRandom("median");
    const values = Float64Array.from({ length: 300 }, (_, i) => (i % 7 === 3 ? Number.NaN : random.integer(50)));
    const medians = runningMedian(values);
    for (let i = 0; i < 300; i++) {
      const seen = [...values.slice(0, i + 1)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      expect(medians[i]).toBe((seen[Math.floor((seen.length - 1) / 2)] + seen[Math.floor(seen.length / 2)]) / 2);
    }
    expect([...runningMedian(Float64Array.of(Number.NaN, 2))]).toEqual([Number.NaN, 2]);
  });
});
