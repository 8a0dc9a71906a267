import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assembleEvidence } from "../cli/backtest/assemble.ts";
import { contextOf } from "../cli/backtest/context.ts";
import { writeEvidence } from "../cli/backtest/folder.ts";
import { loadDraft, loadProposal } from "../cli/proposal/load.ts";
import { buildPayload, payloadFiles } from "../cli/proposal/payload.ts";
import { loadPolicy } from "../cli/proposal/policy.ts";
import { initialParameters, keysOf, specOf, validateChanges, valueOf } from "../sim/parameters/index.ts";

const WORKSPACE = ["policy.yaml", "parameters.yaml", "deployment.yaml", "governance.yaml", "delegates.csv"];

/**
 * A workspace of proposals that all differ: each raises another parameter by a hundredth of its largest step, or lowers it where raising is not legal. Their
 * evidence has the context that a check asks for, and the outcomes of the committed proposal `like`, for a backtest of each would take hours: what is replayed
 * again therefore differs from it, and that is found, after the same work as for evidence that holds.
 */
export async function writeManyProposals(from: string, to: string, count: number, like: string): Promise<void> {
  for (const file of WORKSPACE) cpSync(join(from, file), join(to, file));
  const policy = await loadPolicy(join(to, "policy.yaml"));
  const { evidence } = await loadProposal(join(from, like));
  if (evidence === undefined) throw new Error(`${like} has no evidence`);
  for (const [i, change] of distinctChanges(count).entries()) {
    const folder = join(to, `${String(i + 1).padStart(4, "0")}-${change.replace(/[^A-Za-z]+/g, "-")}`);
    mkdirSync(folder);
    writeFileSync(join(folder, "proposal.yaml"), `title: ${change.replace(":", " to")}\nauthor: Bench\nchanges:\n  ${change}\nramp: 1 d\n`);
    const draft = await loadDraft(folder);
    const context = await contextOf({ proposal: draft, policy, policyFolder: to });
    const own = assembleEvidence({ ...evidence, context });
    await writeEvidence(folder, own);
    const payload = buildPayload(await loadProposal(folder), own.root);
    mkdirSync(join(folder, "payload"));
    for (const [name, text] of Object.entries(payloadFiles(payload))) writeFileSync(join(folder, "payload", name), text);
  }
}

/** As lines of a proposal.yaml. */
function distinctChanges(count: number): string[] {
  const base = initialParameters();
  const changes = keysOf(base).flatMap((key) => {
    const spec = specOf(key.name);
    const from = valueOf(base, key);
    if (spec === undefined || spec.unit === "choice") return [];
    const share = (step: number) => Math.max(1, Math.round((spec.relative ? (step * from) / 10_000 : step) / 100));
    const legal = [from + share(spec.maxIncrease), from - share(spec.maxDecrease)].find(
      (to) => validateChanges(base, [{ ...key, from, to, rampSeconds: 86_400 }]).length === 0,
    );
    return legal === undefined ? [] : [`${key.scope}.${key.name}: ${legal}`];
  });
  if (changes.length < count) throw new Error(`the table has ${changes.length} parameters that may move, not ${count}`);
  return changes.slice(0, count);
}
