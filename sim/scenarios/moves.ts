import { BallastError } from "../errors.ts";
import type { Market } from "../market/market.ts";
import { ewmaVariance } from "../market/volatility.ts";

/** How long a close may stand in for a missing one when a move is measured: the longest outage in the data is 10 hours. */
const CARRY_HOURS = 12;

/** Past moves of every asset, prepared once per parameter set. Entry i belongs to the bar of hour startHour + i and is known after it. */
export interface Moves {
  readonly startHour: number;
  readonly hours: number;
  readonly assets: readonly string[];
  /** Log of the last close at most 12 hours old; NaN where there is none. Only looks back. */
  readonly logClose: readonly Float64Array[];
  /** ln(perpetual / spot); NaN where there is no perpetual. */
  readonly logBasis: readonly Float64Array[];
  /** What a collateral is worth in what it stands for. */
  readonly pegs: Readonly<Record<string, Float64Array>>;
  /** EWMA variance per hour. */
  readonly variance: readonly Float64Array[];
  /** Long-run annualised volatility, as known at an hour, of the leader: the first asset, which lends its moves to those not traded yet. */
  readonly leaderLongRunVolatility: (hour: number) => number;
}

/**
 * Prepares moves with the EWMA decay of a parameter set (bps per day).
 *
 * @example const moves = createMoves(market, 9700);
 */
export function createMoves(market: Market, decayBps: number): Moves {
  const { history, logCloses } = market;
  return {
    startHour: history.startHour,
    hours: history.hours,
    assets: history.assets,
    logClose: logCloses.map(carryForward),
    logBasis: market.logBasis,
    pegs: market.pegs,
    variance: history.assets.map((_, asset) => ewmaVariance(history, asset, decayBps / 10_000)),
    leaderLongRunVolatility: (hour) => market.longRunVolatilityAt(history.assets[0], hour),
  };
}

/** Log return over `span` bars ending with bar `end`; NaN where either close is missing. */
export function moveEnding(moves: Moves, asset: number, end: number, span: number): number {
  const begin = end - span;
  if (begin < 0) return Number.NaN;
  const closes = moves.logClose[asset];
  return closes[end] - closes[begin];
}

/** Index of the last bar known at `hour`. */
export function lastKnown(moves: Moves, hour: number): number {
  const index = hour - 1 - moves.startHour;
  if (index < 0 || index >= moves.hours) {
    throw new BallastError("HISTORY_NOT_COVERED", `The price history does not reach hour ${hour}.`, {
      where: { field: "hour", value: String(hour) },
      fix: `Use an hour in ${moves.startHour + 1}…${moves.startHour + moves.hours}, or a dataset that covers it.`,
    });
  }
  return index;
}

function carryForward(logCloses: Float64Array): Float64Array {
  const carried = new Float64Array(logCloses.length).fill(Number.NaN);
  let seen = -1;
  for (let i = 0; i < logCloses.length; i++) {
    if (!Number.isNaN(logCloses[i])) seen = i;
    if (seen >= 0 && i - seen <= CARRY_HOURS) carried[i] = logCloses[seen];
  }
  return carried;
}
