import type { SmilePoint } from "./arbitrage.ts";

/**
 * One maturity of an SSVI surface (Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces", 2014, §4), written by what can be seen:
 * the total variance at the money and its slopes far out. With their θ, φ, ρ: putWing = θφ(1 − ρ)/2, callWing = θφ(1 + ρ)/2.
 *
 * In these three every condition against arbitrage is plain: no wing may exceed 2 (Lee 2004), none of the three may fall with maturity.
 */
export interface Slice {
  /** θ: total variance (σ²·years) at ln(strike / forward) = 0. Above 0. */
  readonly theta: number;
  /** Slope of total variance as ln(strike / forward) goes to −∞, without its sign. Above 0. */
  readonly putWing: number;
  /** Slope of total variance as ln(strike / forward) goes to +∞. Above 0. */
  readonly callWing: number;
}

/** @param rho −1 … 1, both excluded. @param phi above 0. @example sliceOf(0.0347, -0.2, 4.2); */
export function sliceOf(theta: number, rho: number, phi: number): Slice {
  const half = 0.5 * theta * phi;
  return { theta, putWing: half * (1 - rho), callWing: half * (1 + rho) };
}

/**
 * Total variance at ln(strike / forward): w = ½·(θ + (c − p)·k + √(((p + c)·k + ρθ)² + θ²(1 − ρ²))), ρ = (c − p)/(p + c).
 *
 * @example totalVariance(sliceOf(0.04, -0.3, 2), 0); // 0.04
 */
export function totalVariance(slice: Slice, logMoneyness: number): number {
  const { theta, putWing, callWing } = slice;
  const sum = putWing + callWing;
  const share = theta / sum;
  const x = sum * logMoneyness + share * (callWing - putWing);
  return 0.5 * (theta + (callWing - putWing) * logMoneyness + Math.sqrt(x * x + 4 * putWing * callWing * share * share));
}

/** Total variance and its first two derivatives by ln(strike / forward). */
export function smileOf(slice: Slice, logMoneyness: number): SmilePoint {
  const { theta, putWing, callWing } = slice;
  const sum = putWing + callWing;
  const skew = callWing - putWing;
  const share = theta / sum;
  const x = sum * logMoneyness + share * skew;
  const root = Math.sqrt(x * x + 4 * putWing * callWing * share * share);
  return {
    variance: 0.5 * (theta + skew * logMoneyness + root),
    slope: 0.5 * (skew + (sum * x) / root),
    curvature: (2 * putWing * callWing * theta * theta) / (root * root * root),
  };
}

/**
 * The slice with another skew and the same variance at the money and the same φ: of the two wings' sum so much more in the put's. Its ∂ln(σ)/∂k
 * at the money is `tilt` higher than the slice's own (below 0: puts dearer, calls cheaper).
 *
 * @param tilt between −callWing/θ and putWing/θ, where one wing is gone; nearer to them than to 0 `sliceViolations` may find a butterfly.
 * @example tiltedSlice(slice, skewTilt(-0.1, 24));
 */
export function tiltedSlice({ theta, putWing, callWing }: Slice, tilt: number): Slice {
  return { theta, putWing: putWing - tilt * theta, callWing: callWing + tilt * theta };
}

/** The least total variance of a slice at any strike, θ(1 − ρ²). @example leastTotalVariance(sliceOf(0.04, -0.5, 2)); // 0.03 */
export function leastTotalVariance({ theta, putWing, callWing }: Slice): number {
  const sum = putWing + callWing;
  return (4 * putWing * callWing * theta) / (sum * sum);
}

/**
 * What makes one slice admit a butterfly, one sentence each; none for a sound one: θφ(1 + |ρ|) < 4 and θφ²(1 + |ρ|) ≤ 4 (Gatheral and
 * Jacquier 2014, theorem 4.2), which in wings is: the larger wing below 2, and the larger wing times both together at most 2θ.
 */
export function sliceViolations({ theta, putWing, callWing }: Slice): string[] {
  const found: string[] = [];
  if (!(theta > 0 && theta < Number.POSITIVE_INFINITY)) found.push(`theta ${theta} is not above 0`);
  if (!(putWing > 0 && callWing > 0)) found.push(`a wing is not above 0 (put ${putWing}, call ${callWing})`);
  const larger = Math.max(putWing, callWing);
  if (!(larger < 2)) found.push(`butterfly: the steeper wing is ${larger}, not below 2`);
  if (!(larger * (putWing + callWing) <= 2 * theta)) found.push(`butterfly: theta·phi²·(1 + |rho|) is ${(2 * larger * (putWing + callWing)) / theta}, above 4`);
  return found;
}

/**
 * What makes two slices, the second of the longer maturity, admit a calendar spread: θ and both wings may not fall (necessary), and φ may not
 * rise (with the former sufficient: Hendriks and Martini 2019, proposition 3.1, for slices with ρ of their own).
 */
export function calendarViolations(earlier: Slice, later: Slice): string[] {
  const found: string[] = [];
  for (const field of ["theta", "putWing", "callWing"] as const) {
    if (!(later[field] >= earlier[field])) found.push(`calendar: ${field} falls from ${earlier[field]} to ${later[field]}`);
  }
  const [first, second] = [earlier, later].map(({ theta, putWing, callWing }) => (putWing + callWing) / theta);
  if (!(second <= first)) found.push(`calendar: phi rises from ${first} to ${second}`);
  return found;
}
