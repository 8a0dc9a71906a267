import { chiSquareTail, log } from "../math/index.ts";
import type { Exceedances, Transitions } from "./exceedances.ts";

/** A statistic and the probability of one at least as large if the model is right: both directions count. */
export interface TestResult {
  readonly statistic: number;
  readonly degrees: number;
  readonly pValue: number;
}

/**
 * Proportion of failures (Kupiec, "Techniques for verifying the accuracy of risk measurement models", 1995): does the limit hold as often
 * as it should?
 *
 * @param probability of an exceedance if the model is right: 1 − confidence
 * @example proportionOfFailures(1043, 57, 0.05); // statistic 0.46147, p 0.49694 (MATLAB varbacktest)
 */
export function proportionOfFailures(days: number, count: number, probability: number): TestResult {
  return chiSquare(failureRatio(days, count, probability), 1);
}

/** −2 ln of the ratio of likelihoods of `count` in `days` under the model's rate and under the rate observed. */
export function failureRatio(days: number, count: number, probability: number): number {
  return ratio(likelihood(days - count, count, probability), likelihood(days - count, count, count / days));
}

/**
 * Time until the first failure (Kupiec 1995).
 *
 * @param day of the first exceedance; the first day observed is 1
 * @example timeUntilFirstFailure(58, 0.05); // statistic 1.7354, p 0.18773 (MATLAB varbacktest)
 */
export function timeUntilFirstFailure(day: number, probability: number): TestResult {
  return chiSquare(failureRatio(day, 1, probability), 1);
}

/**
 * Independence (Christoffersen, "Evaluating interval forecasts", 1998): does an exceedance make one on the next day more likely, or less?
 *
 * @example independence({ n00: 932, n01: 53, n10: 53, n11: 4 }); // statistic 0.25866, p 0.61104 (MATLAB varbacktest)
 */
export function independence(transitions: Transitions): TestResult {
  return chiSquare(dependenceRatio(transitions), 1);
}

/** −2 ln of the ratio of likelihoods of the pairs without and with a memory of one day. */
export function dependenceRatio({ n00, n01, n10, n11 }: Transitions): number {
  const alike = likelihood(n00 + n10, n01 + n11, (n01 + n11) / (n00 + n01 + n10 + n11));
  const apart = likelihood(n00, n01, n01 / (n00 + n01)) + likelihood(n10, n11, n11 / (n10 + n11));
  return ratio(alike, apart);
}

/** Conditional coverage (Christoffersen 1998): the right number, and independent. */
export function conditionalCoverage({ days, count, transitions }: Exceedances, probability: number): TestResult {
  return chiSquare(failureRatio(days, count, probability) + dependenceRatio(transitions), 2);
}

/**
 * Time between failures, independence (Haas, "New methods in backtesting", 2001): every wait, not only the first, against the waits of a
 * model that is right. One degree of freedom a wait.
 */
export function timeBetweenFailures({ durations }: Exceedances, probability: number): TestResult {
  return chiSquare(durationRatio(durations, probability), durations.length);
}

/** The mixed test of Haas (2001): time between failures and their proportion. */
export function mixedTimeBetweenFailures({ days, count, durations }: Exceedances, probability: number): TestResult {
  return chiSquare(durationRatio(durations, probability) + failureRatio(days, count, probability), durations.length + 1);
}

function durationRatio(durations: readonly number[], probability: number): number {
  let total = 0;
  for (const duration of durations) total += failureRatio(duration, 1, probability);
  return total;
}

/** ln of (1 − p)^zeros · p^ones; 0⁰ is 1. */
function likelihood(zeros: number, ones: number, probability: number): number {
  return (zeros === 0 ? 0 : zeros * log(1 - probability)) + (ones === 0 ? 0 : ones * log(probability));
}

/** −2 (a − b), where b is the larger but for rounding. */
function ratio(restricted: number, free: number): number {
  return Math.max(0, -2 * (restricted - free));
}

function chiSquare(statistic: number, degrees: number): TestResult {
  return { statistic, degrees, pValue: degrees === 0 ? 1 : chiSquareTail(statistic, degrees) };
}
