/**
 * What the engine is told about the past. Plain values: reading files is the command line's work (`cli/dataset`).
 *
 * Time is an integer `hour`: hours since 1970-01-01T00:00Z. The bar of hour h starts at h, ends at h + 1, and its close is
 * known from h + 1 on: a step at time t (an hour boundary) may use only bars with hour < t. A gap is NaN, never filled.
 */
export interface Dataset {
  /** Hash of the manifest, which names the hash of every file. */
  readonly hash: string;
  readonly history: History;
  readonly crashes: readonly Crash[];
  /** Deribit DVOL, vol points / 100 (0.65 = 65 %), daily close, by asset. */
  readonly dvol: Readonly<Record<string, DailySeries>>;
  /** Volume per day in USD(T), by asset of the history: the sum over the day's hours of volume times close. */
  readonly dailyVolumeUsd: Readonly<Record<string, DailySeries>>;
  /** Mean gas price per day, gwei. */
  readonly gasGwei: DailySeries;
  /** Daily close of a collateral in its reference: USDC and USDT in USD, stETH in ETH. */
  readonly pegs: Readonly<Record<string, DailySeries>>;
}

/** Hourly closes in USDT of several assets over the same hours. */
export interface History {
  readonly startHour: number;
  readonly hours: number;
  readonly assets: readonly string[];
  /** closes[a][i] is the close of assets[a] in hour startHour + i; NaN where there is none. */
  readonly closes: readonly Float64Array[];
}

/** One value a day; the value of day d (days since 1970-01-01) is known from the end of that day on. */
export interface DailySeries {
  readonly startDay: number;
  readonly values: Float64Array;
}

/** A crash window: hourly bars of every asset that traded, from five days before to five days after. */
export interface Crash {
  readonly id: string;
  readonly title: string;
  /** First and last day of the event itself, days since 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly startHour: number;
  readonly hours: number;
  readonly assets: readonly string[];
  /** By asset, in the order of `assets`; volume in units of the asset. */
  readonly bars: readonly Bars[];
}

export interface Bars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}
