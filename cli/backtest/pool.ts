import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { BallastError } from "../../sim/errors.ts";
import type { ScenarioCounts } from "../../sim/margin/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { ExecutionShock, LiquidationModel, ReverseStress } from "../../sim/replay/index.ts";
import { type Manifest, readManifest } from "../dataset/manifest.ts";
import type { Evidence, RecordedOutcome } from "../proposal/evidence.ts";
import type { ParametersBySet, Task } from "./assemble.ts";
import type { BookSource } from "./book.ts";
import { Interrupted } from "./interrupted.ts";
import { costOf, jobsOf, type NamedTask, nextJob, type ReplayJob } from "./jobs.ts";

/** What every worker of a pool is given once. */
export interface WorkerInput {
  readonly datasetDir: string;
  readonly book: BookSource;
  /** By the name a task gives its set. */
  readonly parameters: Readonly<Record<string, ParameterSet>>;
  readonly counts: ScenarioCounts;
  readonly liquidation: LiquidationModel;
  /** The seed whose hourly paths are kept. */
  readonly pathSeed: number;
}

/** The shock of one change by itself, between two sets by their names. */
export interface ShockJob {
  readonly kind: "shock";
  readonly before: string;
  readonly after: string;
  readonly seeds: readonly number[];
}

/** One piece of work: the replays of a crash under a set, or the shock of a change. One result for each seed, in their order. */
export type Job = ReplayJob | ShockJob;

export type JobResult = readonly RecordedOutcome[] | readonly Shock[];

/** The change alone, and how far the protocol stands from the edge under either set. */
export interface Shock extends ExecutionShock {
  readonly reverseStress: { readonly baseline: ReverseStress; readonly proposed: ReverseStress };
}

/** A BallastError on its way between threads. */
export interface Refusal {
  readonly refusal: Pick<BallastError, "code" | "message" | "where" | "fix" | "exit">;
}

export interface PoolOptions extends WorkerInput {
  /** Threads; as many as the machine has by default. */
  readonly workers?: number | undefined;
  /** Aborting ends the threads; whatever was under way is lost. */
  readonly signal?: AbortSignal | undefined;
}

/** What a run over both parameter sets needs to know of them. */
export interface BacktestPool extends PoolOptions {
  readonly parameters: ParametersBySet & Readonly<Record<string, ParameterSet>>;
}

/**
 * Runs jobs over worker threads, in their order. The results stand in the order of the jobs: neither the number of workers nor who came
 * in first can be seen in them.
 *
 * @param onDone called after each job with it
 * @throws Interrupted when the signal aborts; whatever a job throws
 */
async function runJobs(options: PoolOptions, workers: number, jobs: readonly Job[], onDone: (job: Job) => void): Promise<JobResult[]> {
  const { datasetDir, book, parameters, counts, liquidation, pathSeed, signal } = options;
  if (jobs.length === 0) return [];
  signal?.throwIfAborted();
  const threads = Math.min(workers, jobs.length);
  const pool = new Piscina<Job, JobResult | Refusal>({
    filename: fileURLToPath(new URL("./worker.ts", import.meta.url)),
    workerData: { datasetDir, book, parameters, counts, liquidation, pathSeed } satisfies WorkerInput,
    minThreads: threads,
    maxThreads: threads,
    // The sources run as they are, also where the parent was started in another way.
    execArgv: ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
  });
  const run = async (job: Job) => {
    const result = await pool.run(job);
    if (isRefusal(result)) throw errorOf(result);
    onDone(job);
    return result;
  };
  const abort = () => void pool.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  // Each thread takes a job when it has done one, and remembers what it drew from the past of a crash. (A pool's own queue does not keep any order.)
  const results: JobResult[] = new Array(jobs.length);
  const waiting = [...jobs.keys()];
  const begun = new Set<string>();
  const work = async () => {
    for (let known: string | undefined; waiting.length > 0; ) {
      const crashes = waiting.map((at) => crashOf(jobs[at]));
      const [at] = waiting.splice(nextJob(crashes, known, begun), 1);
      known = crashOf(jobs[at]);
      if (known !== undefined) begun.add(known);
      results[at] = await run(jobs[at]);
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, work));
    return results;
  } catch (error) {
    throw signal?.aborted === true ? new Interrupted() : error;
  } finally {
    signal?.removeEventListener("abort", abort);
    await pool.destroy();
  }
}

/** A replay under a set of any name, with its record. */
export type Replayed<T extends NamedTask> = T & { readonly outcome: RecordedOutcome };

/**
 * The replays named, and the shocks of the changes named.
 *
 * @param onProgress called after each piece of work, with replays done
 * @returns outcomes in the order of the tasks, shocks in that of their jobs, each in the order of its seeds
 * @throws like `runJobs`
 */
export async function replayTasks<T extends NamedTask>(
  options: PoolOptions,
  tasks: readonly T[],
  shockJobs: readonly ShockJob[] = [],
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<{ readonly outcomes: Replayed<T>[]; readonly shocks: readonly (readonly Shock[])[] }> {
  const workers = Math.max(1, options.workers ?? availableParallelism());
  const hours = hoursBy(await readManifest(options.datasetDir));
  const replays = jobsOf(tasks, workers, hours);
  const cost = (job: Job) => (job.kind === "shock" ? HOURS_PER_SHOCK * job.seeds.length : costOf(job, hours));
  const jobs: Job[] = [...shockJobs, ...replays].sort((a, b) => cost(b) - cost(a));
  const of = jobs.reduce((sum, { seeds }) => sum + seeds.length, 0);
  let done = 0;
  const results = await runJobs(options, workers, jobs, ({ seeds }) => {
    done += seeds.length;
    onProgress(done, of);
  });
  const name = (crash: string, set: string, seed: number) => `${set} ${seed} ${crash}`;
  const resultOf = new Map(jobs.map((job, i) => [job, results[i]]));
  const found = new Map(
    replays.flatMap((job) => job.seeds.map((seed, j) => [name(job.crash, job.set, seed), resultOf.get(job)?.[j] as RecordedOutcome] as const)),
  );
  return {
    outcomes: tasks.map((task) => ({ ...task, outcome: found.get(name(task.crash, task.set, task.seed)) as RecordedOutcome })),
    shocks: shockJobs.map((job) => resultOf.get(job) as readonly Shock[]),
  };
}

/**
 * The part of a backtest that a check runs again: the replays named, and the execution shock of every seed among them.
 *
 * @example await replayAll({ datasetDir, book, parameters, counts, liquidation, pathSeed: 1, workers: 2 }, tasksOf(crashes, [1, 2]))
 * @throws like `replayTasks`
 */
export async function replayAll(
  options: BacktestPool,
  tasks: readonly Task[],
  onProgress?: (done: number, of: number) => void,
): Promise<Pick<Evidence, "outcomes" | "executionShocks">> {
  const seeds = [...new Set(tasks.map(({ seed }) => seed))];
  const { outcomes, shocks } = await replayTasks(options, tasks, [{ kind: "shock", before: "baseline", after: "proposed", seeds }], onProgress);
  return { outcomes, executionShocks: shockedBy(seeds, shocks[0]) };
}

/** Shocks as they stand in the evidence. */
export function shockedBy(seeds: readonly number[], shocks: readonly Shock[]): Evidence["executionShocks"] {
  return seeds.map((seed, i) => ({ seed, shock: { ...shocks[i] } }));
}

/** A step of five minutes takes the scenarios of its hour: it costs about so many hours. The shock of a seed costs about as much as so many. */
const HOURS_PER_FINE_STEP = 0.5;
const HOURS_PER_SHOCK = 200;

/** How long the replay of a crash is, in hours. */
function hoursBy({ crashes, files }: Manifest): (crash: string) => number {
  const rows = new Map(files.map((file) => [file.path, file.rows]));
  const lengths = new Map(
    crashes.map(({ id, file }) => [id, (rows.get(file) ?? 0) + HOURS_PER_FINE_STEP * (rows.get(file.replace("crashes/", "crashes-5min/")) ?? 0)]),
  );
  return (crash) => lengths.get(crash) ?? 0;
}

function crashOf(job: Job): string | undefined {
  return job.kind === "replay" ? job.crash : undefined;
}

function isRefusal(result: JobResult | Refusal): result is Refusal {
  return "refusal" in result;
}

function errorOf({ refusal: { code, message, ...details } }: Refusal): BallastError {
  return new BallastError(code, message, details);
}
