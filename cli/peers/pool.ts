import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { BallastError } from "../../sim/errors.ts";
import { Interrupted } from "../backtest/interrupted.ts";
import type { Refusal } from "../backtest/pool.ts";
import type { PeerJob, PeerJobResult, PeerWorkerInput } from "./jobs.ts";

export interface PeerPool {
  /** Results in the order of the jobs. @throws Interrupted, and whatever a job throws */
  run(jobs: readonly PeerJob[], onDone: (job: PeerJob) => void): Promise<PeerJobResult[]>;
  close(): Promise<void>;
}

/**
 * Worker threads that margin and replay under peers; they stay for both rounds of a comparison, each with its market loaded once.
 *
 * @example const pool = openPeerPool(input, 2, signal); try { await pool.run(jobs, () => undefined); } finally { await pool.close(); }
 */
export function openPeerPool(input: PeerWorkerInput, workers: number | undefined, signal: AbortSignal | undefined): PeerPool {
  signal?.throwIfAborted();
  const threads = Math.max(1, workers ?? availableParallelism());
  const pool = new Piscina<PeerJob, PeerJobResult | Refusal>({
    filename: fileURLToPath(new URL("./worker.ts", import.meta.url)),
    workerData: input,
    maxThreads: threads,
    minThreads: 1,
    // The sources run as they are, also where the parent was started in another way.
    execArgv: ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
  });
  const abort = () => void pool.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  const one = async (job: PeerJob, onDone: (job: PeerJob) => void): Promise<PeerJobResult> => {
    const result = await pool.run(job);
    if ("refusal" in result) {
      const { code, message, ...details } = result.refusal;
      throw new BallastError(code, message, details);
    }
    onDone(job);
    return result;
  };
  return {
    run: (jobs, onDone) =>
      Promise.all(jobs.map((job) => one(job, onDone))).catch((error: unknown) => {
        throw signal?.aborted === true ? new Interrupted() : error;
      }),
    close: async () => {
      signal?.removeEventListener("abort", abort);
      await pool.destroy();
    },
  };
}
