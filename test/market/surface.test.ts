import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { butterflyArbitrage, densityFactor } from "../../sim/market/arbitrage.ts";
import {
  ASSUMED_SMILE,
  atmVolatility,
  createSurface,
  impliedVolatility,
  LEVEL_YEARS,
  type ModelSurface,
  skewSlope,
  smileAt,
  surfaceViolations,
} from "../../sim/market/surface.ts";
import { rawSvi } from "../../sim/market/svi.ts";
import { black76 } from "../../sim/pricing/black76.ts";

const surface: ModelSurface = createSurface(0.65, 0.7, 3.59);

const surfaces = fc.record({
  atm: fc.double({ min: 0.1, max: 4, noNaN: true }),
  longRun: fc.double({ min: 0.1, max: 3, noNaN: true }),
  reversion: fc.double({ min: 0.2, max: 20, noNaN: true }),
});

describe("the surface", () => {
  it("goes through its level at 30 days and tends to the long run", () => {
    fc.assert(
      fc.property(surfaces, ({ atm, longRun, reversion }) => {
        const made = createSurface(atm, longRun, reversion);
        expect(atmVolatility(made, LEVEL_YEARS)).toBeCloseTo(atm, 10);
        expect(atmVolatility(made, 1e8)).toBeCloseTo(Math.sqrt(made.longRunVariance), 4);
        expect(made.longRunVariance).toBeLessThanOrEqual(longRun * longRun);
      }),
    );
    expect(Math.sqrt(surface.longRunVariance)).toBeCloseTo(0.7, 12);
  });

  it("is SSVI as Gatheral and Jacquier wrote it: natural parameters give the same smile", () => {
    // their raw SVI of an SSVI slice (2014, equation 4.1 in raw form): a, b, ρ, m, σ from θ, φ, ρ
    const years = 0.25;
    const theta = atmVolatility(surface, years) ** 2 * years;
    const phi = surface.eta / Math.sqrt(theta * (1 + theta));
    const { rho } = surface;
    const raw = rawSvi({ a: (theta / 2) * (1 - rho * rho), b: (theta * phi) / 2, m: -rho / phi, rho, sigma: Math.sqrt(1 - rho * rho) / phi });
    for (const k of [-1, -0.3, -0.05, 0, 0.1, 0.5, 1.2]) {
      const ours = smileAt(surface, k, years);
      const theirs = raw(k);
      expect(ours.variance).toBeCloseTo(theirs.variance, 13);
      expect(ours.slope).toBeCloseTo(theirs.slope, 13);
      expect(ours.curvature).toBeCloseTo(theirs.curvature, 12);
      expect(impliedVolatility(surface, k, years) ** 2 * years).toBeCloseTo(theirs.variance, 13);
    }
  });

  it("has the slope its volatilities have", () => {
    fc.assert(
      fc.property(
        surfaces,
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        ({ atm, longRun, reversion }, k, years) => {
          const made = createSurface(atm, longRun, reversion);
          const numeric = (impliedVolatility(made, k + 1e-6, years) - impliedVolatility(made, k - 1e-6, years)) / 2e-6;
          expect(Math.abs(skewSlope(made, k, years) - numeric)).toBeLessThan(1e-6 * (1 + Math.abs(numeric)));
        },
      ),
    );
    expect(skewSlope(surface, 0, LEVEL_YEARS)).toBeLessThan(0);
  });

  it("admits no arbitrage as assumed, for any level, long run and reversion", () => {
    fc.assert(
      fc.property(surfaces, fc.double({ min: 1 / 365, max: 2, noNaN: true }), ({ atm, longRun, reversion }, years) => {
        const made = createSurface(atm, longRun, reversion);
        expect(surfaceViolations(made)).toEqual([]);
        expect(butterflyArbitrage((k) => smileAt(made, k, years), 3, 300)).toBeUndefined();
        for (const k of [-1, -0.2, 0, 0.2, 1])
          expect(smileAt(made, k, years * 1.1).variance).toBeGreaterThanOrEqual(smileAt(made, k, years).variance * (1 - 1e-12));
      }),
    );
  });

  it("never lets total variance fall, even when the level is far below the long run", () => {
    const low = createSurface(0.2, 1.5, 3.59);
    expect(Math.sqrt(low.instantVariance)).toBeCloseTo(0.1, 12);
    let before = 0;
    for (let day = 1; day < 800; day++) {
      const theta = atmVolatility(low, day / 365) ** 2 * (day / 365);
      expect(theta).toBeGreaterThan(before);
      before = theta;
    }
  });

  it("uses the smile of one hour for anything shorter, and stays finite", () => {
    expect(impliedVolatility(surface, -0.2, 0)).toBe(impliedVolatility(surface, -0.2, 1 / 8760));
    expect(impliedVolatility(surface, -0.2, 0)).toBeLessThan(30);
    expect(skewSlope(surface, -0.2, 0)).toBe(skewSlope(surface, -0.2, 1 / 8760));
  });

  it.each([
    [0, 0.7, 3],
    [Number.NaN, 0.7, 3],
    [0.6, -1, 3],
    [0.6, 0.7, 0],
    [Number.POSITIVE_INFINITY, 0.7, 3],
  ])("refuses the level %s, long run %s, reversion %s", (atm, longRun, reversion) => {
    expect(() => createSurface(atm, longRun, reversion)).toThrow(expect.objectContaining({ code: "SURFACE_INVALID" }));
  });
});

describe("arbitrage in a surface", () => {
  const broken = (change: Partial<ModelSurface>) => surfaceViolations({ ...surface, ...change }).join("; ");

  it("is named when parameters leave the conditions", () => {
    expect(broken({ rho: -1 })).toMatch(/rho/);
    expect(broken({ eta: 0 })).toMatch(/eta/);
    expect(broken({ eta: 2 })).toMatch(/butterfly/);
    expect(broken({ gamma: 0.6 })).toMatch(/butterfly/);
    expect(broken({ gamma: -0.1 })).toMatch(/calendar/);
    expect(broken({ instantVariance: -0.01 })).toMatch(/calendar/);
    expect(broken({ longRunVariance: -0.01 })).toMatch(/calendar/);
    expect(broken({ reversionPerYear: 0 })).toMatch(/reversion/);
    expect(broken({ eta: Number.NaN })).not.toBe("");
  });

  it("allows exactly η·√(1 + |ρ|) up to 2 at γ = ½", () => {
    expect(broken({ rho: -0.5, eta: 1.63 })).toBe("");
    expect(broken({ rho: -0.5, eta: 1.64 })).toMatch(/butterfly/);
  });

  it("has no false negative: whatever the conditions let pass has a density nowhere below zero", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.99, max: 0.99, noNaN: true }),
        fc.double({ min: 0.05, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 1 / 365, max: 3, noNaN: true }),
        (rho, eta, gamma, years) => {
          const candidate = { ...surface, rho, eta, gamma };
          fc.pre(surfaceViolations(candidate).length === 0);
          expect(butterflyArbitrage((k) => smileAt(candidate, k, years), 2, 200)).toBeUndefined();
        },
      ),
    );
  });

  it("is seen in a surface that breaks them", () => {
    const steep = { ...surface, rho: -0.9, eta: 6 };
    expect(surfaceViolations(steep)).not.toEqual([]);
    expect(butterflyArbitrage((k) => smileAt(steep, k, 0.5), 3, 600)).toBeDefined();
  });

  it("is seen in Vogt's counter-example (Gatheral and Jacquier 2014, example 3.1)", () => {
    const vogt = rawSvi({ a: -0.041, b: 0.1331, m: 0.3586, rho: 0.306, sigma: 0.4153 });
    expect(butterflyArbitrage(vogt, 1.5, 600)).toBeDefined();
    const factors = Array.from({ length: 301 }, (_, i) => i / 100 - 1.5).map((k) => ({ k, g: densityFactor(k, vogt(k)) }));
    const least = factors.reduce((a, b) => (b.g < a.g ? b : a));
    expect(least.k).toBeCloseTo(0.88, 10);
    expect(least.g).toBeCloseTo(-0.03286334037, 9);
  });

  it("is the same thing as a butterfly of option prices that costs less than nothing", () => {
    const vogt = rawSvi({ a: -0.041, b: 0.1331, m: 0.3586, rho: 0.306, sigma: 0.4153 });
    const call = (k: number) => black76("call", 1, Math.exp(k), 1, Math.sqrt(vogt(k).variance), 1);
    const butterfly = (k: number) => {
      const strikes = [Math.exp(k) - 0.01, Math.exp(k), Math.exp(k) + 0.01].map(Math.log);
      return call(strikes[0]) - 2 * call(strikes[1]) + call(strikes[2]);
    };
    expect(butterfly(0.88)).toBeLessThan(0);
    expect(butterfly(0)).toBeGreaterThan(0);
  });
});

it("the assumed smile prices puts above calls at the same distance", () => {
  expect(ASSUMED_SMILE.rho).toBeLessThan(0);
  expect(impliedVolatility(surface, -0.15, LEVEL_YEARS) - impliedVolatility(surface, 0.15, LEVEL_YEARS)).toBeGreaterThan(0.05);
});
