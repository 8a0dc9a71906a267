import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, keccak256, parseAbi, parseAbiParameters, zeroHash } from "viem";
import type { Call } from "./encode.ts";

/** OpenZeppelin's TimelockController, as far as a batch needs it. */
export const TIMELOCK_ABI = parseAbi([
  "function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt) payable",
  "function getMinDelay() view returns (uint256)",
]);

/**
 * The salt that OpenZeppelin's GovernorTimelockControl gives a proposal (`_timelockSalt`): the governor's address, left-aligned, xor the hash of the
 * description. So two governors may share a timelock.
 *
 * @example governorSalt(governor, descriptionHash(description)); // 0x…
 */
export function governorSalt(governor: Address, descriptionHash: Hex): Hex {
  return `0x${((BigInt(governor) << 96n) ^ BigInt(descriptionHash)).toString(16).padStart(64, "0")}`;
}

/**
 * The id a timelock keeps a batch under (`hashOperationBatch`). The delay is no part of it.
 *
 * @param predecessor the operation that has to be done first; none by default, as the governor has it
 */
export function operationId(calls: readonly Call[], salt: Hex, predecessor: Hex = zeroHash): Hex {
  const types = parseAbiParameters("address[], uint256[], bytes[], bytes32, bytes32");
  return keccak256(encodeAbiParameters(types, [...listsOf(calls), predecessor, salt]));
}

/**
 * The calldata of `TimelockController.scheduleBatch`, without a predecessor: what a governor sends when a proposal is queued, or a proposer of the timelock.
 *
 * @param delaySeconds at least the timelock's own minimum, else it reverts
 */
export function encodeScheduleBatch(calls: readonly Call[], salt: Hex, delaySeconds: number): Hex {
  return encodeFunctionData({ abi: TIMELOCK_ABI, functionName: "scheduleBatch", args: [...listsOf(calls), zeroHash, salt, BigInt(delaySeconds)] });
}

/** The calldata of `TimelockController.executeBatch` for the same batch. */
export function encodeExecuteBatch(calls: readonly Call[], salt: Hex): Hex {
  return encodeFunctionData({ abi: TIMELOCK_ABI, functionName: "executeBatch", args: [...listsOf(calls), zeroHash, salt] });
}

function listsOf(calls: readonly Call[]): [Address[], bigint[], Hex[]] {
  return [calls.map(({ target }) => target), calls.map(({ value }) => value), calls.map(({ calldata }) => calldata)];
}
