import { requireTail, type Shocks, tailOf, type Yardstick } from "../kernel/index.ts";
import { exp } from "../math/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type ScenarioSet, TILE } from "../scenarios/index.ts";

/** A scenario set as the kernel takes it: what depends on it alone is computed once for all instruments and books. */
export interface PreparedScenarios {
  readonly set: ScenarioSet;
  readonly shocks: Shocks;
  /**
   * Simple returns of something that moves by `move`, a log return, and `times` so much as `added` moves; made once per name. A move of exactly
   * zero is a return of exactly zero.
   */
  returnsOf(name: string, move: Float64Array, added?: Float64Array, times?: number): Float64Array;
}

/** @example prepareScenarios(source.at(snapshot)).shocks.tiles; */
export function prepareScenarios(set: ScenarioSet): PreparedScenarios {
  const logReturn = rowsOf(set.spot);
  const shocks = {
    tiles: set.padded / TILE,
    logReturn,
    growth: growthOf(logReturn),
    volatilityMove: rowsOf(set.volatility),
    tilt: rowsOf(set.tilt),
    volatilityFloor: rowsOf(set.volatilityFloor),
  };
  const returns = new Map<string, Float64Array>();
  return {
    set,
    shocks,
    returnsOf(name, move, added, times = 1) {
      let known = returns.get(name);
      if (known === undefined) {
        known = added === undefined ? returnsOn(move) : returnsOn(added, times, move);
        returns.set(name, known);
      }
      return known;
    },
  };
}

// Loops, not callbacks: one made for each hour is compiled for each hour again.

/** Rows of every asset one after another. */
function rowsOf(perAsset: readonly Float64Array[]): Float64Array {
  const width = perAsset[0]?.length ?? 0;
  const all = new Float64Array(perAsset.length * width);
  for (let a = 0; a < perAsset.length; a++) all.set(perAsset[a], a * width);
  return all;
}

/** A move of exactly zero keeps the forward's own bits, so that its P&L is exactly zero. */
function growthOf(moves: Float64Array): Float64Array {
  const growth = new Float64Array(moves.length);
  for (let s = 0; s < growth.length; s++) growth[s] = moves[s] === 0 ? 1 : exp(moves[s]);
  return growth;
}

function returnsOn(moves: Float64Array, times = 1, onto?: Float64Array): Float64Array {
  const returns = new Float64Array(moves.length);
  for (let s = 0; s < returns.length; s++) {
    const move = onto === undefined ? moves[s] : onto[s] + times * moves[s];
    returns[s] = move === 0 ? 0 : exp(move) - 1;
  }
  return returns;
}

/** The order of the losses that the kernel measures by `yardstickOf`, and how many there are. */
export const FILTERED = 0;
export const STRESSED = 1;
export const GRIDDED = 2;
export const FAMILIES = 3;

/** @throws TAIL_TOO_LONG when the tail of a family is longer than what is drawn of it. */
export function yardstickOf({ filtered, stressed, grid, damping }: ScenarioSet, { protocol }: ParameterSet): Yardstick {
  const tails = [filtered, stressed].map(({ offset, count, population }) => {
    const tail = tailOf(population, protocol.confidence, protocol.riskMeasure === 1);
    requireTail(tail, count);
    return { offset, count, tail };
  });
  return { families: [...tails, { offset: grid.offset, count: grid.count }], damping };
}
