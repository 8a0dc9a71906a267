// The invariants of the contracts, each asked after every one of so many random calls.
//   node scripts/invariants.ts 100000
// In processes of 10 000 calls with a seed of its own each: the runner keeps in memory what it has run. Leaves with 1 at the first that fails.

import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

const RUNS = 40;
const DEPTH = 250;

const calls = Number(process.argv[2]);
if (!Number.isSafeInteger(calls) || calls <= 0 || calls % (RUNS * DEPTH) !== 0) {
  console.error(`Give a number of calls, a multiple of ${RUNS * DEPTH}.`);
  process.exit(2);
}
const files = globSync("contracts/test/*Invariant.t.sol").sort();
const start = performance.now();
for (let part = 1; part <= calls / (RUNS * DEPTH); part++) {
  const seed = `0xba11a57${part.toString(16).padStart(4, "0")}`;
  const env = { ...process.env, BALLAST_INVARIANT_RUNS: String(RUNS), BALLAST_INVARIANT_DEPTH: String(DEPTH), BALLAST_FUZZ_SEED: seed };
  const { status, stdout, stderr } = spawnSync("hardhat", ["test", "solidity", ...files], { env, encoding: "utf8" });
  const passed = Number(/^\s*(\d+) passing/m.exec(stdout)?.[1] ?? 0);
  if (status !== 0 || passed < files.length) {
    console.error(`${stdout}${stderr}\nThe invariants do not hold, or did not run: seed ${seed}.`);
    process.exit(1);
  }
  console.log(`${part * RUNS * DEPTH} calls of each of ${passed} campaigns, ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
