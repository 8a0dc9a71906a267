import { mean, studentQuantile, variance } from "../math/index.ts";

/** How sure an interval is of holding the true mean. */
export const CONFIDENCE = 0.95;

/** A mean over independent draws, and where the mean over all possible draws lies. */
export interface Estimate {
  /** NaN: one of the draws gave no number, and so there is no evidence. */
  readonly value: number;
  /** The 95 % interval; undefined with fewer than two draws, which say nothing about how far they vary. */
  readonly interval: Interval | undefined;
  readonly draws: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Mean and 95 % interval over independent replications by Student's t: mean ± t(0.975, n − 1) · s / √n (Law and Kelton, *Simulation
 * Modeling and Analysis*, §4.5 and, for differences under common random numbers, the paired-t of §10.2.1). Means of a few draws are
 * close to normal even where one draw is not; for a metric that is nought in almost every draw the interval is too narrow, and where
 * all draws agree it has no width: n draws without an event leave it a chance of up to 3 / n.
 *
 * @param draws one number per seed; for a change, the difference within each seed
 * @param range what the mean can be at all: an interval is cut there, which takes nothing away from its confidence
 * @example estimate([1, 2, 3]).interval // { low: −0.484…, high: 4.484… }
 */
export function estimate(draws: readonly number[], [least, most]: readonly [number, number] = ANY): Estimate {
  const n = draws.length;
  if (n === 0 || !draws.every(Number.isFinite)) return { value: Number.NaN, interval: undefined, draws: n };
  // Equal draws have themselves as their mean, to the last bit, and no spread.
  const isConstant = draws.every((draw) => draw === draws[0]);
  const value = isConstant ? draws[0] : mean(draws);
  if (n === 1) return { value, interval: undefined, draws: 1 };
  const halfWidth = isConstant ? 0 : studentQuantile(CONFIDENCE, n - 1) * Math.sqrt(variance(draws) / n);
  return { value, interval: { low: Math.max(least, value - halfWidth), high: Math.min(most, value + halfWidth) }, draws: n };
}

const ANY = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
