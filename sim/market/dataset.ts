import type { ChainSurface } from "./chain-surface.ts";

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
  /** Hourly closes of perpetuals by their underlying ("BTC" is the perpetual on BTC), in the quote and over the hours of the history. */
  readonly perpetuals: History;
  /** Hourly closes of stablecoins by market, NaN where the source has no hour: "USDC-USD" and "USDT-USD" in USD, "USDC" in USDT. */
  readonly hourlyPegs: History;
  /** Funding of perpetuals, by underlying. */
  readonly funding: Readonly<Record<string, FundingSeries>>;
  /** Surfaces calibrated on a user's option chains, by asset, in order of time. No chain comes with the project. */
  readonly chains?: Readonly<Record<string, readonly ChainFit[]>>;
}

/** What a chain said of the market; known from the start of `hour` on. */
export interface ChainFit {
  readonly hour: number;
  readonly surface: ChainSurface;
}

/** What the longs of a perpetual pay its shorts (below zero: get from them), as a part of the notional, every eight hours. */
export interface FundingSeries {
  /** Hour of the first payment: a multiple of 8. */
  readonly startHour: number;
  /** rates[i] is paid at hour startHour + 8·i and known from then on; NaN where none is known. */
  readonly rates: Float64Array;
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
  /** Bars of five minutes over the event's own days, where they are known. Their hours close where the hourly bars do. */
  readonly fine?: FineBars;
}

/** Bars shorter than an hour. The bar of step i starts `startHour` + i·stepMinutes/60 and is known when it ends. */
export interface FineBars {
  readonly stepMinutes: 5;
  /** A whole hour, and whole hours long: `steps` is a multiple of 60 / stepMinutes. */
  readonly startHour: number;
  readonly steps: number;
  /** Some of the crash's assets; the others are known by the hour only. */
  readonly assets: readonly string[];
  /** By asset, in the order of these `assets`; volume in units of the asset. */
  readonly bars: readonly Bars[];
}

export interface Bars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}
