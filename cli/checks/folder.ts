import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rehearse } from "../../chain/index.ts";
import { type AttackMemory, governanceBeside, proposalAttack } from "../attack/proposal.ts";
import { contextOf } from "../backtest/context.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { replayAll } from "../backtest/pool.ts";
import { attributeQuickly, poolOptions } from "../backtest/run.ts";
import { addressesOf, loadDeployment } from "../proposal/deployment.ts";
import { loadProposal } from "../proposal/load.ts";
import { loadParameters } from "../proposal/parameters.ts";
import { onChainProposal, readPayloadTexts } from "../proposal/payload.ts";
import { loadPolicy } from "../proposal/policy.ts";
import type { Check } from "./check.ts";
import { type CheckContext, payloadOf } from "./context.ts";
import { SAMPLED_REPLAYS } from "./evidence.ts";
import { CHECKS } from "./index.ts";
import { type NotChecked, notChecked } from "./not-checked.ts";
import { type CheckReport, runChecks } from "./run.ts";
import { requireSeverities } from "./severities.ts";

export interface FolderCheckOptions {
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether every replay is run again, not only a sample. */
  readonly all?: boolean | undefined;
  readonly onCheck?: (check: Check) => void;
  /** Shared by the proposals of one run. */
  readonly attackMemory?: AttackMemory | undefined;
}

/**
 * Runs every check over the proposal in a folder, under the policy beside it: offline, from the files alone.
 *
 * @throws BallastError what reading the proposal or the policy throws: a file that cannot be read is no proposal to check
 * @example exitCodeOf((await checkFolder("proposals/0001-raise-eth-vol-buffer")).findings)
 */
export async function checkFolder(folder: string, options: FolderCheckOptions = {}): Promise<CheckReport & { readonly notChecked: readonly NotChecked[] }> {
  const policyFile = policyFileOf(folder);
  const [proposal, policy] = await Promise.all([loadProposal(folder), loadPolicy(policyFile)]);
  const severities = requireSeverities(policy.checks, CHECKS, policyFile);
  const subject = { proposal, policy, policyFolder: dirname(policyFile) };
  const context: CheckContext = {
    folder,
    proposal,
    policy,
    workspace: async () => ({
      parameters: await loadParameters(join(subject.policyFolder, "parameters.yaml")),
      deployment: await loadDeployment(join(subject.policyFolder, "deployment.yaml")),
    }),
    evidenceText: () => readFile(join(folder, "evidence.json"), "utf8"),
    payloadTexts: async () => (await readPayloadTexts(folder)) ?? {},
    sampling: { replays: options.all === true ? Number.POSITIVE_INFINITY : SAMPLED_REPLAYS, nonce: randomUUID() },
    today: () => contextOf(subject),
    replayAgain: async (tasks) => replayAll(await poolOptions({ ...subject, workers: options.workers, signal: options.signal }), tasks),
    attributeAgain: () => attributeQuickly({ ...subject, workers: options.workers, signal: options.signal }),
    rehearsal: once(() => rehearse(proposal.base, onChainProposal(payloadOf(context)), { addresses: addressesOf(proposal.deployment) })),
    attack: once(() => proposalAttack(folder, proposal, undefined, options.attackMemory)),
  };
  const report = await runChecks(CHECKS, context, severities, options.onCheck);
  return { ...report, notChecked: notChecked(proposal, policy, context.sampling.replays, existsSync(governanceBeside(folder))) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    return await made;
  };
}
