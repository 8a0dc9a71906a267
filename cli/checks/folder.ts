import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rehearse } from "../../chain/index.ts";
import { rehearseLive } from "../../chain/live/rehearse.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { contextOf } from "../backtest/context.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { replayAll } from "../backtest/pool.ts";
import { attributeQuickly, poolOptions } from "../backtest/run.ts";
import { LIVE_CHECKS, LIVE_COVERS } from "../live/checks/index.ts";
import { firstBlock } from "../live/open.ts";
import { addressesOf, type Deployment, loadDeployment } from "../proposal/deployment.ts";
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
  /** Reads the live deployment. Where it is given the chain is checked, too, and the rehearsal is on a fork of it. */
  readonly open?: ((deployment: Deployment) => Promise<LiveState>) | undefined;
}

/**
 * Runs every check over the proposal in a folder, under the policy beside it: offline, from the files alone, unless a chain is named.
 *
 * @throws BallastError what reading the proposal or the policy throws: a file that cannot be read is no proposal to check
 * @example exitCodeOf((await checkFolder("proposals/0001-raise-eth-vol-buffer")).findings)
 */
export async function checkFolder(folder: string, options: FolderCheckOptions = {}): Promise<CheckReport & { readonly notChecked: readonly NotChecked[] }> {
  const policyFile = policyFileOf(folder);
  const [proposal, policy] = await Promise.all([loadProposal(folder), loadPolicy(policyFile)]);
  // A policy may name the checks of a live chain also where none is looked at.
  const severities = requireSeverities(policy.checks, [...CHECKS, ...LIVE_CHECKS], policyFile);
  const subject = { proposal, policy, policyFolder: dirname(policyFile) };
  const { open } = options;
  const ownDeployment = () => loadDeployment(join(subject.policyFolder, "deployment.yaml"));
  // The workspace's deployment, not the proposal's: one that brings its own would choose the chain it is held against.
  const live = open === undefined ? undefined : once(async () => open(await ownDeployment()));
  const context: CheckContext = {
    folder,
    proposal,
    policy,
    workspace: async () => ({
      parameters: await loadParameters(join(subject.policyFolder, "parameters.yaml")),
      deployment: await ownDeployment(),
    }),
    evidenceText: () => readFile(join(folder, "evidence.json"), "utf8"),
    payloadTexts: async () => (await readPayloadTexts(folder)) ?? {},
    sampling: { replays: options.all === true ? Number.POSITIVE_INFINITY : SAMPLED_REPLAYS, nonce: randomUUID() },
    today: () => contextOf(subject),
    replayAgain: async (tasks) => replayAll(await poolOptions({ ...subject, workers: options.workers, signal: options.signal }), tasks),
    attributeAgain: () => attributeQuickly({ ...subject, workers: options.workers, signal: options.signal }),
    rehearsal: once(async () => {
      const onChain = onChainProposal(payloadOf(context));
      if (live !== undefined) return await rehearseLive(await live(), onChain, firstBlock(await ownDeployment()));
      return await rehearse(proposal.base, onChain, { addresses: addressesOf(proposal.deployment) });
    }),
    ...(live === undefined ? {} : { live }),
  };
  const report = await runChecks(live === undefined ? CHECKS : [...CHECKS, ...LIVE_CHECKS], context, severities, options.onCheck);
  const unseen = notChecked(proposal, policy, context.sampling.replays);
  return { ...report, notChecked: unseen.filter(({ what }) => live === undefined || !LIVE_COVERS.includes(what)) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    return await made;
  };
}
