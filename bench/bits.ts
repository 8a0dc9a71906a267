import { createHash } from "node:crypto";
import { loadDataset } from "../cli/dataset/load.ts";
import { datasetText, replayed } from "../test/kernel/replayed.ts";
import { workload } from "../test/kernel/workload.ts";

/**
 * Hashes of what has to be the same on every engine: the arithmetic, and a whole replay. Compare two Nodes by
 * `make bench ONLY=bits` and `npx -y -p node@22 -c 'node bench/main.ts bits'`; Chromium is held to them by `test/kernel/browser.test.ts`.
 */
export async function bitsLine() {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);
  return { arithmetic: hash(JSON.stringify(workload())), replay: hash(replayed(datasetText(await loadDataset()))) };
}
