/**
 * Speed and memory, as JSON lines on stdout: `make bench`, or `make bench ONLY=canonicalStep`.
 * Each figure is the median of several runs; compare ratios on one machine, not absolute times across machines.
 */
import { backtestLine, checkLine, quickLine, startLine } from "./commands.ts";
import { datasetLine } from "./dataset.ts";
import { priceLine, stepLine } from "./kernel.ts";

const BENCHES = {
  start: startLine,
  dataset: datasetLine,
  price: priceLine,
  canonicalStep: stepLine,
  quick: quickLine,
  check: checkLine,
  backtest: backtestLine,
};

const only = process.argv.slice(2);
for (const [name, line] of Object.entries(BENCHES)) {
  if (only.length > 0 && !only.includes(name)) continue;
  process.stdout.write(`${JSON.stringify({ bench: name, ...(await line()), node: process.versions.node })}\n`);
}
