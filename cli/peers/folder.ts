import { dirname } from "node:path";
import type { PeerName } from "../../sim/peers/index.ts";
import { type FolderOptions, policyFileOf } from "../backtest/folder.ts";
import { poolOptions } from "../backtest/run.ts";
import type { Evidence } from "../proposal/evidence.ts";
import { loadDraft } from "../proposal/load.ts";
import { loadPolicy } from "../proposal/policy.ts";
import { compareWithPeers } from "./against.ts";
import type { PeerRun } from "./output.ts";

/**
 * Holds a backtest of a proposal's folder against peers: the crashes, seeds and books that it replayed.
 *
 * @param evidence what that backtest found
 * @param options those it ran with
 * @throws like `compareWithPeers`
 * @example againstFolder("proposals/0001-raise-eth-vol-buffer", evidence, ["span"], { quick: true })
 */
export async function againstFolder(
  folder: string,
  { context, outcomes }: Pick<Evidence, "context" | "outcomes">,
  peers: readonly PeerName[],
  options: FolderOptions,
): Promise<PeerRun> {
  const policyFile = policyFileOf(folder);
  const proposal = await loadDraft(folder);
  const policy = await loadPolicy(policyFile);
  const { datasetDir, book, parameters, counts, liquidation } = await poolOptions({ ...options, proposal, policy, policyFolder: dirname(policyFile) });
  const { workers, signal, onProgress } = options;
  return compareWithPeers({
    datasetDir,
    book,
    baseline: parameters.baseline,
    proposed: parameters.proposed,
    counts,
    liquidation,
    peers,
    crashes: [...new Set(outcomes.map(({ crash }) => crash))],
    seeds: context.seeds,
    workers,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/**
 * The first crashes and seeds of what was found: enough for a look.
 *
 * @example againstFolder(folder, firstOf(evidence, 2, 2), ["span"], {})
 */
export function firstOf({ context, outcomes }: Pick<Evidence, "context" | "outcomes">, crashes: number, seeds: number): Pick<Evidence, "context" | "outcomes"> {
  const ids = [...new Set(outcomes.map(({ crash }) => crash))].slice(0, crashes);
  const kept = context.seeds.slice(0, seeds);
  return { context: { ...context, seeds: kept }, outcomes: outcomes.filter(({ crash, seed }) => ids.includes(crash) && kept.includes(seed)) };
}
