import { requireTail, type Shocks, tailOf, type Yardstick } from "../kernel/index.ts";
import { exp } from "../math/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type ScenarioSet, TILE } from "../scenarios/index.ts";

/** A scenario set as the kernel takes it: what depends on it alone is computed once for all instruments and books. */
export interface PreparedScenarios {
  readonly set: ScenarioSet;
  readonly shocks: Shocks;
  /**
   * Simple returns of something that moves by `move(s)`, a log return, in scenario s; made once per name. A move of exactly zero is a
   * return of exactly zero.
   */
  returnsOf(name: string, move: (s: number) => number): Float64Array;
}

/** @example prepareScenarios(source.at(snapshot)).shocks.tiles; */
export function prepareScenarios(set: ScenarioSet): PreparedScenarios {
  const { padded } = set;
  const rows = (perAsset: readonly Float64Array[]) => {
    const all = new Float64Array(perAsset.length * padded);
    perAsset.forEach((row, a) => {
      all.set(row, a * padded);
    });
    return all;
  };
  const logReturn = rows(set.spot);
  // A move of exactly zero keeps the forward's own bits, so that its P&L is exactly zero.
  const growth = logReturn.map((move) => (move === 0 ? 1 : exp(move)));
  const returns = new Map(set.assets.map((asset, a) => [asset, growth.subarray(a * padded, (a + 1) * padded).map((factor) => factor - 1)]));
  return {
    set,
    shocks: { tiles: padded / TILE, logReturn, growth, volatilityMove: rows(set.volatility), tilt: rows(set.tilt), volatilityFloor: rows(set.volatilityFloor) },
    returnsOf(name, move) {
      let known = returns.get(name);
      if (known === undefined) {
        known = new Float64Array(padded);
        for (let s = 0; s < padded; s++) {
          const by = move(s);
          known[s] = by === 0 ? 0 : exp(by) - 1;
        }
        returns.set(name, known);
      }
      return known;
    },
  };
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
