import { BallastError } from "../errors.ts";
import { skewTilt, volatilityMove } from "../market/implied-model.ts";
import type { Snapshot } from "../market/snapshot.ts";
import { LEAST_VOLATILITY } from "./set.ts";
import { type ScenarioSet, TILE } from "./types.ts";

/**
 * A scenario set of moves that somebody names, instead of those drawn from history: no buffer, volatility and its skew answer the spot as they did
 * in a day's move (`volatilityMove`, `skewTilt`). All of them stand in the filtered family.
 *
 * @param moves log returns by underlying of the snapshot, one array per scenario
 * @throws MOVE_INVALID for a move that is not one finite number per underlying
 * @example hypotheticalSet(snapshot, [Float64Array.of(-0.4, -0.5)], 24).spot[1][0]; // -0.5
 */
export function hypotheticalSet(snapshot: Snapshot, moves: readonly Float64Array[], horizonHours: number): ScenarioSet {
  const { underlyings } = snapshot;
  const padded = Math.ceil(moves.length / TILE) * TILE;
  moves.forEach((move, s) => {
    if (move.length === underlyings.length && move.every(Number.isFinite)) return;
    throw new BallastError("MOVE_INVALID", `Move ${s} is not one finite log return for each of ${underlyings.length} underlyings.`, {
      where: { field: `moves[${s}]`, value: String(move) },
      fix: `Give log returns of ${underlyings.map(({ asset }) => asset).join(", ")}, in this order.`,
    });
  });
  const filled = (value: (move: Float64Array, u: number) => number) =>
    underlyings.map((_, u) => {
      const row = new Float64Array(padded);
      for (let s = 0; s < moves.length; s++) row[s] = value(moves[s], u);
      return row;
    });
  return {
    assets: underlyings.map(({ asset }) => asset),
    filtered: { offset: 0, count: moves.length, population: moves.length },
    stressed: { offset: padded, count: 0, population: 0 },
    grid: { offset: padded, count: 0, population: 0 },
    padded,
    spot: filled((move, u) => move[u]),
    volatility: filled((move, u) => volatilityMove(move[u], horizonHours)),
    tilt: filled((move, u) => skewTilt(move[u], horizonHours)),
    volatilityFloor: underlyings.map(() => new Float64Array(padded).fill(LEAST_VOLATILITY)),
    basis: underlyings.map(() => new Float64Array(padded)),
    pegs: {},
    damping: new Float64Array(padded).fill(1),
    originOf: (s) => (s < moves.length ? `hypothetical: move ${s}` : ""),
  };
}
