import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Abi, Hex } from "viem";
import { BallastError } from "../sim/errors.ts";

/** The contracts of the system, by where a build puts them. */
export const CONTRACTS = {
  EvidenceRegistry: "contracts/governance/EvidenceRegistry.sol/EvidenceRegistry.json",
  RiskToken: "contracts/governance/RiskToken.sol/RiskToken.json",
  RiskGovernor: "contracts/governance/RiskGovernor.sol/RiskGovernor.json",
  RiskParameters: "contracts/parameters/RiskParameters.sol/RiskParameters.json",
  RiskSteward: "contracts/governance/RiskSteward.sol/RiskSteward.json",
  TimelockController: "@openzeppelin/contracts/governance/TimelockController.sol/TimelockController.json",
} as const;

export type ContractName = keyof typeof CONTRACTS;

/** A compiled contract: what it takes to deploy it, call it, and name its storage. */
export interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
  /** Where the constructor writes immutables into the deployed code, in bytes. */
  readonly immutableReferences: Readonly<Record<string, readonly { readonly start: number; readonly length: number }[]>>;
  readonly storageLayout: StorageLayout;
}

/** solc's storage layout, as far as it is used. */
export interface StorageLayout {
  readonly storage: readonly { readonly label: string; readonly slot: string; readonly offset: number; readonly type: string }[];
  readonly types: Readonly<Record<string, { readonly label: string; readonly members?: readonly { readonly label: string; readonly slot: string }[] }>> | null;
}

export type Artifacts = Readonly<Record<ContractName, Artifact>>;

/** The repository: where contracts are built from and kept. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUNDLE = join(ROOT, ".cache", "contracts.json");
/** Of what is kept of an artifact: a bundle with less is built again. */
const BUNDLE_VERSION = 2;

/**
 * The compiled contracts: from the last build when the sources are still the same, else built now (some seconds, once).
 *
 * @throws CONTRACTS_NOT_BUILT when they do not compile.
 * @example
 * const { RiskParameters } = await loadArtifacts();
 */
export async function loadArtifacts(): Promise<Artifacts> {
  const key = sourcesHash();
  const built = readBundle();
  if (built?.key === key) return built.contracts;
  return await locked(async () => {
    const meanwhile = readBundle();
    if (meanwhile?.key === key) return meanwhile.contracts;
    const contracts = await build();
    mkdirSync(dirname(BUNDLE), { recursive: true });
    writeFileSync(`${BUNDLE}.${process.pid}`, JSON.stringify({ key, contracts }));
    renameSync(`${BUNDLE}.${process.pid}`, BUNDLE);
    return contracts;
  });
}

/** The slot of a contract's variable. */
export function slotOf(layout: StorageLayout, label: string): bigint {
  const entry = layout.storage.find((variable) => variable.label === label);
  if (entry === undefined) throw new Error(`no storage variable ${label}`);
  return BigInt(entry.slot);
}

function readBundle(): { key: string; contracts: Artifacts } | undefined {
  try {
    return JSON.parse(readFileSync(BUNDLE, "utf8"));
  } catch {
    return undefined; // missing or cut short: built again
  }
}

/** Of everything a build depends on: the contracts, the compiler's settings, the locked versions of solc and OpenZeppelin. */
function sourcesHash(): string {
  const hash = createHash("sha256").update(`${BUNDLE_VERSION}\n`);
  const folder = join(ROOT, "contracts");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".sol") && !file.startsWith("test"));
  for (const file of [...sources.sort().map((source) => join("contracts", source)), "hardhat.config.ts", "package-lock.json"]) {
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}

/** In a process of its own: the compiler's warnings must not get into anybody's standard output. */
async function build(): Promise<Artifacts> {
  const hardhat = join(ROOT, "node_modules", "hardhat", "dist", "src", "cli.js");
  try {
    await promisify(execFile)(process.execPath, [hardhat, "build", "--quiet", "--no-tests"], { cwd: ROOT, maxBuffer: 2 ** 26 });
    return Object.fromEntries(Object.entries(CONTRACTS).map(([name, path]) => [name, readArtifact(path)])) as unknown as Artifacts;
  } catch (cause) {
    throw new BallastError("CONTRACTS_NOT_BUILT", "The contracts could not be compiled.", {
      fix: "Run `npx hardhat build` and mend what it reports.",
      exit: 1,
      cause,
    });
  }
}

function readArtifact(path: string): Artifact {
  const json = (...parts: readonly string[]) => JSON.parse(readFileSync(join(ROOT, "artifacts", ...parts), "utf8"));
  const { abi, bytecode, deployedBytecode, immutableReferences, buildInfoId, inputSourceName, contractName } = json(path);
  const { storageLayout } = json("build-info", `${buildInfoId}.output.json`).output.contracts[inputSourceName][contractName];
  return { abi, bytecode, deployedBytecode, immutableReferences, storageLayout };
}

/** One build at a time on a machine; a lock older than two minutes belongs to a build that died. */
async function locked<T>(work: () => Promise<T>): Promise<T> {
  const lock = join(ROOT, ".cache", "build.lock");
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 120_000) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
