import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { BallastError } from "../../sim/errors.ts";
import type { ScenarioCounts } from "../../sim/margin/index.ts";
import type { Book } from "../../sim/replay/book.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { ParametersBySet, Task, TaskOutcome } from "./assemble.ts";
import { Interrupted } from "./interrupted.ts";

/** What every worker of a pool is given once. */
export interface WorkerInput {
  readonly datasetDir: string;
  readonly book: Book;
  readonly parameters: ParametersBySet;
  readonly counts: ScenarioCounts;
}

/** One piece of work: a replay, or the shock of the change by itself. */
export type Job = ({ readonly kind: "replay" } & Task) | { readonly kind: "shock" };

export type JobResult = TaskOutcome | Evidence["executionShock"];

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

/**
 * Runs jobs over worker threads. The results stand in the order of the jobs: neither the number of workers nor who came in first
 * can be seen in them.
 *
 * @param onDone called after each job with how many are done
 * @throws Interrupted when the signal aborts; whatever a job throws
 */
async function runJobs(options: PoolOptions, jobs: readonly Job[], onDone: (done: number) => void = () => undefined): Promise<JobResult[]> {
  const { datasetDir, book, parameters, counts, signal } = options;
  if (jobs.length === 0) return [];
  signal?.throwIfAborted();
  const workers = Math.max(1, Math.min(options.workers ?? availableParallelism(), jobs.length));
  const pool = new Piscina<Job, JobResult | Refusal>({
    filename: fileURLToPath(new URL("./worker.ts", import.meta.url)),
    workerData: { datasetDir, book, parameters, counts } satisfies WorkerInput,
    minThreads: workers,
    maxThreads: workers,
    // The sources run as they are, also where the parent was started in another way.
    execArgv: ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
  });
  let done = 0;
  const run = async (job: Job) => {
    const result = await pool.run(job);
    if (isRefusal(result)) throw errorOf(result);
    done += 1;
    onDone(done);
    return result;
  };
  const abort = () => void pool.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.all(jobs.map(run));
  } catch (error) {
    throw signal?.aborted === true ? new Interrupted() : error;
  } finally {
    signal?.removeEventListener("abort", abort);
    await pool.destroy();
  }
}

/**
 * The replays named, and what the change alone makes liquidatable: all of a backtest, or the part of it that a check runs again.
 *
 * @param onProgress called after each piece of work
 * @returns outcomes in the order of the tasks
 * @example await replayAll({ datasetDir, book, parameters, counts, workers: 2 }, tasksOf(crashes, [1]))
 * @throws like `runJobs`
 */
export async function replayAll(
  options: PoolOptions,
  tasks: readonly Task[],
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<Pick<Evidence, "outcomes" | "executionShock">> {
  const jobs: Job[] = [{ kind: "shock" }, ...tasks.map((task): Job => ({ kind: "replay", ...task }))];
  const [shock, ...outcomes] = await runJobs(options, jobs, (done) => onProgress(done, jobs.length));
  return { executionShock: shock as Evidence["executionShock"], outcomes: outcomes as TaskOutcome[] };
}

function isRefusal(result: JobResult | Refusal): result is Refusal {
  return "refusal" in result;
}

function errorOf({ refusal: { code, message, ...details } }: Refusal): BallastError {
  return new BallastError(code, message, details);
}
