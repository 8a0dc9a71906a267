import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { BallastError } from "../../sim/errors.ts";
import type { ScenarioCounts } from "../../sim/margin/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { ExecutionShock, LiquidationModel, ReverseStress } from "../../sim/replay/index.ts";
import type { RecordedOutcome } from "../proposal/evidence.ts";
import type { BookSource } from "./book.ts";
import type { ReplayJob } from "./jobs.ts";

/** What every worker of a pool is given once. */
export interface WorkerInput {
  readonly datasetDir: string;
  readonly book: BookSource;
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

/** Worker threads, each with the market in its memory: what several runs over the same data and books share, whatever parameters they look at. */
export interface Threads {
  readonly count: number;
  /** @throws whatever the job throws */
  run(job: Job, parameters: Readonly<Record<string, ParameterSet>>): Promise<JobResult>;
  close(): Promise<void>;
}

/** What goes to a thread: a job, and the sets it names. */
export interface Message {
  readonly job: Job;
  readonly parameters: Readonly<Record<string, ParameterSet>>;
}

/**
 * Starts worker threads.
 *
 * @example const threads = startThreads({ datasetDir, book, counts, liquidation, pathSeed }, 2); …; await threads.close();
 */
export function startThreads(input: WorkerInput, count: number): Threads {
  const { datasetDir, book, counts, liquidation, pathSeed } = input;
  const pool = new Piscina<Message, JobResult | Refusal>({
    filename: fileURLToPath(new URL("./worker.ts", import.meta.url)),
    workerData: { datasetDir, book, counts, liquidation, pathSeed } satisfies WorkerInput,
    // One starts when there is work for it, and stays.
    minThreads: 0,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    // The sources run as they are, also where the parent was started in another way.
    execArgv: ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
  });
  return {
    count,
    async run(job, parameters) {
      const named = job.kind === "shock" ? [job.before, job.after] : [job.set];
      const result = await pool.run({ job, parameters: Object.fromEntries(named.map((name) => [name, parameters[name]])) });
      if (isRefusal(result)) throw errorOf(result);
      return result;
    },
    close: () => pool.destroy(),
  };
}

function isRefusal(result: JobResult | Refusal): result is Refusal {
  return "refusal" in result;
}

function errorOf({ refusal: { code, message, ...details } }: Refusal): BallastError {
  return new BallastError(code, message, details);
}
