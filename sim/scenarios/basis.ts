import { HOURS_PER_YEAR } from "../market/volatility.ts";
import type { Moves } from "./moves.ts";

/**
 * What a perpetual or a future may do against its spot with the spot standing still, as a log return on the grid: the 99 % expected shortfall of
 * its 24-hour basis moves over all history (BTC 0.19 %, ETH 0.22 %, SOL 1.74 %), and at least the 1 % that margin systems of this market
 * charge (Deribit's min_annualised_move). Assets without a perpetual in the data get SOL's.
 */
const RANGES: Readonly<Record<string, number>> = { BTC: 0.01, ETH: 0.01 };
const WIDEST_RANGE = 0.0175;

/**
 * A perpetual that is not in the data follows its spot and 4 % of its move more: of the largest 2 % of moves, the most that any perpetual's
 * basis moved for its spot's (SOL 0.037, BTC 0.010, ETH 0.005). The careful side for who holds it alone.
 */
const FOLLOWS = 0.04;

/** A dated future's basis is an annual rate times its time: beyond 36 days it moves more than a perpetual's. 1 / (10 % a year / 1 %), in years. */
const PERPETUAL_LIKE_YEARS = 0.1;

/** Grid range of the basis of an asset's perpetual, a log return. */
export function basisRange(asset: string): number {
  return RANGES[asset] ?? WIDEST_RANGE;
}

/** Log return of the basis over `span` bars ending with bar `end`; where there is no perpetual, what `spotMove` makes of it. */
export function basisMoveEnding(moves: Moves, asset: number, end: number, span: number, spotMove: number): number {
  const basis = moves.logBasis[asset];
  const move = basis[end] - basis[end - span];
  return Number.isNaN(move) ? followingBasis(spotMove) : move;
}

/** What the basis does where history cannot say: it follows the spot. */
export function followingBasis(spotMove: number): number {
  return FOLLOWS * spotMove;
}

/** By how much more than a perpetual's the basis of a future moves. @example futureBasisScale(24 * 73); // 2: a fifth of a year */
export function futureBasisScale(hoursToExpiry: number): number {
  return Math.max(1, hoursToExpiry / HOURS_PER_YEAR / PERPETUAL_LIKE_YEARS);
}
