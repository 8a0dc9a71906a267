import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import { rootOf } from "../backtest/assemble.ts";
import { hashOf } from "../backtest/canonical.ts";
import type { Evidence } from "./evidence.ts";
import type { Proposal } from "./load.ts";

/**
 * Refuses evidence that is about other parameters than the proposal's, or whose root is not that of its own leaves. Whether a backtest
 * finds the same today is for `check` and `verify` to say.
 *
 * @throws BallastError EVIDENCE_STALE, EVIDENCE_BROKEN, both exit 5
 */
export function requireFresh(proposal: Pick<Proposal, "folder" | "base" | "after">, evidence: Evidence): void {
  const file = join(proposal.folder, "evidence.json");
  const refuse = (code: string, message: string, field: string) =>
    new BallastError(code, message, { where: { file, field }, fix: `Run ballast backtest ${proposal.folder} again.`, exit: 5 });
  if (evidence.context.parametersBefore !== hashOf(proposal.base)) {
    throw refuse("EVIDENCE_STALE", "The parameters in force are not those of the evidence: they have moved since the backtest.", "context.parametersBefore");
  }
  if (evidence.context.parametersAfter !== hashOf(proposal.after)) {
    throw refuse("EVIDENCE_STALE", "The evidence is about other changes than the proposal makes: it was edited after the backtest.", "context.parametersAfter");
  }
  if (evidence.root !== rootOf(evidence)) throw refuse("EVIDENCE_BROKEN", "The evidence's root is not that of its leaves: the file was edited.", "root");
}
