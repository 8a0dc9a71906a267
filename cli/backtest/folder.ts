import { dirname, join, resolve } from "node:path";
import { DEFAULT_DATASET } from "../dataset/load.ts";
import { readManifest } from "../dataset/manifest.ts";
import { writeFile } from "../output/write.ts";
import { dropStalePeers } from "../peers/record.ts";
import type { Evidence } from "../proposal/evidence.ts";
import { loadDraft } from "../proposal/load.ts";
import { loadPolicy } from "../proposal/policy.ts";
import { marketFacts } from "../report/market.ts";
import { type ReportView, reportView } from "../report/view.ts";
import { evidenceText } from "./assemble.ts";
import { Interrupted } from "./interrupted.ts";
import { type BacktestInput, runBacktest } from "./run.ts";
import { departuresOf, settingsOf } from "./settings.ts";

export type FolderOptions = Omit<BacktestInput, "proposal" | "policy" | "policyFolder">;

export interface FolderBacktest {
  readonly evidence: Evidence;
  readonly view: ReportView;
  /** Why evidence.json was not written; empty when it was. */
  readonly departures: readonly string[];
  /** Gates that this run says nothing about. */
  readonly notJudged: readonly string[];
  readonly seconds: number;
  /** Whether a comparison with peers that belonged to other evidence was removed. */
  readonly peersDropped: boolean;
}

/** The policy a proposal is judged by: the one beside its folder. */
export function policyFileOf(folder: string): string {
  return join(dirname(resolve(folder)), "policy.yaml");
}

/**
 * Crash-tests the proposal in a folder under the policy beside it. Evidence is written whole or not at all, and only when the run was
 * the policy's own: a quick look or another seed is nothing to vote on.
 *
 * @throws BallastError what reading the proposal, the policy, the dataset or the book throws; CRASH_UNKNOWN
 * @throws Interrupted
 * @example (await backtestFolder("proposals/0001-raise-eth-vol-buffer", {})).evidence.root
 */
export async function backtestFolder(folder: string, options: FolderOptions): Promise<FolderBacktest> {
  const started = performance.now();
  const policyFile = policyFileOf(folder);
  const proposal = await loadDraft(folder);
  const policy = await loadPolicy(policyFile);
  const evidence = await runBacktest({ ...options, proposal, policy, policyFolder: dirname(policyFile) });
  if (options.signal?.aborted === true) throw new Interrupted();
  const departures = departuresOf({ ...options, data: options.datasetDir });
  const { peersDropped } = departures.length === 0 ? await writeEvidence(folder, evidence) : { peersDropped: false };
  const manifest = await readManifest(options.datasetDir ?? DEFAULT_DATASET);
  const { notJudged } = settingsOf(
    policy,
    options,
    manifest.crashes.map(({ id }) => id),
  );
  const view = reportView(proposal, evidence, marketFacts(manifest), undefined, { departures, notJudged });
  return { evidence, view, departures, notJudged, seconds: (performance.now() - started) / 1000, peersDropped };
}

/**
 * Writes evidence into its proposal's folder. A comparison with peers that was made beside other evidence says nothing any more and would stop every
 * report: it goes.
 *
 * @returns whether there was such a comparison
 */
export async function writeEvidence(folder: string, evidence: Evidence): Promise<{ readonly peersDropped: boolean }> {
  await writeFile(join(folder, "evidence.json"), evidenceText(evidence));
  return { peersDropped: await dropStalePeers(folder, evidence.root) };
}
