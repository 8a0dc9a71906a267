import { beforeAll, describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { fitImpliedModel, type ImpliedModelFit } from "../../scripts/implied-model/fit.ts";
import { leastSquares } from "../../scripts/implied-model/least-squares.ts";
import {
  LEVEL_MODEL,
  modelAtmVolatility,
  PREMIUM_MODEL,
  premiumFactor,
  REACTION_MODEL,
  REVERSION_PER_YEAR,
  volatilityMove,
} from "../../sim/market/implied-model.ts";

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
