import { type Address, decodeFunctionData, type Hex, parseAbi, size, slice, toFunctionSelector } from "viem";
import type { Call } from "./encode.ts";

/** A call of a proposal, or one that another of its calls carries inside. */
export interface NestedCall extends Call {
  /** Where it is, as `call 2 › scheduleBatch 1`. */
  readonly path: string;
  /** 0 for the proposal's own calls. */
  readonly depth: number;
  /** Whether it carries calls that were taken apart: they follow it in the list. */
  readonly opened: boolean;
}

/** Deeper than anybody means it: what is below stays closed, and closed calls are looked through byte by byte. */
const DEEPEST = 8;

/** Calls that do nothing themselves but make others. */
const WRAPPERS = parseAbi([
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt)",
  "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt)",
  "function relay(address target, uint256 value, bytes data)",
  "function propose(address[] targets, uint256[] values, bytes[] calldatas, string description)",
  "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)",
  "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)",
  "function multicall(bytes[] data)",
  "function multicall(uint256 deadline, bytes[] data)",
  "function aggregate((address target, bytes callData)[] calls)",
  "function aggregate3((address target, bool allowFailure, bytes callData)[] calls)",
  "function tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls)",
  "function upgradeToAndCall(address implementation, bytes data)",
  "function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)",
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)",
  "function functionCall(address target, bytes data)",
]);
const SELECTORS = new Set(WRAPPERS.map((item) => toFunctionSelector(item)));

/**
 * Every call a proposal makes, with those that its calls carry inside: operations for the timelock, relays of the governor, multicalls,
 * proposals within a proposal. A call that only looks like one of these stays closed.
 *
 * @example callsWithin(calls).map(({ path }) => path); // ["call 1", "call 2", "call 2 › scheduleBatch 1"]
 */
export function callsWithin(calls: readonly Call[]): NestedCall[] {
  return calls.flatMap((call, i) => opened(call, `call ${i + 1}`, 0));
}

function opened(call: Call, path: string, depth: number): NestedCall[] {
  const inner = depth < DEEPEST ? innerOf(call) : undefined;
  const own = { ...call, path, depth, opened: inner !== undefined };
  return [own, ...(inner?.calls ?? []).flatMap((one, i) => opened(one, `${path} › ${inner?.name} ${i + 1}`, depth + 1))];
}

function innerOf(call: Call): { readonly name: string; readonly calls: readonly Call[] } | undefined {
  const { target, calldata } = call;
  if (size(calldata) < 4 || !SELECTORS.has(slice(calldata, 0, 4).toLowerCase() as Hex)) return undefined;
  try {
    const { functionName, args } = decodeFunctionData({ abi: WRAPPERS, data: calldata });
    const calls = callsOf(functionName, args as readonly unknown[], target);
    return calls === undefined ? undefined : { name: functionName, calls };
  } catch {
    return undefined; // its selector is that of a wrapper, its bytes are not: it stays closed
  }
}

function callsOf(name: string, args: readonly unknown[], self: Address): Call[] | undefined {
  if (name === "multicall") return (args.at(-1) as readonly Hex[]).map((calldata) => ({ target: self, value: 0n, calldata }));
  if (name === "aggregate" || name === "aggregate3" || name === "tryAggregate") {
    return (args.at(-1) as readonly { target: Address; callData: Hex }[]).map(({ target, callData }) => ({ target, value: 0n, calldata: callData }));
  }
  if (name === "upgradeToAndCall" || name === "functionCall") return [{ target: args[0] as Address, value: 0n, calldata: args[1] as Hex }];
  const [target, value, calldata] = args;
  if (typeof target === "string") return [{ target: target as Address, value: value as bigint, calldata: calldata as Hex }];
  const [targets, values, calldatas] = [target as readonly Address[], value as readonly bigint[], calldata as readonly Hex[]];
  if (targets.length !== values.length || targets.length !== calldatas.length) return undefined;
  return targets.map((one, i) => ({ target: one, value: values[i] ?? 0n, calldata: calldatas[i] ?? "0x" }));
}
