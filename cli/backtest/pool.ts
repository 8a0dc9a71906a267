import { availableParallelism } from "node:os";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { type Manifest, readManifest } from "../dataset/manifest.ts";
import type { Evidence, RecordedOutcome } from "../proposal/evidence.ts";
import type { ParametersBySet, Task } from "./assemble.ts";
import { Interrupted } from "./interrupted.ts";
import { costOf, jobsOf, type NamedTask, nextJob } from "./jobs.ts";
import { type Job, type JobResult, type Shock, type ShockJob, startThreads, type Threads, type WorkerInput } from "./threads.ts";

export type { Job, JobResult, Refusal, Shock, ShockJob, WorkerInput } from "./threads.ts";

export interface PoolOptions extends WorkerInput {
  /** By the name a task gives its set. */
  readonly parameters: Readonly<Record<string, ParameterSet>>;
  /** Threads that run already, for the same input but the parameters, and go on running; started for this run where there are none. */
  readonly threads?: Threads | undefined;
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
  const { parameters, signal } = options;
  if (jobs.length === 0) return [];
  signal?.throwIfAborted();
  const threads = options.threads ?? startThreads(options, Math.min(workers, jobs.length));
  const run = async (job: Job) => {
    const result = await threads.run(job, parameters);
    onDone(job);
    return result;
  };
  const abort = () => void threads.close();
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
    await Promise.all(Array.from({ length: threads.count }, work));
    return results;
  } catch (error) {
    throw signal?.aborted === true ? new Interrupted() : error;
  } finally {
    signal?.removeEventListener("abort", abort);
    if (options.threads === undefined) await threads.close();
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
