import { join } from "node:path";
import { isOpen } from "../../chain/live/proposals.ts";
import type { LiveState } from "../../chain/live/state.ts";
import type { Change, ChangeContext } from "../../sim/parameters/index.ts";
import { startProgress } from "../output/progress.ts";
import { loadDeployment } from "../proposal/deployment.ts";
import { openLive } from "./open.ts";
import type { RpcOptions } from "./options.ts";
import { changesOf, titleOf } from "./proposal.ts";
import type { FileDifference } from "./rows.ts";
import { updateParametersFile } from "./update.ts";

/** A proposal on its way that touches what another wants to change: the second to execute reverts, its `from` is no longer true. */
export interface Rival {
  readonly id: string;
  readonly state: string;
  readonly title: string;
  /** The parameters both change, as `ETH.volBuffer`. */
  readonly parameters: readonly string[];
}

/** What a draft takes from the chain. */
export interface LiveBase extends Pick<LiveState, "parameters"> {
  readonly at: { readonly endpoint: string; readonly block: number; readonly version: number };
  /** For the rules: cooldowns of earlier changes, at the earliest execution of a proposal made now. */
  readonly rules: ChangeContext;
  /** Brings parameters.yaml up to the chain, so that the folder's base is what the draft was made against. */
  update(): Promise<FileDifference[]>;
  rivalsOf(changes: readonly Change[]): Rival[];
  words(updated: readonly FileDifference[], rivals: readonly Rival[]): string[];
}

/** Reads what the chain has decided. @throws BallastError RPC_*, LIVE_* */
export async function liveBase(url: string, proposals: string, options: RpcOptions): Promise<LiveBase> {
  const deployment = await loadDeployment(join(proposals, "deployment.yaml"));
  const progress = await startProgress("reading the chain");
  const live = await openLive(url, deployment, options).finally(() => progress.done());
  const file = join(proposals, "parameters.yaml");
  const { parameters, chain } = live;
  return {
    parameters,
    at: { endpoint: chain.host, block: Number(chain.block.number), version: parameters.version },
    rules: { now: earliestExecution(live), lastChanged: parameters.lastChanged },
    update: () => updateParametersFile(file, parameters.decided),
    rivalsOf: (changes) => rivalsOf(live, changes),
    words: (updated, rivals) => [
      "",
      `base: version ${parameters.version} at block ${chain.block.number}, as ${chain.host} tells it`,
      ...(updated.length === 0
        ? []
        : [`updated ${file}:`, ...updated.map(({ scope, name, chain: now, file: was }) => `  ${scope}.${name} ${was ?? "none"} → ${now ?? "none"}`)]),
      ...rivals.map(
        ({ id, state, title, parameters: both }) =>
          `also changed by a proposal that is ${state}: ${both.join(", ")} ("${title}", id ${id}); the later one to execute reverts`,
      ),
    ],
  };
}

/** When a proposal made at the pinned block could execute at the earliest, in seconds since 1970. */
export function earliestExecution({ chain, governance }: LiveState): number {
  return chain.block.time + governance.votingDelay + governance.votingPeriod + governance.timelockDelay;
}

/**
 * The open proposals on chain that change one of the same parameters.
 *
 * @param own the id of a proposal that is not its own rival
 */
export function rivalsOf({ proposals, addresses }: LiveState, changes: readonly Change[], own?: string): Rival[] {
  const wanted = new Set(changes.map(({ scope, name }) => `${scope}.${name}`));
  return proposals
    .filter((live) => isOpen(live) && live.id !== own)
    .map((live) => ({
      id: live.id,
      state: live.state,
      title: titleOf(live.proposal.description),
      parameters: changesOf(live, addresses.parameters)
        .map(({ scope, name }) => `${scope}.${name}`)
        .filter((key) => wanted.has(key)),
    }))
    .filter(({ parameters }) => parameters.length > 0);
}
