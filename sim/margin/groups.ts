import { BallastError } from "../errors.ts";
import type { Groups } from "../kernel/index.ts";
import type { PositionTable } from "./types.ts";

/** A position table cut at every change of underlying: the netting sets of each account. */
export interface NettingGroups extends Groups {
  /** Per account: its first group; account a has groups first[a] … first[a + 1] − 1. */
  readonly first: Int32Array;
  readonly underlying: Int32Array;
}

/**
 * @param underlying index of the underlying of each instrument
 * @throws POSITIONS_UNSORTED when a row returns to an underlying it has left, LOTS_NOT_INTEGER for a fraction of a lot.
 */
export function nettingGroups(table: PositionTable, underlying: Int32Array): NettingGroups {
  const entries = table.offsets[table.accounts] - table.offsets[0];
  const offsets = new Int32Array(entries + 1);
  const owners = new Int32Array(entries);
  let groups = 0;
  const first = new Int32Array(table.accounts + 1);
  for (let a = 0; a < table.accounts; a++) {
    first[a] = groups;
    let current = -1;
    for (let p = table.offsets[a]; p < table.offsets[a + 1]; p++) {
      const u = underlying[table.instrument[p]];
      if (!Number.isSafeInteger(table.lots[p])) {
        throw new BallastError("LOTS_NOT_INTEGER", `Account ${a} holds ${table.lots[p]} lots of an instrument.`, {
          where: { field: `lots[${p}]`, value: String(table.lots[p]) },
          fix: "Give whole lots.",
        });
      }
      if (u === current) continue;
      if (u < current)
        throw new BallastError("POSITIONS_UNSORTED", `Positions of account ${a} are not sorted by underlying.`, {
          where: { field: `instrument[${p}]` },
          fix: "Sort each row by underlying.",
        });
      offsets[groups] = p;
      owners[groups++] = u;
      current = u;
    }
  }
  first[table.accounts] = groups;
  // Rows without entries have no group; the end of a group is the start of the next, because rows follow one another.
  offsets[groups] = table.offsets[table.accounts];
  return { offsets: offsets.subarray(0, groups + 1), instrument: table.instrument, lots: table.lots, first, underlying: owners.subarray(0, groups) };
}
