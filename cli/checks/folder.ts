import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rehearse, stackProposals } from "../../chain/index.ts";
import { createMarket } from "../../sim/market/index.ts";
import { contextOf } from "../backtest/context.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { replayAll, replayTasks } from "../backtest/pool.ts";
import { attributeQuickly, poolOptions } from "../backtest/run.ts";
import type { SharedReplays } from "../backtest/shared-replays.ts";
import { DEFAULT_DATASET, loadDataset } from "../dataset/load.ts";
import { readManifest } from "../dataset/manifest.ts";
import { addressesOf, loadDeployment } from "../proposal/deployment.ts";
import { loadProposal } from "../proposal/load.ts";
import { loadParameters } from "../proposal/parameters.ts";
import { onChainProposal, readPayloadTexts } from "../proposal/payload.ts";
import { loadPolicy, type Policy } from "../proposal/policy.ts";
import type { Check } from "./check.ts";
import { type CheckContext, type CheckMarket, payloadOf } from "./context.ts";
import { SAMPLED_REPLAYS } from "./evidence.ts";
import { unseenMarket } from "./freshness.ts";
import { unseenCrashes } from "./holdout.ts";
import { CHECKS } from "./index.ts";
import { notChecked } from "./not-checked.ts";
import type { FolderReport } from "./outcome.ts";
import { type Neighbour, neighboursIn, othersThan, workspaceOf } from "./pending.ts";
import { runChecks } from "./run.ts";
import { requireSeverities } from "./severities.ts";

export interface FolderCheckOptions {
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether every replay is run again, not only a sample. */
  readonly all?: boolean | undefined;
  /** The moment the check is made for, seconds since 1970; now by default. */
  readonly at?: number | undefined;
  /** A dataset with newer prices than the evidence's. */
  readonly newerDataset?: string | undefined;
  readonly onCheck?: (check: Check) => void;
  /** What several proposals of one run have in common, read once: see `sharedWork`. */
  readonly shared?: SharedWork | undefined;
}

/** What does not depend on the proposal that is checked. */
export interface SharedWork {
  readonly market: () => Promise<CheckMarket>;
  /** Every proposal of a workspace, under its policy. */
  readonly neighbours: (root: string, policy: Policy) => Promise<readonly Neighbour[]>;
  /** Runs work when nothing else of its kind runs: one embedded chain at a time is enough for one main thread. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Threads for the replays of all of them; each has its own where there are none. */
  readonly replays?: SharedReplays | undefined;
}

/** Work to share between the checks of several proposals: nothing of it is done before somebody asks. */
export function sharedWork(): SharedWork {
  const known = new Map<string, Promise<readonly Neighbour[]>>();
  return {
    market: once(loadMarket),
    alone: (work) => work(),
    neighbours(root, policy) {
      const found = known.get(root) ?? neighboursIn(root, policy);
      known.set(root, found);
      return found;
    },
  };
}

/**
 * Runs every check over the proposal in a folder, under the policy beside it: offline, from the files alone.
 *
 * @throws BallastError what reading the proposal or the policy throws: a file that cannot be read is no proposal to check
 * @example exitCodeOf((await checkFolder("proposals/0001-raise-eth-vol-buffer")).findings)
 */
export async function checkFolder(folder: string, options: FolderCheckOptions = {}): Promise<FolderReport> {
  const policyFile = policyFileOf(folder);
  const shared = options.shared ?? sharedWork();
  const [proposal, policy] = await Promise.all([loadProposal(folder), loadPolicy(policyFile)]);
  const severities = requireSeverities(policy.checks, CHECKS, policyFile);
  const subject = { proposal, policy, policyFolder: dirname(policyFile) };
  const crashes = once(async () => (await readManifest(DEFAULT_DATASET)).crashes.map(({ id }) => id));
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
    replayAgain: async (tasks) => {
      const pool = await poolOptions({ ...subject, workers: options.workers, signal: options.signal });
      return shared.replays === undefined ? replayAll(pool, tasks) : shared.replays.replay(pool, tasks);
    },
    attributeAgain: () => attributeQuickly({ ...subject, workers: options.workers, signal: options.signal }),
    market: shared.market,
    neighbours: async () => othersThan(folder, await shared.neighbours(workspaceOf(folder), policy)),
    stack: (proposals) =>
      stackProposals(
        proposal.base,
        proposals.map((one) => onChainProposal(payloadOf({ ...context, proposal: one }))),
        { addresses: addressesOf(proposal.deployment) },
      ),
    rehearsal: once(() => shared.alone(() => rehearse(proposal.base, onChainProposal(payloadOf(context)), { addresses: addressesOf(proposal.deployment) }))),
    now: () => options.at ?? Math.floor(Date.now() / 1000),
    histories: async () => {
      const [bound, newer] = await Promise.all([loadDataset(), options.newerDataset === undefined ? undefined : loadDataset(options.newerDataset)]);
      return { bound: bound.history, ...(newer === undefined ? {} : { newer: newer.history }) };
    },
    crashes,
    replayHeldOut: async (tasks) => (await replayTasks(await poolOptions({ ...subject, workers: options.workers, signal: options.signal }), tasks)).outcomes,
  };
  const report = await runChecks(CHECKS, context, severities, options.onCheck);
  const off = CHECKS.filter(({ id }) => report.off?.includes(id) === true);
  const unseen = [...unseenCrashes(context, await crashes()), ...unseenMarket(options.newerDataset !== undefined)];
  const { title, changes, evidence } = proposal;
  return { ...report, notChecked: notChecked(proposal, policy, context.sampling.replays, { off, unseen }), subject: { title, changes, evidence } };
}

async function loadMarket(): Promise<CheckMarket> {
  const dataset = await loadDataset();
  return { market: createMarket(dataset), crashes: dataset.crashes };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    return await made;
  };
}
