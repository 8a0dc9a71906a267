import type { Draw, Figures, Pair } from "./draws.ts";

/** A metric's value in one draw, and the crash it comes from where it comes from one. NaN: there is no evidence for it. */
export interface Measurement {
  readonly value: number;
  readonly crash?: string;
}

/** What can be said of one parameter set by itself, and so be compared between two. */
export interface Level {
  readonly doc: string;
  /** Which way is better for the protocol and for those who trade on it. */
  readonly good: "up" | "down";
  /** What its values can be at all. */
  readonly range: readonly [number, number];
  readonly measure: (pairs: readonly Pair[], set: "baseline" | "proposed") => Measurement;
}

/** What a policy can put a gate on. */
export interface Metric {
  readonly doc: string;
  readonly range: readonly [number, number];
  /** It is about all crashes of a policy: of some of them it would be another figure. */
  readonly ofAllCrashes?: true;
  readonly measure: (draw: Draw) => Measurement;
}

const SHARE = [0, 1] as const;
const POSITIVE = [0, Number.POSITIVE_INFINITY] as const;
const ANY = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** The headline figures: each has a today and a proposed value, and so a change. All are fractions (0.01 = 1 %). */
export const LEVELS: Readonly<Record<string, Level>> = {
  "shortfall.worst": {
    doc: "Peak shortfall of the worst crash, as a share of the insurance fund at the start.",
    good: "down",
    range: POSITIVE,
    measure: (pairs, set) => worst(pairs, (pair) => shareOfFund(pair[set])),
  },
  "coverage.worst": {
    doc: "Least share, in any crash, of account-days whose loss over the horizon stayed within maintenance margin.",
    good: "up",
    range: SHARE,
    measure: (pairs, set) => negated(worst(pairs, (pair) => -coverageOf(pair[set]))),
  },
  "coverage.mean": {
    doc: "Mean of that share over all crashes of the policy.",
    good: "up",
    range: SHARE,
    measure: (pairs, set) => ({ value: mean(pairs.map((pair) => coverageOf(pair[set]))) }),
  },
  "liquidated.mean": {
    doc: "Mean over the crashes of the share of accounts of which something is liquidated.",
    good: "down",
    range: SHARE,
    measure: (pairs, set) => ({ value: mean(pairs.map((pair) => pair[set].accountsLiquidated / pair[set].accounts)) }),
  },
  "margin.rate": {
    doc: "Mean over the crashes of initial margin over notional: what safety costs in capital.",
    good: "down",
    range: POSITIVE,
    measure: (pairs, set) => ({ value: mean(pairs.map((pair) => pair[set].meanMarginRate)) }),
  },
  "procyclicality.fiveDayRise": {
    doc: "Largest relative rise, in any crash, of a linear position's margin rate within five days.",
    good: "down",
    range: POSITIVE,
    measure: (pairs, set) => worst(pairs, (pair) => pair[set].largestFiveDayRise),
  },
};

/** What a policy can put a gate on: the levels as the proposed parameters leave them, and how far they move from today's. Fractions. */
export const METRICS: Readonly<Record<string, Metric>> = {
  "shortfall.worst": proposed("shortfall.worst"),
  "shortfall.increase": {
    doc: "Largest rise of a crash's peak shortfall, proposed less today, as a share of the insurance fund at the start.",
    range: ANY,
    measure: ({ pairs }) => worst(pairs, (pair) => shareOfFund(pair.proposed) - shareOfFund(pair.baseline)),
  },
  "coverage.worst": proposed("coverage.worst"),
  "coverage.mean": { ...proposed("coverage.mean"), ofAllCrashes: true },
  "coverage.decrease": {
    doc: "Largest fall of a crash's coverage, today less proposed.",
    range: [-1, 1],
    measure: ({ pairs }) => worst(pairs, (pair) => coverageOf(pair.baseline) - coverageOf(pair.proposed)),
  },
  "liquidated.mean": { ...proposed("liquidated.mean"), ofAllCrashes: true },
  "margin.rate": { ...proposed("margin.rate"), ofAllCrashes: true },
  "capital.increase": {
    doc: "Mean over the crashes of the relative rise of the mean margin rate, proposed over today less one: what safety costs.",
    range: ANY,
    measure: ({ pairs }) => ({ value: mean(pairs.map((pair) => relativeRise(pair.baseline.meanMarginRate, pair.proposed.meanMarginRate))) }),
  },
  "procyclicality.fiveDayRise": proposed("procyclicality.fiveDayRise"),
  "procyclicality.increase": {
    doc: "Relative rise of that largest rise: proposed over today less one.",
    range: ANY,
    measure: ({ pairs }) => {
      const of = (set: "baseline" | "proposed") => worst(pairs, (pair) => pair[set].largestFiveDayRise).value;
      return { value: relativeRise(of("baseline"), of("proposed")) };
    },
  },
  "executionShock.accounts": {
    doc: "Share of accounts that the change alone makes liquidatable in the block it executes.",
    range: SHARE,
    measure: ({ shock }) => ({ value: shock?.accounts ?? Number.NaN }),
  },
  "executionShock.notional": {
    doc: "Share of notional held by those accounts.",
    range: SHARE,
    measure: ({ shock }) => ({ value: shock?.notional ?? Number.NaN }),
  },
};

function proposed(id: string): Metric {
  const { doc, range, measure } = LEVELS[id];
  return { doc: doc.replace(/\.$/, ", under the proposed parameters."), range, measure: ({ pairs }) => measure(pairs, "proposed") };
}

/** Peak shortfall over the fund at the start. */
export function shareOfFund({ shortfallPeak, fundStart }: Figures): number {
  return shortfallPeak === 0 ? 0 : shortfallPeak / fundStart;
}

/** Coverage of no observation is none. */
export function coverageOf({ coverage, coverageObservations }: Figures): number {
  return coverageObservations > 0 ? coverage : Number.NaN;
}

/** The largest value and its crash; NaN as soon as one is. The first of equals. */
function worst(pairs: readonly Pair[], value: (pair: Pair) => number): Measurement {
  let most: Measurement = { value: Number.NaN };
  for (const pair of pairs) {
    const found = value(pair);
    if (Number.isNaN(found)) return { value: found, crash: pair.crash };
    if (most.crash === undefined || found > most.value) most = { value: found, crash: pair.crash };
  }
  return most;
}

/** NaN of nothing: no evidence. */
function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** to / from − 1; nothing to nothing is no rise. */
function relativeRise(from: number, to: number): number {
  return from === 0 && to === 0 ? 0 : to / from - 1;
}

function negated({ value, ...rest }: Measurement): Measurement {
  return { ...rest, value: -value };
}
