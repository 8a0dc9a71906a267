import { dirname } from "node:path";
import { type Rehearsal, rehearse } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import { type ParameterSet, valueOf } from "../../sim/parameters/index.ts";
import { policyFileOf } from "../backtest/folder.ts";
import { addressesOf } from "../proposal/deployment.ts";
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
}

/**
 * Takes the committed payload of a proposal through its whole life on an embedded chain, reads the parameters back, and margins the
 * book under what was read.
 *
 * @throws BallastError PAYLOAD_MISSING, and what reading the proposal or the policy throws
 * @example (await rehearseFolder("proposals/0001-raise-eth-vol-buffer")).rehearsal.ok
 */
export async function rehearseFolder(folder: string): Promise<FolderRehearsal> {
  const policyFile = policyFileOf(folder);
  const [proposal, policy] = await Promise.all([loadProposal(folder), loadPolicy(policyFile)]);
  if (proposal.payload === undefined) {
    throw new BallastError("PAYLOAD_MISSING", `${folder} has no payload to rehearse.`, {
      where: { file: `${folder}/payload` },
      fix: `Run ballast build ${folder} first.`,
    });
  }
  const rehearsal = await rehearse(proposal.base, onChainProposal(proposal.payload), { addresses: addressesOf(proposal.deployment) });
  if (!rehearsal.ok) return { proposal, rehearsal, readBack: [] };
  const { atExecution, afterRamps } = rehearsal;
  return {
    proposal,
    rehearsal,
    readBack: readBackOf(proposal, atExecution.inForce, afterRamps.inForce),
    remargined: await remargin(policy, dirname(policyFile), afterRamps.inForce, proposal.after),
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
