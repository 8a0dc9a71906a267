import { BallastError } from "../errors.ts";
import type { DailySeries, History } from "./dataset.ts";

/**
 * Position of an hour in a history's arrays, or −1 where the history does not reach.
 *
 * @param hour hours since 1970-01-01T00:00Z, an integer
 * @example indexOfHour({ startHour: 100, hours: 3, assets: [], closes: [] }, 102) // 2
 */
export function indexOfHour(history: History, hour: number): number {
  const index = hour - history.startHour;
  return index >= 0 && index < history.hours && index === Math.floor(index) ? index : -1;
}

/**
 * Close of the bar that starts at `hour`: NaN where there is none (a gap, before the listing, outside the history).
 *
 * This is the bar's own close, which is known only from `hour + 1` on. A step at time t may ask for hours < t; use
 * `lastKnownClose` there, which cannot look ahead.
 *
 * @returns the close in the history's quote currency, or NaN
 * @throws BallastError MARKET_ASSET_UNKNOWN
 * @example closeAt(history, "BTC", 439_347)
 */
export function closeAt(history: History, asset: string, hour: number): number {
  const closes = closesOf(history, asset);
  const index = indexOfHour(history, hour);
  return index < 0 ? Number.NaN : closes[index];
}

/**
 * The last close known at time t, the start of hour `hour`: that of the newest bar with bar hour < `hour` that is not a
 * gap. NaN while nothing is known yet. It never reads the bar of `hour` itself, whose close is still in the future.
 *
 * @param hour the time t of the step, hours since 1970-01-01T00:00Z
 * @returns the close in the history's quote currency, or NaN
 * @throws BallastError MARKET_ASSET_UNKNOWN
 * @example lastKnownClose(history, "ETH", 439_347) // the close of hour 439 346, or of the last hour before it that traded
 */
export function lastKnownClose(history: History, asset: string, hour: number): number {
  const closes = closesOf(history, asset);
  const index = lastKnownIndex(history, asset, hour);
  return index < 0 ? Number.NaN : closes[index];
}

/**
 * Where `lastKnownClose` found its close: the index of the newest bar with bar hour < `hour` that is not a gap, −1 if
 * there is none. `hour − 1 − (startHour + index)` is how many hours stale the price is.
 *
 * @throws BallastError MARKET_ASSET_UNKNOWN
 * @example lastKnownIndex(history, "BTC", history.startHour) // -1: before the first bar has ended nothing is known
 */
export function lastKnownIndex(history: History, asset: string, hour: number): number {
  const closes = closesOf(history, asset);
  const newest = Math.min(Math.ceil(hour) - 1 - history.startHour, history.hours - 1);
  for (let index = newest; index >= 0; index--) if (!Number.isNaN(closes[index])) return index;
  return -1;
}

/**
 * The last value of a daily series known at the start of hour `hour`. The value of day d is known from the end of day d
 * on, hour 24·(d + 1); days without a value are passed over. NaN while nothing is known.
 *
 * @example lastKnownDaily(dataset.dvol.BTC, 439_347) // 0.7622 = 76.22 % annualised
 */
export function lastKnownDaily(series: DailySeries, hour: number): number {
  const newest = Math.min(Math.floor(hour / 24) - 1 - series.startDay, series.values.length - 1);
  for (let index = newest; index >= 0; index--) if (!Number.isNaN(series.values[index])) return series.values[index];
  return Number.NaN;
}

function closesOf(history: History, asset: string): Float64Array {
  const closes = history.closes[history.assets.indexOf(asset)];
  if (closes === undefined) {
    throw new BallastError("MARKET_ASSET_UNKNOWN", `The history has no asset ${asset}.`, {
      where: { field: "asset", value: asset },
      fix: `It has ${history.assets.join(", ")}.`,
    });
  }
  return closes;
}
