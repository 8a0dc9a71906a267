import { log } from "../math/log.ts";
import type { Dataset, FundingSeries } from "./dataset.ts";

/** How long a basis may stand in for a missing one: as long as a close may when a move is measured. */
const CARRY_HOURS = 12;
const HOURS_BETWEEN_PAYMENTS = 8;

/**
 * ln(perpetual / spot) of every underlying, hour by hour over the hours of the history: entry i from the closes of bar i, or the last
 * before it at most twelve hours old; NaN where there is no perpetual. Only looks back.
 *
 * @returns by underlying, in the history's order
 */
export function basisHistory({ history, perpetuals }: Dataset): Float64Array[] {
  const shift = history.startHour - perpetuals.startHour;
  return history.assets.map((asset, a) => {
    const basis = new Float64Array(history.hours).fill(Number.NaN);
    const closes = perpetuals.closes[perpetuals.assets.indexOf(asset)];
    if (closes === undefined) return basis;
    let seen = -1;
    for (let i = 0; i < history.hours; i++) {
      const ratio = closes[i + shift] / history.closes[a][i];
      if (ratio > 0) {
        basis[i] = log(ratio);
        seen = i;
      } else if (seen >= 0 && i - seen <= CARRY_HOURS) basis[i] = basis[seen];
    }
    return basis;
  });
}

/**
 * What the longs of a perpetual pay its shorts over (after, until], as a part of the notional: the sum of the rates of the payments in it.
 * A payment whose rate is not known counts as nothing. Below zero the shorts pay.
 *
 * @param after and until hours since 1970-01-01T00:00Z
 * @example fundingPaid(dataset.funding.BTC, hour - 1, hour); // 0.0001 at 00, 08 and 16 h UTC, 0 at other hours
 */
export function fundingPaid(series: FundingSeries | undefined, after: number, until: number): number {
  if (series === undefined) return 0;
  let paid = 0;
  const first = Math.max(0, Math.floor((after - series.startHour) / HOURS_BETWEEN_PAYMENTS) + 1);
  const last = Math.min(series.rates.length - 1, Math.floor((until - series.startHour) / HOURS_BETWEEN_PAYMENTS));
  for (let i = first; i <= last; i++) if (!Number.isNaN(series.rates[i])) paid += series.rates[i];
  return paid;
}

/** The last rate paid by `hour`, at most a day old; NaN where none is known. */
export function lastFundingRate(series: FundingSeries | undefined, hour: number): number {
  if (series === undefined) return Number.NaN;
  const newest = Math.min(series.rates.length - 1, Math.floor((hour - series.startHour) / HOURS_BETWEEN_PAYMENTS));
  for (let i = newest; i >= 0 && hour - series.startHour - i * HOURS_BETWEEN_PAYMENTS < 24; i--) if (!Number.isNaN(series.rates[i])) return series.rates[i];
  return Number.NaN;
}
