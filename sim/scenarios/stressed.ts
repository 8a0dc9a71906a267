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
  const ends: number[] = [];
  const sizes: number[] = [];
  const at = (a: number, end: number): number => {
    const own = moveEnding(moves, assets[a], end, horizonHours);
    return Number.isNaN(own) ? moveEnding(moves, 0, end, horizonHours) * volatilityRatios[a] : own;
  };
  const first = horizonHours + ((CANDIDATE_STEP - ((moves.startHour + horizonHours) % CANDIDATE_STEP)) % CANDIDATE_STEP);
  for (let end = first; end <= last; end += CANDIDATE_STEP) {
    let squares = 0;
    for (let a = 0; a < assets.length; a++) {
      const move = at(a, end);
      squares += move * move;
    }
    if (Number.isNaN(squares)) continue;
    ends.push(end);
    sizes.push(squares);
  }
  const order = ends.map((_, i) => i).sort((i, j) => sizes[j] - sizes[i] || ends[i] - ends[j]);
  const chosen: number[] = [];
  const taken = new Uint8Array(Math.max(0, last) + horizonHours + 1);
  for (const i of order) {
    if (chosen.length === count) break;
    if (taken[ends[i]] === 1) continue;
    chosen.push(ends[i]);
    taken.fill(1, Math.max(0, ends[i] - horizonHours + 1), ends[i] + horizonHours);
  }
  chosen.sort((i, j) => i - j);
  const spot = assets.map((_, a) => Float64Array.from({ length: count }, (_unused, k) => (k < chosen.length ? at(a, chosen[k]) : 0)));
  return { spot, ends: chosen.map((end) => moves.startHour + end), population: chosen.length };
}
