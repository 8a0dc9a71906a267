import { HOURS_PER_YEAR } from "../market/volatility.ts";
import { exp, log } from "../math/index.ts";

/** Tenors listed, days: with thirteen strikes a side the book of three underlyings stays below 240 instruments. */
export const LISTED_TENOR_DAYS: readonly number[] = [7, 14, 30, 60, 90];
/** Strikes are listed at these distances, in standard deviations to expiry. */
export const STRIKE_STEP_DEVIATIONS = 0.5;
export const FARTHEST_STRIKE_DEVIATIONS = 3;

/** Contracts of at most this tenor expire on any day of the week. */
const DAILY_UP_TO_DAYS = 7;
const HOURS_PER_DAY = 24;
const SETTLEMENT_HOUR_OF_DAY = 8;
/** 1970-01-01 was a Thursday. */
const FRIDAY = 1;

/**
 * Expiry of the listed contract that a tenor means: the nearest of the listed tenors, on the first 08:00 UTC at or after it, and of
 * tenors beyond a week on the first Friday's. Venues list every day of the week to come and Fridays after it; so every replay, which lasts
 * eleven days or more, sees contracts settle in its middle.
 *
 * @param hour hours since 1970-01-01T00:00Z
 * @example listedExpiry(439_344, 336); // 439_688: Friday 2020-02-28, 08:00 UTC, for a book opened on Friday 2020-02-14
 */
export function listedExpiry(hour: number, tenorHours: number): number {
  let days = LISTED_TENOR_DAYS[0];
  for (const listed of LISTED_TENOR_DAYS) {
    if (Math.abs(listed * HOURS_PER_DAY - tenorHours) < Math.abs(days * HOURS_PER_DAY - tenorHours)) days = listed;
  }
  const earliest = hour + days * HOURS_PER_DAY;
  let day = Math.ceil((earliest - SETTLEMENT_HOUR_OF_DAY) / HOURS_PER_DAY);
  while (days > DAILY_UP_TO_DAYS && day % 7 !== FRIDAY) day++;
  return day * HOURS_PER_DAY + SETTLEMENT_HOUR_OF_DAY;
}

/**
 * The listed strike next to a distance from the forward: distances in half standard deviations, at most three, and the price
 * rounded to a readable step (1, 2 or 5 times a power of ten, at most 1 % of the spot).
 *
 * @param deviations of the log return to expiry at the money; what lies outside ±3 is listed at ±3
 * @example listedStrike({ spot: 200, rate: 0, atmVolatility: 0.8 }, 0, 720); // 200
 */
export function listedStrike(
  state: { readonly spot: number; readonly rate: number; readonly atmVolatility: number },
  deviations: number,
  hoursToExpiry: number,
): number {
  const held = Math.max(-FARTHEST_STRIKE_DEVIATIONS, Math.min(FARTHEST_STRIKE_DEVIATIONS, deviations));
  const steps = Math.floor(held / STRIKE_STEP_DEVIATIONS + 0.5);
  const years = hoursToExpiry / HOURS_PER_YEAR;
  const distance = steps * STRIKE_STEP_DEVIATIONS * state.atmVolatility * Math.sqrt(years);
  return roundToStep(state.spot * exp(state.rate * years + distance), state.spot * 0.01);
}

/** A ratio of strike to forward, in standard deviations to expiry. */
export function deviationsOf(moneyness: number, atmVolatility: number, hoursToExpiry: number): number {
  return log(moneyness) / (atmVolatility * Math.sqrt(hoursToExpiry / HOURS_PER_YEAR));
}

/** Rounds to the largest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is no larger than `widest`; never to nothing. */
function roundToStep(value: number, widest: number): number {
  // Whole powers of ten on both sides of 1, so that a step below 1 is a division by an exact number.
  let times = 1;
  let parts = 1;
  while (times * 10 <= widest) times *= 10;
  while (times / parts > widest) parts *= 10;
  const unit = [5, 2, 1].find((factor) => (factor * times) / parts <= widest) ?? 1;
  return (Math.max(1, Math.floor((value * parts) / (unit * times) + 0.5)) * unit * times) / parts;
}
