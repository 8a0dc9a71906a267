/** Total implied variance at one ln(strike / forward), and its first and second derivative by it. */
export interface SmilePoint {
  readonly variance: number;
  readonly slope: number;
  readonly curvature: number;
}

/**
 * Durrleman's g(k), the risk-neutral density up to a positive factor: (1 − k·w′/(2w))² − w′²/4·(1/w + ¼) + w″/2. Below 0 somewhere
 * means that a butterfly of options there costs less than nothing (Gatheral and Jacquier 2014, lemma 2.2).
 *
 * @example densityFactor(0, { variance: 0.04, slope: 0, curvature: 0 }); // 1, as for a flat smile
 */
export function densityFactor(logMoneyness: number, point: SmilePoint): number {
  const { variance, slope, curvature } = point;
  const shift = 1 - (logMoneyness * slope) / (2 * variance);
  return shift * shift - 0.25 * slope * slope * (1 / variance + 0.25) + 0.5 * curvature;
}

/** g is of order 1: what is less below 0 than this is rounding. */
const ROUNDING = 1e-9;

/**
 * The first ln(strike / forward) from −reach to reach, in `steps` equal steps, where the density of a smile is negative, or is not a
 * number; undefined where it is nowhere. Works for any smile, a user's own quotes included.
 *
 * @example butterflyArbitrage((k) => smileAt(surface, k, 0.25), 2, 400); // undefined
 */
export function butterflyArbitrage(smile: (logMoneyness: number) => SmilePoint, reach: number, steps: number): number | undefined {
  for (let i = 0; i <= steps; i++) {
    const k = reach * ((2 * i) / steps - 1);
    if (!(densityFactor(k, smile(k)) >= -ROUNDING)) return k;
  }
  return undefined;
}
