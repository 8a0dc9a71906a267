import { workerData } from "node:worker_threads";
import { createMarginEngine, type MarginEngine } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/market.ts";
import { replay } from "../../sim/replay/index.ts";
import { loadDataset } from "../dataset/load.ts";
import type { SetName, TaskOutcome } from "./assemble.ts";
import { requireCrash } from "./crashes.ts";
import type { Job, JobResult, WorkerInput } from "./pool.ts";
import { shockOf } from "./verdict.ts";

// One worker thread: the market is loaded once and shared by all its replays, and an engine per parameter set. Neither carries
// anything from one replay to the next but what it would compute again.
const { datasetDir, book, parameters, counts }: WorkerInput = workerData;
const market = loadDataset(datasetDir).then(createMarket);
const engines = new Map<SetName, MarginEngine>();

/** @returns the record of one replay, or of the execution shock, as it is hashed */
export default async function run(job: Job): Promise<JobResult> {
  const known = await market;
  if (job.kind === "shock") return shockOf({ market: known, book, parameters, counts });
  const { crash: id, set, seed } = job;
  const engine = engines.get(set) ?? createMarginEngine(known, parameters[set], counts);
  engines.set(set, engine);
  const crash = requireCrash(known.dataset.crashes, id);
  const outcome = replay({ market: known, crash, book, parameters: parameters[set], counts, seed, engine });
  return { crash: id, set, seed, outcome: outcome as TaskOutcome["outcome"] };
}
