import { BallastError } from "../../sim/errors.ts";
import { isWithin } from "../../sim/verdict/index.ts";
import { rootOf, type Task, tasksOf } from "../backtest/assemble.ts";
import { canonicalJson, hashOf } from "../backtest/canonical.ts";
import { judge } from "../backtest/verdict.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Gate, Policy } from "../proposal/policy.ts";

/**
 * Refuses evidence that contradicts itself: a result hash that is not that of its outcomes, a gate that passes a value beyond
 * its limit, a verdict its gates do not give. A report must not print somebody's edit. (Whether the outcomes are what the
 * replays give is `verify`'s question: it runs them again.)
 *
 * @throws BallastError EVIDENCE_INCONSISTENT (exit 6)
 */
export function assertConsistent(evidence: Evidence, file: string): void {
  const refuse = (field: string, message: string) => {
    throw new BallastError("EVIDENCE_INCONSISTENT", message, {
      where: { file, field },
      fix: "Run `ballast backtest` again: evidence.json is not to be edited.",
      exit: 6,
    });
  };
  const root = rootOf(evidence);
  if (root !== evidence.root) refuse("root", `The result hash is not that of the outcomes beside it: they give ${root}.`);
  for (const gate of evidence.gates) {
    const { id, pass } = gate;
    if (isWithin(gate) !== pass) refuse(`gates.${id}`, `The gate ${id} says that it ${pass ? "passes" : "fails"}, its own numbers say otherwise.`);
  }
  const limits = Object.fromEntries(evidence.gates.map(({ id, bound, limit, severity }) => [id, { [bound]: limit, severity } as Gate]));
  const said = judge(limits, evidence);
  for (const gate of evidence.gates) {
    const found = said.gates.find(({ id }) => id === gate.id);
    if (canonicalJson(found ?? null) !== canonicalJson(gate))
      refuse(`gates.${gate.id}`, `The gate ${gate.id} says ${gate.value}; its outcomes give ${found?.value ?? null}.`);
  }
  const failed = evidence.gates.length === 0 || evidence.gates.some(({ pass, severity }) => !pass && severity === "error");
  if (failed !== (evidence.verdict === "fail")) refuse("verdict", `The verdict is "${evidence.verdict}", but the gates beside it say otherwise.`);
}

/**
 * Refuses evidence that is not what this policy asks for: limits, crashes and seeds of its own. None of them stands under the result hash but
 * by the hash of the policy, so that a report which takes them from the file prints whatever somebody wrote there.
 *
 * @throws BallastError EVIDENCE_STALE (exit 5) when the policy has changed since, EVIDENCE_INCONSISTENT (exit 6)
 */
export function assertUnder(policy: Policy, evidence: Evidence, file: string): void {
  const fix = "Run `ballast backtest` again: it tests under the policy as it is.";
  if (hashOf(policy) !== evidence.context.policy) {
    throw new BallastError("EVIDENCE_STALE", "The evidence was made under another policy than the one beside the proposal's folder.", {
      where: { file, field: "context.policy" },
      fix,
      exit: 5,
    });
  }
  const refuse = (field: string, message: string) => new BallastError("EVIDENCE_INCONSISTENT", message, { where: { file, field }, fix, exit: 6 });
  if (canonicalJson(judge(policy.gates, evidence).gates) !== canonicalJson(evidence.gates)) throw refuse("gates", "The gates are not those of the policy.");
  const names = (tasks: readonly Task[]) => canonicalJson(tasks.map(({ crash, set, seed }) => [crash, set, seed]));
  if (canonicalJson(evidence.executionShocks.map(({ seed }) => seed)) !== canonicalJson(policy.seeds))
    throw refuse("executionShocks", "The execution shocks are not those of the policy's seeds.");
  if (names(tasksOf(policy.crashes, policy.seeds)) !== names(evidence.outcomes))
    throw refuse("outcomes", "The outcomes are not those of the policy's crashes and seeds, each under both parameter sets.");
}
