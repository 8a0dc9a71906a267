import { BallastError } from "../errors.ts";
import { exp } from "../math/exp.ts";
import { power } from "../math/power.ts";
import type { SmilePoint } from "./arbitrage.ts";
import { type ChainSurface, chainMoved, chainSliceAt, chainViolations } from "./chain-surface.ts";
import { leastTotalVariance, type Slice, sliceOf, smileOf, tiltedSlice, totalVariance } from "./slice.ts";

/** An implied volatility surface: the model's, or one calibrated on a user's option chain. Both are SSVI, free of arbitrage by its conditions. */
export type Surface = ModelSurface | ChainSurface;

/**
 * The model's surface: SSVI (Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces", 2014, §4) with the power-law
 * φ(θ) = η / (θ^γ·(1 + θ)^(1 − γ)), over an at-the-money total variance that returns to a long-run level:
 * θ(T) = longRunVariance·T + (instantVariance − longRunVariance)·(1 − e^(−κT))/κ.
 *
 * w(k, T) = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)), k = ln(strike / forward), volatility = √(w/T).
 */
export interface ModelSurface {
  /** Correlation-like skew, −1 … 1; below 0 puts cost more than calls. */
  readonly rho: number;
  /** Curvature level η, above 0. */
  readonly eta: number;
  /** How fast skew flattens with maturity, 0 … ½; at ½ it falls with the root of time. */
  readonly gamma: number;
  /** Annual at-the-money variance that long maturities go to. */
  readonly longRunVariance: number;
  /** Annual at-the-money variance at maturity 0. */
  readonly instantVariance: number;
  /** κ, per year. */
  readonly reversionPerYear: number;
}

export type Smile = Pick<ModelSurface, "rho" | "eta" | "gamma">;

/**
 * The smile of every underlying. A MODEL ASSUMPTION, not a fit: no option chain is in the data. At 30 days and 65 % it makes a
 * 25-delta put about 7 vol points dearer than the call and the wings about 2 points dearer than the middle, what BTC and ETH
 * options show in a stressed month (calm months are nearer to symmetric). The skew costs the seller of puts more: the careful side.
 */
export const ASSUMED_SMILE: Smile = { rho: -0.2, eta: 0.8, gamma: 0.5 };

/** Maturity the level is quoted at: 30 days, as DVOL. */
export const LEVEL_YEARS = 30 / 365;

/** The variance at maturity 0 is at least this share of the 30-day one. */
const LEAST_INSTANT = 0.25;

/** Shorter maturities use the smile of one hour: at maturity 0 SSVI's wings have no limit. */
const SHORTEST_YEARS = 1 / 8760;

/**
 * The surface whose at-the-money volatility at 30 days is `atmVolatility` and tends to `longRunVolatility`. Where the level is so far
 * below the long run that the variance today would be less than a quarter of the level's, the long run is lowered until it is a quarter:
 * θ must not fall, and a short option is not to be priced as if nothing could happen.
 *
 * @param atmVolatility annualised, above 0. @param longRunVolatility annualised, above 0. @param reversionPerYear κ, above 0.
 * @throws SURFACE_INVALID for a level that is not a number above 0.
 * @example createSurface(0.65, 0.7, 3.6)
 */
export function createSurface(atmVolatility: number, longRunVolatility: number, reversionPerYear: number, smile: Smile = ASSUMED_SMILE): ModelSurface {
  const levels = { atmVolatility, longRunVolatility, reversionPerYear };
  for (const [field, value] of Object.entries(levels)) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
      throw new BallastError("SURFACE_INVALID", `A surface cannot have ${field} ${value}.`, {
        where: { field, value: String(value) },
        fix: "Give a finite number above 0.",
      });
    }
  }
  const level = atmVolatility * atmVolatility;
  const weight = meanWeight(reversionPerYear, LEVEL_YEARS);
  const longRunVariance = Math.min(longRunVolatility * longRunVolatility, (level * (1 - LEAST_INSTANT * weight)) / (1 - weight));
  const instantVariance = longRunVariance + (level - longRunVariance) / weight;
  return { rho: smile.rho, eta: smile.eta, gamma: smile.gamma, longRunVariance, instantVariance, reversionPerYear };
}

/**
 * The same smile at another level: what a surface becomes when its 30-day at-the-money volatility is said to be `level`.
 *
 * @param level annualised, above 0. @param longRunVolatility what the model's surface tends to; a chain's own term structure is kept.
 * @throws SURFACE_INVALID for a level that is not above 0, or at which a chain's smile would admit a butterfly.
 * @example atmVolatility(surfaceAtLevel(surface, 0.9, 0.7), 30 / 365); // 0.9
 */
export function surfaceAtLevel(surface: Surface, level: number, longRunVolatility: number): Surface {
  if (!("slices" in surface)) return createSurface(level, longRunVolatility, surface.reversionPerYear, surface);
  const moved = level > 0 ? chainMoved(surface, level / atmVolatility(surface, LEVEL_YEARS)) : undefined;
  if (moved !== undefined) return moved;
  throw new BallastError("SURFACE_INVALID", `The chain's smile admits a butterfly at a level of ${level}.`, {
    where: { field: "level", value: String(level) },
    fix: "Give a level nearer to the chain's own, or leave it out.",
  });
}

/**
 * The smile of one maturity: everything else of a surface follows from it.
 *
 * @param years to expiry; below one hour it is that of one hour.
 * @example sliceAt(surface, 30 / 365).theta; // total variance at the money
 */
export function sliceAt(surface: Surface, years: number): Slice {
  const maturity = Math.max(years, SHORTEST_YEARS);
  if ("slices" in surface) return chainSliceAt(surface, maturity);
  const theta = atmTotalVariance(surface, maturity);
  return sliceOf(theta, surface.rho, curvature(surface, theta));
}

/**
 * Implied volatility, annualised.
 *
 * @param logMoneyness ln(strike / forward). @param years to expiry; below one hour it is that of one hour.
 * @example impliedVolatility(surface, -0.1, 30 / 365); // a put 10 % out of the money
 */
export function impliedVolatility(surface: Surface, logMoneyness: number, years: number): number {
  return Math.sqrt(totalVariance(sliceAt(surface, years), logMoneyness) / Math.max(years, SHORTEST_YEARS));
}

/**
 * ∂σ/∂k: change of implied volatility per unit of ln(strike / forward). Below 0 where lower strikes cost more.
 *
 * @example skewSlope(surface, 0, 30 / 365); // -0.274
 */
export function skewSlope(surface: Surface, logMoneyness: number, years: number): number {
  const { variance, slope } = smileAt(surface, logMoneyness, years);
  return slope / (2 * Math.sqrt(variance * Math.max(years, SHORTEST_YEARS)));
}

/**
 * Implied volatility where the skew is tilted: of `tiltedSlice`.
 *
 * @param tilt change of ∂ln(σ)/∂k at the money, between −callWing/θ and putWing/θ
 * @example tiltedVolatility(surface, -0.1, 30 / 365, -0.5); // a put 10 % out of the money after a fall of 10 %, the level as it was
 */
export function tiltedVolatility(surface: Surface, logMoneyness: number, years: number, tilt: number): number {
  return Math.sqrt(totalVariance(tiltedSlice(sliceAt(surface, years), tilt), logMoneyness) / Math.max(years, SHORTEST_YEARS));
}

/**
 * The lowest point of the smile at a maturity: SSVI's total variance is nowhere under θ (1 − ρ²) (Gatheral & Jacquier 2014, §4).
 *
 * @param years above 0.
 * @example leastVolatility(createSurface(0.65, 0.7, 3.6), 30 / 365); // 0.637: 0.65 · √(1 − 0.2²)
 */
export function leastVolatility(surface: Surface, years: number): number {
  return Math.sqrt(leastTotalVariance(sliceAt(surface, years)) / Math.max(years, SHORTEST_YEARS));
}

/**
 * At-the-money (strike = forward) implied volatility, annualised.
 *
 * @example atmVolatility(createSurface(0.65, 0.7, 3.6), 30 / 365); // 0.65
 */
export function atmVolatility(surface: Surface, years: number): number {
  return Math.sqrt(sliceAt(surface, years).theta / Math.max(years, SHORTEST_YEARS));
}

/** Total variance w at ln(strike / forward) and its first two derivatives by it. */
export function smileAt(surface: Surface, logMoneyness: number, years: number): SmilePoint {
  return smileOf(sliceAt(surface, years), logMoneyness);
}

/**
 * What makes a surface admit static arbitrage, one sentence each; none for a sound one. Butterfly: θφ(1 + |ρ|) < 4 and
 * θφ²(1 + |ρ|) ≤ 4 for every θ (theorem 4.2); calendar: θ never falls and 0 ≤ ∂(θφ)/∂θ ≤ φ·(1 + √(1 − ρ²))/ρ² (theorem 4.1).
 * For the power law these reduce to conditions on the parameters alone, so every maturity is covered; for a chain see `chainViolations`.
 *
 * @example surfaceViolations({ ...surface, eta: 3 }); // ["butterfly: …"]
 */
export function surfaceViolations(surface: Surface): string[] {
  return "slices" in surface ? chainViolations(surface) : modelViolations(surface);
}

function modelViolations(surface: ModelSurface): string[] {
  const { rho, eta, gamma, longRunVariance, instantVariance, reversionPerYear } = surface;
  const found: string[] = [];
  if (!(Math.abs(rho) < 1)) found.push(`rho ${rho} is not between -1 and 1`);
  if (!(eta > 0)) found.push(`eta ${eta} is not above 0`);
  if (!(reversionPerYear > 0)) found.push(`reversionPerYear ${reversionPerYear} is not above 0`);
  // θ'(T) goes from instantVariance to longRunVariance
  if (!(longRunVariance >= 0 && instantVariance >= 0 && longRunVariance + instantVariance > 0)) {
    found.push(`calendar: total variance falls with maturity (instant ${instantVariance}, long run ${longRunVariance})`);
  }
  // θφ = η·(θ/(1 + θ))^(1 − γ): its derivative is φ·(1 − γ)/(1 + θ), within [0, φ], and φ is below the upper bound
  if (!(gamma >= 0 && gamma <= 1)) found.push(`calendar: gamma ${gamma} is not between 0 and 1`);
  const skewed = 1 + Math.abs(rho);
  // θφ rises to η as θ grows, without reaching it
  if (!(eta * skewed <= 4)) found.push(`butterfly: eta·(1 + |rho|) = ${eta * skewed} is above 4`);
  const peak = largestCurvature(eta, gamma);
  if (!(peak * skewed <= 4)) found.push(`butterfly: theta·phi²·(1 + |rho|) reaches ${peak * skewed}, above 4`);
  return found;
}

/** The largest θφ² = η²·θ^(1 − 2γ)·(1 + θ)^(2γ − 2) over all θ: at θ = 1 − 2γ for γ below ½, the limit η² at ½, unbounded above. */
function largestCurvature(eta: number, gamma: number): number {
  if (gamma > 0.5) return Number.POSITIVE_INFINITY;
  const at = 1 - 2 * gamma;
  return eta * eta * (at === 0 ? 1 : power(at, at)) * power(1 + at, 2 * gamma - 2);
}

/** θ(T). */
function atmTotalVariance(surface: ModelSurface, years: number): number {
  const { longRunVariance, instantVariance, reversionPerYear } = surface;
  return years * (longRunVariance + (instantVariance - longRunVariance) * meanWeight(reversionPerYear, years));
}

/** (1 − e^(−κT))/(κT): the share of today's gap from the long run in the mean variance to T. */
function meanWeight(reversionPerYear: number, years: number): number {
  const x = reversionPerYear * years;
  // below 1e-3 the difference loses digits; the series to x⁴ is exact to a double there
  if (x < 1e-3) return 1 - x * (0.5 - x * (0.16666666666666666 - x * (0.041666666666666664 - x * 0.008333333333333333)));
  return (1 - exp(-x)) / x;
}

function curvature(surface: ModelSurface, theta: number): number {
  const { eta, gamma } = surface;
  return gamma === 0.5 ? eta / Math.sqrt(theta * (1 + theta)) : eta / (power(theta, gamma) * power(1 + theta, 1 - gamma));
}
