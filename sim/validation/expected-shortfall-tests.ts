import { BallastError } from "../errors.ts";

/** A day's profit or loss, and what the model said of it before: VaR and ES as positive amounts. */
export interface Day {
  readonly profit: number;
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

/**
 * Acerbi and Székely's first test ("Backtesting expected shortfall", MSCI 2014): mean of X/ES over the days beyond the VaR, plus 1. Its mean
 * is 0 if the model is right; below 0 the losses beyond the VaR are larger than the model says.
 *
 * @returns NaN without a day beyond the VaR: then the test says nothing
 */
export function acerbiSzekelyOne(days: readonly Day[]): number {
  const { total, count } = beyond(days);
  return count === 0 ? Number.NaN : total / count + 1;
}

/**
 * Their second test: Σ X·I / (T·α·ES) + 1 over all days, which sees the number of days beyond the VaR and how bad they are. Mean 0; below
 * 0 is an understated risk.
 *
 * @param tail α, the mass of the tail: 1 − confidence
 * @throws VALIDATION_EMPTY without a day
 */
export function acerbiSzekelyTwo(days: readonly Day[], tail: number): number {
  if (days.length === 0) throw new BallastError("VALIDATION_EMPTY", "There is no day to test.", { fix: "Give at least one." });
  return beyond(days).total / (days.length * tail) + 1;
}

function beyond(days: readonly Day[]): { total: number; count: number } {
  let total = 0;
  let count = 0;
  for (const { profit, valueAtRisk, expectedShortfall } of days) {
    if (!(profit + valueAtRisk < 0)) continue;
    total += profit / expectedShortfall;
    count++;
  }
  return { total, count };
}
