import type { Evidence } from "../../proposal/evidence.ts";
import { month, percent, percentChange, plural, share, trimmed, usd } from "../format.ts";
import type { Comparison } from "./crashes.ts";
import type { GateRow } from "./gates.ts";

export interface Verdict {
  readonly pass: boolean;
  readonly symbol: "✓" | "✗";
  readonly word: "Passes" | "Fails";
  /** The whole verdict in one sentence. */
  readonly sentence: string;
  /** The same without its first word, for where symbol and word stand apart. */
  readonly rest: string;
  /** "All 9 gates are within their limits." */
  readonly gates: string;
}

export interface KeyFigure {
  readonly label: string;
  readonly today: string;
  readonly proposed: string;
  readonly note: string;
  readonly change: "better" | "worse" | "same";
}

/** The verdict, its worst crash named, with what the change buys and what it costs. */
export function verdictOf(evidence: Evidence, comparisons: readonly Comparison[], gates: readonly GateRow[]): Verdict {
  const pass = evidence.verdict === "pass";
  const breached = gates.filter(({ status }) => status === "fail");
  const warned = gates.filter(({ status }) => status === "warn");
  const head = pass ? passedWords(warned, gates.length) : breachedWords(breached, gates.length);
  const rest = `${head}; ${worstWords(comparisons)}${costWords(comparisons)}.`;
  const word = pass ? "Passes" : "Fails";
  return {
    pass,
    symbol: pass ? "✓" : "✗",
    word,
    rest,
    sentence: `${word}: ${rest}`,
    gates:
      breached.length + warned.length === 0
        ? `All ${plural(gates.length, "gate")} within their limits.`
        : [
            breached.length > 0 ? `${breached.length} of ${plural(gates.length, "gate")} breached.` : "",
            warned.length > 0 ? `${plural(warned.length, "warning")}, which ${warned.length === 1 ? "does" : "do"} not fail the verdict.` : "",
          ]
            .filter(Boolean)
            .join(" "),
  };
}

/** Four figures a voter can take away. */
export function keyFigures(evidence: Evidence, comparisons: readonly Comparison[]): KeyFigure[] {
  const worst = comparisons.find((comparison) => comparison.worst);
  if (worst === undefined) return [];
  const [rateToday, rateProposed] = meanRates(comparisons);
  const least = (of: "today" | "proposed") => comparisons.reduce((lowest, one) => (one[of].coverage < lowest[of].coverage ? one : lowest));
  const shock = evidence.executionShock;
  return [
    figure("Shortfall, worst crash", worst.today.shortfall, worst.proposed.shortfall, usd, "down", named(worst)),
    figure("Coverage, worst crash", least("today").today.coverage, least("proposed").proposed.coverage, share, "up", named(least("proposed"))),
    figure(
      "Margin over notional",
      rateToday,
      rateProposed,
      percent,
      "neither",
      `${trimmed(percentChange(rateProposed / rateToday - 1))} capital cost, mean of ${plural(comparisons.length, "crash", "crashes")}`,
    ),
    {
      label: "Liquidatable on execution",
      today: "",
      proposed: percent(shock.accounts),
      note: `of accounts, ${percent(shock.notional)} of notional`,
      change: shock.accounts > 0 ? "worse" : "same",
    },
  ];
}

/** Mean over crashes of the mean margin rate, today and proposed. */
export function meanRates(comparisons: readonly Comparison[]): [number, number] {
  const mean = (of: (comparison: Comparison) => number) => comparisons.reduce((sum, one) => sum + of(one), 0) / comparisons.length;
  return [mean(({ today }) => today.marginRate), mean(({ proposed }) => proposed.marginRate)];
}

/** "Black Thursday (March 2020)" */
export function named({ title, firstDay }: Comparison): string {
  return firstDay === "" ? title : `${title} (${month(Date.parse(firstDay) / 3_600_000)})`;
}

function passedWords(warned: readonly GateRow[], gates: number): string {
  if (warned.length === 0) return gates === 0 ? "the policy has no gate" : `all ${plural(gates, "gate")} within limits`;
  return `${gates - warned.length} of ${plural(gates, "gate")} within limits, ${plural(warned.length, "warning")} (${namesOf(warned)})`;
}

function breachedWords(breached: readonly GateRow[], gates: number): string {
  if (breached.length === 0) return "the evidence says so, though no gate is breached";
  return `${breached.length} of ${plural(gates, "gate")} breached (${namesOf(breached)})`;
}

function namesOf(rows: readonly GateRow[]): string {
  const names = rows.slice(0, 2).map(({ label }) => label.slice(0, 1).toLowerCase() + label.slice(1));
  return `${names.join("; ")}${rows.length > 2 ? ` and ${rows.length - 2} more` : ""}`;
}

function worstWords(comparisons: readonly Comparison[]): string {
  const worst = comparisons.find((comparison) => comparison.worst);
  if (worst === undefined) return "there is no crash to compare";
  const among = comparisons.length === 1 ? "the only crash replayed" : `the worst of ${plural(comparisons.length, "crash", "crashes")}`;
  const [before, after] = [usd(worst.today.shortfall), usd(worst.proposed.shortfall)];
  if (worst.proposed.shortfall < 0.5 && comparisons.every(({ today }) => today.shortfall < 0.5)) {
    return `no crash leaves a shortfall, and coverage is least in ${named(worst)}, ${among}, at ${share(worst.proposed.coverage)}`;
  }
  const verb = before === after ? `stays at ${after}` : `${worst.proposed.shortfall > worst.today.shortfall ? "rises" : "falls"} from ${before} to ${after}`;
  return `in ${named(worst)}, ${among}, the shortfall ${verb}`;
}

function costWords(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return "";
  const [today, proposed] = meanRates(comparisons);
  const change = proposed / today - 1;
  // Less than a hundredth of a percent is below what the report prints.
  if (!Number.isFinite(change) || Math.abs(change) < 0.00005) return ", at the same margin";
  return change > 0 ? `, for ${trimmed(percent(change))} more margin` : `, with ${trimmed(percent(-change))} less margin`;
}

function figure(label: string, today: number, proposed: number, format: (value: number) => string, good: "up" | "down" | "neither", note: string): KeyFigure {
  const [before, after] = [format(today), format(proposed)];
  return {
    label,
    today: before,
    proposed: after,
    note,
    change: before === after || good === "neither" ? "same" : proposed > today === (good === "up") ? "better" : "worse",
  };
}
