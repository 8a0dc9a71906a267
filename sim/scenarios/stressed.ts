import type { Draws } from "./filtered.ts";
import { type Moves, moveEnding } from "./moves.ts";

/** Candidates stand this many hours apart; two chosen moves never overlap. */
const CANDIDATE_STEP = 4;

/**
 * The stressed family: the `count` largest joint moves over the horizon of all history known at `hour`, unscaled, no two of
 * them overlapping. "Largest" is the root mean square of the assets' log returns.
 *
 * An asset that was not traded yet gets the leader's move times the ratio of their long-run volatilities.
 *
 * @param volatilityRatios long-run volatility of each asset over the leader's.
 */
export function stressedDraws(
  moves: Moves,
  hour: number,
  assets: readonly number[],
  horizonHours: number,
  volatilityRatios: readonly number[],
  count: number,
): Draws {
  const last = hour - 1 - moves.startHour;
  const candidates: Candidate[] = [];
  const first = horizonHours + ((CANDIDATE_STEP - ((moves.startHour + horizonHours) % CANDIDATE_STEP)) % CANDIDATE_STEP);
  for (let end = first; end <= last; end += CANDIDATE_STEP) {
    let squares = 0;
    for (let a = 0; a < assets.length; a++) {
      const move = lentMove(moves, assets[a], end, horizonHours, volatilityRatios[a]);
      squares += move * move;
    }
    if (Number.isNaN(squares)) continue;
    candidates.push({ end, squares });
  }
  candidates.sort(largestFirst);
  const chosen: number[] = [];
  const taken = new Uint8Array(Math.max(0, last) + horizonHours + 1);
  for (const { end } of candidates) {
    if (chosen.length === count) break;
    if (taken[end] === 1) continue;
    chosen.push(end);
    taken.fill(1, Math.max(0, end - horizonHours + 1), end + horizonHours);
  }
  chosen.sort((i, j) => i - j);
  const spot = assets.map(() => new Float64Array(count));
  for (let a = 0; a < spot.length; a++) {
    for (let k = 0; k < chosen.length; k++) spot[a][k] = lentMove(moves, assets[a], chosen[k], horizonHours, volatilityRatios[a]);
  }
  return { spot, ends: chosen.map((end) => moves.startHour + end), population: chosen.length };
}

/** A joint move of history: where it ends, and the sum of its squares. */
interface Candidate {
  readonly end: number;
  readonly squares: number;
}

function largestFirst(left: Candidate, right: Candidate): number {
  return right.squares - left.squares || left.end - right.end;
}

/** The asset's own move, or the leader's times `ratio` where it has none. */
function lentMove(moves: Moves, asset: number, end: number, horizonHours: number, ratio: number): number {
  const own = moveEnding(moves, asset, end, horizonHours);
  return Number.isNaN(own) ? moveEnding(moves, 0, end, horizonHours) * ratio : own;
}
