/** Executions in some order, and why one was refused; undefined for those that went through. */
export interface Run {
  readonly order: readonly number[];
  readonly refused: readonly (string | undefined)[];
}

/** One that goes through alone, and not after these. */
export interface Conflict {
  readonly refused: number;
  readonly after: readonly number[];
  readonly reason: string;
}

/**
 * What refusals say about proposal 0, each by the fewest that it takes: those of 0 after others, and those of others after 0 where the same others
 * without 0 do not refuse them.
 *
 * @example conflictsOf([{ order: [0, 1], refused: [undefined, "Stale"] }]) // [{ refused: 1, after: [0], reason: "Stale" }]
 */
export function conflictsOf(runs: readonly Run[]): Conflict[] {
  const all = runs.flatMap(({ order, refused }) =>
    order.flatMap((one, at): Conflict[] => {
      const reason = refused[at];
      const after = order.slice(0, at).filter((_, i) => refused[i] === undefined);
      return reason === undefined ? [] : [{ refused: one, after, reason }];
    }),
  );
  const least: Conflict[] = [];
  for (const conflict of all.sort((a, b) => a.after.length - b.after.length)) {
    const known = least.some(({ refused, after }) => refused === conflict.refused && after.every((one) => conflict.after.includes(one)));
    if (!known) least.push(conflict);
  }
  // Of three or more with 0 among them, it may be the others that do not get along: only a run without 0 could tell.
  return least.filter(({ refused, after }) => refused === 0 || (after.length === 1 && after[0] === 0));
}
