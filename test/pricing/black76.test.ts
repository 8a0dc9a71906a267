import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { black76, blackScholes, type Right } from "../../sim/pricing/black76.ts";
import { black76Greeks, spotGreeks } from "../../sim/pricing/greeks.ts";
import calculator from "./cases/black76-calculator.json" with { type: "json" };
import grid from "./cases/crypto-grid.json" with { type: "json" };
import haugGreeks from "./cases/haug-greeks.json" with { type: "json" };
import haugValues from "./cases/haug-values.json" with { type: "json" };

const relative = (value: number, exact: number) => Math.abs(value / exact - 1);

/** "7/365" as the quotient of two doubles, as the reference took it. */
function years(text: string): number {
  const [above, below] = text.split("/").map(Number);
  return above / below;
}

const options = fc.record({
  forward: fc.double({ min: 1, max: 1e5, noNaN: true }),
  moneyness: fc.double({ min: 0.3, max: 3, noNaN: true }),
  years: fc.double({ min: 1 / 8760, max: 2, noNaN: true }),
  volatility: fc.double({ min: 0.05, max: 4, noNaN: true }),
  discount: fc.double({ min: 0.8, max: 1.05, noNaN: true }),
});

describe("the price of an option", () => {
  it.each(haugValues.rows)("is Haug's $expected: $type $strike on $spot", (row) => {
    const value = blackScholes(row.type as Right, row.spot, row.strike, row.t, row.vol, row.r, row.q);
    expect(Math.abs(value - row.expected)).toBeLessThanOrEqual(row.tol);
    expect(relative(value, Number(row.exact))).toBeLessThan(1e-13);
  });

  it.each(grid.rows)("agrees to 1e-13 with 30 digits: $type $strike on $spot, $t years at $vol", (row) => {
    expect(relative(blackScholes(row.type as Right, row.spot, row.strike, years(row.t), row.vol, row.r, row.q), Number(row.price))).toBeLessThan(1e-13);
  });

  it("keeps put–call parity", () => {
    fc.assert(
      fc.property(options, ({ forward, moneyness, years, volatility, discount }) => {
        const strike = forward * moneyness;
        const call = black76("call", forward, strike, years, volatility, discount);
        const put = black76("put", forward, strike, years, volatility, discount);
        expect(Math.abs(call - put - discount * (forward - strike))).toBeLessThan(1e-15 * 4 * (forward + strike));
      }),
    );
  });

  it("rises with volatility and time, and a call with the forward, a put against it", () => {
    fc.assert(
      fc.property(options, fc.constantFrom<Right>("call", "put"), ({ forward, moneyness, years, volatility }, right) => {
        const strike = forward * moneyness;
        const value = black76(right, forward, strike, years, volatility, 1);
        const slack = 1e-13 * (forward + strike);
        expect(black76(right, forward, strike, years, volatility * 1.01, 1)).toBeGreaterThanOrEqual(value - slack);
        expect(black76(right, forward, strike, years * 1.01, volatility, 1)).toBeGreaterThanOrEqual(value - slack);
        const higher = black76(right, forward * 1.01, strike, years, volatility, 1);
        if (right === "call") expect(higher).toBeGreaterThanOrEqual(value - slack);
        else expect(higher).toBeLessThanOrEqual(value + slack);
      }),
    );
  });

  it("stays between the intrinsic value and the forward or the strike", () => {
    fc.assert(
      fc.property(options, ({ forward, moneyness, years, volatility, discount }) => {
        const strike = forward * moneyness;
        const call = black76("call", forward, strike, years, volatility, discount);
        expect(call).toBeGreaterThanOrEqual(discount * Math.max(forward - strike, 0));
        expect(call).toBeLessThanOrEqual(discount * forward * (1 + 1e-15));
      }),
    );
  });

  it("is the discounted intrinsic value at expiry, without volatility, or on nothing", () => {
    expect(black76("call", 110, 100, 0, 0.5, 1)).toBe(10);
    expect(black76("put", 110, 100, 0, 0.5, 1)).toBe(0);
    expect(black76("put", 90, 100, 1, 0, 0.5)).toBe(5);
    expect(black76("call", 100, 100, 0, 0, 1)).toBe(0);
    expect(black76("put", 0, 100, 1, 0.5, 0.9)).toBe(90);
    expect(black76("call", 0, 100, 1, 0.5, 0.9)).toBe(0);
  });

  it.each([
    ["forward", [-1, 100, 1, 0.5, 1]],
    ["forward", [Number.NaN, 100, 1, 0.5, 1]],
    ["strike", [100, 0, 1, 0.5, 1]],
    ["strike", [100, Number.POSITIVE_INFINITY, 1, 0.5, 1]],
    ["years", [100, 100, -0.1, 0.5, 1]],
    ["volatility", [100, 100, 1, Number.NaN, 1]],
    ["volatility", [100, 100, 1, -0.2, 1]],
    ["discount", [100, 100, 1, 0.5, 0]],
  ] as [string, [number, number, number, number, number]][])("refuses an impossible %s: %j", (field, inputs) => {
    const refusal = expect.objectContaining({ code: "OPTION_INPUT_INVALID", where: expect.objectContaining({ field }) });
    expect(() => black76("call", ...inputs)).toThrow(refusal);
    expect(() => black76Greeks("put", ...inputs)).toThrow(refusal);
  });
});

describe("the Greeks of an option", () => {
  it.each(haugGreeks.rows.filter((row) => ["delta", "gamma", "vega", "theta", "thetaPerDay", "rho"].includes(row.greek)))(
    "are Haug's: $greek $expected",
    (row) => {
      const { delta, gamma, vega, theta, rho } = spotGreeks(row.type as Right, row.spot, row.strike, row.t, row.vol, row.r, row.q);
      const value = { delta, gamma, vega, theta, thetaPerDay: theta / 365, rho }[row.greek as "delta"];
      expect(Math.abs(value - row.expected)).toBeLessThanOrEqual(row.tol);
      expect(relative(value, Number(row.exact))).toBeLessThan(1e-13);
    },
  );

  it.each(grid.rows)("agree to 1e-14 with 30 digits: $type $strike on $spot, $t years at $vol", (row) => {
    const greeks = spotGreeks(row.type as Right, row.spot, row.strike, years(row.t), row.vol, row.r, row.q);
    for (const greek of ["delta", "gamma", "vega", "theta", "rho"] as const) expect(relative(greeks[greek], Number(row[greek])), greek).toBeLessThan(1e-14);
  });

  it("are QuantLib's Black calculator's, by the forward and by the spot", () => {
    const { forward, strike, stdDev, discount, spot, maturity } = calculator.inputs;
    const byForward = black76Greeks("call", forward, strike, maturity, stdDev / Math.sqrt(maturity), discount);
    expect(Math.abs(byForward.delta - calculator.expected.deltaForward)).toBeLessThan(calculator.tolerance);
    expect(Math.abs(byForward.gamma - calculator.expected.gammaForward)).toBeLessThan(calculator.tolerance);
    expect(Math.abs(byForward.vega - calculator.expected.vega)).toBeLessThan(calculator.tolerance);
    // the calculator's spot is 98 under a forward of 100: a carry of ln(100/98)
    const rate = -Math.log(discount) / maturity;
    const bySpot = spotGreeks("call", spot, strike, maturity, stdDev, rate, rate - Math.log(forward / spot) / maturity);
    for (const greek of ["delta", "gamma", "vega", "theta", "rho"] as const)
      expect(Math.abs(bySpot[greek] - calculator.expected[greek]), greek).toBeLessThan(calculator.tolerance);
  });

  it("are the slopes of the price", () => {
    fc.assert(
      fc.property(
        options,
        fc.constantFrom<Right>("call", "put"),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        ({ forward, moneyness, years, volatility }, right, rate) => {
          fc.pre(volatility * Math.sqrt(years) > 0.02);
          const strike = forward * moneyness;
          const value = (f: number, t: number, v: number, r: number) => black76(right, f, strike, t, v, Math.exp(-r * t));
          const greeks = black76Greeks(right, forward, strike, years, volatility, Math.exp(-rate * years));
          const slope = (at: (step: number) => number, step: number) => (at(step) - at(-step)) / (2 * step);
          const near = (actual: number, expected: number, scale: number) => expect(Math.abs(actual - expected)).toBeLessThan(2e-5 * scale);
          near(
            greeks.delta,
            slope((h) => value(forward + h, years, volatility, rate), forward * 1e-5),
            1,
          );
          near(
            greeks.vega,
            slope((h) => value(forward, years, volatility + h, rate), volatility * 1e-4),
            forward + strike,
          );
          near(
            greeks.theta,
            -slope((h) => value(forward, years + h, volatility, rate), years * 1e-4),
            (forward + strike) * (1 + volatility / Math.sqrt(years)),
          );
          near(
            greeks.rho,
            slope((h) => value(forward, years, volatility, rate + h), 1e-5),
            forward + strike,
          );
        },
      ),
    );
  });

  it("are those of the intrinsic value at expiry", () => {
    expect(black76Greeks("call", 110, 100, 0, 0.5, 1)).toMatchObject({ delta: 1, gamma: 0, vega: 0, theta: 0 });
    expect(black76Greeks("put", 110, 100, 0, 0.5, 1).delta).toBeCloseTo(0, 15);
    expect(black76Greeks("call", 100, 100, 0, 0.5, 1).delta).toBe(0.5);
    expect(black76Greeks("put", 90, 100, 1, 0, 0.9).delta).toBe(-0.9);
  });
});
