import type { ExecutionShock } from "../../sim/replay/index.ts";
import { judge as judgeFound, type Pair, type Verdict, type Evidence as VerdictEvidence } from "../../sim/verdict/index.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Policy } from "../proposal/policy.ts";

type Found = Pick<Evidence, "outcomes" | "executionShocks">;

/**
 * What the outcomes mean under a policy's gates. No leaf of the evidence: it follows from the leaves, and anyone can say it again.
 *
 * @example judge(policy.gates, evidence).verdict // "pass"
 */
export function judge(gates: Policy["gates"], found: Found): Verdict {
  return judgeFound(gates, drawnFrom(found));
}

/** What was found as the verdict reads it. @example headlinesOf(drawnFrom(evidence)) */
export function drawnFrom({ outcomes, executionShocks }: Found): VerdictEvidence {
  return { pairs: pairsOf(outcomes), shocks: executionShocks.map(({ seed, shock }) => ({ seed, shock: shock as unknown as ExecutionShock })) };
}

/** Outcomes by crash and seed, today's beside the proposed; one without its twin is no pair. */
export function pairsOf(outcomes: Found["outcomes"]): Pair[] {
  const name = (crash: string, seed: number) => `${seed} ${crash}`;
  const twins = new Map(outcomes.filter(({ set }) => set === "proposed").map(({ crash, seed, outcome }) => [name(crash, seed), outcome]));
  return outcomes.flatMap(({ crash, seed, set, outcome: baseline }) => {
    const proposed = twins.get(name(crash, seed));
    return set === "baseline" && proposed !== undefined ? [{ crash, seed, baseline, proposed }] : [];
  });
}
