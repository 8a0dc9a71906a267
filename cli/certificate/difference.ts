import type { Evidence } from "../proposal/evidence.ts";

/** The first number of committed evidence that a backtest run again finds otherwise. */
export interface Difference {
  /** crash/set/seed, or the part of the evidence that is not a replay. */
  readonly at: string;
  readonly field: string;
  readonly committed: string;
  readonly found: string;
}

/**
 * Where two runs of a backtest part: the replays first, in their order, then the execution shocks, the gates, the attribution and the context.
 *
 * @returns undefined where they are the same
 * @example firstDifference(committed, again)?.field // "shortfallPeak"
 */
export function firstDifference(committed: Evidence, again: Evidence): Difference | undefined {
  const name = ({ crash, set, seed }: Evidence["outcomes"][number]) => `${crash}/${set}/${seed}`;
  const found = new Map(again.outcomes.map((one) => [name(one), one.outcome]));
  for (const one of committed.outcomes) {
    const other = found.get(name(one));
    found.delete(name(one));
    const parted = part(one.outcome, other, "");
    if (parted !== undefined) return { at: name(one), ...parted };
  }
  const [extra] = found.keys();
  if (extra !== undefined) return { at: extra, field: "", committed: "no such replay", found: "a replay" };
  for (const at of ["executionShocks", "gates", "attribution", "context", "verdict", "leaves", "root"] as const) {
    const parted = part(committed[at], again[at], "");
    if (parted !== undefined) return { at, ...parted };
  }
  return undefined;
}

function part(a: unknown, b: unknown, field: string): Omit<Difference, "at"> | undefined {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") {
    return Object.is(a, b) ? undefined : { field, committed: shown(a), found: shown(b) };
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const parted = part(left[key], right[key], field === "" ? key : `${field}.${key}`);
    if (parted !== undefined) return parted;
  }
  return undefined;
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
