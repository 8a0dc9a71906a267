import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { rehearse, stackProposals } from "../../chain/index.ts";
import { rehearseLive } from "../../chain/live/rehearse.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { createDrawMemory } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/index.ts";
import { type AttackMemory, governanceBeside, proposalAttack } from "../attack/proposal.ts";
import { contextOf } from "../backtest/context.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { attributeQuickly, poolOptions } from "../backtest/run.ts";
import { type SharedReplays, shareReplays } from "../backtest/shared-replays.ts";
import { DEFAULT_DATASET, loadDataset } from "../dataset/load.ts";
import { readManifest } from "../dataset/manifest.ts";
import { LIVE_CHECKS, LIVE_COVERS } from "../live/checks/index.ts";
import { firstBlock } from "../live/open.ts";
import { addressesOf, type Deployment, loadDeployment } from "../proposal/deployment.ts";
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
  /** Leaves out the checks that may say something else on another day: for a report, whose bytes follow from the files alone. */
  readonly undated?: boolean | undefined;
  /** A dataset with newer prices than the evidence's. */
  readonly newerDataset?: string | undefined;
  readonly onCheck?: (check: Check) => void;
  /** What several proposals of one run have in common, read once: see `sharedWork`. */
  readonly shared?: SharedWork | undefined;
  /** Reads the live deployment. Where it is given the chain is checked, too, and the rehearsal is on a fork of it. */
  readonly open?: ((deployment: Deployment) => Promise<LiveState>) | undefined;
}

/** What does not depend on the proposal that is checked. */
export interface SharedWork {
  readonly market: () => Promise<CheckMarket>;
  /** Every proposal of a workspace, under its policy. */
  readonly neighbours: (root: string, policy: Policy) => Promise<readonly Neighbour[]>;
  /** What the samples of all of them are drawn with. */
  readonly nonce: string;
  /** What is found about an attack on the vote today. */
  readonly attacks: AttackMemory;
  /** Waits until no other embedded chain runs, for one at a time is enough for one main thread; whoever is given the turn ends it. */
  readonly turn: () => Promise<() => void>;
  /** Threads for the replays of all of them. */
  readonly replays: SharedReplays;
  /** Ends the threads. */
  readonly close: () => Promise<void>;
}

/** Work to share between the checks of several proposals: nothing of it is done before somebody asks. Whoever makes it closes it. */
export function sharedWork(workers: number = availableParallelism()): SharedWork {
  const replays = shareReplays(workers);
  const known = new Map<string, Promise<readonly Neighbour[]>>();
  return {
    market: once(loadMarket),
    nonce: randomUUID(),
    attacks: new Map(),
    turn: async () => () => undefined,
    replays,
    close: () => replays.close(),
    neighbours(root, policy) {
      const found = known.get(root) ?? neighboursIn(root, policy);
      known.set(root, found);
      return found;
    },
  };
}

/**
 * Runs every check over the proposal in a folder, under the policy beside it: offline, from the files alone, unless a chain is named.
 *
 * @throws BallastError what reading the proposal or the policy throws: a file that cannot be read is no proposal to check
 * @example exitCodeOf((await checkFolder("proposals/0001-raise-eth-vol-buffer")).findings)
 */
export async function checkFolder(folder: string, options: FolderCheckOptions = {}): Promise<FolderReport> {
  if (options.shared !== undefined) return await checkSharing(folder, options, options.shared);
  const own = sharedWork(options.workers);
  return await checkSharing(folder, options, own).finally(() => own.close());
}

async function checkSharing(folder: string, options: FolderCheckOptions, shared: SharedWork): Promise<FolderReport> {
  const policyFile = policyFileOf(folder);
  const proposal = await loadProposal(folder);
  const policy = await loadPolicy(policyFile);
  // A policy may name the checks of a live chain also where none is looked at.
  const severities = requireSeverities(policy.checks, [...CHECKS, ...LIVE_CHECKS], policyFile);
  const subject = { proposal, policy, policyFolder: dirname(policyFile) };
  const crashIds = once(async () => (await readManifest(DEFAULT_DATASET)).crashes.map(({ id }) => id));
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
    sampling: { replays: options.all === true ? Number.POSITIVE_INFINITY : SAMPLED_REPLAYS, nonce: shared.nonce },
    today: () => contextOf(subject),
    replayAgain: async (tasks) => shared.replays.replay(await poolOptions({ ...subject, workers: options.workers, signal: options.signal }), tasks),
    attributeAgain: () => attributeQuickly({ ...subject, workers: options.workers, signal: options.signal }),
    market: shared.market,
    neighbours: async () => othersThan(folder, await shared.neighbours(workspaceOf(folder), policy)),
    stack: async (proposals) => {
      const onChain = proposals.map((one) => onChainProposal(payloadOf({ ...context, proposal: one })));
      const end = await shared.turn();
      try {
        const stack = await stackProposals(proposal.base, onChain, { addresses: addressesOf(proposal.deployment) });
        return { ...stack, close: () => stack.close().finally(end) };
      } catch (error) {
        end();
        throw error;
      }
    },
    rehearsal: once(async () => {
      const onChain = onChainProposal(payloadOf(context));
      const end = await shared.turn();
      try {
        if (live !== undefined) return await rehearseLive(await live(), onChain, firstBlock(await ownDeployment()));
        return await rehearse(proposal.base, onChain, { addresses: addressesOf(proposal.deployment) });
      } finally {
        end();
      }
    }),
    now: () => options.at ?? Math.floor(Date.now() / 1000),
    closes: async () => {
      const [{ market }, newer] = await Promise.all([shared.market(), options.newerDataset === undefined ? undefined : loadDataset(options.newerDataset)]);
      return { bound: market.history, ...(newer === undefined ? {} : { newer: newer.history }) };
    },
    crashIds,
    replayHeldOut: async (tasks) => shared.replays.outcomes(await poolOptions({ ...subject, workers: options.workers, signal: options.signal }), tasks),
    attack: once(() => proposalAttack(folder, proposal, { memory: shared.attacks, market: shared.market })),
    ...(live === undefined ? {} : { live }),
  };
  const checks = [...CHECKS, ...(live === undefined ? [] : LIVE_CHECKS)].filter(({ dated }) => options.undated !== true || dated !== true);
  const report = await runChecks(checks, context, severities, options.onCheck);
  const off = CHECKS.filter(({ id }) => report.off?.includes(id) === true);
  const unseen = [...unseenCrashes(context, await crashIds()), ...unseenMarket(options.newerDataset !== undefined)];
  const silent = notChecked(proposal, policy, context.sampling.replays, { off, unseen, isAttackJudged: existsSync(governanceBeside(folder)) });
  const { title, changes, evidence } = proposal;
  return {
    ...report,
    notChecked: silent.filter(({ what }) => live === undefined || !LIVE_COVERS.includes(what)),
    subject: { title, changes, evidence },
  };
}

async function loadMarket(): Promise<CheckMarket> {
  const dataset = await loadDataset();
  const market = createMarket(dataset);
  return { market, crashes: dataset.crashes, memory: createDrawMemory(market) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    return await made;
  };
}
