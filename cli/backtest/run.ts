import { DEFAULT_DATASET } from "../dataset/load.ts";
import { readManifest } from "../dataset/manifest.ts";
import type { Evidence } from "../proposal/evidence.ts";
import { assembleEvidence, tasksOf } from "./assemble.ts";
import { attribute } from "./attribute.ts";
import { bookSource } from "./book.ts";
import { contextOf, type Subject } from "./context.ts";
import { requireCrash } from "./crashes.ts";
import { type BacktestPool, replayAll } from "./pool.ts";
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
  const { policy, onProgress } = input;
  const manifest = await readManifest(input.datasetDir ?? DEFAULT_DATASET);
  const settings = settingsOf(
    policy,
    input,
    manifest.crashes.map(({ id }) => id),
  );
  for (const id of settings.crashes) requireCrash(manifest.crashes, id);
  const [context, pool] = await Promise.all([contextOf(input, settings), poolOptions(input)]);
  const found = { context, ...(await replayAll(pool, tasksOf(settings.crashes, settings.seeds), onProgress)) };
  const attribution = input.attribute === true ? await attributeQuickly(input) : undefined;
  return assembleEvidence({ ...found, attribution, ...judge(settings.gates, found) });
}

/** What the workers of a backtest are given. */
export async function poolOptions(input: Omit<BacktestInput, "onProgress">): Promise<BacktestPool> {
  const settings = settingsOf(input.policy, input);
  return {
    datasetDir: input.datasetDir ?? DEFAULT_DATASET,
    book: await bookSource(settings.book, input.policyFolder),
    parameters: { baseline: input.proposal.base, proposed: input.proposal.after },
    counts: settings.counts,
    pathSeed: pathSeed(settings),
    workers: input.workers,
    signal: input.signal,
  };
}

/** `attribute` on the quick run of the policy, whatever else is replayed: the same for every run of a proposal. */
export async function attributeQuickly(input: BacktestInput): Promise<Evidence["attribution"]> {
  const { proposal, policy, policyFolder, datasetDir, workers, signal, onProgress } = input;
  const quick = { proposal, policy, policyFolder, datasetDir, workers, signal, quick: true };
  return attribute(await poolOptions(quick), settingsOf(policy, quick), onProgress);
}
