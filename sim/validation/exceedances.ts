/** What a series of days says about a limit: on which days the loss was beyond it. */
export interface Exceedances {
  /** Days observed, and days beyond the limit. */
  readonly days: number;
  readonly count: number;
  /** Pairs of days that follow one another, by whether each was beyond: stayed 0 → 0, 0 → 1, 1 → 0, 1 → 1. */
  readonly transitions: Transitions;
  /** Days to the first, then from each to the next; the first day of the series is 1. */
  readonly durations: readonly number[];
}

export interface Transitions {
  readonly n00: number;
  readonly n01: number;
  readonly n10: number;
  readonly n11: number;
}

/**
 * Counts the exceedances of a series, in the order of the days.
 *
 * @param hits 1 where the loss was beyond the limit, 0 where it was not
 * @example exceedancesOf([0, 1, 1, 0]).durations; // [2, 1]
 */
export function exceedancesOf(hits: ArrayLike<number>): Exceedances {
  const pairs = [0, 0, 0, 0];
  const durations: number[] = [];
  let last = -1;
  for (let day = 0; day < hits.length; day++) {
    if (day > 0) pairs[2 * hits[day - 1] + hits[day]]++;
    if (hits[day] === 0) continue;
    durations.push(day - last);
    last = day;
  }
  const [n00, n01, n10, n11] = pairs;
  return { days: hits.length, count: durations.length, transitions: { n00, n01, n10, n11 }, durations };
}
