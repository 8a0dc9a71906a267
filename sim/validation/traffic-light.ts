import { atLeast, atMost, normalCdf, normalQuantile } from "../math/index.ts";

export type Zone = "green" | "yellow" | "red";

/** Up to these shares of the exceedances a right model has, a zone lasts (BCBS 22, "Supervisory framework for the use of backtesting", 1996). */
const GREEN_UP_TO = 0.95;
const YELLOW_UP_TO = 0.9999;

export interface TrafficLight {
  readonly zone: Zone;
  /** That a right model has at most, and at least, this many exceedances. */
  readonly cumulative: number;
  readonly typeOne: number;
  /** What the multiplier of 3 rises by: 0 in green, 1 in red, between them what would have given the rate observed. */
  readonly increase: number;
}

/**
 * The Basel traffic light of any number of days at any confidence.
 *
 * @example trafficLight(250, 5, 0.01).zone; // "yellow"
 */
export function trafficLight(days: number, count: number, probability: number): TrafficLight {
  const cumulative = atMost(count, days, probability);
  const zone = cumulative <= GREEN_UP_TO ? "green" : cumulative <= YELLOW_UP_TO ? "yellow" : "red";
  return { zone, cumulative, typeOne: atLeast(count, days, probability), increase: increaseOf(zone, count / days, probability) };
}

function increaseOf(zone: Zone, rate: number, probability: number): number {
  if (zone === "green") return 0;
  if (zone === "red") return 1;
  return Math.min(1, Math.max(0, 3 * (normalQuantile(1 - probability) / normalQuantile(1 - rate) - 1)));
}

/** What 250 days at 99 % are worth to a supervisor, by exceedances from 0: the last entry holds for all beyond. */
const PLUS_FACTORS = [0, 0, 0, 0, 0, 0.4, 0.5, 0.65, 0.75, 0.85, 1];
const FRTB_MULTIPLIERS = [1.5, 1.5, 1.5, 1.5, 1.5, 1.7, 1.76, 1.83, 1.88, 1.92, 2];

/** The days of the Basel table, and its probability. */
export const BASEL_DAYS = 250;
export const BASEL_PROBABILITY = 0.01;

/**
 * The Basel multipliers for exceedances in 250 days at 99 %: what is added to a factor of 3 (BCBS 22, 1996, table 2), and the factor itself
 * under the rules since 2019 (MAR32.9, MAR33).
 *
 * @param count whole, at least 0
 * @example baselMultipliers(5); // { plusFactor: 0.4, frtbMultiplier: 1.7 }
 */
export function baselMultipliers(count: number): { readonly plusFactor: number; readonly frtbMultiplier: number } {
  const row = Math.min(count, PLUS_FACTORS.length - 1);
  return { plusFactor: PLUS_FACTORS[row], frtbMultiplier: FRTB_MULTIPLIERS[row] };
}

/**
 * The binomial test in its normal form: z = (x − np)/√(np(1 − p)), its p-value of both sides.
 *
 * @example binomialScore(1043, 57, 0.05); // z 0.68905, p 0.49079
 */
export function binomialScore(days: number, count: number, probability: number): { readonly statistic: number; readonly pValue: number } {
  const statistic = (count - days * probability) / Math.sqrt(days * probability * (1 - probability));
  return { statistic, pValue: 2 * normalCdf(-Math.abs(statistic)) };
}
