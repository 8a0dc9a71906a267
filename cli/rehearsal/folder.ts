import { dirname } from "node:path";
import type { Address } from "viem";
import { type Rehearsal, rehearse } from "../../chain/index.ts";
import { rehearseLive } from "../../chain/live/rehearse.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { BallastError } from "../../sim/errors.ts";
import { type ParameterSet, valueOf } from "../../sim/parameters/index.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { firstBlock } from "../live/open.ts";
import { addressesOf, type Deployment } from "../proposal/deployment.ts";
import { loadProposal, type Proposal } from "../proposal/load.ts";
import { onChainProposal } from "../proposal/payload.ts";
import { loadPolicy } from "../proposal/policy.ts";
import { type Remargined, remargin } from "./remargin.ts";

/** One declared change as the chain shows it. */
export interface ReadBack {
  readonly scope: string;
  readonly name: string;
  readonly from: number;
  readonly asked: number;
  /** In the block of the execution, where a ramp has hardly begun, and once it has ended. */
  readonly atExecution: number;
  readonly afterRamp: number;
}

export interface FolderRehearsal {
  readonly proposal: Proposal;
  readonly rehearsal: Rehearsal;
  readonly readBack: readonly ReadBack[];
  /** Absent when the proposal did not come so far. */
  readonly remargined?: Remargined;
  /** What was forked, and who was made to vote; absent on a chain of its own. */
  readonly fork?: { readonly endpoint: string; readonly chainId: number; readonly block: number; readonly voters: readonly Address[] };
}

/**
 * Takes the committed payload of a proposal through its whole life on an embedded chain, reads the parameters back, and margins the
 * book under what was read.
 *
 * @param open reads the live deployment that is to be forked; a chain of its own where it is absent
 * @throws BallastError PAYLOAD_MISSING, and what reading the proposal, the policy or the chain throws
 * @example (await rehearseFolder("proposals/0001-raise-eth-vol-buffer")).rehearsal.ok
 */
export async function rehearseFolder(folder: string, open?: (deployment: Deployment) => Promise<LiveState>): Promise<FolderRehearsal> {
  const policyFile = policyFileOf(folder);
  const proposal = await loadProposal(folder);
  const policy = await loadPolicy(policyFile);
  if (proposal.payload === undefined) {
    throw new BallastError("PAYLOAD_MISSING", `${folder} has no payload to rehearse.`, {
      where: { file: `${folder}/payload` },
      fix: `Run ballast build ${folder} first.`,
    });
  }
  const onChain = onChainProposal(proposal.payload);
  const live = await open?.(proposal.deployment);
  const forked = live === undefined ? undefined : await rehearseLive(live, onChain, firstBlock(proposal.deployment));
  const rehearsal = forked ?? (await rehearse(proposal.base, onChain, { addresses: addressesOf(proposal.deployment) }));
  const fork =
    live === undefined || forked === undefined
      ? {}
      : { fork: { endpoint: live.chain.host, chainId: live.chain.chainId, block: Number(live.chain.block.number), voters: forked.voters } };
  if (!rehearsal.ok) return { proposal, rehearsal, readBack: [], ...fork };
  const { atExecution, afterRamps } = rehearsal;
  return {
    proposal,
    rehearsal,
    readBack: readBackOf(proposal, atExecution.inForce, afterRamps.inForce),
    remargined: await remargin(policy, dirname(policyFile), afterRamps.inForce, proposal.after),
    ...fork,
  };
}

/** Whether the rehearsal shows what proposal.yaml says: it went the whole way, and the book needs what the files say it needs. */
export function isFaithful({ rehearsal, remargined, readBack }: FolderRehearsal): boolean {
  return rehearsal.ok && remargined?.differing === 0 && remargined.values.length === 0 && readBack.every(({ asked, afterRamp }) => asked === afterRamp);
}

function readBackOf({ changes }: Proposal, atExecution: ParameterSet, afterRamps: ParameterSet): ReadBack[] {
  return changes.map(({ scope, name, from, to }) => ({
    scope,
    name,
    from,
    asked: to,
    atExecution: valueOf(atExecution, { scope, name }),
    afterRamp: valueOf(afterRamps, { scope, name }),
  }));
}
