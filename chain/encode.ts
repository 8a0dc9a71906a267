import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, keccak256, parseAbiParameters, stringToHex } from "viem";
import type { Change } from "../sim/parameters/index.ts";
import { GOVERNOR_ABI, RISK_PARAMETERS_ABI } from "./abi.ts";
import { toWord } from "./words.ts";

/** One call of a proposal. */
export interface Call {
  readonly target: Address;
  readonly value: bigint;
  readonly calldata: Hex;
}

/** What is voted on: the calls, and the text they are bound to. Every byte counts: the id is a hash of it all. */
export interface Proposal {
  readonly calls: readonly Call[];
  readonly description: string;
}

/**
 * The calldata of `RiskParameters.applyChanges`: the changes in their order, and the hash of the evidence for them.
 *
 * @throws WORD_INVALID when a scope or a name cannot stand on chain.
 * @example
 * encodeApply([{ scope: "ETH", name: "volBuffer", from: 2500, to: 3000, rampSeconds: 86_400 }], evidenceHash); // 0x…
 */
export function encodeApply(changes: readonly Change[], evidence: Hex): Hex {
  const encoded = changes.map(({ scope, name, from, to, rampSeconds }) => ({
    scope: toWord(scope),
    name: toWord(name),
    from: BigInt(from),
    to: BigInt(to),
    ramp: rampSeconds,
  }));
  return encodeFunctionData({ abi: RISK_PARAMETERS_ABI, functionName: "applyChanges", args: [encoded, evidence] });
}

/** The calldata of `Governor.propose` for a proposal: what the proposer sends. */
export function encodeProposal({ calls, description }: Proposal): Hex {
  return encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "propose", args: [...listsOf(calls), description] });
}

/** The calldata of `Governor.queue` or `Governor.execute` for a proposal. */
export function encodeStep(step: "queue" | "execute" | "cancel", { calls, description }: Proposal): Hex {
  return encodeFunctionData({ abi: GOVERNOR_ABI, functionName: step, args: [...listsOf(calls), descriptionHash(description)] });
}

/**
 * The id the governor gives a proposal: a hash of its calls and its description, and of nothing else (no chain, no
 * governor), so that anyone can recompute it.
 *
 * @example
 * proposalId({ calls, description }); // 1057…n
 */
export function proposalId({ calls, description }: Proposal): bigint {
  const types = parseAbiParameters("address[], uint256[], bytes[], bytes32");
  return BigInt(keccak256(encodeAbiParameters(types, [...listsOf(calls), descriptionHash(description)])));
}

/** keccak256 of the description's UTF-8 bytes, exactly as they are: a newline more is another proposal. */
export function descriptionHash(description: string): Hex {
  return keccak256(stringToHex(description));
}

function listsOf(calls: readonly Call[]): [Address[], bigint[], Hex[]] {
  return [calls.map(({ target }) => target), calls.map(({ value }) => value), calls.map(({ calldata }) => calldata)];
}
