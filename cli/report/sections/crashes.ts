import { type Estimate, estimate, shareOfFund, wordFor } from "../../../sim/verdict/index.ts";
import type { Evidence, RecordedOutcome } from "../../proposal/evidence.ts";
import { count, percent, share, usd } from "../format.ts";
import type { MarketFacts } from "../market.ts";
import { visibleLine } from "../text.ts";
import { usedOf } from "./gates.ts";

/** One crash under both parameter sets: means over its seeds, and how each figure changes within a seed. */
export interface Comparison {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD`, empty where the dataset does not know the crash. */
  readonly firstDay: string;
  readonly today: Summary;
  readonly proposed: Summary;
  /** Proposed less today within each seed. */
  readonly change: Readonly<Record<Figure, Estimate>>;
  /** Relative change of the margin rate within each seed: what the change costs. */
  readonly cost: Estimate;
  readonly worst: boolean;
}

/** Figures of a crash, by seed. */
const FIGURES = {
  /** Largest shortfall at any hour, USD: what accounts lost beyond what they held. */
  shortfall: ({ shortfallPeak }: RecordedOutcome) => shortfallPeak,
  /** The same over the insurance fund at the start. */
  shortfallOfFund: (outcome: RecordedOutcome) => shareOfFund(outcome),
  accountsLiquidated: ({ accountsLiquidated }: RecordedOutcome) => accountsLiquidated,
  coverage: ({ coverage }: RecordedOutcome) => coverage,
  marginRate: ({ meanMarginRate }: RecordedOutcome) => meanMarginRate,
  fiveDayRise: ({ largestFiveDayRise }: RecordedOutcome) => largestFiveDayRise,
  fundStart: ({ fundStart }: RecordedOutcome) => fundStart,
  insuranceTarget: ({ insuranceTarget }: RecordedOutcome) => insuranceTarget,
  auctionsUnsold: ({ auctionsUnsold }: RecordedOutcome) => auctionsUnsold,
  auctionsRestarted: ({ auctionsRestarted }: RecordedOutcome) => auctionsRestarted,
  accountsDeleveraged: ({ accountsDeleveraged }: RecordedOutcome) => accountsDeleveraged,
  notionalDeleveraged: ({ notionalDeleveraged }: RecordedOutcome) => notionalDeleveraged,
} as const;

export type Figure = keyof typeof FIGURES;

/** The figures' means over the seeds. */
export interface Summary extends Readonly<Record<Figure, number>> {
  readonly accounts: number;
  /** Of any seed; null where in no seed and scenario anybody falls short. */
  readonly leastSolvencyIndex: number | null;
  /** Of any seed, 0 to 1. */
  readonly mostUnfairness: number;
  /** The seed whose hourly path is kept: the one a picture shows. */
  readonly path: Path | undefined;
}

export type Path = RecordedOutcome & { readonly series: NonNullable<RecordedOutcome["series"]> };

/** A row of the table over crashes, in words. */
export interface CrashRow {
  readonly title: string;
  readonly day: string;
  readonly worst: boolean;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly label: string;
  readonly today: string;
  readonly proposed: string;
  readonly change: "better" | "worse" | "same";
}

/**
 * Every crash of the evidence, in the order of its dates. Seeds that lack one of the sets are left out. The worst is the one that the policy's gates on shortfall and coverage
 * say comes nearest to a limit, or goes furthest beyond it; without such a gate, the one with the largest shortfall under the
 * proposed parameters, and where nothing falls short the one with the least coverage.
 */
export function compareCrashes(evidence: Evidence, market: MarketFacts): Comparison[] {
  const ids = [...new Set(evidence.outcomes.map(({ crash }) => crash))];
  const pairs = ids.flatMap((id) => {
    const of = (set: "baseline" | "proposed") =>
      new Map(evidence.outcomes.filter((entry) => entry.crash === id && entry.set === set).map(({ seed, outcome }) => [seed, outcome]));
    const [today, proposed] = [of("baseline"), of("proposed")];
    const twins = [...today].flatMap(([seed, before]) => {
      const after = proposed.get(seed);
      return after === undefined ? [] : [[before, after] as const];
    });
    if (twins.length === 0) return [];
    const name = market.crashes.find((crash) => crash.id === id);
    return [
      {
        id,
        title: visibleLine(name?.title ?? id),
        firstDay: name?.firstDay ?? "",
        today: summaryOf(twins.map(([before]) => before)),
        proposed: summaryOf(twins.map(([, after]) => after)),
        change: figuresOf((figure) => estimate(twins.map(([before, after]) => FIGURES[figure](after) - FIGURES[figure](before)))),
        cost: estimate(twins.map(([before, after]) => FIGURES.marginRate(after) / FIGURES.marginRate(before) - 1)),
      },
    ];
  });
  const harm = ({ today, proposed }: (typeof pairs)[number]) => [proposed.shortfall, today.shortfall, 1 - proposed.coverage];
  const decisive = decisiveCrash(evidence);
  const worst = pairs.find(({ id }) => id === decisive) ?? pairs.toSorted((a, b) => descending(harm(a), harm(b)) || (a.id < b.id ? -1 : 1))[0];
  return pairs.map((pair) => ({ ...pair, worst: pair === worst })).sort((a, b) => (a.firstDay + a.id < b.firstDay + b.id ? -1 : 1));
}

/** The crash that a gate on losses names, of the gate that has used most of its limit. */
function decisiveCrash({ gates }: Evidence): string | undefined {
  return gates
    .filter(({ id, crash }) => crash !== undefined && (id.startsWith("shortfall.") || id.startsWith("coverage.")))
    .map((gate) => ({ crash: gate.crash, used: usedOf(gate) ?? (gate.pass ? 0 : Number.POSITIVE_INFINITY) }))
    .sort((a, b) => b.used - a.used)[0]?.crash;
}

/** The crash table's rows. */
export function crashRows(comparisons: readonly Comparison[]): CrashRow[] {
  return comparisons.map((comparison) => ({
    title: comparison.title,
    day: comparison.firstDay,
    worst: comparison.worst,
    cells: [
      cell(comparison, "Shortfall", "shortfall", usd, "down"),
      cell(comparison, "Liquidated", "accountsLiquidated", accounts, "down"),
      cell(comparison, "Coverage", "coverage", share, "up"),
      cell(comparison, "Margin rate", "marginRate", percent, "neither"),
      cell(comparison, "Five-day rise", "fiveDayRise", percent, "down"),
    ],
  }));
}

/** A figure of a crash, before and after, and whether the seeds leave no doubt about its change. */
export function cell(
  { today, proposed, change }: Comparison,
  label: string,
  figure: Figure,
  format: (value: number) => string,
  good: "up" | "down" | "neither",
): Cell {
  const [before, after] = [format(today[figure]), format(proposed[figure])];
  // What reads the same is the same: a change nobody can see is no change to report; and one that the seeds leave open is not told.
  const word = before === after || good === "neither" ? "cannot tell" : wordFor(change[figure], good, 0);
  return { label, today: before, proposed: after, change: word === "improves" ? "better" : word === "worsens" ? "worse" : "same" };
}

/** A figure of one seed, of whose change nothing can be said. */
export function changeless({ today, proposed }: Comparison, label: string, format: (summary: Summary) => string): Cell {
  return { label, today: format(today), proposed: format(proposed), change: "same" };
}

/** A mean number of accounts: a tenth of one is worth showing among few. */
export function accounts(mean: number): string {
  return Number.isInteger(mean) || mean >= 100 ? count(Math.round(mean)) : mean.toFixed(1);
}

function summaryOf(outcomes: readonly RecordedOutcome[]): Summary {
  return {
    ...figuresOf((figure) => estimate(outcomes.map(FIGURES[figure])).value),
    accounts: outcomes[0].accounts,
    leastSolvencyIndex: outcomes.reduce<number | null>(
      (least, { leastSolvencyIndex: own }) => (own === null ? least : Math.min(least ?? Number.POSITIVE_INFINITY, own)),
      null,
    ),
    mostUnfairness: Math.max(...outcomes.map(({ deleveragingUnfairness }) => deleveragingUnfairness)),
    path: outcomes.find((outcome): outcome is Path => outcome.series !== undefined),
  };
}

function figuresOf<T>(make: (figure: Figure) => T): Record<Figure, T> {
  return Object.fromEntries((Object.keys(FIGURES) as Figure[]).map((figure) => [figure, make(figure)])) as Record<Figure, T>;
}

function descending(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : b[at] - a[at];
}
