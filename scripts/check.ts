// Everything that has to be green, in one go: `make check`, which is also `make test` and what CI runs.
// Prints a line per step as it ends, what failed in full, then vitest's own report, and last `N passed, N failed`
// over all tests, Solidity's and TypeScript's. Leaves with 1 when a step failed or when no test ran.

import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { chdir } from "node:process";
import { coverageTotals, NONE, solidityCounts, sum, vitestCounts } from "./check/counts.ts";
import { runAll } from "./check/schedule.ts";
import type { Result, Step } from "./check/step.ts";

const VITEST_REPORT = ".cache/vitest.json";
const SOLIDITY = "contracts/**/*.sol";
/** Biome takes its colours from nothing but its command line. */
const COLORS = process.stdout.isTTY && process.env.NO_COLOR === undefined ? "--colors=force" : "--colors=off";

const STEPS: readonly Step[] = [
  { name: "contracts compile", command: ["hardhat", "build", "--quiet"], needs: [SOLIDITY] },
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "--max-diagnostics=30", COLORS, "."] },
  { name: "solidity format", command: ["prettier", "--log-level=warn", "--check", SOLIDITY], needs: [SOLIDITY] },
  { name: "solidity lint", command: ["solhint", "--disc", "--noPoster", "--max-warnings=0", SOLIDITY], needs: [SOLIDITY] },
  { name: "solidity tests", command: ["hardhat", "test", "solidity"], needs: ["contracts/**/*.t.sol"], after: ["contracts compile"] },
  { name: "invariants", command: ["node", "scripts/invariants.ts", "100000"], needs: ["contracts/**/*.t.sol"], after: ["solidity tests"] },
  { name: "solidity coverage", command: ["hardhat", "test", "solidity", "--coverage"], needs: ["contracts/**/*.t.sol"], after: ["invariants", "types"] },
  { name: "types", command: ["tsc", "-p", "."], after: ["contracts compile"] },
  { name: "generated files", command: ["node", "scripts/generate.ts", "--check"], needs: ["scripts/generate.ts"], after: ["contracts compile"] },
  { name: "tests", command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${VITEST_REPORT}`], live: true },
];

chdir(resolve(import.meta.dirname, ".."));
mkdirSync(".cache", { recursive: true });
rmSync(VITEST_REPORT, { force: true });

const results = await runAll(STEPS, Math.min(2, availableParallelism()), say);
const solidity = results.find(({ step }) => step.name === "solidity tests");
const solidityTests = solidity ? solidityCounts(solidity.output) : NONE;
const typescriptTests = vitestCounts(VITEST_REPORT);

const problems = results.filter(({ outcome }) => outcome === "failed").map(({ step }) => step.name);
if (solidity?.outcome === "passed" && solidityTests.passed === 0) problems.push("solidity tests (none ran)");
const coverage = results.find(({ step }) => step.name === "solidity coverage");
if (coverage?.outcome === "passed" && coverageTotals(coverage.output).some((percent) => percent !== 100)) {
  problems.push("solidity coverage (every line and statement of contracts/ is run by a test: `make coverage` shows which is not)");
}
if (typescriptTests.passed === 0) problems.push("tests (none ran)");

if (problems.length > 0) {
  console.log(`Not green: ${problems.join(", ")}.\n`);
  process.exitCode = 1;
}
const total = sum(solidityTests, typescriptTests);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);

/** One line per step; the whole output of one that failed. A live step has spoken for itself, but for why it was stopped. */
function say({ step, outcome, seconds, output }: Result): void {
  if (step.live) {
    if (output !== "") console.log(`\n${output.trimEnd()}`);
    return;
  }
  const mark = { passed: "ok  ", failed: "FAIL", "nothing to check": "none" }[outcome];
  console.log(`${mark}  ${step.name.padEnd(20)} ${outcome === "nothing to check" ? outcome : `${seconds.toFixed(1)} s`}`);
  if (outcome === "failed" && output) console.log(`\n${output.trimEnd().replaceAll(/^/gm, "      ")}\n`);
}
