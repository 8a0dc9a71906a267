import { log } from "../math/log.ts";
import type { ParameterSet } from "../parameters/index.ts";

/** A collateral keeps at least this part of its value in a scenario, as an underlying does: a log return of minus infinity has no use. */
const LEAST_LEFT = 0.05;

/** A collateral whose worth moves against what it stands for. */
export interface Collateral {
  readonly name: string;
  /** Its peg by hour of the history, if it is known. */
  readonly pegs: Float64Array | undefined;
  /** Log return of the depeg shock: 0 or below. */
  readonly shock: number;
}

/**
 * The collaterals of a parameter set that can lose their peg: those with a depeg shock or with a peg in the data. The others move with
 * their underlying and nothing else.
 */
export function peggedCollaterals(parameters: ParameterSet, pegs: Readonly<Record<string, Float64Array>>): Collateral[] {
  return Object.entries(parameters.collaterals)
    .map(([name, { depegShock }]) => ({ name, pegs: pegs[name], shock: log(Math.max(LEAST_LEFT, 1 - depegShock / 10_000)) }))
    .filter(({ pegs: known, shock }) => known !== undefined || shock < 0);
}

/** Log return of a peg over `span` bars ending with bar `end`; 0 where it is not known at both ends: the depeg shock stands for it. */
export function pegMoveEnding(pegs: Float64Array | undefined, end: number, span: number): number {
  const [then, now] = [pegs?.[end - span] ?? Number.NaN, pegs?.[end] ?? Number.NaN];
  return then > 0 && now > 0 ? log(now / then) : 0;
}
