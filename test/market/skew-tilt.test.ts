import { beforeAll, describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { type TiltFit, tiltFit } from "../../scripts/implied-model/tilt.ts";
import type { Dataset } from "../../sim/market/dataset.ts";
import { REVERSION_PER_YEAR, skewStickiness, skewTilt, TILT_MODEL } from "../../sim/market/implied-model.ts";
import { sliceOf, sliceViolations, tiltedSlice, totalVariance } from "../../sim/market/slice.ts";

describe("the steepening of the skew after falls", () => {
  let dataset: Dataset;
  let fit: TiltFit;
  beforeAll(async () => {
    dataset = await loadDataset();
    fit = tiltFit(dataset);
  });

  it("is what the data gives, and counts as identified by what was to count", () => {
    const [written] = fit.specifications;
    expect(TILT_MODEL.steepening).toBeCloseTo(written.tilt, 3);
    expect([fit.reaction.coefficient, fit.reaction.error, written.error].map((value) => value.toFixed(3))).toEqual(["0.217", "0.079", "1.777"]);
    expect(fit.identified).toBe(true);
    expect(fit.deepestFall).toBeGreaterThan(0.19);
    expect(fit.deepestFall).toBeLessThan(0.2);
  });

  it("is what a second program makes of the same files (numpy's linear algebra, its own reader and Newey–West), in every specification that decides", () => {
    const figures = fit.specifications.slice(0, 8).map(({ tilt, error, count }) => [Number(tilt.toFixed(2)), Number(error.toFixed(2)), count]);
    expect(figures).toEqual([
      [9.68, 1.78, 1706],
      [11.47, 1.93, 1705],
      [8.82, 1.46, 1706],
      [9.57, 1.74, 1705],
      [9.73, 1.85, 1317],
      [8.31, 4.82, 389],
      [12.16, 3.45, 1621],
      [6.3, 1.12, 85],
    ]);
    const added = ["each asset", "each year", "each quarter", "30 days", "99th"].map((part) => fit.specifications.find(({ name }) => name.includes(part))!);
    expect(added.map(({ tilt }) => tilt.toFixed(1))).toEqual(["9.1", "6.2", "3.5", "10.0", "4.9"]);
    expect([fit.heldOut.errorPercent.with, fit.heldOut.errorPercent.without].map((value) => value.toFixed(4))).toEqual(["3.4368", "3.4835"]);
    expect([fit.heldOut.count, fit.averageReaction.toFixed(4)]).toEqual([389, "0.4473"]);
  });

  it("is above 0 in every year and without any month", () => {
    const apart = fit.specifications.filter(({ name }) => /20\d\d/.test(name));
    expect(apart).toHaveLength(6);
    for (const { tilt } of apart) expect(tilt).toBeGreaterThan(0);
  });

  it("is found where it was planted, to the digit, and not where there is none", () => {
    const planted = tiltFit(withDvol(dataset, (fall, drop) => -0.1 * fall + 0.3 * drop + 7 * fall * drop));
    expect(planted.specifications[0].tilt).toBeCloseTo(7, 9);
    expect(planted.reaction.coefficient).toBeCloseTo(0.3, 9);
    expect(planted.identified).toBe(true);
    // Noise from the golden ratio's multiples; the reaction bent as it is in the data, the same after every day.
    const noise = (i: number) => 0.15 * (((i * 0.618033988749895) % 1) - 0.5);
    const none = tiltFit(withDvol(dataset, (_, drop, i) => 0.25 * Math.max(drop, 0) + 1.6 * Math.max(drop - 0.05, 0) + noise(i)));
    expect(none.identified).toBe(false);
  });
});

describe("the skew-stickiness ratio", () => {
  it("is the skew of the expansion it comes from, integrated: 1/(2T²)·∫∫ of the covariance of spot and forward variance, against the level's 1/(2T)·∫", () => {
    for (const years of [7 / 365, 30 / 365, 0.5, 2]) {
      const kernel = (u: number) => Math.exp(-REVERSION_PER_YEAR * u);
      const level = midpoint(kernel, years) / years;
      const skew = midpoint((t) => midpoint(kernel, years - t), years) / years ** 2;
      expect(skewStickiness(years)).toBeCloseTo(level / skew, 4);
    }
  });

  it("is 2 at once, 1 far out, and falls between, without a seam", () => {
    expect(skewStickiness(1e-9)).toBeCloseTo(2, 8);
    expect(skewStickiness(1000)).toBeCloseTo(1, 3);
    const seam = 1e-3 / REVERSION_PER_YEAR;
    expect(skewStickiness(seam * (1 - 1e-9))).toBeCloseTo(skewStickiness(seam * (1 + 1e-9)), 8);
    const ratios = [1e-6, 1e-3, 0.01, 0.1, 1, 10].map(skewStickiness);
    expect([...ratios].sort((a, b) => b - a)).toEqual(ratios);
  });
});

describe("the tilt of a move", () => {
  it("is the steepening by the fall, over the ratio of 30 days", () => {
    // 9.683 · 0.1 / 1.906383…, by Python
    expect(skewTilt(-0.1, 24)).toBeCloseTo(-0.5079250901, 9);
    expect(skewTilt(-0.1, 96)).toBeCloseTo(-0.5079250901 / 2, 9);
    expect(skewTilt(-0.1, 1)).toBe(skewTilt(-0.1, 24));
  });

  it("is none in rises, and no more than that of the deepest fall of the fit", () => {
    expect([skewTilt(0, 24), skewTilt(0.3, 24)]).toEqual([0, 0]);
    expect(skewTilt(-0.15, 24)).toBeGreaterThan(skewTilt(-0.19, 24));
    expect(skewTilt(-2, 24)).toBe(skewTilt(-0.19, 24));
  });
});

describe("a tilted slice", () => {
  const years = 30 / 365;
  // The assumed smile at 65 %: η/√(θ(1 + θ))
  const theta = 0.65 ** 2 * years;
  const phi = 0.8 / Math.sqrt(theta * (1 + theta));
  const slice = sliceOf(theta, -0.2, phi);
  const logVolatility = (tilt: number, k: number) => 0.5 * Math.log(totalVariance(tiltedSlice(slice, tilt), k));

  it("is SSVI with another ρ: the textbook's formula, ρ moved by 2·tilt/φ", () => {
    for (const tilt of [-1.2, -0.5, 0.4]) {
      const rho = -0.2 + (2 * tilt) / phi;
      for (const k of [-0.6, -0.1, 0, 0.2, 0.7]) {
        const expected = (theta / 2) * (1 + rho * phi * k + Math.sqrt((phi * k + rho) ** 2 + 1 - rho ** 2));
        expect(totalVariance(tiltedSlice(slice, tilt), k)).toBeCloseTo(expected, 12);
      }
    }
  });

  it("has the same volatility at the money and so much more slope of its logarithm", () => {
    const slope = (tilt: number) => (logVolatility(tilt, 1e-5) - logVolatility(tilt, -1e-5)) / 2e-5;
    expect(totalVariance(tiltedSlice(slice, -0.7), 0)).toBeCloseTo(theta, 15);
    expect(slope(-0.7) - slope(0)).toBeCloseTo(-0.7, 6);
  });

  it("of the deepest fall admits no butterfly", () => {
    expect(sliceViolations(tiltedSlice(slice, skewTilt(-1, 24)))).toEqual([]);
  });
});

function midpoint(f: (x: number) => number, end: number): number {
  const steps = 400;
  let total = 0;
  for (let i = 0; i < steps; i++) total += f(((i + 0.5) * end) / steps);
  return (total * end) / steps;
}

/** The dataset with a DVOL that answers the spot as said: from the day's fall, the next day's drop and the place of the day. */
function withDvol(dataset: Dataset, change: (fall: number, drop: number, i: number) => number): Dataset {
  const { history } = dataset;
  const dvol = Object.fromEntries(
    ["BTC", "ETH"].map((asset) => {
      const { startDay, values } = dataset.dvol[asset];
      const closes = history.closes[history.assets.indexOf(asset)];
      const log = (day: number) => Math.log(closes[24 * (day + 1) - 1 - history.startHour]);
      let level = 0;
      const levels = values.map((value, i) => {
        const day = startDay + i;
        const step = i === 0 ? 0 : change(Math.max(log(day - 2) - log(day - 1), 0), log(day - 1) - log(day), i);
        level += Number.isFinite(step) ? step : 0;
        return Number.isNaN(value) ? Number.NaN : Math.exp(level);
      });
      return [asset, { startDay, values: levels }];
    }),
  );
  return { ...dataset, dvol: { ...dataset.dvol, ...dvol } };
}
