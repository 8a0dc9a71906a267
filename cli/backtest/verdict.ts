import type { Market } from "../../sim/market/market.ts";
import { type ExecutionShock, executionShock } from "../../sim/replay/index.ts";
import { judge as judgePairs, type Pair, type Verdict } from "../../sim/verdict/index.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Policy } from "../proposal/policy.ts";
import type { WorkerInput } from "./pool.ts";

type Found = Pick<Evidence, "outcomes" | "executionShock">;

/**
 * What the outcomes mean under a policy's gates. No leaf of the evidence: it follows from the leaves, and anyone can say it again.
 *
 * @example judge(policy.gates, evidence).verdict // "pass"
 */
export function judge(gates: Policy["gates"], { outcomes, executionShock }: Found): Verdict {
  return judgePairs(gates, { pairs: pairsOf(outcomes), executionShock: executionShock as unknown as ExecutionShock });
}

/** Outcomes by crash and seed, today's beside the proposed; one without its twin is no pair. */
export function pairsOf(outcomes: Found["outcomes"]): Pair[] {
  return outcomes.flatMap(({ crash, seed, set, outcome: baseline }) => {
    const twin = outcomes.find((other) => other.set === "proposed" && other.crash === crash && other.seed === seed);
    return set === "baseline" && twin !== undefined ? [{ crash, seed, baseline, proposed: twin.outcome }] : [];
  });
}

/** Who the change alone makes liquidatable, in the newest market the dataset knows. */
export function shockOf({ market, book, parameters, counts }: Omit<WorkerInput, "datasetDir"> & { readonly market: Market }): Evidence["executionShock"] {
  const { startHour, hours } = market.history;
  return { ...executionShock({ market, hour: startHour + hours, book, before: parameters.baseline, after: parameters.proposed, counts }) };
}
