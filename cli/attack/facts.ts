import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import {
  type Concentration,
  cheapest,
  concentration,
  type Elasticity,
  type Extractable,
  extractable,
  type Lever,
  levers,
  mostProfitable,
  type Route,
  routes,
  type Situation,
  sensitivity,
  simulateVote,
  type VoteSimulation,
} from "../../sim/governance/index.ts";
import { CANONICAL_COUNTS, type DrawMemory } from "../../sim/margin/index.ts";
import { createMarket, type Market } from "../../sim/market/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { DEFAULT_DATASET, loadDataset } from "../dataset/load.ts";
import { loadParameters } from "../proposal/parameters.ts";
import { PROPOSALS } from "../proposal/workspace.ts";
import { type ReadSituation, readSituation } from "./situation.ts";

export const GOVERNANCE_FILE = "governance.yaml";

/** Runs of the simulated vote: an interval of at most ± 2.2 points. */
const RUNS = 2_000;
const SEED = "attack/1";

/** Everything `ballast attack` finds. The same files give the same facts, bit for bit. */
export interface AttackFacts {
  readonly situation: Situation;
  readonly sources: ReadSituation["sources"];
  /** Where the value that can be extracted comes from, and what the engine found where it was asked. */
  readonly valueFrom: "given" | "file" | "engine";
  readonly engine: Extractable | null;
  readonly routes: readonly Route[];
  readonly cheapest: Route | null;
  readonly mostProfitable: Route | null;
  readonly concentration: Concentration | null;
  readonly sensitivity: readonly Elasticity[];
  readonly levers: readonly Lever[];
  readonly simulation: VoteSimulation | null;
}

export interface AttackOptions {
  /** Instead of the file's or the engine's value, USD. */
  readonly valueUsd?: number | undefined;
  readonly delegatesFile?: string | undefined;
  readonly datasetDir?: string | undefined;
  /** The market of that dataset, where somebody has it already, and what was drawn from its past. */
  readonly market?: (() => Promise<{ readonly market: Market; readonly memory: DrawMemory }>) | undefined;
  /** What the engine margins the attacker's book by; `parameters.yaml` beside the file where absent. */
  readonly parameters?: ParameterSet | undefined;
}

/**
 * The governance file of a workspace, of its `proposals/`, or a file itself.
 *
 * @throws BallastError GOVERNANCE_MISSING
 * @example governanceFile("proposals") // "proposals/governance.yaml"
 */
export function governanceFile(path: string): string {
  const candidates = existsSync(path) && statSync(path).isDirectory() ? [join(path, GOVERNANCE_FILE), join(path, PROPOSALS, GOVERNANCE_FILE)] : [path];
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new BallastError("GOVERNANCE_MISSING", `There is no ${candidates[0]}.`, {
    where: { file: candidates[0] },
    fix: "Write one beside policy.yaml with your own figures: docs/attack.md has an example.",
  });
}

/**
 * What it would cost to pass a harmful change, and what it would bring.
 *
 * @param file governance.yaml
 * @throws BallastError what `readSituation`, `loadParameters` and `loadDataset` throw
 * @example (await attackFacts("proposals/governance.yaml")).cheapest?.costUsd
 */
export async function attackFacts(file: string, options: AttackOptions = {}): Promise<AttackFacts> {
  const read = await readSituation(file, options.delegatesFile);
  const valueFrom = options.valueUsd !== undefined ? "given" : read.extractableGiven ? "file" : "engine";
  const engine = valueFrom === "engine" ? await engineValue(file, read.situation.attacker.capitalUsd, options) : null;
  const extractableUsd = options.valueUsd ?? engine?.valueUsd ?? read.situation.value.extractableUsd;
  const situation = { ...read.situation, value: { ...read.situation.value, extractableUsd } };
  const all = routes(situation);
  const least = cheapest(all);
  return {
    situation,
    sources: read.sources,
    valueFrom,
    engine,
    routes: all,
    cheapest: least ?? null,
    mostProfitable: mostProfitable(all) ?? null,
    concentration: concentration(situation),
    sensitivity: sensitivity(situation),
    levers: levers(situation),
    simulation: simulateVote(situation, least, RUNS, SEED) ?? null,
  };
}

/** What the margin engine finds in the last market the dataset knows. @throws BallastError what `loadDataset` and `loadParameters` throw */
export async function engineValue(file: string, capitalUsd: number, options: AttackOptions): Promise<Extractable> {
  const { datasetDir = DEFAULT_DATASET, parameters } = options;
  const [{ market, memory }, set] = await Promise.all([
    options.market?.() ?? loadDataset(datasetDir).then((dataset) => ({ market: createMarket(dataset), memory: undefined })),
    parameters ?? loadParameters(join(dirname(file), "parameters.yaml")),
  ]);
  const { startHour, hours } = market.history;
  return extractable({ market, hour: startHour + hours, parameters: set, counts: CANONICAL_COUNTS, capitalUsd, memory });
}
