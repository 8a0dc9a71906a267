import { loadDataset } from "../cli/dataset/load.ts";
import { median, short } from "./median.ts";

/** Reads and verifies the project's dataset; the first load counts too, it is what a command pays. */
export async function datasetLine() {
  const times: number[] = [];
  for (let run = 0; run < 7; run++) {
    const start = performance.now();
    await loadDataset();
    times.push(performance.now() - start);
  }
  return { firstMs: short(times[0]), medianMs: short(median(times)) };
}
