/**
 * Speed and memory, as JSON lines on stdout: `make bench`, or `make bench ONLY=canonicalStep`.
 * With BALLAST_LIMIT=script, reference kernels in C and numpy are run in turn, and the lines give the ratios to them.
 * Arithmetic is timed by the best of many runs, commands by one; compare ratios on one machine, not absolute times across machines.
 */
import { attackLine } from "./attack.ts";
import { bitsLine } from "./bits.ts";
import { backtestLine, checkLine, checkManyLine, policyLine, quickLine, startLine, workersLine } from "./commands.ts";
import { datasetLine } from "./dataset.ts";
import { accountsLine, requirementLine } from "./engine.ts";
import { sarifLine } from "./formats.ts";
import { priceLine, stepLine } from "./kernel.ts";

const BENCHES = {
  bits: bitsLine,
  start: startLine,
  dataset: datasetLine,
  price: priceLine,
  canonicalStep: stepLine,
  requirement: requirementLine,
  accounts: accountsLine,
  quick: quickLine,
  check: checkLine,
  checkMany: checkManyLine,
  sarif: sarifLine,
  attack: attackLine,
  policy: policyLine,
  backtest: backtestLine,
  workers: workersLine,
};

const only = process.argv.slice(2);
for (const [name, line] of Object.entries(BENCHES)) {
  if (only.length > 0 && !only.includes(name)) continue;
  process.stdout.write(`${JSON.stringify({ bench: name, ...(await line()), node: process.versions.node })}\n`);
}
