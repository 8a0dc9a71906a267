import type { LiveState } from "../../chain/live/state.ts";
import { endOf, hasKey, keysOf, type ParameterSet, specOf, valueOf } from "../../sim/parameters/index.ts";
import { type ParameterRow, parameterRows } from "../proposal/parameters.ts";

/** A parameter as the chain has it, beside what parameters.yaml says. `value` is in force now. */
export interface LiveRow extends ParameterRow {
  /** What it will be once its ramp has ended; proposals are drafted against this. */
  readonly decided: number;
  /** Its ramp, while it runs. Seconds since 1970. */
  readonly ramp: { readonly from: number; readonly to: number; readonly start: number; readonly end: number } | null;
  /** When it was last changed; null when never. */
  readonly changedAt: number | null;
  /** When it may be changed again; null when already. */
  readonly cooldownUntil: number | null;
  /** What parameters.yaml says; null where it has no such parameter. */
  readonly file: number | null;
}

/** Where the chain and parameters.yaml differ; null on the side that has no such parameter. */
export interface FileDifference {
  readonly scope: string;
  readonly name: string;
  readonly chain: number | null;
  readonly file: number | null;
}

/** Every parameter on chain at the pinned block, in the table's order. */
export function liveRows({ parameters, chain }: LiveState, file: ParameterSet): LiveRow[] {
  return parameterRows(parameters.inForce).map((row) => {
    const key = { scope: row.scope, name: row.name };
    const last = parameters.lastChanged[`${row.scope}.${row.name}`];
    const until = last === undefined ? 0 : last.at + (specOf(row.name)?.cooldown ?? 0);
    const running = last !== undefined && endOf(last) > chain.block.time;
    return {
      ...row,
      decided: valueOf(parameters.decided, key),
      ramp: running ? { from: last.from, to: last.to, start: last.at, end: endOf(last) } : null,
      changedAt: last?.at ?? null,
      cooldownUntil: until > chain.block.time ? until : null,
      file: hasKey(file, key) ? valueOf(file, key) : null,
    };
  });
}

/**
 * How parameters.yaml differs from what the chain has decided.
 *
 * @example fileDifferences(live.parameters.decided, file) // [{ scope: "ETH", name: "volBuffer", chain: 3000, file: 2500 }]
 */
export function fileDifferences(decided: ParameterSet, file: ParameterSet): FileDifference[] {
  const keys = new Map([...keysOf(decided), ...keysOf(file)].map((key) => [`${key.scope}.${key.name}`, key]));
  return [...keys.values()]
    .map(({ scope, name }) => {
      const value = (set: ParameterSet) => (hasKey(set, { scope, name }) ? valueOf(set, { scope, name }) : null);
      return { scope, name, chain: value(decided), file: value(file) };
    })
    .filter(({ chain, file: own }) => chain !== own);
}
