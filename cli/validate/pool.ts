import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { BallastError } from "../../sim/errors.ts";
import type { ScenarioCounts } from "../../sim/margin/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { MarginRates, PortfolioResult, ReferencePortfolio, Rolling, Windows } from "../../sim/validation/index.ts";
import { Interrupted } from "../backtest/interrupted.ts";
import type { Span } from "./span.ts";

/** What every worker is given once. */
export interface WorkerInput {
  readonly datasetDir: string;
  readonly parameters: ParameterSet;
  readonly counts: ScenarioCounts;
  readonly portfolios: readonly ReferencePortfolio[];
  readonly span: Span;
  readonly seed: string;
}

/** One piece of work: windows of some hours, margin rates of some, or the tests of one portfolio. */
export type Job =
  | { readonly kind: "roll"; readonly hours: readonly number[] }
  | { readonly kind: "rates"; readonly hours: readonly number[]; readonly buffer: boolean }
  | { readonly kind: "test"; readonly portfolio: number; readonly hours: readonly number[]; readonly windows: Windows };

export type JobResult = Rolling | MarginRates[] | PortfolioResult | string;

/** A BallastError on its way between threads. */
export interface Refusal {
  readonly refusal: Pick<BallastError, "code" | "message" | "where" | "fix" | "exit">;
}

export interface Pool {
  /** Results stand in the order of the jobs: neither the number of workers nor who came in first can be seen in them. */
  run<T extends JobResult>(jobs: readonly Job[], onDone: () => void): Promise<T[]>;
  close(): Promise<void>;
}

/**
 * Worker threads of one validation.
 *
 * @param workers as many as the machine has by default
 * @example const pool = createPool(input); const parts = await pool.run<Rolling>(jobs, () => {}); await pool.close();
 */
export function createPool(input: WorkerInput, workers = availableParallelism(), signal?: AbortSignal): Pool {
  const pool = new Piscina<Job, JobResult | Refusal>({
    filename: fileURLToPath(new URL("./worker.ts", import.meta.url)),
    workerData: input,
    minThreads: workers,
    maxThreads: workers,
    // The sources run as they are, also where the parent was started in another way.
    execArgv: ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
  });
  const abort = () => void pool.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  return {
    async run<T extends JobResult>(jobs: readonly Job[], onDone: () => void): Promise<T[]> {
      signal?.throwIfAborted();
      try {
        return await Promise.all(
          jobs.map(async (job) => {
            const result = await pool.run(job);
            if (isRefusal(result)) throw errorOf(result);
            onDone();
            return result as T;
          }),
        );
      } catch (error) {
        throw signal?.aborted === true ? new Interrupted() : error;
      }
    },
    async close() {
      signal?.removeEventListener("abort", abort);
      await pool.destroy();
    },
  };
}

function isRefusal(result: JobResult | Refusal): result is Refusal {
  return typeof result === "object" && "refusal" in result;
}

function errorOf({ refusal: { code, message, ...details } }: Refusal): BallastError {
  return new BallastError(code, message, details);
}
