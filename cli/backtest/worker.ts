import { workerData } from "node:worker_threads";
import { BallastError } from "../../sim/errors.ts";
import { createWasmKernel } from "../../sim/kernel/index.ts";
import { createDrawMemory, createMarginEngine, type DrawMemory } from "../../sim/margin/index.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import { executionShock, type ReverseStress, replay, reverseStress } from "../../sim/replay/index.ts";
import { loadDataset } from "../dataset/load.ts";
import type { RecordedOutcome } from "../proposal/evidence.ts";
import { drawBook } from "./book.ts";
import { hashOf } from "./canonical.ts";
import { requireCrash } from "./crashes.ts";
import type { ReplayJob } from "./jobs.ts";
import { recordOf } from "./record.ts";
import type { JobResult, Message, Refusal, Shock, ShockJob, WorkerInput } from "./threads.ts";

// One worker thread: the market and what is drawn from its past are shared by all its replays, and one engine by the seeds of a job. None of them
// carries anything from one replay to the next but what it would compute again.
const { datasetDir, book, counts, liquidation, pathSeed }: WorkerInput = workerData;
const past = loadDataset(datasetDir).then((dataset): Past => {
  const market = createMarket(dataset);
  return { market, memory: createDrawMemory(market) };
});

interface Past {
  readonly market: Market;
  readonly memory: DrawMemory;
}

/** How far the sets in force are from the edge, by their hash and the seed: many proposals start from the same. */
const edges = new Map<string, ReverseStress>();

/** @returns for each seed the record of a replay, or of the execution shock, as it is hashed; or what the job refused with */
export default async function run({ job, parameters }: Message): Promise<JobResult | Refusal> {
  try {
    const known = await past;
    return job.kind === "shock" ? shocksOf(known, job, parameters) : outcomesOf(known, job, parameters);
  } catch (error) {
    // Only plain values cross the border between threads whole: an error would arrive without its code and its fix.
    if (!(error instanceof BallastError)) throw error;
    const { code, message, where, fix, exit } = error;
    return { refusal: { code, message, where, fix, exit } };
  }
}

function outcomesOf({ market, memory }: Past, { crash: id, set, seeds }: ReplayJob, parameters: Message["parameters"]): RecordedOutcome[] {
  const crash = requireCrash(market.dataset.crashes, id);
  const engine = createMarginEngine(market, parameters[set], counts, createWasmKernel(), memory);
  return seeds.map((seed) =>
    recordOf(replay({ market, crash, book: drawBook(book, seed), parameters: parameters[set], counts, liquidation, seed, engine }), seed === pathSeed),
  );
}

/**
 * Who the change alone makes liquidatable, and what move would exhaust the fund, in the newest market the dataset knows. Of a book file it is the same for
 * every seed. All directions are searched for the seed whose paths are kept; the named ones for all.
 */
function shocksOf({ market, memory }: Past, { before, after, seeds }: ShockJob, parameters: Message["parameters"]): Shock[] {
  const [baseline, proposed] = [parameters[before], parameters[after]];
  const now = { market, memory, hour: market.history.startHour + market.history.hours, counts };
  const of = (seed: number): Shock => {
    const drawn = { ...now, book: drawBook(book, seed), search: seed === pathSeed };
    const today = edges.get(`${hashOf(baseline)} ${seed}`) ?? reverseStress({ ...drawn, parameters: baseline });
    edges.set(`${hashOf(baseline)} ${seed}`, today);
    return {
      ...executionShock({ ...drawn, before: baseline, after: proposed }),
      reverseStress: { baseline: today, proposed: reverseStress({ ...drawn, parameters: proposed }) },
    };
  };
  if (!("book" in book)) return seeds.map(of);
  const [once] = seeds.slice(0, 1).map(of);
  return seeds.map(() => once);
}
