import { BallastError } from "../errors.ts";
import { exp } from "../math/exp.ts";
import { type ChainSurface, chainMoved } from "./chain-surface.ts";
import type { DailySeries, Dataset, History } from "./dataset.ts";
import { lastKnownDaily } from "./history.ts";
import { FAST_DECAY, LEADER, modelAtmVolatility, premiumFactor, REVERSION_PER_YEAR, SLOW_DECAY, volatilityMove } from "./implied-model.ts";
import { pegHistory } from "./pegs.ts";
import { basisHistory, lastFundingRate } from "./perpetuals.ts";
import { runningMedian } from "./running-median.ts";
import type { Snapshot, UnderlyingState } from "./snapshot.ts";
import { atmVolatility, createSurface, LEVEL_YEARS, type Surface } from "./surface.ts";
import { annualised, ewmaOfLogCloses, logCloses } from "./volatility.ts";

/** A dataset with everything a step needs computed once; asking it about an hour costs microseconds. */
export interface Market {
  readonly dataset: Dataset;
  readonly history: History;
  /** Natural logarithms of `history.closes`, gaps NaN. Entry i is known after its bar has ended. */
  readonly logCloses: readonly Float64Array[];
  /** ln(perpetual / spot) by asset of the history, and pegs by collateral, by hour: see `basisHistory` and `pegHistory`. */
  readonly logBasis: readonly Float64Array[];
  readonly pegs: Readonly<Record<string, Float64Array>>;
  /**
   * The market at the start of an hour, from data stamped before it: every asset with 30 days of history and a close in the last 24 h.
   *
   * @throws MARKET_HOUR_UNKNOWN outside the history, or when no asset is known well enough.
   */
  snapshotAt(hour: number): Snapshot;
  /** Assets whose first close is at least `minimumDays` old at the start of the hour and whose last is at most 24 h old. */
  assetsAt(hour: number, minimumDays: number): string[];
  /**
   * Long-run volatility of an asset as its snapshot states it, also where the snapshot leaves the asset out; NaN while nothing is known.
   *
   * @throws MARKET_HOUR_UNKNOWN outside the history.
   */
  longRunVolatilityAt(asset: string, hour: number): number;
}

/**
 * MODEL ASSUMPTION: no interest rate is in the dataset, and its perpetuals fund themselves around zero; forwards are the spot.
 */
const RATE = 0;

/** Decay per day of the volatility a snapshot reports. */
const REALISED_DECAY = 0.97;
/** A close older than this is no price. */
const STALE_HOURS = 24;
/** A DVOL close older than this is no level; the model takes over. */
const DVOL_HOURS = 72;
/** A chain older than this is no surface; DVOL or the model takes over. Chosen: within a day the level is carried, the smile is not known to hold longer. */
const CHAIN_HOURS = 24;
const VOLUME_DAYS = 30;
/** A whole week: of fewer days, a weekend alone would raise every margin on Monday and lower it on Thursday (by up to 50 % in a day; of seven by up to 31 %). */
const RECENT_DAYS = 7;

/**
 * Prepares a dataset for asking about any of its hours.
 *
 * @throws MARKET_CLOSE_INVALID for a close that is not a price.
 * @example createMarket(dataset).snapshotAt(439_347).underlyings[0].spot
 */
export function createMarket(dataset: Dataset): Market {
  const { history } = dataset;
  const tracks = history.assets.map((asset, index) => createTrack(asset, history, index));
  const logBasis = basisHistory(dataset);
  const pegs = pegHistory(dataset);

  const leader = tracks.find((track) => track.asset === LEADER);

  function indexBefore(hour: number): number {
    const index = hour - 1 - history.startHour;
    if (Number.isInteger(hour) && index >= 0 && index < history.hours) return index;
    throw new BallastError("MARKET_HOUR_UNKNOWN", `The price history does not reach hour ${hour}.`, {
      where: { field: "hour", value: String(hour) },
      fix: `Use a whole hour in ${history.startHour + 1}…${history.startHour + history.hours}, or a dataset that covers it.`,
    });
  }

  function snapshotAt(hour: number): Snapshot {
    const index = indexBefore(hour);
    const premium = premiumAt(leader, dataset, hour, index);
    const underlyings: UnderlyingState[] = [];
    for (const track of tracks) {
      const state = underlyingState(track, dataset, hour, index, premium, logBasis[history.assets.indexOf(track.asset)][index]);
      if (state) underlyings.push(state);
    }
    if (underlyings.length === 0) {
      throw new BallastError("MARKET_HOUR_UNKNOWN", `No asset has 30 days of history and a recent close at hour ${hour}.`, {
        where: { field: "hour", value: String(hour) },
        fix: "Use an hour at least 30 days after the history begins and outside its gaps.",
      });
    }
    return { hour, rate: RATE, gasGwei: lastKnownDaily(dataset.gasGwei, hour), underlyings, pegs: pegsAt(pegs, index) };
  }

  function assetsAt(hour: number, minimumDays: number): string[] {
    const index = indexBefore(hour);
    return tracks.filter((track) => isQuoted(track, index) && index + 1 - track.first >= minimumDays * 24).map((track) => track.asset);
  }

  function longRunVolatilityAt(asset: string, hour: number): number {
    const index = indexBefore(hour);
    const track = tracks.find((one) => one.asset === asset);
    return track === undefined ? Number.NaN : longRunOf(track, hour, index);
  }

  return { dataset, history, logCloses: tracks.map((track) => track.logs), logBasis, pegs, snapshotAt, assetsAt, longRunVolatilityAt };
}

/** One asset's past, by hour index unless it says otherwise. */
interface Track {
  readonly asset: string;
  readonly closes: Float64Array;
  readonly logs: Float64Array;
  /** Index of the first close; the history's length if there is none. */
  readonly first: number;
  /** Index of the newest close up to and with each hour, −1 before the first. */
  readonly newest: Int32Array;
  /** EWMA variances per hour. */
  readonly realised: Float64Array;
  readonly fast: Float64Array;
  readonly slow: Float64Array;
  /** Median of the realised volatility at the ends of all days so far, by whole days since `firstDay`. */
  readonly longRun: Float64Array;
  readonly firstDay: number;
}

function createTrack(asset: string, history: History, assetIndex: number): Track {
  const closes = history.closes[assetIndex];
  const logs = logCloses(closes);
  const newest = new Int32Array(history.hours);
  let seen = -1;
  let first = history.hours;
  for (let i = 0; i < history.hours; i++) {
    if (!Number.isNaN(closes[i])) {
      if (seen < 0) first = i;
      seen = i;
    }
    newest[i] = seen;
  }
  const realised = ewmaOfLogCloses(logs, REALISED_DECAY);
  const firstDay = Math.ceil((history.startHour + 1) / 24);
  const days = Math.floor((history.startHour + history.hours) / 24) - firstDay + 1;
  const atDayEnds = new Float64Array(Math.max(0, days));
  for (let d = 0; d < atDayEnds.length; d++) atDayEnds[d] = annualised(realised[(firstDay + d) * 24 - 1 - history.startHour]);
  return {
    asset,
    closes,
    logs,
    first,
    newest,
    realised,
    fast: ewmaOfLogCloses(logs, FAST_DECAY),
    slow: ewmaOfLogCloses(logs, SLOW_DECAY),
    longRun: runningMedian(atDayEnds),
    firstDay,
  };
}

function isQuoted(track: Track, index: number): boolean {
  return track.newest[index] >= 0 && index - track.newest[index] < STALE_HOURS;
}

function underlyingState(track: Track, dataset: Dataset, hour: number, index: number, premium: number, logBasis: number): UnderlyingState | undefined {
  const realisedVolatility = annualised(track.realised[index]);
  if (!isQuoted(track, index) || !(realisedVolatility > 0)) return undefined;
  const longRunVolatility = longRunOf(track, hour, index);
  return {
    asset: track.asset,
    spot: track.closes[track.newest[index]],
    realisedVolatility,
    longRunVolatility,
    ...impliedState(track, dataset, hour, index, longRunVolatility, premium),
    dailyVolumeUsd: trailingMean(dataset.dailyVolumeUsd[track.asset], hour, VOLUME_DAYS),
    recentVolumeUsd: trailingMean(dataset.dailyVolumeUsd[track.asset], hour, RECENT_DAYS),
    perpetualBasis: Number.isNaN(logBasis) ? 1 : exp(logBasis),
    fundingRate: lastFundingRate(dataset.funding[track.asset], hour),
  };
}

/** The last known of each peg; what was never known is left out. */
function pegsAt(pegs: Readonly<Record<string, Float64Array>>, index: number): Record<string, number> {
  const known: Record<string, number> = {};
  for (const [name, values] of Object.entries(pegs)) {
    let newest = index;
    while (newest >= 0 && Number.isNaN(values[newest])) newest--;
    if (newest >= 0) known[name] = values[newest];
  }
  return known;
}

/** Level and surface by the best that is known: the user's chain, DVOL, the model. */
function impliedState(
  track: Track,
  dataset: Dataset,
  hour: number,
  index: number,
  longRunVolatility: number,
  premium: number,
): Pick<UnderlyingState, "atmVolatility" | "atmSource" | "surface"> {
  const chain = chainAt(track, dataset, hour, index);
  if (chain !== undefined) return { atmVolatility: atmVolatility(chain, LEVEL_YEARS), atmSource: "chain", surface: chain };
  const quoted = dvolAt(track, dataset, hour, index);
  const level = quoted ?? modelLevel(track, index) * premium;
  const surface: Surface = createSurface(level, modelAtmVolatility(longRunVolatility, longRunVolatility), REVERSION_PER_YEAR);
  return { atmVolatility: level, atmSource: quoted === undefined ? "model" : "dvol", surface };
}

/** Before the first day has ended since the seed, today's level is all that is known of the long run. */
function longRunOf(track: Track, hour: number, index: number): number {
  const known = track.longRun[Math.floor(hour / 24) - track.firstDay];
  return known > 0 ? known : annualised(track.realised[index]);
}

function modelLevel(track: Track, index: number): number {
  return modelAtmVolatility(annualised(track.fast[index]), annualised(track.slow[index]));
}

/** What the leader's options cost over the level model, for assets without a DVOL of their own; 1 where that is not known. */
function premiumAt(leader: Track | undefined, dataset: Dataset, hour: number, index: number): number {
  if (leader === undefined || !isQuoted(leader, index)) return 1;
  const level = dvolAt(leader, dataset, hour, index);
  const model = modelLevel(leader, index);
  return level !== undefined && model > 0 ? premiumFactor(level, model) : 1;
}

/**
 * The last daily DVOL close known at the hour, carried to it by the fitted reaction to what the spot has done since: within a crash
 * yesterday's close alone would price options as if nothing had happened. Undefined if there is none in the last 72 h.
 */
function dvolAt(track: Track, dataset: Dataset, hour: number, index: number): number | undefined {
  const series = dataset.dvol[track.asset];
  if (!series) return undefined;
  for (let day = Math.floor(hour / 24) - 1; hour - 24 * (day + 1) <= DVOL_HOURS; day--) {
    const level = series.values[day - series.startDay];
    if (!(level > 0)) continue;
    const age = hour - 24 * (day + 1);
    return level * moveSince(track, index, age);
  }
  return undefined;
}

/** The last chain known at the hour and at most a day old, its level carried as DVOL's is. Undefined if there is none, or if carrying it broke it. */
function chainAt(track: Track, dataset: Dataset, hour: number, index: number): ChainSurface | undefined {
  const fit = dataset.chains?.[track.asset]?.findLast((one) => one.hour <= hour);
  if (fit === undefined || hour - fit.hour >= CHAIN_HOURS) return undefined;
  return chainMoved(fit.surface, moveSince(track, index, hour - fit.hour));
}

/** The factor that volatility has moved by in the last `age` hours, by the fitted reaction to what the spot has done. */
function moveSince(track: Track, index: number, age: number): number {
  const then = track.newest[index - age];
  const move = age > 0 && then >= 0 ? track.logs[track.newest[index]] - track.logs[then] : 0;
  return 1 + (move === 0 ? 0 : volatilityMove(move, age));
}

/** Mean of a daily series over the days that ended last; NaN where none of them has a value. */
function trailingMean(series: DailySeries | undefined, hour: number, window: number): number {
  if (!series) return Number.NaN;
  const last = Math.floor(hour / 24) - 1 - series.startDay;
  let total = 0;
  let days = 0;
  for (let d = Math.max(0, last - window + 1); d <= Math.min(last, series.values.length - 1); d++) {
    if (Number.isNaN(series.values[d])) continue;
    total += series.values[d];
    days++;
  }
  return days === 0 ? Number.NaN : total / days;
}
