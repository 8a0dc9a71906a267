import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeManyProposals } from "./many.ts";
import { median, short } from "./median.ts";

const BALLAST = fileURLToPath(new URL("../ballast", import.meta.url));
const PROPOSALS = fileURLToPath(new URL("../proposals", import.meta.url));
const PASSING = "0001-raise-eth-vol-buffer";
const SAMPLING_MS = 20;

/** How long `--help` takes, the launcher included. */
export async function startLine() {
  const runs: Run[] = [];
  for (let i = 0; i < 9; i++) runs.push(await run(["--help"]));
  return { seconds: short(median(runs.map((r) => r.seconds))) };
}

const CANONICAL = { accounts: 2_000, seeds: "[1]" };

/** The canonical backtest: two parameter sets over the ten crashes of the policy, one book of two thousand accounts, 512 + 128 scenarios. */
export async function backtestLine() {
  const { seconds, peakMB } = await canonicalBacktest(2);
  return { seconds: short(seconds), workers: 2, accounts: CANONICAL.accounts, peakMB };
}

/** What a second worker is worth, on idle cores. */
export async function workersLine() {
  const [one, two] = [await canonicalBacktest(1), await canonicalBacktest(2)];
  return { ratio: short(one.seconds / two.seconds), oneSeconds: short(one.seconds), twoSeconds: short(two.seconds) };
}

/** The passing proposal as the policy has it: sixteen seeds, a book each. */
export async function policyLine() {
  const { seconds, peakMB } = await onCopy((folder) => run(["backtest", folder, "--json", "--workers", "2"]));
  return { seconds: short(seconds), workers: 2, peakMB };
}

function canonicalBacktest(workers: number): Promise<Run> {
  return onCopy((folder) => {
    const policy = join(folder, "..", "policy.yaml");
    const text = readFileSync(policy, "utf8")
      .replace(/^( *accounts:).*$/m, `$1 ${CANONICAL.accounts}`)
      .replace(/^(seeds:).*$/m, `$1 ${CANONICAL.seeds}`);
    writeFileSync(policy, text);
    return run(["backtest", folder, "--json", "--workers", String(workers)]);
  });
}

export async function quickLine() {
  const { seconds, peakMB } = await onCopy((folder) => run(["backtest", folder, "--quick", "--json", "--workers", "2"]));
  return { seconds: short(seconds), workers: 2, peakMB };
}

export async function checkLine() {
  const { seconds, peakMB } = await onCopy((folder) => run(["check", folder, "--json"]));
  return { seconds: short(seconds), peakMB };
}

const MANY = 50;

/** A folder of fifty proposals that all differ: see `writeManyProposals`. */
export async function checkManyLine() {
  const folder = mkdtempSync(join(tmpdir(), "ballast-bench-"));
  try {
    await writeManyProposals(PROPOSALS, folder, MANY, PASSING);
    const { seconds, peakMB } = await run(["check", folder, "--json", "--workers", "2"]);
    return { seconds: short(seconds), proposals: MANY, workers: 2, peakMB };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Works on a copy of the proposals: a whole backtest writes its evidence. */
async function onCopy(work: (folder: string) => Promise<Run>): Promise<Run> {
  const copy = mkdtempSync(join(tmpdir(), "ballast-bench-"));
  try {
    cpSync(PROPOSALS, copy, { recursive: true });
    return await work(join(copy, PASSING));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

interface Run {
  readonly seconds: number;
  /** Largest resident set of the process, where the system tells (Linux); workers are threads of it. */
  readonly peakMB: number | null;
}

function run(args: readonly string[]): Promise<Run> {
  const start = performance.now();
  const child = spawn(BALLAST, args, { stdio: ["ignore", "ignore", "inherit"] });
  let peakMB: number | null = null;
  const sampling = setInterval(() => {
    peakMB = peakOf(child.pid) ?? peakMB;
  }, SAMPLING_MS);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(sampling);
      // A gate breached is a result like any other: the book here is not the policy's. So is evidence that does not hold.
      if (code !== 0 && code !== 4 && code !== 5) reject(new Error(`ballast ${args.join(" ")} left with ${code}`));
      else resolve({ seconds: (performance.now() - start) / 1_000, peakMB });
    });
  });
}

function peakOf(pid: number | undefined): number | null {
  try {
    const high = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return high === null ? null : Math.round(Number(high[1]) / 1_024);
  } catch {
    return null;
  }
}
