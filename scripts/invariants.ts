// The invariants of the contracts, each asked after every one of so many random calls.
//   node scripts/invariants.ts 100000
// In processes of 10 000 calls with a seed of its own each, as many at a time as there are cores, two at most: the runner keeps in memory what it has run.
// Leaves with 1 at the first that fails.

import { execFile, execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";

const RUNS = 40;
const DEPTH = 250;

const calls = Number(process.argv[2]);
if (!Number.isSafeInteger(calls) || calls <= 0 || calls % (RUNS * DEPTH) !== 0) {
  console.error(`Give a number of calls, a multiple of ${RUNS * DEPTH}.`);
  process.exit(2);
}
const files = globSync("contracts/test/*Invariant.t.sol").sort();
const parts = Array.from({ length: calls / (RUNS * DEPTH) }, (_, i) => i + 1);
const start = performance.now();
let done = 0;
const work = async () => {
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const passed = await campaigns(`0xba11a57${part.toString(16).padStart(4, "0")}`);
    done += RUNS * DEPTH;
    console.log(`${done} calls of each of ${passed} campaigns, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
};
// Once, before several would compile into the same folder.
execFileSync("hardhat", ["build", "--quiet"], { stdio: ["ignore", "ignore", "inherit"] });
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));

/** Runs every campaign once, from a seed. @returns how many there are */
function campaigns(seed: string): Promise<number> {
  const env = { ...process.env, BALLAST_INVARIANT_RUNS: String(RUNS), BALLAST_INVARIANT_DEPTH: String(DEPTH), BALLAST_FUZZ_SEED: seed };
  return new Promise((resolve) => {
    execFile("hardhat", ["test", "solidity", "--no-compile", ...files], { env, encoding: "utf8", maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const passed = Number(/^\s*(\d+) passing/m.exec(stdout)?.[1] ?? 0);
      if (error === null && passed >= files.length) return resolve(passed);
      console.error(`${stdout}${stderr}\nThe invariants do not hold, or did not run: seed ${seed}.`);
      process.exit(1);
    });
  });
}
