import type { Evidence } from "../../proposal/evidence.ts";
import { percent, percentChange, plural, share, trimmed, usd } from "../format.ts";
import type { Comparison } from "./crashes.ts";
import { capitalIncrease, meanRates, named } from "./verdict.ts";

/** A figure to take away: before, after, and what it is of. */
export interface KeyFigure {
  readonly label: string;
  readonly today: string;
  readonly proposed: string;
  readonly note: string;
  readonly change: "better" | "worse" | "same";
}

/** Four figures: what is lost at worst, how often margin suffices at worst, what that costs, and who is hit on the day. */
export function keyFigures(evidence: Evidence, comparisons: readonly Comparison[]): KeyFigure[] {
  if (comparisons.length === 0) return [];
  const shock = evidence.executionShock;
  const [rateToday, rateProposed] = meanRates(comparisons);
  const most = (of: "today" | "proposed") => comparisons.reduce((highest, one) => (one[of].shortfall > highest[of].shortfall ? one : highest));
  const least = (of: "today" | "proposed") => comparisons.reduce((lowest, one) => (one[of].coverage < lowest[of].coverage ? one : lowest));
  const short = most("proposed");
  const fallen = short.proposed.shortfall < 0.5 ? "none in any crash" : `${percent(short.proposed.shortfallOfFund)} of the insurance fund, ${named(short)}`;
  return [
    figure("Largest shortfall", most("today").today.shortfall, short.proposed.shortfall, usd, "down", fallen),
    figure("Least coverage", least("today").today.coverage, least("proposed").proposed.coverage, share, "up", named(least("proposed"))),
    figure(
      "Margin rate",
      rateToday,
      rateProposed,
      percent,
      "neither",
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

function figure(label: string, today: number, proposed: number, format: (value: number) => string, good: "up" | "down" | "neither", note: string): KeyFigure {
  const [before, after] = [format(today), format(proposed)];
  const change = before === after || good === "neither" ? "same" : proposed > today === (good === "up") ? "better" : "worse";
  return { label, today: before, proposed: after, note, change };
}
