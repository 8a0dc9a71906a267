import type { Crash, Snapshot } from "../market/index.ts";
import { log } from "../math/index.ts";

/** Moves of all underlyings at once, as log returns, and the crash each was seen in. */
export interface CrashMoves {
  readonly moves: readonly Float64Array[];
  readonly crashes: readonly string[];
}

/** How long a move takes: the time a margin is asked for. */
export const MOVE_HOURS = 24;

/**
 * Of each crash and each of its assets, the day that fell most and the day that rose most, with what the others did on it. An asset that was not there
 * does not move.
 *
 * @example crashMoves(dataset.crashes, snapshot).moves.length;
 */
export function crashMoves(crashes: readonly Crash[], { underlyings }: Snapshot): CrashMoves {
  const moves: Float64Array[] = [];
  const names: string[] = [];
  for (const crash of crashes) {
    const columns = underlyings.map(({ asset }) => crash.bars[crash.assets.indexOf(asset)]?.close);
    for (const column of columns) {
      if (column === undefined) continue;
      for (const end of extremes(column)) {
        moves.push(Float64Array.from(columns, (other) => (other === undefined ? 0 : moveAt(other, end))));
        names.push(crash.id);
      }
    }
  }
  const whole = moves.map((move) => move.every(Number.isFinite));
  return { moves: moves.filter((_, i) => whole[i]), crashes: names.filter((_, i) => whole[i]) };
}

/** Where the day of the deepest fall and that of the highest rise end. */
function extremes(close: Float64Array): number[] {
  let [lowest, highest] = [-1, -1];
  for (let end = MOVE_HOURS; end < close.length; end++) {
    const move = moveAt(close, end);
    if (!Number.isFinite(move)) continue;
    if (lowest < 0 || move < moveAt(close, lowest)) lowest = end;
    if (highest < 0 || move > moveAt(close, highest)) highest = end;
  }
  return lowest < 0 ? [] : [lowest, highest];
}

function moveAt(close: Float64Array, end: number): number {
  return log(close[end] / close[end - MOVE_HOURS]);
}
