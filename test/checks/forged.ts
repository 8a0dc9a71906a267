import { encodeProposal, proposalId } from "../../chain/index.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { onChainProposal, type Payload } from "../../cli/proposal/payload.ts";

/** The payload with other calls or another text, made consistent again as a careful forger would. */
export function forged(proposal: Proposal, change: Partial<Payload["governor"]>): Proposal {
  const payload = proposal.payload!;
  const governor = { ...payload.governor, ...change };
  const forgery = { ...payload, governor, description: governor.description };
  const onChain = onChainProposal(forgery);
  const propose = encodeProposal(onChain);
  const safe = { ...payload.safe, transactions: [{ ...payload.safe.transactions[0], data: propose }] };
  const signed = { ...forgery, safe, governor: { ...governor, propose, proposalId: proposalId(onChain).toString() } };
  return { ...proposal, payload: signed };
}

/** The payload with more calls behind its own. */
export function withCalls(proposal: Proposal, ...calls: readonly { readonly target: string; readonly calldata: string; readonly value?: bigint }[]): Proposal {
  const { targets, values, calldatas } = proposal.payload!.governor;
  return forged(proposal, {
    targets: [...targets, ...calls.map(({ target }) => target)],
    values: [...values, ...calls.map(({ value = 0n }) => value.toString())],
    calldatas: [...calldatas, ...calls.map(({ calldata }) => calldata)],
  } as Partial<Payload["governor"]>);
}
