import { beforeAll, describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { fitImpliedModel, type ImpliedModelFit } from "../../scripts/implied-model/fit.ts";
import { type ModelErrors, modelErrors } from "../../scripts/implied-model/held-out.ts";
import { leastSquares } from "../../scripts/implied-model/least-squares.ts";
import type { Dataset } from "../../sim/market/dataset.ts";
import {
  LEVEL_MODEL,
  modelAtmVolatility,
  PREMIUM_MODEL,
  premiumFactor,
  REACTION_MODEL,
  REVERSION_PER_YEAR,
  volatilityMove,
} from "../../sim/market/implied-model.ts";
import { annualised, ewmaVariance } from "../../sim/market/volatility.ts";

describe("the implied-volatility model", () => {
  let fit: ImpliedModelFit;
  beforeAll(async () => {
    fit = fitImpliedModel(await loadDataset());
  });

  it("has the constants its data gives", () => {
    const [constant, fast, slow] = fit.level.coefficients;
    expect(LEVEL_MODEL.constant).toBeCloseTo(constant, 4);
    expect(LEVEL_MODEL.fast).toBeCloseTo(fast, 4);
    expect(LEVEL_MODEL.slow).toBeCloseTo(slow, 4);
    const [fall, deepFall, rise] = fit.reaction.coefficients;
    expect(REACTION_MODEL.fall).toBeCloseTo(fall, 3);
    expect(REACTION_MODEL.deepFall).toBeCloseTo(deepFall, 3);
    expect(REACTION_MODEL.rise).toBeCloseTo(rise, 3);
    expect(PREMIUM_MODEL.constant).toBeCloseTo(fit.premium.coefficients[0], 4);
    expect(PREMIUM_MODEL.leader).toBeCloseTo(fit.premium.coefficients[1], 4);
    expect(REVERSION_PER_YEAR).toBeCloseTo(fit.reversion.sevenDays, 2);
  });

  it("is as good as its description says, no better and no worse", () => {
    const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
    expect(fit.level.count).toBe(1745);
    expect(fit.level.errors.map((error) => rounded(error, 3))).toEqual([0.036, 0.087, 0.13]);
    expect([rounded(fit.level.rSquared, 2), rounded(fit.level.deviation, 3)]).toEqual([0.82, 0.124]);
    expect([rounded(fit.levelOutOfFit.bias, 2), rounded(fit.levelOutOfFit.deviation, 3), rounded(fit.levelOutOfFit.rSquared, 2)]).toEqual([0.01, 0.146, 0.47]);
    expect(fit.reaction.count).toBe(1706);
    expect(fit.reaction.errors.map((error) => rounded(error, 3))).toEqual([0.088, 0.325, 0.094]);
    expect([rounded(fit.reaction.rSquared, 2), rounded(fit.reaction.deviation, 3)]).toEqual([0.16, 0.045]);
    expect(fit.premium.errors.map((error) => rounded(error, 3))).toEqual([0.015, 0.057]);
    expect([rounded(fit.premium.rSquared, 2), rounded(fit.premiumGain.without, 3), rounded(fit.premiumGain.with, 3)]).toEqual([0.85, 0.177, 0.063]);
    for (const over of fit.reactionOver) expect(over.rSquared).toBeGreaterThan(0.125);
    expect(rounded(fit.reversion.thirtyDays, 1)).toBe(2.4);
  });

  it("raises volatility in a fall, more the deeper and the quicker, and hardly lowers it in a rise", () => {
    expect(volatilityMove(0, 24)).toBe(0);
    expect(volatilityMove(-0.2, 24)).toBeCloseTo(Math.exp(0.245 * 0.2 + 1.601 * 0.15) - 1, 12);
    expect(volatilityMove(-0.1, 6)).toBeCloseTo(Math.exp(0.245 * 0.1 + 1.601 * 0.075) - 1, 12);
    expect(volatilityMove(-0.2, 24)).toBeGreaterThan(volatilityMove(-0.1, 24));
    expect(volatilityMove(-0.1, 1)).toBeGreaterThan(volatilityMove(-0.1, 24));
    expect(volatilityMove(0.1, 24)).toBeLessThan(0);
    expect(volatilityMove(0.1, 24)).toBeGreaterThan(-0.02);
    expect(volatilityMove(-2, 24)).toBe(3);
  });

  it("passes on most of the leader's premium", () => {
    expect(premiumFactor(0.8, 0.6)).toBeCloseTo(Math.exp(-0.0805) * (0.8 / 0.6) ** 0.9251, 12);
    expect(premiumFactor(0.6, 0.6)).toBeLessThan(1);
  });

  it("puts the level near both realised volatilities, and above the quicker after a calm", () => {
    expect(modelAtmVolatility(0.6, 0.6)).toBeCloseTo(Math.exp(0.0856) * 0.6 ** (0.4938 + 0.4741), 12);
    expect(modelAtmVolatility(0.3, 0.6)).toBeGreaterThan(0.3);
    expect(modelAtmVolatility(0.3, 0.6)).toBeLessThan(0.6);
  });
});

describe("the error of the model", () => {
  let dataset: Dataset;
  let errors: ModelErrors;
  beforeAll(async () => {
    dataset = await loadDataset();
    errors = modelErrors(dataset);
  });
  const points = (asset: string, sample: string) => {
    const { days, biasPoints, errorPoints, constantPoints } = errors.level.find((one) => one.asset.startsWith(asset) && one.sample === sample)!;
    return [days, ...[biasPoints, errorPoints, constantPoints].map((value) => Number(value.toFixed(1)))];
  };

  it("of the level is what the page says, in sample and on a year it did not see", () => {
    expect([errors.from, errors.to].map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10))).toEqual(["2024-11-01", "2025-10-31"]);
    expect(points("BTC from", "in sample")).toEqual([1651, -0.7, 7.7, 18.9]);
    expect(points("BTC from", "held out")).toEqual([365, 4.7, 7.2, 20.9]);
    expect(points("ETH with", "in sample")).toEqual([94, -0.4, 4.1, 16.9]);
    expect(points("ETH with", "held out")).toEqual([27, 1.8, 4.1, 6.4]);
    // Without BTC's premium ETH's own prices say far too much of that year: why the premium is there.
    expect(points("ETH from", "held out")).toEqual([27, 16.8, 18.7, 6.4]);
  });

  it("of the reaction likewise, on all days and on those of a deep fall", () => {
    const percent = errors.reaction.map(({ sample, days, count, errorPercent, nothingPercent }) => [
      sample,
      days,
      count,
      ...[errorPercent, nothingPercent].map((value) => Number(value.toFixed(1))),
    ]);
    expect(percent).toEqual([
      ["in sample", "all", 1706, 4.5, 4.9],
      ["in sample", "deep falls", 91, 8.1, 11.8],
      ["held out", "all", 388, 3.5, 3.6],
      ["held out", "deep falls", 16, 5.2, 6],
    ]);
  });

  it("in sample is that of the model in use, computed from its own functions", () => {
    const index = dataset.history.assets.indexOf("BTC");
    const [fast, slow] = [0.94, 0.99].map((decay) => ewmaVariance(dataset.history, index, decay));
    const { startDay, values } = dataset.dvol.BTC;
    const misses = [...values.entries()].flatMap(([i, dvol]) => {
      const bar = 24 * (startDay + i + 1) - 1 - dataset.history.startHour;
      const model = modelAtmVolatility(annualised(fast[bar]), annualised(slow[bar]));
      return dvol > 0 && dataset.history.closes[index][bar] > 0 ? [100 * (model - dvol)] : [];
    });
    const rootMeanSquare = Math.sqrt(misses.reduce((sum, miss) => sum + miss * miss, 0) / misses.length);
    expect([misses.length, rootMeanSquare.toFixed(2)]).toEqual([1651, errors.level[0].errorPoints.toFixed(2)]);
  });

  it("held out does not depend on the year held out but for the answer: no figure of it is in the fit", () => {
    const { startDay, values } = dataset.dvol.BTC;
    const doubled = { startDay, values: values.map((value, i) => (startDay + i >= errors.from ? 2 * value : value)) };
    const other = modelErrors({ ...dataset, dvol: { ...dataset.dvol, BTC: doubled } });
    const [before, after] = [errors, other].map(({ level }) => level.find((one) => one.asset.startsWith("BTC") && one.sample === "held out")!);
    const mean = values.filter((_, i) => startDay + i >= errors.from).reduce((sum, value) => sum + 100 * value, 0) / before.days;
    // The same predictions, held against twice the truth: the bias is lower by the truth's own mean.
    expect(before.biasPoints - after.biasPoints).toBeCloseTo(mean, 9);
  });
});

describe("least squares", () => {
  it("reproduces NIST's certified regression (StRD Norris: slope 1.00211681802045, intercept −0.262323073774029)", () => {
    const norris = [
      [0.1, 0.2],
      [338.8, 337.4],
      [118.1, 118.2],
      [888, 884.6],
      [9.2, 10.1],
      [228.1, 226.5],
      [668.5, 666.3],
      [998.5, 996.3],
      [449.1, 448.6],
      [778.9, 777],
      [559.2, 558.2],
      [0.3, 0.4],
      [0.1, 0.6],
      [778.1, 775.5],
      [668.8, 666.9],
      [339.3, 338],
      [448.9, 447.5],
      [10.8, 11.6],
      [557.7, 556],
      [228.3, 228.1],
      [998, 995.8],
      [888.8, 887.6],
      [119.6, 120.2],
      [0.3, 0.3],
      [0.6, 0.3],
      [557.6, 556.8],
      [339.3, 339.1],
      [888, 887.2],
      [998.5, 999],
      [778.9, 779],
      [10.2, 11.1],
      [117.6, 118.3],
      [228.9, 229.2],
      [668.4, 669.1],
      [449.2, 448.9],
      [0.2, 0.5],
    ];
    // StRD lists y first, x second
    const fit = leastSquares(
      norris.map(([, x]) => [1, x]),
      norris.map(([y]) => y),
      0,
    );
    expect(fit.coefficients[1]).toBeCloseTo(1.00211681802045, 10);
    expect(fit.coefficients[0]).toBeCloseTo(-0.262323073774029, 8);
    expect(fit.rSquared).toBeCloseTo(0.999993745883712, 10);
    expect(fit.deviation).toBeCloseTo(0.884796396144373, 8);
  });
});
