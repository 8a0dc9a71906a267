import type { Outcome } from "../../../sim/replay/outcome.ts";
import { shareOfFund } from "../../../sim/verdict/metrics.ts";
import type { Evidence } from "../../proposal/evidence.ts";
import { count, percent, share, usd } from "../format.ts";
import type { MarketFacts } from "../market.ts";
import { visibleLine } from "../text.ts";
import { usedOf } from "./gates.ts";

/** One crash under both parameter sets: over its seeds, the worst of what hurts and the mean of what costs. */
export interface Comparison {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD`, empty where the dataset does not know the crash. */
  readonly firstDay: string;
  readonly today: Summary;
  readonly proposed: Summary;
  readonly worst: boolean;
}

export interface Summary {
  /** Largest shortfall at any hour, USD: what accounts lost beyond what they held. */
  readonly shortfall: number;
  /** The same over the insurance fund at the start. */
  readonly shortfallOfFund: number;
  readonly accountsLiquidated: number;
  readonly accounts: number;
  readonly coverage: number;
  readonly marginRate: number;
  readonly fiveDayRise: number;
  /** The seed with the largest shortfall: the one a picture shows. */
  readonly outcome: Outcome;
  /** Every seed. */
  readonly outcomes: readonly Outcome[];
}

/** A row of the table over crashes, in words. */
export interface CrashRow {
  readonly title: string;
  readonly day: string;
  readonly worst: boolean;
  readonly cells: readonly { readonly label: string; readonly today: string; readonly proposed: string; readonly change: "better" | "worse" | "same" }[];
}

/**
 * Every crash of the evidence, in the order of its dates. The worst is the one that the policy's gates on shortfall and coverage
 * say comes nearest to a limit, or goes furthest beyond it; without such a gate, the one with the largest shortfall under the
 * proposed parameters, and where nothing falls short the one with the least coverage.
 */
export function compareCrashes(evidence: Evidence, market: MarketFacts): Comparison[] {
  const ids = [...new Set(evidence.outcomes.map(({ crash }) => crash))];
  const pairs = ids.flatMap((id) => {
    const of = (set: "baseline" | "proposed") => evidence.outcomes.filter((entry) => entry.crash === id && entry.set === set).map(({ outcome }) => outcome);
    const [today, proposed] = [of("baseline"), of("proposed")];
    if (today.length === 0 || proposed.length === 0) return [];
    const name = market.crashes.find((crash) => crash.id === id);
    return [{ id, title: visibleLine(name?.title ?? id), firstDay: name?.firstDay ?? "", today: summaryOf(today), proposed: summaryOf(proposed) }];
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
  return comparisons.map(({ title, firstDay, worst, today, proposed }) => ({
    title,
    day: firstDay,
    worst,
    cells: [
      cell("Shortfall", today.shortfall, proposed.shortfall, usd, "down"),
      cell("Liquidated", today.accountsLiquidated, proposed.accountsLiquidated, count, "down"),
      cell("Coverage", today.coverage, proposed.coverage, share, "up"),
      cell("Margin rate", today.marginRate, proposed.marginRate, percent, "neither"),
      cell("Five-day rise", today.fiveDayRise, proposed.fiveDayRise, percent, "down"),
    ],
  }));
}

function cell(label: string, today: number, proposed: number, format: (value: number) => string, good: "up" | "down" | "neither"): CrashRow["cells"][number] {
  const before = format(today);
  const after = format(proposed);
  // What reads the same is the same: a change nobody can see is no change to report.
  const change = before === after || good === "neither" ? "same" : proposed > today === (good === "up") ? "better" : "worse";
  return { label, today: before, proposed: after, change };
}

function summaryOf(outcomes: readonly Outcome[]): Summary {
  const most = (of: (outcome: Outcome) => number) => Math.max(...outcomes.map(of));
  return {
    shortfall: most((outcome) => outcome.shortfallPeak),
    shortfallOfFund: most(shareOfFund),
    accountsLiquidated: most((outcome) => outcome.accountsLiquidated),
    accounts: outcomes[0].accounts,
    coverage: Math.min(...outcomes.map((outcome) => outcome.coverage)),
    marginRate: outcomes.reduce((sum, outcome) => sum + outcome.meanMarginRate, 0) / outcomes.length,
    fiveDayRise: most((outcome) => outcome.largestFiveDayRise),
    outcome: outcomes.toSorted((a, b) => b.shortfallPeak - a.shortfallPeak || a.seed - b.seed)[0],
    outcomes,
  };
}

function descending(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : b[at] - a[at];
}
