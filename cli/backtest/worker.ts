import { workerData } from "node:worker_threads";
import { BallastError } from "../../sim/errors.ts";
import { createMarginEngine, type MarginEngine } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/market.ts";
import { replay } from "../../sim/replay/index.ts";
import { loadDataset } from "../dataset/load.ts";
import type { SetName, TaskOutcome } from "./assemble.ts";
import { requireCrash } from "./crashes.ts";
import type { Job, JobResult, Refusal, WorkerInput } from "./pool.ts";
import { shockOf } from "./verdict.ts";

// One worker thread: the market is loaded once and shared by all its replays, and an engine per parameter set. Neither carries
// anything from one replay to the next but what it would compute again.
const { datasetDir, book, parameters, counts }: WorkerInput = workerData;
const market = loadDataset(datasetDir).then(createMarket);
const engines = new Map<SetName, MarginEngine>();

/** @returns the record of one replay, or of the execution shock, as it is hashed; or what the job refused with */
export default async function run(job: Job): Promise<JobResult | Refusal> {
  try {
    return await resultOf(job);
  } catch (error) {
    // Only plain values cross the border between threads whole: an error would arrive without its code and its fix.
    if (!(error instanceof BallastError)) throw error;
    const { code, message, where, fix, exit } = error;
    return { refusal: { code, message, where, fix, exit } };
  }
}

async function resultOf(job: Job): Promise<JobResult> {
  const known = await market;
  if (job.kind === "shock") return shockOf({ market: known, book, parameters, counts });
  const { crash: id, set, seed } = job;
  const engine = engines.get(set) ?? createMarginEngine(known, parameters[set], counts);
  engines.set(set, engine);
  const crash = requireCrash(known.dataset.crashes, id);
  const outcome = replay({ market: known, crash, book, parameters: parameters[set], counts, seed, engine });
  return { crash: id, set, seed, outcome: outcome as TaskOutcome["outcome"] };
}
