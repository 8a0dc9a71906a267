import type { ExecutionShock } from "../replay/execution-shock.ts";
import type { Outcome } from "../replay/outcome.ts";

/** One crash and seed, replayed under today's parameters and under the proposed ones. */
export interface Pair {
  readonly crash: string;
  readonly seed: number;
  readonly baseline: Outcome;
  readonly proposed: Outcome;
}

export interface Evidence {
  readonly pairs: readonly Pair[];
  /** Absent: it was not computed, and every gate on it fails. */
  readonly executionShock?: ExecutionShock;
}

/** A metric's value, and the crash it comes from where it comes from one. NaN: there is no evidence for it. */
export interface Measurement {
  readonly value: number;
  readonly crash?: string;
}

export interface Metric {
  readonly doc: string;
  readonly measure: (evidence: Evidence) => Measurement;
}

/**
 * What a policy can put a gate on. All are fractions (0.01 = 1 %); "worst" is over all crashes and seeds.
 */
export const METRICS: Readonly<Record<string, Metric>> = {
  "shortfall.worst": {
    doc: "Peak shortfall of the worst crash under the proposed parameters, as a share of the insurance fund at the start.",
    measure: ({ pairs }) => worst(pairs, ({ proposed }) => shareOfFund(proposed)),
  },
  "shortfall.increase": {
    doc: "Largest rise of a crash's peak shortfall, proposed less today, as a share of the insurance fund at the start.",
    measure: ({ pairs }) => worst(pairs, ({ baseline, proposed }) => shareOfFund(proposed) - shareOfFund(baseline)),
  },
  "coverage.worst": {
    doc: "Least share, in any crash, of account-days whose loss over the horizon stayed within maintenance margin, proposed.",
    measure: ({ pairs }) => negated(worst(pairs, ({ proposed }) => -coverageOf(proposed))),
  },
  "coverage.mean": {
    doc: "Mean of that share over the crashes, proposed.",
    measure: ({ pairs }) => ({ value: mean(pairs.map(({ proposed }) => coverageOf(proposed))) }),
  },
  "capital.increase": {
    doc: "Mean over the crashes of the relative rise of the mean margin rate, proposed over today less one: what safety costs.",
    measure: ({ pairs }) => ({ value: mean(pairs.map(({ baseline, proposed }) => relativeRise(baseline.meanMarginRate, proposed.meanMarginRate))) }),
  },
  "procyclicality.fiveDayRise": {
    doc: "Largest relative rise of a linear position's margin rate within five days, proposed.",
    measure: ({ pairs }) => worst(pairs, ({ proposed }) => proposed.largestFiveDayRise),
  },
  "procyclicality.increase": {
    doc: "Relative rise of that largest rise: proposed over today less one.",
    measure: ({ pairs }) => ({
      value: relativeRise(worst(pairs, ({ baseline }) => baseline.largestFiveDayRise).value, worst(pairs, ({ proposed }) => proposed.largestFiveDayRise).value),
    }),
  },
  "executionShock.accounts": {
    doc: "Share of accounts that the change alone makes liquidatable in the block it executes.",
    measure: ({ executionShock }) => ({ value: executionShock?.accounts ?? Number.NaN }),
  },
  "executionShock.notional": {
    doc: "Share of notional held by those accounts.",
    measure: ({ executionShock }) => ({ value: executionShock?.notional ?? Number.NaN }),
  },
};

/** Peak shortfall over the fund at the start. */
export function shareOfFund({ shortfallPeak, fundStart }: Outcome): number {
  return shortfallPeak === 0 ? 0 : shortfallPeak / fundStart;
}

/** The largest value and its crash; NaN as soon as one is. The first of equals. */
export function worst(pairs: readonly Pair[], value: (pair: Pair) => number): Measurement {
  let most: Measurement = { value: Number.NaN };
  for (const pair of pairs) {
    const found = value(pair);
    if (Number.isNaN(found)) return { value: found, crash: pair.crash };
    if (most.crash === undefined || found > most.value) most = { value: found, crash: pair.crash };
  }
  return most;
}

/** NaN of nothing: no evidence. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** to / from − 1; nothing to nothing is no rise. */
export function relativeRise(from: number, to: number): number {
  return from === 0 && to === 0 ? 0 : to / from - 1;
}

/** Coverage of no observation is none. */
export function coverageOf({ coverage, coverageObservations }: Outcome): number {
  return coverageObservations > 0 ? coverage : Number.NaN;
}

function negated({ value, ...rest }: Measurement): Measurement {
  return { ...rest, value: -value };
}
