import type { Bars } from "../market/dataset.ts";
import { log } from "../math/index.ts";

/** Least share of the usual depth: about 98 % of it was gone in the worst minutes of 10 October 2025. */
export const LEAST_DEPTH = 0.02;

/** What is usual is the median of this many hours before, of which at least so many must have traded; before that depth is taken as usual. */
const USUAL_HOURS = 120;
const LEAST_HOURS = 24;

/**
 * How far a bar's price went for what it traded: ln(high / low) / √(volume · close). NaN where nothing traded or nothing is known.
 *
 * Amihud's ratio |return| / volume (2002, "Illiquidity and stock returns") takes impact as linear; here it is the square root of the volume,
 * as in the law slices are unwound by (`displacement`). That makes bars of any length comparable: in an unchanged market both the range
 * and the root of the volume grow with the root of time.
 */
export function illiquidity({ high, low, close, volume }: Bars, i: number): number {
  const value = log(high[i] / low[i]) / Math.sqrt(volume[i] * close[i]);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Median illiquidity of the 120 hours before each bar of a crash, from bars that ended by its start; NaN while fewer than 24 are known. */
export function usualIlliquidity(hourly: Bars): Float64Array {
  const measured = hourly.close.map((_, i) => illiquidity(hourly, i));
  return measured.map((_, i) => {
    const known = measured.slice(Math.max(0, i - USUAL_HOURS), i).filter((value) => !Number.isNaN(value));
    if (known.length < LEAST_HOURS) return Number.NaN;
    known.sort();
    const middle = known.length >> 1;
    return known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
  });
}

/**
 * MODEL: what is left of the usual depth, 0.02 … 1. There is no order book in the data; depth is what makes the square-root law
 * ΔP = σ·√(Q / (V·depth)) give the range the bar had for the volume it had: (usual illiquidity / illiquidity)², never more than usual.
 * Nothing is fitted. On 10 October 2025 it says 0.02 at its worst, as the reports of that night do.
 *
 * @param illiquid of the bar that just ended, NaN for one without a trade
 * @param usual NaN where too little is known: depth is then taken as usual
 * @example depthFactor(3e-6, 1e-6); // 0.111…
 */
export function depthFactor(illiquid: number, usual: number): number {
  if (Number.isNaN(usual) || !(illiquid > usual)) return 1;
  const ratio = usual / illiquid;
  return Math.max(LEAST_DEPTH, ratio * ratio);
}
