import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rehearse } from "../../chain/index.ts";
import { contextOf } from "../backtest/context.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { replayAll } from "../backtest/pool.ts";
import { attributeQuickly, poolOptions } from "../backtest/run.ts";
import type { SharedReplays } from "../backtest/shared-replays.ts";
import { addressesOf, loadDeployment } from "../proposal/deployment.ts";
import { loadProposal } from "../proposal/load.ts";
import { loadParameters } from "../proposal/parameters.ts";
import { onChainProposal, readPayloadTexts } from "../proposal/payload.ts";
import { loadPolicy } from "../proposal/policy.ts";
import type { Check } from "./check.ts";
import { type CheckContext, payloadOf } from "./context.ts";
import { SAMPLED_REPLAYS } from "./evidence.ts";
import { CHECKS } from "./index.ts";
import { notChecked } from "./not-checked.ts";
import type { FolderReport } from "./outcome.ts";
import { runChecks } from "./run.ts";
import { requireSeverities } from "./severities.ts";

export interface FolderCheckOptions {
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How the checks of several proposals run side by side. */
  readonly together?: Together | undefined;
  /** Whether every replay is run again, not only a sample. */
  readonly all?: boolean | undefined;
  readonly onCheck?: (check: Check) => void;
}

/** Costly things that are there once, however many proposals are checked. */
export interface Together {
  readonly replays: SharedReplays;
  /** Runs work when nothing else of its kind runs: one embedded chain at a time is enough for one main thread. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Runs every check over the proposal in a folder, under the policy beside it: offline, from the files alone.
 *
 * @throws BallastError what reading the proposal or the policy throws: a file that cannot be read is no proposal to check
 * @example exitCodeOf((await checkFolder("proposals/0001-raise-eth-vol-buffer")).findings)
 */
export async function checkFolder(folder: string, options: FolderCheckOptions = {}): Promise<FolderReport> {
  const policyFile = policyFileOf(folder);
  const [proposal, policy] = await Promise.all([loadProposal(folder), loadPolicy(policyFile)]);
  const severities = requireSeverities(policy.checks, CHECKS, policyFile);
  const subject = { proposal, policy, policyFolder: dirname(policyFile) };
  const alone = options.together?.alone ?? ((work) => work());
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
      return options.together === undefined ? replayAll(pool, tasks) : options.together.replays.replay(pool, tasks);
    },
    attributeAgain: () => attributeQuickly({ ...subject, workers: options.workers, signal: options.signal }),
    rehearsal: once(() => alone(() => rehearse(proposal.base, onChainProposal(payloadOf(context)), { addresses: addressesOf(proposal.deployment) }))),
  };
  const report = await runChecks(CHECKS, context, severities, options.onCheck);
  const off = CHECKS.filter(({ id }) => report.off?.includes(id) === true);
  const { title, changes, evidence } = proposal;
  return { ...report, notChecked: notChecked(proposal, policy, context.sampling.replays, off), subject: { title, changes, evidence } };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    return await made;
  };
}
