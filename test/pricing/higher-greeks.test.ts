import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blackScholes, type Right } from "../../sim/pricing/black76.ts";
import { spotGreeks } from "../../sim/pricing/greeks.ts";
import { type HigherGreeks, higherGreeks } from "../../sim/pricing/higher-greeks.ts";
import calculator from "./cases/black76-calculator.json" with { type: "json" };
import grid from "./cases/crypto-grid.json" with { type: "json" };
import haug from "./cases/haug-greeks.json" with { type: "json" };

const relative = (value: number, exact: number) => Math.abs(value / exact - 1);

describe("the higher Greeks of an option", () => {
  it.each(haug.rows.filter(({ greek }) => greek === "elasticity" || greek === "dividendRho"))("are Haug's: $greek $expected", (row) => {
    const value = higherGreeks(row.type as Right, row.spot, row.strike, row.t, row.vol, row.r, row.q)[row.greek as "elasticity"];
    expect(Math.abs(value - row.expected)).toBeLessThanOrEqual(row.tol);
    expect(relative(value, Number(row.exact))).toBeLessThan(1e-13);
  });

  it.each(grid.rows)("agree to 1e-13 with 30 digits: $type $strike on $spot, $t years at $vol", (row) => {
    const [above, below] = row.t.split("/").map(Number);
    const greeks = higherGreeks(row.type as Right, row.spot, row.strike, above / below, row.vol, row.r, row.q);
    for (const greek of ["vanna", "volga", "elasticity", "dividendRho"] as const)
      expect(relative(greeks[greek], Number(row[greek])), greek).toBeLessThan(1e-13);
  });

  it("are QuantLib's Black calculator's", () => {
    const { forward, strike, stdDev, discount, spot, maturity } = calculator.inputs;
    const rate = -Math.log(discount) / maturity;
    const greeks = higherGreeks("call", spot, strike, maturity, stdDev / Math.sqrt(maturity), rate, rate - Math.log(forward / spot) / maturity);
    const { expected, tolerance } = calculator;
    const theirs: Readonly<Record<keyof HigherGreeks, number>> = {
      vanna: expected.vanna,
      volga: expected.volga,
      elasticity: expected.elasticity,
      dividendRho: expected.dividendRho,
      strikeDelta: expected.strikeSensitivity,
      strikeGamma: expected.strikeGamma,
      cashProbability: expected.itmCashProbability,
      assetProbability: expected.itmAssetProbability,
    };
    for (const [greek, value] of Object.entries(theirs)) expect(Math.abs(greeks[greek as keyof HigherGreeks] - value), greek).toBeLessThan(tolerance);
  });

  it("are the slopes of the price and of its Greeks", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Right>("call", "put"),
        fc.double({ min: 0.6, max: 1.6, noNaN: true }),
        fc.double({ min: 0.02, max: 2, noNaN: true }),
        fc.double({ min: 0.3, max: 2, noNaN: true }),
        (right, moneyness, years, volatility) => {
          const [spot, strike, rate, carry] = [100, 100 * moneyness, 0.03, 0.01];
          const greeks = higherGreeks(right, spot, strike, years, volatility, rate, carry);
          const slope = (at: (step: number) => number, step: number) => (at(step) - at(-step)) / (2 * step);
          const near = (actual: number, expected: number, scale: number) => expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * scale);
          near(
            greeks.vanna,
            slope((h) => spotGreeks(right, spot, strike, years, volatility + h, rate, carry).delta, 1e-5),
            10,
          );
          near(
            greeks.volga,
            slope((h) => spotGreeks(right, spot, strike, years, volatility + h, rate, carry).vega, 1e-5),
            1000,
          );
          near(
            greeks.dividendRho,
            slope((h) => blackScholes(right, spot, strike, years, volatility, rate, carry + h), 1e-5),
            100,
          );
          near(
            greeks.strikeDelta,
            slope((h) => blackScholes(right, spot, strike + h, years, volatility, rate, carry), 1e-3),
            1,
          );
          near(
            greeks.strikeGamma,
            slope((h) => higherGreeks(right, spot, strike + h, years, volatility, rate, carry).strikeDelta, 1e-3),
            1,
          );
        },
      ),
    );
  });

  it.each([
    ["no time", [100, 100, 0, 0.5, 0, 0]],
    ["no volatility", [100, 100, 1, 0, 0, 0]],
    ["no spot", [0, 100, 1, 0.5, 0, 0]],
    ["a strike of 0", [100, 0, 1, 0.5, 0, 0]],
    ["NaN", [100, 100, 1, Number.NaN, 0, 0]],
  ] as [string, [number, number, number, number, number, number]][])("refuse %s", (_, inputs) => {
    expect(() => higherGreeks("call", ...inputs)).toThrow(expect.objectContaining({ code: "OPTION_INPUT_INVALID" }));
  });
});
