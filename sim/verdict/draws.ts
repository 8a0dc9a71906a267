import type { ExecutionShock } from "../replay/execution-shock.ts";
import type { Outcome } from "../replay/outcome.ts";

/** What a verdict reads of a replay: its figures, without the hourly path. */
export type Figures = Omit<Outcome, "series">;

/** One crash and seed, replayed under today's parameters and under the proposed ones. */
export interface Pair {
  readonly crash: string;
  readonly seed: number;
  readonly baseline: Figures;
  readonly proposed: Figures;
}

/** Everything the replays found. */
export interface Evidence {
  readonly pairs: readonly Pair[];
  /** Who the change alone makes liquidatable, by seed; a seed without one has not been looked at, and every gate on it fails. */
  readonly shocks: readonly Shock[];
}

export interface Shock {
  readonly seed: number;
  readonly shock: ExecutionShock;
}

/** One draw of everything random, in all crashes: a population and who of it answers its margin calls. */
export interface Draw {
  readonly seed: number;
  readonly pairs: readonly Pair[];
  readonly shock: ExecutionShock | undefined;
}

/**
 * The evidence seed by seed. Seeds are independent; what is within one shares its book, under both parameter sets and in all crashes.
 *
 * @returns nothing where a seed lacks a crash that another has, or has one twice: a mean over unequal draws would compare nothing
 * @example drawsOf({ pairs, shocks }).length // 16
 */
export function drawsOf({ pairs, shocks }: Evidence): Draw[] {
  const draws = [...Map.groupBy(pairs, ({ seed }) => seed)].map(([seed, own]) => ({
    seed,
    pairs: own,
    shock: shocks.find((one) => one.seed === seed)?.shock,
  }));
  const crashes = new Set(pairs.map(({ crash }) => crash));
  const isWhole = draws.every(({ pairs: own }) => own.length === crashes.size && new Set(own.map(({ crash }) => crash)).size === crashes.size);
  return isWhole ? draws : [];
}
