import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { descriptionHash, encodeProposal, proposalId } from "../../chain/index.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { doorsOf, onChainProposal, type Payload, proposingBatch } from "../../cli/proposal/payload.ts";

/** A call as somebody writes it: `call(timelock, "updateDelay(uint256)", 3600n)`. */
export interface WrittenCall {
  readonly target: Address;
  readonly calldata: Hex;
  readonly value?: bigint;
}

export function call(target: Address, signature: string, ...args: readonly unknown[]): WrittenCall {
  const abi = parseAbi([`function ${signature}`] as readonly string[]);
  return { target, calldata: encodeFunctionData({ abi, args } as unknown as Parameters<typeof encodeFunctionData>[0]) };
}

/** The payload with other calls or another text, everything that follows from them computed again, as a careful forger would. */
export function forgedPayload(proposal: Proposal, change: Partial<Payload["governor"]>, title = proposal.title): Payload {
  const payload = proposal.payload as Payload;
  const governor = { ...payload.governor, ...change };
  const onChain = onChainProposal({ ...payload, governor });
  const propose = encodeProposal(onChain);
  const whole = { ...governor, propose, descriptionHash: descriptionHash(governor.description), proposalId: proposalId(onChain).toString() };
  const calldata = governor.calldatas.includes(payload.calldata as Hex) ? payload.calldata : (governor.calldatas[0] ?? "0x");
  return {
    governor: whole,
    description: governor.description,
    calldata,
    safe: proposingBatch(whole, title),
    doors: doorsOf(whole, proposal.deployment.timelock),
  };
}

/** The proposal with such a payload. */
export function forged(proposal: Proposal, change: Partial<Payload["governor"]>): Proposal {
  return { ...proposal, payload: forgedPayload(proposal, change) };
}

/** The proposal with further calls in its payload, which proposal.yaml does not declare. */
export function besides(proposal: Proposal, ...calls: readonly WrittenCall[]): Proposal {
  const { targets, values, calldatas } = (proposal.payload as Payload).governor;
  const payload = forgedPayload(proposal, {
    targets: [...targets, ...calls.map(({ target }) => target)],
    values: [...values, ...calls.map(({ value }) => String(value ?? 0n))],
    calldatas: [...calldatas, ...calls.map(({ calldata }) => calldata)],
  });
  return { ...proposal, payload };
}
