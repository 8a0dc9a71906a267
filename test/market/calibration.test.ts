import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { butterflyArbitrage } from "../../sim/market/arbitrage.ts";
import { calibrateSurface, type ExpiryQuotes } from "../../sim/market/calibration.ts";
import { type ChainSurface, chainMoved, chainViolations } from "../../sim/market/chain-surface.ts";
import { calendarViolations, sliceViolations } from "../../sim/market/slice.ts";
import { atmVolatility, createSurface, impliedVolatility, LEVEL_YEARS, sliceAt, smileAt, surfaceAtLevel, surfaceViolations } from "../../sim/market/surface.ts";
import { rawSvi } from "../../sim/market/svi.ts";
import { createRandom } from "../../sim/math/random.ts";
import heston from "./cases/heston-forde.json" with { type: "json" };
import { bisectedVolatility, mertonCall } from "./merton.ts";

const YEARS = [2, 7, 14, 30, 60, 120, 270].map((days) => days / 365);

/** Strikes from 2.5 deviations below to above, quoted by `volatilityAt` with normal noise. */
function chainOf(volatilityAt: (logMoneyness: number, years: number) => number, noise: number, seed: string, years = YEARS): ExpiryQuotes[] {
  const random = createRandom(seed);
  return years.map((maturity) => ({
    years: maturity,
    quotes: Array.from({ length: 25 }, (_, i) => {
      const logMoneyness = 0.65 * Math.sqrt(maturity) * ((i - 12) / 12) * 2.5;
      return { logMoneyness, volatility: volatilityAt(logMoneyness, maturity) + noise * random.normal(), weight: 1 };
    }),
  }));
}

const HESTON: ExpiryQuotes[] = heston.terms.map((years, i) => ({
  years,
  quotes: heston.strikes.map((strike, j) => ({ logMoneyness: Math.log(strike / heston.forward), volatility: heston.impliedVolatilities[i][j], weight: 1 })),
}));

describe("a chain's surface", () => {
  it("is what the chain was made with, where that is an SSVI surface", () => {
    const made = createSurface(0.7, 0.6, 3, { rho: -0.35, eta: 0.9, gamma: 0.45 });
    const { surface, expiries } = calibrateSurface(chainOf((k, years) => impliedVolatility(made, k, years), 0, ""));
    for (const { rootMeanSquare } of expiries) expect(rootMeanSquare).toBeLessThan(1e-6);
    for (const [i, slice] of surface.slices.entries()) {
      const { theta, putWing, callWing } = sliceAt(made, YEARS[i]);
      expect([slice.theta / theta, slice.putWing / putWing, slice.callWing / callWing].every((ratio) => Math.abs(ratio - 1) < 1e-4)).toBe(true);
    }
  });

  it("comes near to Heston's published volatilities: 0.2 vol points at a month and a year, less beyond", () => {
    const { surface, expiries } = calibrateSurface(HESTON);
    expect(expiries.map(({ rootMeanSquare }) => Number((100 * rootMeanSquare).toFixed(3)))).toEqual([0.193, 0.192, 0.092, 0.048]);
    for (const { worst } of expiries) expect(Math.abs(worst)).toBeLessThan(0.0041);
    expect(chainViolations(surface)).toEqual([]);
    // Nothing was lost to the conditions: each expiry on its own comes out no better.
    HESTON.forEach((expiry, i) => {
      expect(calibrateSurface([expiry]).expiries[0].rootMeanSquare).toBeCloseTo(expiries[i].rootMeanSquare, 6);
    });
  });

  it("finds the level under the noise of a jump model's chain, priced and inverted by another program", () => {
    const jumps = { volatility: 0.55, intensity: 10, mean: -0.05, deviation: 0.08 };
    const exact = (k: number, years: number) => bisectedVolatility(mertonCall(jumps, 3000, 3000 * Math.exp(k), years), 3000, 3000 * Math.exp(k), years);
    const noise = 0.005;
    const chain = chainOf(exact, noise, "jumps");
    const { surface, expiries } = calibrateSurface(chain);
    expect(chainViolations(surface)).toEqual([]);
    for (const [i, { rootMeanSquare }] of expiries.entries()) {
      // A jump model's smile of two days is sharper than SSVI's; from a week on the noise is what is left.
      expect(rootMeanSquare).toBeLessThan(i === 0 ? 0.02 : 1.6 * noise);
      if (i > 0) expect(Math.abs(impliedVolatility(surface, 0, YEARS[i]) - exact(0, YEARS[i]))).toBeLessThan(1.5 * noise);
    }
    // Between two expiries it was not shown.
    expect(Math.abs(impliedVolatility(surface, -0.05, 45 / 365) - exact(-0.05, 45 / 365))).toBeLessThan(0.008);
  });

  it("has no arbitrage whatever the quotes are, at no maturity", () => {
    const quotes = fc.array(
      fc.record({
        logMoneyness: fc.integer({ min: -100, max: 100 }).map((percent) => percent / 100),
        volatility: fc.double({ min: 0.05, max: 4, noNaN: true }),
        weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
      }),
      { minLength: 9, maxLength: 12 },
    );
    const maturities = fc.uniqueArray(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(maturities, fc.array(quotes, { minLength: 5, maxLength: 5 }), fc.double({ min: 0.3, max: 3, noNaN: true }), (days, sets, factor) => {
        fc.pre(sets.every((set) => new Set(set.map(({ logMoneyness }) => logMoneyness)).size >= 5));
        const expiries = days.toSorted((a, b) => a - b).map((day, i) => ({ years: day / 365, quotes: sets[i] }));
        const { surface } = calibrateSurface(expiries);
        expect(chainViolations(surface)).toEqual([]);
        expectSound(surface);
        const moved = chainMoved(surface, factor);
        if (moved) expectSound(moved);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it("is the same to the bit whatever the order it is asked in, and each time", () => {
    const chain = chainOf(() => 0.6, 0.03, "bits");
    expect(calibrateSurface(chain)).toEqual(calibrateSurface(structuredClone(chain)));
  });

  it("weighs a quote by how sure it is", () => {
    const flat = (odd: number): ExpiryQuotes => ({
      years: 0.1,
      quotes: [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3].map((k) => ({ logMoneyness: k, volatility: k === 0.3 ? 0.9 : 0.6, weight: k === 0.3 ? odd : 1 })),
    });
    const at = (odd: number) => impliedVolatility(calibrateSurface([flat(odd)]).surface, 0.3, 0.1);
    expect(at(10)).toBeGreaterThan(0.85);
    expect(at(0.01)).toBeLessThan(0.62);
  });

  it("moves as one: every volatility at the same number of deviations by the factor", () => {
    const { surface } = calibrateSurface(HESTON);
    const moved = chainMoved(surface, 1.5) as ChainSurface;
    for (const deviations of [-2, -0.5, 0, 1])
      for (const years of [0.05, 0.1, 0.7, 12])
        expect(impliedVolatility(moved, 1.5 * deviations * 0.2, years) / impliedVolatility(surface, deviations * 0.2, years)).toBeCloseTo(1.5, 12);
    expect(chainMoved(surface, 40)).toBeUndefined();
  });

  it("goes to the level it is told, keeping its smile and its term structure, and refuses one where it breaks", () => {
    const { surface } = calibrateSurface(HESTON);
    const raised = surfaceAtLevel(surface, 0.4, 99);
    expect(atmVolatility(raised, LEVEL_YEARS)).toBeCloseTo(0.4, 12);
    expect(atmVolatility(raised, 5) / atmVolatility(surface, 5)).toBeCloseTo(atmVolatility(raised, 1) / atmVolatility(surface, 1), 12);
    const model = createSurface(0.7, 0.6, 3);
    expect(surfaceAtLevel(model, 0.9, 0.8)).toEqual(createSurface(0.9, 0.8, 3));
    for (const level of [9, 0, Number.NaN]) expect(() => surfaceAtLevel(surface, level, 1)).toThrow(expect.objectContaining({ code: "SURFACE_INVALID" }));
  });

  it.each([
    ["no expiry", []],
    ["four strikes", [{ years: 0.1, quotes: HESTON[0].quotes.slice(0, 4) }]],
    ["five quotes of one strike", [{ years: 0.1, quotes: Array.from({ length: 5 }, () => HESTON[0].quotes[0]) }]],
    ["a maturity of nothing", [{ ...HESTON[0], years: 0 }]],
    ["maturities out of order", [HESTON[1], HESTON[0]]],
    ["a volatility of 0", [{ years: 0.1, quotes: [{ logMoneyness: 0, volatility: 0, weight: 1 }, ...HESTON[0].quotes] }]],
    ["a strike of 0", [{ years: 0.1, quotes: [{ logMoneyness: Number.NEGATIVE_INFINITY, volatility: 1, weight: 1 }, ...HESTON[0].quotes] }]],
  ] as [string, ExpiryQuotes[]][])("refuses %s", (_, expiries) => {
    expect(() => calibrateSurface(expiries)).toThrow(expect.objectContaining({ code: "CALIBRATION_INPUT_INVALID" }));
  });
});

describe("the conditions on slices", () => {
  it("are those of Gatheral and Jacquier in θ, φ, ρ: none that passes has a negative density, none that fails passes theirs", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 3, noNaN: true }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        (theta, putWing, callWing) => {
          const phi = (putWing + callWing) / theta;
          const rho = (callWing - putWing) / (callWing + putWing);
          const theirs = theta * phi * (1 + Math.abs(rho)) < 4 && theta * phi * phi * (1 + Math.abs(rho)) <= 4;
          const slice = { theta, putWing, callWing };
          expect(sliceViolations(slice).length === 0).toBe(theirs);
          if (theirs) expectSound({ slices: [{ years: 1, ...slice }] });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("see a slice that crosses the one before it, and name what falls", () => {
    const early = { theta: 0.04, putWing: 0.05, callWing: 0.04 };
    expect(calendarViolations(early, { theta: 0.05, putWing: 0.06, callWing: 0.05 })).toEqual([]);
    expect(calendarViolations(early, { theta: 0.03, putWing: 0.03, callWing: 0.03 }).join()).toMatch(/theta falls.*putWing falls.*callWing falls/);
    expect(calendarViolations(early, { theta: 0.041, putWing: 0.06, callWing: 0.05 }).join()).toMatch(/phi rises/);
    expect(
      surfaceViolations({
        slices: [
          { years: 1, ...early },
          { years: 1, ...early },
        ],
      }).join(),
    ).toMatch(/maturities do not rise/);
    expect(surfaceViolations({ slices: [] })).toEqual(["there is no slice"]);
  });
});

describe("raw SVI", () => {
  it("is QuantLib's: at the middle of the smile the total variance is a + b·σ", () => {
    // test-suite/svivolatility.cpp: forward 123.45, 11 days, strike forward·e^m
    const [a, b, sigma, rho, m] = [-0.0666, 0.229, 0.337, 0.439, 0.193];
    const { variance } = rawSvi({ a, b, sigma, rho, m })(Math.log((123.45 * Math.exp(m)) / 123.45));
    expect(Math.abs(variance - 0.010573)).toBeLessThan(1e-12);
  });

  it("has the slopes it says", () => {
    const smile = rawSvi({ a: 0.01, b: 0.2, rho: -0.4, m: 0.1, sigma: 0.3 });
    for (const k of [-1, -0.1, 0.1, 0.8]) {
      const [low, middle, high] = [smile(k - 1e-4), smile(k), smile(k + 1e-4)];
      expect(middle.slope).toBeCloseTo((high.variance - low.variance) / 2e-4, 7);
      expect(middle.curvature).toBeCloseTo((high.slope - low.slope) / 2e-4, 6);
    }
  });
});

/** No butterfly at the maturities of the slices, between, before and after them, and total variance rising with maturity. */
function expectSound(surface: ChainSurface): void {
  const last = surface.slices[surface.slices.length - 1].years;
  const years = [
    0.3 * surface.slices[0].years,
    ...surface.slices.flatMap(({ years: at }, i) => [at, (at + (surface.slices[i + 1]?.years ?? 3 * last)) / 2]),
    4 * last,
  ];
  const strikes = Array.from({ length: 41 }, (_, i) => (i - 20) / 8);
  let before = strikes.map(() => 0);
  for (const maturity of years) {
    expect(butterflyArbitrage((k) => smileAt(surface, k, maturity), 2.5, 200)).toBeUndefined();
    const now = strikes.map((k) => smileAt(surface, k, maturity).variance);
    now.forEach((variance, i) => {
      expect(variance).toBeGreaterThanOrEqual(before[i] * (1 - 1e-9) - 1e-14);
    });
    before = now;
  }
}
