import { type Interval, quantile, type Random } from "../math/index.ts";

/** What one day holds: how many windows began on it, and how many of them ended beyond the limit. */
export interface DayCounts {
  readonly windows: ArrayLike<number>;
  readonly beyond: ArrayLike<number>;
}

/** Days in a block on average: volatility remembers weeks. Shorter samples take a quarter of their days. */
const MEAN_BLOCK_DAYS = 20;
const RESAMPLES = 1_999;

export function meanBlockDays(days: number): number {
  return Math.max(1, Math.min(MEAN_BLOCK_DAYS, Math.floor(days / 4)));
}

/**
 * A 95 % interval of the share of windows beyond the limit, by the stationary bootstrap (Politis and Romano 1994): blocks of days, of
 * geometric length, drawn with replacement around the circle of all days. A day is drawn whole, so that the overlap of its windows, and
 * of neighbouring days', is in every resample as it is in the sample.
 *
 * @returns NaN where no day has a window. Without a window beyond the limit it is 0 to 0, and says nothing: see `clopperPearson`.
 */
export function blockBootstrap({ windows, beyond }: DayCounts, random: Random): Interval {
  const days = windows.length;
  const ends = 4_294_967_296 / meanBlockDays(days);
  const shares = new Float64Array(RESAMPLES);
  for (let b = 0; b < RESAMPLES; b++) {
    let of = 0;
    let hits = 0;
    let day = random.integer(days);
    for (let d = 0; d < days; d++) {
      of += windows[day];
      hits += beyond[day];
      day = random.integer(4_294_967_296) < ends ? random.integer(days) : day + 1 === days ? 0 : day + 1;
    }
    shares[b] = hits / of;
  }
  return { low: quantile(shares, 0.025), high: quantile(shares, 0.975) };
}
