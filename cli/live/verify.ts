import { isOpen, type LiveProposal } from "../../chain/live/proposals.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { BallastError } from "../../sim/errors.ts";
import { hasKey, valueOf } from "../../sim/parameters/index.ts";
import { decodeCalls } from "../proposal/decoded.ts";
import { evidenceOf } from "../proposal/description.ts";
import { readPayload } from "../proposal/payload.ts";
import { type Recompute, type Verification, verifyCalldata } from "../proposal/verify.ts";
import { titleOf } from "./proposal.ts";

/** What `verify <proposalId>` found out. */
export interface LiveVerification extends Verification {
  readonly onChain: {
    readonly endpoint: string;
    readonly chainId: number;
    readonly block: number;
    readonly id: string;
    readonly state: LiveProposal["state"];
    readonly title: string;
    readonly proposer: string;
    readonly folder: string | null;
  };
}

/**
 * Verifies a proposal that people are asked to vote on, by what stands on chain and not by what anybody sent: its calls are decoded, the
 * folder whose evidence they name is found and verified, and has to make this very proposal, id and text.
 *
 * @param where.folder the folder it is said to be; else the one whose evidence it names
 * @throws BallastError PROPOSAL_NOT_ON_CHAIN, CALLDATA_NOT_CANONICAL (exit 3), and what verifying the folder throws
 * @example (await verifyOnChain(live, "1057…", { proposals: "proposals" }, recompute)).match
 */
export async function verifyOnChain(
  live: LiveState,
  id: string,
  where: { readonly proposals: string; readonly folder?: string | undefined },
  recompute: Recompute,
): Promise<LiveVerification> {
  const { chain, addresses, proposals } = live;
  const found = proposals.find((one) => one.id === BigInt(id).toString());
  if (found === undefined) {
    throw new BallastError("PROPOSAL_NOT_ON_CHAIN", `The governor has no proposal ${id} at block ${chain.block.number} of chain ${chain.chainId}.`, {
      where: { value: id },
      fix: "Check the id, the chain, and `block` in deployment.yaml: a proposal from before it is not seen.",
    });
  }
  const decoded = decodeCalls(found.proposal, addresses.parameters);
  const verified = await verifyCalldata(decoded, where.proposals, recompute, where.folder);
  const differences = [...verified.differences, ...textDifferences(found, decoded.evidence[0]), ...movedValues(live, found, decoded)];
  if (verified.folder !== undefined) differences.push(...(await folderDifferences(verified.folder, found)));
  const onChain = {
    endpoint: chain.host,
    chainId: chain.chainId,
    block: Number(chain.block.number),
    id: found.id,
    state: found.state,
    title: titleOf(found.proposal.description),
    proposer: found.proposer,
    folder: verified.folder ?? null,
  };
  return { ...verified, match: differences.length === 0, differences, exit: differences.length === 0 ? 0 : verified.exit === 5 ? 5 : 6, onChain };
}

function textDifferences({ proposal }: LiveProposal, named: string | undefined): string[] {
  const described = evidenceOf(proposal.description);
  if (described === named) return [];
  return [`The description on chain ends with the evidence ${described ?? "of nothing"}, its calldata names ${named ?? "none"}.`];
}

/** A vote on a change whose starting value is no longer true is a vote on nothing: the call reverts. */
function movedValues({ parameters }: LiveState, found: LiveProposal, { changes }: ReturnType<typeof decodeCalls>): string[] {
  if (!isOpen(found)) return [];
  return changes.flatMap(({ scope, name, from }) => {
    if (!hasKey(parameters.decided, { scope, name })) return [`There is no ${scope}.${name} on chain: the call would revert.`];
    const now = valueOf(parameters.decided, { scope, name });
    return now === from ? [] : [`It starts ${scope}.${name} from ${from}; on chain it is ${now}: the call would revert.`];
  });
}

async function folderDifferences(folder: string, found: LiveProposal): Promise<string[]> {
  const payload = await readPayload(folder);
  if (payload === undefined) return [];
  const differences: string[] = [];
  if (payload.governor.proposalId !== found.id) differences.push(`The payload of ${folder} makes the proposal ${payload.governor.proposalId}.`);
  if (payload.description !== found.proposal.description) differences.push(`The description on chain is not that of ${folder}.`);
  return differences;
}
