import { BallastError } from "../../sim/errors.ts";
import { rootOf } from "../backtest/assemble.ts";
import type { Evidence } from "../proposal/evidence.ts";

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
  for (const { id, value, bound, limit, pass } of evidence.gates) {
    const within = value !== null && (bound === "max" ? value <= limit : value >= limit);
    if (within !== pass) refuse(`gates.${id}`, `The gate ${id} says that it ${pass ? "passes" : "fails"}, its own numbers say otherwise.`);
  }
  const failed = evidence.gates.length === 0 || evidence.gates.some(({ pass, severity }) => !pass && severity === "error");
  if (failed !== (evidence.verdict === "fail")) refuse("verdict", `The verdict is "${evidence.verdict}", but the gates beside it say otherwise.`);
}
