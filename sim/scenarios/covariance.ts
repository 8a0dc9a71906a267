import { BallastError } from "../errors.ts";
import type { Snapshot } from "../market/snapshot.ts";
import { type Moves, moveEnding } from "./moves.ts";

/** Fewer joint daily moves than this say nothing about five assets together. */
const FEWEST_DAYS = 60;
const HOURS_PER_DAY = 24;

/**
 * Lower triangular root of the covariance of one day's joint log returns: correlations of the lookback's daily moves, volatilities as
 * they are now. What it turns a point of the unit sphere into is a move one standard deviation away (Mahalanobis).
 *
 * @param assets indices into moves.assets, in the order of the snapshot's underlyings
 * @returns row u holds the loadings of underlying u on the first u + 1 coordinates
 * @throws COVARIANCE_UNKNOWN when fewer than 60 days of the lookback know all assets, or one asset repeats others
 * @example const root = covarianceRoot(moves, snapshot, [0, 1], 730); root[1][0] ** 2 + root[1][1] ** 2; // variance of a day of the second
 */
export function covarianceRoot(moves: Moves, snapshot: Snapshot, assets: readonly number[], lookbackDays: number): Float64Array[] {
  const correlation = correlationsOf(dailyMoves(moves, snapshot.hour, assets, lookbackDays), snapshot.hour);
  const root = cholesky(correlation, snapshot.hour);
  const day = Math.sqrt(365);
  return root.map((row, u) => row.map((loading) => (loading * snapshot.underlyings[u].realisedVolatility) / day));
}

/** Daily moves that all assets have, from the latest back. */
function dailyMoves(moves: Moves, hour: number, assets: readonly number[], lookbackDays: number): Float64Array[] {
  const last = hour - 1 - moves.startHour;
  const days: Float64Array[] = [];
  for (let d = 0; d < lookbackDays; d++) {
    const end = last - d * HOURS_PER_DAY;
    if (end < HOURS_PER_DAY) break;
    const day = Float64Array.from(assets, (asset) => moveEnding(moves, asset, end, HOURS_PER_DAY));
    if (day.every((move) => !Number.isNaN(move))) days.push(day);
  }
  return days;
}

function correlationsOf(days: readonly Float64Array[], hour: number): Float64Array[] {
  if (days.length < FEWEST_DAYS) throw unknown(`Only ${days.length} days of the lookback know every asset; ${FEWEST_DAYS} are needed`, hour);
  const assets = days[0].length;
  const product = (a: number, b: number) => {
    let total = 0;
    for (const day of days) total += day[a] * day[b];
    return total;
  };
  // A day's drift is far below its error: squares are taken around zero, as the volatilities are.
  const sizes = Array.from({ length: assets }, (_, a) => Math.sqrt(product(a, a)));
  return sizes.map((size, a) => Float64Array.from(sizes, (other, b) => (a === b ? 1 : product(a, b) / (size * other))));
}

/** L of L·Lᵀ = matrix (Cholesky–Banachiewicz). */
function cholesky(matrix: readonly Float64Array[], hour: number): Float64Array[] {
  const root = matrix.map((row) => new Float64Array(row.length));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let left = matrix[i][j];
      for (let k = 0; k < j; k++) left -= root[i][k] * root[j][k];
      if (i !== j) root[i][j] = left / root[j][j];
      else if (left > 1e-9) root[i][i] = Math.sqrt(left);
      else throw unknown("One asset moves exactly as others do", hour);
    }
  }
  return root;
}

function unknown(what: string, hour: number): BallastError {
  return new BallastError("COVARIANCE_UNKNOWN", `${what} at hour ${hour}: no move can be called more plausible than another.`, {
    where: { field: "hour", value: String(hour) },
    fix: "Use a later hour, a longer lookback, or fewer underlyings.",
  });
}
