import type { Verdict } from "./gates.ts";
import { coverageOf, type Evidence, mean, relativeRise, shareOfFund, worst } from "./metrics.ts";

/** The parts of a one-sentence verdict, as data: the sentence is the report's. Fractions; null where there is no evidence. */
export interface Summary {
  readonly verdict: Verdict["verdict"];
  /** Ids of `error` gates breached, then of `warn` gates. */
  readonly breached: readonly string[];
  readonly warned: readonly string[];
  /** The crash with the largest peak shortfall under the proposed parameters; where none has any, the one with the least coverage. */
  readonly worstCrash: string | null;
  /** Its peak shortfall over the fund, today and proposed. */
  readonly shortfall: Change | null;
  /** Mean coverage over the crashes, mean margin rate over them, largest five-day rise of a margin rate. */
  readonly coverage: Change | null;
  readonly marginRate: (Change & { readonly relative: number }) | null;
  readonly fiveDayRise: Change | null;
  readonly accountsLiquidated: Change | null;
}

export interface Change {
  readonly baseline: number;
  readonly proposed: number;
}

/** @example summarise(judge(policy.gates, evidence), evidence).worstCrash; */
export function summarise({ verdict, gates }: Verdict, evidence: Evidence): Summary {
  const { pairs } = evidence;
  const failed = gates.filter(({ pass }) => !pass);
  const shortfall = worst(pairs, ({ proposed }) => shareOfFund(proposed));
  const worstCrash = (shortfall.value > 0 ? shortfall.crash : worst(pairs, ({ proposed }) => -coverageOf(proposed)).crash) ?? null;
  const inWorst = pairs.filter(({ crash }) => crash === worstCrash);
  const margin = changeOf(mean(pairs.map(({ baseline }) => baseline.meanMarginRate)), mean(pairs.map(({ proposed }) => proposed.meanMarginRate)));
  return {
    verdict,
    breached: failed.filter(({ severity }) => severity === "error").map(({ id }) => id),
    warned: failed.filter(({ severity }) => severity === "warn").map(({ id }) => id),
    worstCrash,
    shortfall: changeOf(worst(inWorst, ({ baseline }) => shareOfFund(baseline)).value, worst(inWorst, ({ proposed }) => shareOfFund(proposed)).value),
    coverage: changeOf(mean(pairs.map(({ baseline }) => coverageOf(baseline))), mean(pairs.map(({ proposed }) => coverageOf(proposed)))),
    marginRate: margin === null ? null : { ...margin, relative: relativeRise(margin.baseline, margin.proposed) },
    fiveDayRise: changeOf(worst(pairs, ({ baseline }) => baseline.largestFiveDayRise).value, worst(pairs, ({ proposed }) => proposed.largestFiveDayRise).value),
    accountsLiquidated: changeOf(sumOf(pairs, "baseline"), sumOf(pairs, "proposed")),
  };
}

function sumOf(pairs: Evidence["pairs"], set: "baseline" | "proposed"): number {
  return pairs.length === 0 ? Number.NaN : pairs.reduce((total, pair) => total + pair[set].accountsLiquidated, 0);
}

function changeOf(baseline: number, proposed: number): Change | null {
  return Number.isFinite(baseline) && Number.isFinite(proposed) ? { baseline, proposed } : null;
}
