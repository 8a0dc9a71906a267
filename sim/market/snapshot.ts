import type { Surface } from "./surface.ts";

/** The state of the market at one time, made only from data stamped before it. */
export interface Snapshot {
  /** Hours since 1970-01-01T00:00Z; bars that ended by then are known. Between two hours a fraction, with `scenariosOf`. */
  readonly hour: number;
  /** Between two hours: the snapshot at the last of them. The history is hourly, so its scenarios serve until the next. */
  readonly scenariosOf?: Snapshot;
  /** Continuously compounded, annual; forwards are spot · exp(rate · years). */
  readonly rate: number;
  /** Mean gas price of the last complete day, gwei; NaN where unknown. */
  readonly gasGwei: number;
  readonly underlyings: readonly UnderlyingState[];
  /** What a collateral is worth in what it stands for (USDC in USD, stETH in ETH), last known, however old; one never known is left out. */
  readonly pegs: Readonly<Record<string, number>>;
}

export interface UnderlyingState {
  readonly asset: string;
  /** USD, last close before the hour. */
  readonly spot: number;
  /** Annualised EWMA volatility of hourly returns now, and its long-run level (median over the known history). */
  readonly realisedVolatility: number;
  readonly longRunVolatility: number;
  /** Annualised at-the-money volatility for 30 days: that of the user's option chain, else DVOL where known, else the model. */
  readonly atmVolatility: number;
  /** What atmVolatility is; with "chain" the whole surface is. */
  readonly atmSource: "chain" | "dvol" | "model";
  readonly surface: Surface;
  /** Mean daily volume over the trailing 30 days that ended last, USD, and over the last seven of them; NaN where no day of them is known. */
  readonly dailyVolumeUsd: number;
  readonly recentVolumeUsd: number;
  /** Perpetual over spot, last known close at most twelve hours old; 1 where there is no perpetual in the data. */
  readonly perpetualBasis: number;
  /** The last funding rate paid, per eight hours, above zero when longs pay; NaN where none is known. */
  readonly fundingRate: number;
}
