import { workerData } from "node:worker_threads";
import { BallastError } from "../../sim/errors.ts";
import { createMarket } from "../../sim/market/market.ts";
import { marginRates, rollWindows, testPortfolio, withoutBuffer } from "../../sim/validation/index.ts";
import { loadDataset } from "../dataset/load.ts";
import type { Job, JobResult, Refusal, WorkerInput } from "./pool.ts";
import { isPrimary } from "./span.ts";

// One worker thread. It carries nothing from one job to the next but what it would compute again.
const { datasetDir, parameters, counts, portfolios, span, seed }: WorkerInput = workerData;
const market = loadDataset(datasetDir).then(createMarket);

/** @returns what the job asks for, or what it refused with */
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
  switch (job.kind) {
    case "roll":
      return rollWindows({ market: await market, parameters, counts, portfolios, hours: job.hours, keepsTail: (hour) => isPrimary(span, hour) });
    case "rates":
      return marginRates(await market, job.buffer ? parameters : withoutBuffer(parameters), counts, job.hours);
    case "test":
      return testPortfolio({
        portfolio: portfolios[job.portfolio],
        hours: job.hours,
        windows: job.windows,
        isPrimary: (hour) => isPrimary(span, hour),
        confidenceBps: parameters.protocol.confidence,
        seed,
      });
  }
}
