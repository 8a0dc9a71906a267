import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { black76, type Right } from "../../sim/pricing/black76.ts";
import { impliedVolatility } from "../../sim/pricing/implied-volatility.ts";
import prices from "./cases/crypto-grid.json" with { type: "json" };
import grid from "./cases/implied-volatility-grid.json" with { type: "json" };

describe("implied volatility", () => {
  it("comes back over QuantLib's whole grid", () => {
    let inverted = 0;
    let worst = 0;
    for (const right of grid.types as Right[])
      for (const strike of grid.strikes)
        for (const days of grid.days_act360)
          for (const spot of grid.spots)
            for (const q of grid.q)
              for (const r of grid.r)
                for (const volatility of grid.vols) {
                  const years = days / 360;
                  const forward = spot * Math.exp((r - q) * years);
                  const discount = Math.exp(-r * years);
                  const price = black76(right, forward, strike, years, volatility, discount);
                  if (Math.abs(price - black76(right, forward, strike, years, volatility / 2, discount)) <= 1e-12) continue;
                  const implied = impliedVolatility(right, price, forward, strike, years, discount);
                  const repriced = black76(right, forward, strike, years, implied, discount);
                  inverted++;
                  worst = Math.max(worst, Math.min(Math.abs(implied - volatility), Math.abs(repriced - price) / spot));
                }
    expect(inverted).toBeGreaterThan(10_000);
    expect(worst).toBeLessThan(1e-12);
  });

  it.each(prices.rows)("is what the 30-digit price was made with: $type $strike on $spot at $vol", (row) => {
    const [above, below] = row.t.split("/").map(Number);
    const years = above / below;
    const implied = impliedVolatility(
      row.type as Right,
      Number(row.price),
      row.spot * Math.exp((row.r - row.q) * years),
      row.strike,
      years,
      Math.exp(-row.r * years),
    );
    expect(Math.abs(implied / row.vol - 1)).toBeLessThan(1e-11);
  });

  it("comes back to 1e-7 over QuantLib's strikes of 15 months from half to twice the spot (test-suite/blackformula.cpp, Li's and Stefanica's formulas)", () => {
    const [spot, rate, carry, years, volatility] = [100, 0.1, 0.06, 1.25, 0.2];
    for (const strike of [50, 60, 70, 80, 90, 100, 110, 125, 150, 200])
      for (const right of ["call", "put"] as const) {
        const forward = spot * Math.exp((rate - carry) * years);
        const discount = Math.exp(-rate * years);
        const implied = impliedVolatility(right, black76(right, forward, strike, years, volatility, discount), forward, strike, years, discount);
        expect(Math.abs(implied - volatility), `${right} ${strike}`).toBeLessThan(1e-7);
      }
  });

  it("comes back for any option out of the money, even one worth 1e-290", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.double({ min: 1 / 8760, max: 3, noNaN: true }),
        (moneyness, volatility, years) => {
          const right = moneyness >= 1 ? "call" : "put";
          const price = black76(right, 3000, 3000 * moneyness, years, volatility, 0.98);
          fc.pre(price > 1e-290 && price < 0.98 * 3000 * Math.min(1, moneyness) * 0.999);
          expect(Math.abs(impliedVolatility(right, price, 3000, 3000 * moneyness, years, 0.98) / volatility - 1)).toBeLessThan(1e-10);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is 0 for the intrinsic value", () => {
    expect(impliedVolatility("call", 10, 110, 100, 0.5, 1)).toBe(0);
    expect(impliedVolatility("put", 0, 110, 100, 0.5, 1)).toBe(0);
  });

  it("refuses a price no volatility gives, saying which would do", () => {
    const refuse = (right: Right, price: number) =>
      expect(() => impliedVolatility(right, price, 110, 100, 0.5, 1)).toThrow(expect.objectContaining({ code: "PRICE_OUTSIDE_ARBITRAGE_BOUNDS" }));
    refuse("call", 9.99);
    refuse("call", 110);
    refuse("put", 100);
    refuse("put", -1);
    refuse("call", Number.NaN);
    expect(() => impliedVolatility("call", 5, 100, 100, 0, 1)).toThrow(expect.objectContaining({ code: "OPTION_INPUT_INVALID" }));
    expect(() => impliedVolatility("call", 5, Number.NaN, 100, 1, 1)).toThrow(expect.objectContaining({ code: "OPTION_INPUT_INVALID" }));
  });
});
