import type { Outcome } from "../../sim/replay/outcome.ts";
import type { Evidence } from "../proposal/evidence.ts";

type Figures = Omit<Outcome, "series" | "crash" | "seed">;

/** One crash under both parameter sets, without the hourly series. */
export interface CrashSummary {
  readonly id: string;
  readonly baseline: SetSummary;
  readonly proposed: SetSummary;
}

/** Of one seed its figures; of several their mean, and the least and largest of every figure that differs. */
export type SetSummary = Figures & { readonly seeds: readonly number[]; readonly range?: Readonly<Record<string, readonly [number, number]>> };

/**
 * The outcomes of evidence by crash, in its order, short enough for a person or a script.
 *
 * @example summariesOf(evidence)[0].proposed.shortfallFinal
 */
export function summariesOf({ outcomes }: Pick<Evidence, "outcomes">): CrashSummary[] {
  const ids = [...new Set(outcomes.map(({ crash }) => crash))];
  return ids.map((id) => {
    const of = (set: "baseline" | "proposed") => summaryOf(outcomes.filter((entry) => entry.crash === id && entry.set === set));
    return { id, baseline: of("baseline"), proposed: of("proposed") };
  });
}

function summaryOf(entries: Evidence["outcomes"]): SetSummary {
  const figures = entries.map(({ outcome: { series: _series, crash: _crash, seed: _seed, ...rest } }): Figures => rest);
  const seeds = entries.map(({ seed }) => seed);
  const [first] = figures;
  if (figures.length === 1) return { ...first, seeds };
  const range: Record<string, [number, number]> = {};
  const means = Object.entries(first).map(([name, value]) => {
    const values = figures.map((one) => one[name as keyof Figures]).filter((one) => typeof one === "number");
    if (typeof value === "object" && value !== null) return [name, value] as const;
    if (values.length === 0) return [name, null] as const;
    const [least, largest] = [Math.min(...values), Math.max(...values)];
    if (least !== largest) range[name] = [least, largest];
    return [name, least === largest ? least : values.reduce((sum, one) => sum + one, 0) / values.length] as const;
  });
  return { ...(Object.fromEntries(means) as unknown as Figures), seeds, range };
}

/** What `ballast backtest --json` prints. */
export interface BacktestDocument {
  readonly hash: string;
  readonly verdict: "pass" | "fail";
  readonly gates: Evidence["gates"];
  readonly crashes: readonly CrashSummary[];
  readonly engine: string;
  readonly dataset: string;
  readonly seconds: number;
}

/** @param seconds how long the run took; the only figure that differs between two runs */
export function documentOf(evidence: Evidence, seconds: number): BacktestDocument {
  const { root, verdict, gates, context } = evidence;
  const { engine, dataset } = context;
  return { hash: root, verdict, gates, crashes: summariesOf(evidence), engine, dataset, seconds: Math.round(seconds * 100) / 100 };
}
