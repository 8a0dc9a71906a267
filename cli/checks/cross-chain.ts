import { type Hex, size, slice, toFunctionSelector } from "viem";
import { callsWithin } from "../../chain/index.ts";
import { onChainProposal, type Payload } from "../proposal/payload.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";

/** Functions of bridges that hand a call on to another chain, where it happens later or not at all. */
const DISPATCHES: readonly (readonly [signature: string, bridge: string])[] = [
  ["sendMessage(address,bytes,uint32)", "the OP stack's messenger"],
  ["depositTransaction(address,uint256,uint64,bool,bytes)", "the OP stack's portal"],
  ["createRetryableTicket(address,uint256,uint256,address,address,uint256,uint256,bytes)", "Arbitrum's inbox"],
  ["unsafeCreateRetryableTicket(address,uint256,uint256,address,address,uint256,uint256,bytes)", "Arbitrum's inbox"],
  ["sendTxToL1(address,bytes)", "Arbitrum's ArbSys"],
  ["sendMessageToChild(address,bytes)", "Polygon's FxRoot"],
  ["requestL2Transaction(address,uint256,bytes,uint256,uint256,bytes[],address)", "zkSync's mailbox"],
  ["sendMessage(address,uint256,bytes,uint256)", "Scroll's messenger"],
  ["sendMessage(address,uint256,bytes)", "Linea's message service"],
  ["publishMessage(uint32,bytes,uint8)", "Wormhole"],
  ["callContract(string,string,bytes)", "Axelar's gateway"],
  ["ccipSend(uint64,(bytes,bytes,(address,uint256)[],address,bytes))", "Chainlink's CCIP router"],
  ["send((uint32,bytes32,bytes,bytes,bool),(uint256,uint256),address)", "a LayerZero endpoint"],
  ["sendMessage(bytes,bytes,bytes[])", "an ERC-7786 gateway"],
];
const BRIDGES = new Map(DISPATCHES.map(([signature, bridge]) => [toFunctionSelector(`function ${signature}`), { signature, bridge }]));

/** A call that ends here and goes on elsewhere. */
export interface Dispatch {
  readonly path: string;
  readonly target: string;
  readonly signature: string;
  readonly bridge: string;
}

/**
 * The calls of a payload that only hand something on to another chain, also those inside other calls.
 *
 * @example dispatchesOf(payload) // [{ path: "call 2", bridge: "Arbitrum's inbox", … }]
 */
export function dispatchesOf(payload: Payload): Dispatch[] {
  return callsWithin(onChainProposal(payload).calls).flatMap(({ path, target, calldata }) => {
    const known = size(calldata) < 4 ? undefined : BRIDGES.get(slice(calldata, 0, 4).toLowerCase() as Hex);
    return known === undefined ? [] : [{ path, target, ...known }];
  });
}

export const crossChain: Check = {
  id: "cross-chain",
  title: "Nothing is only handed on to another chain",
  why: "A rehearsal sees the message leave. What it does where it arrives, and whether it arrives, nobody has simulated.",
  incident: "degov #1085: a dispatch that succeeded was shown as an execution that succeeded.",
  fix: "Rehearse what arrives on the other chain by itself, and say so in rationale.md.",
  severity: "warn",
  kind: "check",
  file: "payload/governor.json",
  run(context, emit) {
    const found = dispatchesOf(payloadOf(context));
    for (const { path, target, signature, bridge } of found) {
      emit({ message: `Not simulated: ${path} hands a call on to another chain, by ${signature} of ${bridge} at ${target}.` });
    }
    return `the selectors of ${plural(DISPATCHES.length, "bridge function")}, in every call`;
  },
};
