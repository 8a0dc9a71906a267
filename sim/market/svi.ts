import type { SmilePoint } from "./arbitrage.ts";

/** Raw SVI (Gatheral 2004): w(k) = a + b·(ρ(k − m) + √((k − m)² + σ²)), k = ln(strike / forward), w total variance. */
export interface RawSvi {
  readonly a: number;
  /** At least 0. */
  readonly b: number;
  /** −1 … 1. */
  readonly rho: number;
  readonly m: number;
  /** Above 0. */
  readonly sigma: number;
}

/**
 * The smile other people quote, with its derivatives: what `butterflyArbitrage` is asked about. Unlike SSVI, no simple condition on the five
 * numbers rules a butterfly out (Vogt's example), so it has to be looked for.
 *
 * @example butterflyArbitrage(rawSvi({ a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, sigma: 0.4153 }), 1.5, 600); // near 0.8
 */
export function rawSvi({ a, b, rho, m, sigma }: RawSvi): (logMoneyness: number) => SmilePoint {
  return (logMoneyness) => {
    const x = logMoneyness - m;
    const root = Math.sqrt(x * x + sigma * sigma);
    return { variance: a + b * (rho * x + root), slope: b * (rho + x / root), curvature: (b * sigma * sigma) / (root * root * root) };
  };
}
