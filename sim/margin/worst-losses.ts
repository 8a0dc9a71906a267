import type { CubeInput, Kernel, Yardstick } from "../kernel/index.ts";
import type { ScenarioSet } from "../scenarios/index.ts";
import type { PositionTable } from "./types.ts";

/** Accounts measured at once, so that memory does not depend on the book. */
const BLOCK = 128;

/** A tail of one: the worst. */
const WORST = { kept: 1, whole: 0, part: 0, mass: 0 };

/**
 * The largest loss of each account in any scenario, damped where the grid is, never below zero, USD; NaN where some scenario has no finite P&L.
 *
 * @param table entries in any order: every account is one sum
 * @example worstLosses(kernel, cubeInput, set, table)[0];
 */
export function worstLosses(kernel: Kernel, cubeInput: CubeInput, { filtered, stressed, grid, damping }: ScenarioSet, table: PositionTable): Float64Array {
  const yardstick: Yardstick = { families: [{ ...filtered, tail: WORST }, { ...stressed, tail: WORST }, grid], damping };
  const { accounts, offsets, instrument, lots } = table;
  const first = new Int32Array(accounts + 1);
  for (let a = 0; a <= accounts; a++) first[a] = a;
  const groups = { offsets, instrument, lots, first };
  const losses = new Float64Array(accounts);
  for (let from = 0; from < accounts; from += BLOCK) {
    const to = Math.min(accounts, from + BLOCK);
    const { joint } = kernel.measure(cubeInput, groups, from, to, yardstick);
    for (let a = from; a < to; a++) {
      const at = (a - from) * yardstick.families.length;
      losses[a] = Math.max(joint[at], joint[at + 1], joint[at + 2]);
    }
  }
  return losses;
}
