import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { butterfliesOf, calendarsOf, type TwoSided } from "../../sim/market/quote-arbitrage.ts";
import { createSurface, impliedVolatility } from "../../sim/market/surface.ts";
import { rawSvi } from "../../sim/market/svi.ts";
import { black76 } from "../../sim/pricing/black76.ts";

const surface = createSurface(0.7, 0.8, 3);
const mark = (logMoneyness: number, volatility: number): TwoSided => ({ logMoneyness, bid: volatility, ask: volatility });
const smile = (years: number, steps = 30, reach = 1) =>
  Array.from({ length: steps + 1 }, (_, i) => reach * ((2 * i) / steps - 1)).map((k) => mark(k, impliedVolatility(surface, k, years)));

describe("arbitrage in quotes", () => {
  it("is not in a surface that has none, at any maturity", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 2, noNaN: true }), fc.double({ min: 1.02, max: 4, noNaN: true }), (years, ratio) => {
        expect(butterfliesOf(smile(years), years)).toEqual([]);
        expect(calendarsOf(smile(years), years, smile(years * ratio), years * ratio)).toEqual([]);
      }),
    );
  });

  it("is where Vogt's smile has a negative density (Gatheral and Jacquier 2014, example 3.1)", () => {
    const vogt = rawSvi({ a: -0.041, b: 0.1331, m: 0.3586, rho: 0.306, sigma: 0.4153 });
    const quotes = Array.from({ length: 61 }, (_, i) => (i - 30) / 20).map((k) => mark(k, Math.sqrt(vogt(k).variance)));
    const found = butterfliesOf(quotes, 1).map(({ index }) => quotes[index].logMoneyness);
    expect(found.length).toBeGreaterThan(3);
    // Its density is below 0 from 0.67 to 1.14 or so, least at 0.88.
    for (const k of found) expect(Math.abs(k - 0.88)).toBeLessThan(0.3);
  });

  it("is by how much the quote would have to come down: lowered by that, there is none", () => {
    const quotes = smile(0.2);
    for (const index of [8, 15, 22]) {
      const raised = quotes.with(index, mark(quotes[index].logMoneyness, quotes[index].bid + 0.06));
      const [{ index: at, excess }] = butterfliesOf(raised, 0.2);
      expect(at).toBe(index);
      expect(excess).toBeGreaterThan(0.02);
      const lowered = raised.with(index, mark(raised[index].logMoneyness, raised[index].bid - excess * 1.001));
      expect(butterfliesOf(lowered, 0.2)).toEqual([]);
    }
  });

  it("pays what it says: the butterfly's cash flow is negative by hand", () => {
    const quotes = [mark(Math.log(0.9), 0.6), mark(0, 0.9), mark(Math.log(1.1), 0.6)];
    const price = ({ logMoneyness, bid }: TwoSided) => black76("call", 1, Math.exp(logMoneyness), 0.1, bid, 1);
    expect(price(quotes[0]) - 2 * price(quotes[1]) + price(quotes[2])).toBeLessThan(0);
    expect(butterfliesOf(quotes, 0.1).map(({ index }) => index)).toEqual([1]);
  });

  it("needs a bid: a wide quote around the same middle is none, and no bid sells nothing", () => {
    const odd: TwoSided = { logMoneyness: 0, bid: 0.5, ask: 1.3 };
    expect(butterfliesOf([mark(-0.1, 0.6), odd, mark(0.1, 0.6)], 0.1)).toEqual([]);
    expect(butterfliesOf([mark(-0.1, 0.6), { ...odd, bid: Number.NaN }, mark(0.1, 0.6)], 0.1)).toEqual([]);
    expect(calendarsOf([{ ...odd, bid: Number.NaN }], 0.1, smile(0.2), 0.2)).toEqual([]);
  });

  it("is a call dearer than one of a lower strike", () => {
    const found = butterfliesOf([mark(-0.2, 0.3), mark(-0.1, 0.3), mark(0, 3)], 0.5);
    expect(found.map(({ index }) => index)).toContain(2);
  });

  it("is a nearer expiry with more variance in all, by how much volatility", () => {
    // 100 % for a month is as much as 50 % for four.
    const flat = (volatility: number) => [-0.2, -0.1, 0, 0.1, 0.2].map((k) => mark(k, volatility));
    expect(calendarsOf(flat(1), 1 / 12, flat(0.5001), 4 / 12)).toEqual([]);
    const found = calendarsOf(flat(1), 1 / 12, flat(0.45), 4 / 12);
    expect(found).toHaveLength(5);
    for (const { excess } of found) expect(excess).toBeCloseTo(0.1, 12);
    // Outside the later expiry's strikes nothing is known.
    expect(calendarsOf([mark(-0.5, 2), mark(0.5, 2)], 1 / 12, flat(0.45), 4 / 12)).toEqual([]);
  });
});
