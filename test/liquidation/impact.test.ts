import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decayFactor, discountAt, displacement, IMPACT_HALF_LIFE_HOURS, quantityOf, unwindingCost } from "../../sim/liquidation/index.ts";

const liquidity = { dailyVolatility: 0.04, dailyVolumeUsd: 1e8 };
const usd = fc.double({ min: 1, max: 1e9, noNaN: true });

describe("the square-root law", () => {
  it("moves the price by 0.4 % for 1 % of the day's volume at 4 % daily volatility: 0.04·√0.01", () => {
    expect(displacement(1e6, liquidity)).toBeCloseTo(0.004, 15);
  });

  it("costs two thirds of the final displacement on average: the integral of √x is ⅔·x^{3/2}", () => {
    expect(unwindingCost(0, 1e6, liquidity)).toBeCloseTo((2 / 3) * 0.004 * 1e6, 6);
  });

  it("costs what a fine Riemann sum over the displacement costs", () => {
    const [before, quantity, pieces] = [3e5, 2e6, 20_000];
    let sum = 0;
    for (let i = 0; i < pieces; i++) sum += displacement(before + ((i + 0.5) * quantity) / pieces, liquidity) * (quantity / pieces);
    expect(unwindingCost(before, quantity, liquidity) / sum).toBeCloseTo(1, 6);
  });

  it("gives nothing for splitting: two slices cost what their sum costs", () => {
    fc.assert(
      fc.property(usd, usd, usd, (before, first, second) => {
        const split = unwindingCost(before, first, liquidity) + unwindingCost(before + first, second, liquidity);
        // What is compared is a difference of 3/2 powers: as exact as the whole order lets it be.
        expect(Math.abs(split - unwindingCost(before, first + second, liquidity))).toBeLessThan(1e-12 * unwindingCost(0, before + first + second, liquidity));
      }),
    );
  });

  it("is undone by its inverse", () => {
    fc.assert(
      fc.property(usd, (quantity) => {
        expect(quantityOf(displacement(quantity, liquidity), liquidity) / quantity).toBeCloseTo(1, 10);
      }),
    );
  });

  it("decays by half in its half-life, and the same in one go or hour by hour", () => {
    expect(decayFactor(IMPACT_HALF_LIFE_HOURS)).toBeCloseTo(0.5, 14);
    let hourly = 1;
    for (let h = 0; h < 24; h++) hourly *= decayFactor(1);
    expect(hourly / decayFactor(24)).toBeCloseTo(1, 12);
  });

  it("costs nothing to trade nothing", () => {
    expect(displacement(0, liquidity)).toBe(0);
    expect(unwindingCost(5e5, 0, liquidity)).toBe(0);
  });
});

describe("a Dutch auction", () => {
  it("starts without discount, reaches half of it half way, and stays at the largest", () => {
    expect([0, 900, 1_800, 86_400].map((seconds) => discountAt(seconds, 1_800, 0.2))).toEqual([0, 0.1, 0.2, 0.2]);
  });
});
