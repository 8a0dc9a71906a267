import { BallastError } from "../errors.ts";
import { log } from "../math/log.ts";
import { power } from "../math/power.ts";
import type { History } from "./dataset.ts";

export const HOURS_PER_YEAR = 8760;

/** Hours whose mean square seeds the average: 30 days. */
const SEED_HOURS = 720;

/** Annualised volatility of a variance per hour. @example annualised(1e-4); // 0.936 */
export function annualised(variancePerHour: number): number {
  return Math.sqrt(variancePerHour * HOURS_PER_YEAR);
}

/**
 * Natural logarithms of closes; gaps stay NaN.
 *
 * @throws MARKET_CLOSE_INVALID for a close that is not above 0.
 * @example logCloses(history.closes[0])
 */
export function logCloses(closes: Float64Array): Float64Array {
  const logs = new Float64Array(closes.length);
  for (let i = 0; i < closes.length; i++) {
    if (closes[i] <= 0 || closes[i] === Number.POSITIVE_INFINITY) {
      throw new BallastError("MARKET_CLOSE_INVALID", `A close of ${closes[i]} is not a price.`, {
        where: { field: `closes[${i}]`, value: String(closes[i]) },
        fix: "Leave the hour out (NaN) or give its price.",
      });
    }
    logs[i] = log(closes[i]);
  }
  return logs;
}

/**
 * Exponentially weighted variance per hour of an asset's log returns (RiskMetrics 1996, hourly): after a return r that spans n hours,
 * v ← Λⁿ·v + (1 − Λ)·r², Λ = λ^(1/24). A return over a gap counts whole at the first close after it; during the gap the estimate
 * stands (an outage is no evidence of calm).
 *
 * NO LOOK-AHEAD: entry i uses closes 0 … i only. The close of bar i is known when it ends, so a step at the start of hour h reads entry
 * h − 1 − startHour. Seeded with the mean square of the first 30 days after the first close; NaN before.
 *
 * @param lambdaPerDay λ, above 0 and below 1.
 * @returns one entry per hour of the history.
 * @throws VOLATILITY_DECAY_INVALID, MARKET_CLOSE_INVALID.
 * @example const variance = ewmaVariance(history, history.assets.indexOf("ETH"), 0.97);
 */
export function ewmaVariance(history: History, assetIndex: number, lambdaPerDay: number): Float64Array {
  return ewmaOfLogCloses(logCloses(history.closes[assetIndex]), lambdaPerDay);
}

/** `ewmaVariance` from logarithms at hand. */
export function ewmaOfLogCloses(logs: Float64Array, lambdaPerDay: number): Float64Array {
  if (!(lambdaPerDay > 0 && lambdaPerDay < 1)) {
    throw new BallastError("VOLATILITY_DECAY_INVALID", `A decay of ${lambdaPerDay} per day is not between 0 and 1.`, {
      where: { value: String(lambdaPerDay) },
      fix: "Give λ per day, such as 0.97.",
    });
  }
  const perHour = power(lambdaPerDay, 1 / 24);
  const variances = new Float64Array(logs.length).fill(Number.NaN);
  let first = 0;
  while (first < logs.length && Number.isNaN(logs[first])) first++;
  let newest = first;
  let squares = 0;
  let variance = Number.NaN;
  for (let i = first + 1; i < logs.length; i++) {
    if (!Number.isNaN(logs[i])) {
      const move = logs[i] - logs[newest];
      if (i <= first + SEED_HOURS) {
        squares += move * move;
        variance = squares / (i - first);
      } else {
        const decay = i === newest + 1 ? perHour : power(perHour, i - newest);
        variance = decay * variance + (1 - perHour) * move * move;
      }
      newest = i;
    }
    if (i >= first + SEED_HOURS) variances[i] = variance;
  }
  return variances;
}
