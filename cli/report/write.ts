import { existsSync } from "node:fs";
import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import { type AttackMemory, proposalAttack } from "../attack/proposal.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { DEFAULT_DATASET } from "../dataset/load.ts";
import { readManifest } from "../dataset/manifest.ts";
import { writeFile } from "../output/write.ts";
import { readPeers } from "../peers/record.ts";
import { loadProposal } from "../proposal/load.ts";
import { loadPolicy } from "../proposal/policy.ts";
import { assertConsistent, assertUnder } from "./consistent.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { marketFacts } from "./market.ts";
import { type ChecksInput, isAbout, reportView } from "./view.ts";

/** What was written, and the verdict it carries. */
export interface WrittenReport {
  readonly verdict: "pass" | "fail";
  readonly sentence: string;
  readonly hash: string;
  readonly markdown: string;
  readonly html: string;
}

/**
 * Writes report.md and report.html into a proposal's folder, each whole or not at all. The same evidence, and the same governance.yaml where
 * there is one, give the same bytes.
 *
 * @param data folder of the market data, for the names of the crashes and what the data does not hold; the repository's own by default
 * @param checks what `ballast check` found, where it ran
 * @param attackMemory what the checks found out about an attack, where they ran in the same process
 * @throws BallastError EVIDENCE_MISSING, EVIDENCE_STALE (exit 5), EVIDENCE_INCONSISTENT (exit 6), those of `readPeers` and `proposalAttack`, and what reading the proposal or the manifest throws
 * @example (await writeReport("proposals/0001-raise-eth-vol-buffer", "data")).sentence
 */
export async function writeReport(folder: string, data: string = DEFAULT_DATASET, checks?: ChecksInput, attackMemory?: AttackMemory): Promise<WrittenReport> {
  const proposal = await loadProposal(folder);
  const { evidence } = proposal;
  const file = join(folder, "evidence.json");
  const fix = `Run \`ballast backtest ${folder}\`: it writes evidence.json.`;
  if (evidence === undefined) throw new BallastError("EVIDENCE_MISSING", `${folder} has no evidence to report on.`, { where: { file }, fix, exit: 5 });
  if (!isAbout(proposal, evidence)) {
    throw new BallastError("EVIDENCE_STALE", "The evidence was made with other parameters than the proposal now names.", { where: { file }, fix, exit: 5 });
  }
  assertConsistent(evidence, file);
  const policyFile = policyFileOf(folder);
  if (existsSync(policyFile)) assertUnder(await loadPolicy(policyFile), evidence, file);
  const peers = await readPeers(folder, evidence);
  const view = reportView(
    proposal,
    evidence,
    marketFacts(await readManifest(data)),
    checks,
    undefined,
    peers,
    await proposalAttack(folder, proposal, { datasetDir: data === DEFAULT_DATASET ? undefined : data, memory: attackMemory }),
  );
  const markdown = join(folder, "report.md");
  const html = join(folder, "report.html");
  await writeFile(markdown, renderMarkdown(view));
  await writeFile(html, renderHtml(view));
  return { verdict: view.verdict.pass ? "pass" : "fail", sentence: view.verdict.sentence, hash: evidence.root, markdown, html };
}
