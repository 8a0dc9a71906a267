import { BallastError } from "../errors.ts";
import { sum } from "./sums.ts";

/**
 * The arithmetic mean.
 *
 * @throws STATISTIC_EMPTY when there are no values.
 * @example mean([1, 2, 6]); // 3
 */
export function mean(values: ArrayLike<number>): number {
  requireValues(values, 1, "mean");
  return sum(values) / values.length;
}

/**
 * The sample variance, divided by n − 1, in two passes.
 *
 * @throws STATISTIC_EMPTY when there are fewer than two values.
 * @example variance([1, 2, 3]); // 1
 */
export function variance(values: ArrayLike<number>): number {
  requireValues(values, 2, "variance");
  const centre = mean(values);
  const squares = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) squares[i] = (values[i] - centre) * (values[i] - centre);
  return sum(squares) / (values.length - 1);
}

/**
 * The middle value, or the mean of the two middle ones. NaN if any value is NaN.
 *
 * @throws STATISTIC_EMPTY when there are no values.
 * @example median([5, 1, 3]); // 3
 */
export function median(values: ArrayLike<number>): number {
  const sorted = ascending(values, "median");
  const half = sorted.length >> 1;
  const middle = sorted.length % 2 === 1 ? sorted[half] : 0.5 * sorted[half - 1] + 0.5 * sorted[half];
  return middle + nanOf(sorted);
}

/**
 * The p-quantile as the smallest value that at least a share p of the values do not exceed: ascending[⌈p·n⌉ − 1], so it is always
 * one of the values; p = 0 gives the smallest. NaN if any value is NaN.
 *
 * @param p from 0 to 1.
 * @throws STATISTIC_EMPTY when there are no values; PROBABILITY_INVALID for a p outside 0 … 1.
 * @example quantile([10, 20, 30, 40], 0.5); // 20
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1))
    throw new BallastError("PROBABILITY_INVALID", `A quantile needs a share from 0 to 1, not ${p}.`, {
      where: { value: String(p) },
      fix: "Give a share such as 0.99.",
    });
  const sorted = ascending(values, "quantile");
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] + nanOf(sorted);
}

/** A sorted copy; typed arrays sort by value, NaN last. */
function ascending(values: ArrayLike<number>, what: string): Float64Array {
  requireValues(values, 1, what);
  return Float64Array.from(values).sort();
}

/** NaN if the sorted values hold one, else 0. */
function nanOf(sorted: Float64Array): number {
  return Number.isNaN(sorted[sorted.length - 1]) ? Number.NaN : 0;
}

function requireValues(values: ArrayLike<number>, least: number, what: string): void {
  if (values.length < least)
    throw new BallastError("STATISTIC_EMPTY", `The ${what} of ${values.length} values is not defined.`, {
      where: { value: String(values.length) },
      fix: `Give at least ${least}.`,
    });
}
