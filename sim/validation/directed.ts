import { atLeast, log, type Random } from "../math/index.ts";
import { dynamicQuantile } from "./dynamic-quantile.ts";
import type { Exceedances, Transitions } from "./exceedances.ts";
import { dependenceRatio, failureRatio } from "./likelihood-ratio.ts";

/**
 * The tests of exceedances in one direction. As published most of them reject a model for holding too much as soon as for holding too
 * little, and rest on laws that are far off at a hundredth: with twenty exceedances the DQ statistic is no χ². Here a statistic counts
 * only what speaks for too little margin, and its p-value is the share of histories of a model that is right, drawn day by day, with a
 * statistic at least as large (Dufour, "Monte Carlo tests with nuisance parameters", 2006).
 */

/** Kupiec's statistic, 0 where there are no more exceedances than there may be. */
export function tooMany(days: number, count: number, probability: number): number {
  return count > days * probability ? failureRatio(days, count, probability) : 0;
}

/** Christoffersen's statistic, 0 where an exceedance makes the next no likelier. */
export function clustered(transitions: Transitions): number {
  const { n00, n01, n10, n11 } = transitions;
  return n11 * (n00 + n01) > n01 * (n10 + n11) ? dependenceRatio(transitions) : 0;
}

/** Haas' statistic over the waits that are shorter than they should be. */
export function tooSoon(durations: readonly number[], probability: number): number {
  let total = 0;
  for (const duration of durations) if (duration * probability < 1) total += failureRatio(duration, 1, probability);
  return total;
}

/** The first day with an exceedance: the probability of one as early under a model that is right. */
export function earliness(firstDay: number, probability: number): number {
  return atLeast(1, firstDay, probability);
}

/** Days with an exceedance of a model under which one has a probability, of its own or after one on the day before. */
export function drawHits(days: number, probability: number, random: Random, afterOne: number = probability): Uint8Array {
  const hits = new Uint8Array(days);
  const perDay = 1 / log(1 - probability);
  for (let t = Math.floor(log(random.uniform()) * perDay); t < days; t += 1 + Math.floor(log(random.uniform()) * perDay)) {
    hits[t] = 1;
    while (afterOne !== probability && t + 1 < days && random.uniform() < afterOne) hits[++t] = 1;
    // the day after the last of a row is decided already
    if (afterOne !== probability) t++;
  }
  return hits;
}

/** A statistic drawn many times under a model that is right. */
export interface Law {
  /** Ascending. */
  readonly values: Float64Array;
}

export function lawOf(runs: number, draw: () => number): Law {
  return { values: Float64Array.from({ length: runs }, draw).sort() };
}

/** The probability of a statistic at least this large, never 0: (1 + as large) / (1 + drawn). Rounding does not make two equal ones differ. */
export function probabilityAtLeast({ values }: Law, statistic: number): number {
  const from = statistic - 1e-9 * Math.max(1, Math.abs(statistic));
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] >= from) high = middle;
    else low = middle + 1;
  }
  return (1 + values.length - low) / (1 + values.length);
}

/** Pairs of days after `count` exceedances were put on `days` at random: what independence looks like at the rate observed. */
export function drawTransitions(days: number, count: number, random: Random): Transitions {
  const placed = new Set<number>();
  while (placed.size < count) placed.add(random.integer(days));
  let n11 = 0;
  for (const day of placed) if (placed.has(day - 1)) n11++;
  const n01 = count - n11 - (placed.has(0) ? 1 : 0);
  const n10 = count - n11 - (placed.has(days - 1) ? 1 : 0);
  return { n00: days - 1 - n11 - n01 - n10, n01, n10, n11 };
}

/** A wait of a model that is right, days. */
export function drawWait(probability: number, random: Random): number {
  return 1 + Math.floor(log(random.uniform()) / log(1 - probability));
}

/** The statistics that combine the number of exceedances with their order. */
export function conditionalDirected({ days, count, transitions }: Exceedances, probability: number): number {
  return tooMany(days, count, probability) + clustered(transitions);
}

export function mixedDirected({ days, count, durations }: Exceedances, probability: number): number {
  return tooMany(days, count, probability) + tooSoon(durations, probability);
}

/** The dynamic quantile statistic over the days on which more exceedances are expected than the model allows. */
export function dynamicDirected(hits: ArrayLike<number>, valueAtRisk: ArrayLike<number>, probability: number): number {
  return dynamicQuantile(hits, valueAtRisk, probability).directed;
}
