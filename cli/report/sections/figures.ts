import type { Evidence } from "../../proposal/evidence.ts";
import { percent, percentChange, plural, trimmed } from "../format.ts";
import type { Comparison } from "./crashes.ts";
import { meanShock } from "./execution.ts";
import type { Headlines } from "./headlines.ts";
import { capitalIncrease, named } from "./verdict.ts";

/** A figure to take away: before, after, and what it is of. */
export interface KeyFigure {
  readonly label: string;
  readonly today: string;
  readonly proposed: string;
  readonly note: string;
  readonly change: "better" | "worse" | "same";
}

/** Four figures: what is lost at worst, how often margin suffices at worst, what that costs, and who is hit on the day. */
export function keyFigures(evidence: Evidence, comparisons: readonly Comparison[], { rows }: Headlines): KeyFigure[] {
  if (comparisons.length === 0) return [];
  const shock = meanShock(evidence);
  const of = (id: string) => rows.find((row) => row.id === id);
  const figure = (label: string, id: string, note: string): KeyFigure[] => {
    const row = of(id);
    if (row === undefined) return [];
    const change = row.word === "improves" ? "better" : row.word === "worsens" && id !== "margin.rate" ? "worse" : "same";
    return [{ label, today: row.today, proposed: row.proposed, note, change }];
  };
  const short = comparisons.reduce((most, one) => (one.proposed.shortfall > most.proposed.shortfall ? one : most));
  const bare = comparisons.reduce((least, one) => (one.proposed.coverage < least.proposed.coverage ? one : least));
  return [
    ...figure("Largest shortfall", "shortfall.worst", `of the insurance fund; ${mostIn(short)}`),
    ...figure("Least coverage", "coverage.worst", `lowest in ${named(bare)}`),
    ...figure(
      "Margin rate",
      "margin.rate",
      `${trimmed(percentChange(capitalIncrease(evidence, comparisons)))} capital cost, mean of ${plural(comparisons.length, "crash", "crashes")}`,
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

function mostIn(short: Comparison): string {
  const { shortfall } = short.proposed;
  if (shortfall >= 0.5) return `most in ${named(short)}`;
  return shortfall === 0 ? "none in any crash" : "less than a dollar in any crash";
}
