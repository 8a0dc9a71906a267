import { DEFAULT_DATASET } from "../dataset/load.ts";
import { readManifest } from "../dataset/manifest.ts";
import type { Evidence } from "../proposal/evidence.ts";
import { assembleEvidence, type TaskOutcome, tasksOf } from "./assemble.ts";
import { attribute } from "./attribute.ts";
import { bookSource } from "./book.ts";
import { hashOf } from "./canonical.ts";
import { contextOf, type Subject } from "./context.ts";
import { requireCrash } from "./crashes.ts";
import { type BacktestPool, replayTasks, shockedBy } from "./pool.ts";
import { pathSeed } from "./record.ts";
import { type Departures, settingsOf } from "./settings.ts";
import { judge } from "./verdict.ts";

export interface BacktestInput extends Subject, Departures {
  /** Threads; as many as the machine has by default. The result does not depend on it. */
  readonly workers?: number | undefined;
  /** Whether to find out which of several changes does what: see `attribute`. */
  readonly attribute?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Crash-tests a proposal: every crash of the policy under the parameters in force and under the proposed ones, for every seed, and what
 * the change alone makes liquidatable; judged by the policy's gates. Two runs with the same context give the same bytes.
 *
 * @throws BallastError CRASH_UNKNOWN, and what reading the dataset, the book or the engine throws
 * @throws Interrupted when the signal aborts
 * @example (await runBacktest({ proposal, policy, policyFolder: "proposals" })).verdict
 */
export async function runBacktest(input: BacktestInput): Promise<Evidence> {
  const [evidence] = await runBacktests(input, [input.proposal]);
  return evidence;
}

/**
 * Crash-tests several proposals under one policy, each as `runBacktest` does: a parameter set that several of them share is replayed once.
 *
 * @returns the evidence of each, byte for byte what it is alone
 * @throws like `runBacktest`
 * @example await runBacktests({ policy, policyFolder: "proposals" }, [first, second])
 */
export async function runBacktests(input: Omit<BacktestInput, "proposal">, proposals: readonly BacktestInput["proposal"][]): Promise<Evidence[]> {
  const { policy, onProgress } = input;
  const manifest = await readManifest(input.datasetDir ?? DEFAULT_DATASET);
  const settings = settingsOf(
    policy,
    input,
    manifest.crashes.map(({ id }) => id),
  );
  const { crashes, seeds } = settings;
  for (const id of crashes) requireCrash(manifest.crashes, id);
  // Equal sets have one name: their hash.
  const named = proposals.map(({ base, after }) => ({ baseline: hashOf(base), proposed: hashOf(after) }));
  const parameters = Object.fromEntries(proposals.flatMap(({ base, after }, p) => [[named[p].baseline, base] as const, [named[p].proposed, after] as const]));
  const tasks = crashes.flatMap((crash) => Object.keys(parameters).flatMap((set) => seeds.map((seed) => ({ crash, set, seed }))));
  const shockJobs = named.map(({ baseline, proposed }) => ({ kind: "shock" as const, before: baseline, after: proposed, seeds }));
  const { outcomes, shocks } = await replayTasks({ ...(await replayOptions(input)), parameters }, tasks, shockJobs, onProgress);
  const replayed = new Map(outcomes.map(({ crash, set, seed, outcome }) => [`${set} ${seed} ${crash}`, outcome]));
  const evidence: Evidence[] = [];
  for (const [p, proposal] of proposals.entries()) {
    const own = tasksOf(crashes, seeds).map(
      (task): TaskOutcome => ({ ...task, outcome: replayed.get(`${named[p][task.set]} ${task.seed} ${task.crash}`) as TaskOutcome["outcome"] }),
    );
    const found = { context: await contextOf({ ...input, proposal }, settings), outcomes: own, executionShocks: shockedBy(seeds, shocks[p]) };
    const attribution = input.attribute === true ? await attributeQuickly({ ...input, proposal }) : undefined;
    evidence.push(assembleEvidence({ ...found, attribution, ...judge(settings.gates, found) }));
  }
  return evidence;
}

/** What the workers of a backtest are given. */
export async function poolOptions(input: Omit<BacktestInput, "onProgress">): Promise<BacktestPool> {
  return { ...(await replayOptions(input)), parameters: { baseline: input.proposal.base, proposed: input.proposal.after } };
}

/** The same but for the parameters: what the policy, or what a user asked for instead, says of every replay. */
async function replayOptions(input: Omit<BacktestInput, "proposal" | "onProgress">): Promise<Omit<BacktestPool, "parameters">> {
  const settings = settingsOf(input.policy, input);
  return {
    datasetDir: input.datasetDir ?? DEFAULT_DATASET,
    book: await bookSource(settings.book, input.policyFolder),
    counts: settings.counts,
    liquidation: settings.liquidation,
    pathSeed: pathSeed(settings),
    workers: input.workers,
    signal: input.signal,
  };
}

/** `attribute` on the quick run of the policy, whatever else is replayed: the same for every run of a proposal. */
export async function attributeQuickly(input: BacktestInput): Promise<Evidence["attribution"]> {
  const { proposal, policy, policyFolder, datasetDir, liquidation, workers, signal, onProgress } = input;
  const quick = { proposal, policy, policyFolder, datasetDir, liquidation, workers, signal, quick: true };
  return attribute(await poolOptions(quick), settingsOf(policy, quick), onProgress);
}
