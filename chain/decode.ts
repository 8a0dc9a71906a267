import { type Address, decodeFunctionData, type Hex, isAddressEqual, slice, toFunctionSelector } from "viem";
import { BallastError } from "../sim/errors.ts";
import type { Change } from "../sim/parameters/index.ts";
import { GOVERNOR_ABI, RISK_PARAMETERS_ABI } from "./abi.ts";
import { encodeApply, encodeProposal, type Proposal } from "./encode.ts";
import { signatureOf } from "./well-known.ts";
import { fromWord } from "./words.ts";

/** A call of a proposal, understood or not. */
export type Action = ApplyAction | OpaqueAction;

/** A batch of parameter changes. */
export interface ApplyAction {
  readonly kind: "apply";
  readonly target: Address;
  readonly value: bigint;
  readonly changes: readonly Change[];
  readonly evidence: Hex;
  readonly calldata: Hex;
}

/** Any other call. `signature` is given for the selectors everybody should recognise; it is a hint, not a proof. */
export interface OpaqueAction {
  readonly kind: "opaque";
  readonly target: Address;
  readonly value: bigint;
  readonly selector: Hex;
  readonly signature?: string;
  readonly calldata: Hex;
}

const APPLY = toFunctionSelector("function applyChanges((bytes32,bytes32,uint256,uint256,uint32)[],bytes32)");
const PROPOSE = toFunctionSelector("function propose(address[],uint256[],bytes[],string)");

/**
 * The changes in the calldata of `RiskParameters.applyChanges`. Strict: the calldata has to be, byte for byte, the one
 * encoding of what it says, so nothing can hide in it.
 *
 * @throws CALLDATA_SELECTOR when it is the calldata of another function.
 * @throws CALLDATA_NOT_CANONICAL when it cannot be decoded, or has bytes that its meaning does not explain.
 * @throws WORD_INVALID when a scope or a name is not of letters and digits.
 * @example
 * decodeApply(calldata).changes; // [{ scope: "ETH", name: "volBuffer", from: 2500, to: 3000, rampSeconds: 86400 }]
 */
export function decodeApply(calldata: Hex): { changes: Change[]; evidence: Hex } {
  requireSelector(calldata, APPLY, "RiskParameters.applyChanges");
  const [encoded, evidence] = decoding(calldata, () => decodeFunctionData({ abi: RISK_PARAMETERS_ABI, data: calldata }).args as ApplyArgs);
  const changes = encoded.map(({ scope, name, from, to, ramp }) => ({
    scope: fromWord(scope),
    name: fromWord(name),
    from: exact(from, calldata),
    to: exact(to, calldata),
    rampSeconds: ramp,
  }));
  requireCanonical(calldata, () => encodeApply(changes, evidence));
  return { changes, evidence };
}

/**
 * The proposal in the calldata of `Governor.propose`, as strict as `decodeApply`.
 *
 * @throws CALLDATA_SELECTOR, CALLDATA_NOT_CANONICAL, PROPOSAL_MALFORMED (lists of different length, or empty)
 */
export function decodeProposal(calldata: Hex): Proposal {
  requireSelector(calldata, PROPOSE, "Governor.propose");
  const [targets, values, calldatas, description] = decoding(calldata, () => decodeFunctionData({ abi: GOVERNOR_ABI, data: calldata }).args as ProposeArgs);
  if (targets.length === 0 || targets.length !== values.length || targets.length !== calldatas.length) {
    throw new BallastError("PROPOSAL_MALFORMED", `The proposal has ${targets.length} targets, ${values.length} values and ${calldatas.length} calldatas.`, {
      fix: "Give as many of each, at least one.",
      exit: 3,
    });
  }
  const calls = targets.map((target, i) => ({ target, value: values[i] ?? 0n, calldata: calldatas[i] ?? "0x" }));
  requireCanonical(calldata, () => encodeProposal({ calls, description }));
  return { calls, description };
}

/**
 * What each call of a proposal does: the parameter changes where it is `applyChanges` on the registry, else the call as it
 * is, with its selector and, where that is a well-known one, its signature.
 *
 * @param registry The address of `RiskParameters`; the same selector on another target stays opaque.
 * @throws like `decodeApply` when a call on the registry is not canonical.
 */
export function decodeActions({ calls }: Proposal, registry: Address): Action[] {
  return calls.map(({ target, value, calldata }) => {
    const selector = selectorOf(calldata);
    if (selector === APPLY && value === 0n && isAddressEqual(target, registry)) return { kind: "apply", target, value, ...decodeApply(calldata), calldata };
    const signature = signatureOf(selector);
    return { kind: "opaque", target, value, selector, ...(signature === undefined ? {} : { signature }), calldata };
  });
}

/** Whether calldata calls `Governor.propose`, `RiskParameters.applyChanges`, or something else. */
export function calldataKind(calldata: Hex): "propose" | "apply" | "other" {
  const selector = selectorOf(calldata);
  if (selector === PROPOSE) return "propose";
  return selector === APPLY ? "apply" : "other";
}

type ApplyArgs = readonly [readonly { scope: Hex; name: Hex; from: bigint; to: bigint; ramp: number }[], Hex];
type ProposeArgs = readonly [readonly Address[], readonly bigint[], readonly Hex[], string];

function selectorOf(calldata: Hex): Hex {
  return calldata.length < 10 ? "0x" : (slice(calldata, 0, 4).toLowerCase() as Hex);
}

function requireSelector(calldata: Hex, selector: Hex, name: string): void {
  if (selectorOf(calldata) === selector) return;
  throw new BallastError("CALLDATA_SELECTOR", `This is not the calldata of ${name}.`, {
    where: { field: "selector", value: selectorOf(calldata) },
    fix: `It has to begin with ${selector}.`,
  });
}

function decoding<T>(calldata: Hex, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw notCanonical(calldata, cause);
  }
}

/** What cannot be encoded, a number too wide for its type say, had bytes that its type does not explain. */
function requireCanonical(calldata: Hex, encode: () => Hex): void {
  if (calldata.toLowerCase() !== decoding(calldata, encode).toLowerCase()) throw notCanonical(calldata);
}

function notCanonical(calldata: Hex, cause?: unknown): BallastError {
  return new BallastError("CALLDATA_NOT_CANONICAL", "The calldata has bytes that what it says does not explain.", {
    where: { field: "calldata", value: calldata.length > 74 ? `${calldata.slice(0, 74)}… (${(calldata.length - 2) / 2} bytes)` : calldata },
    fix: "Encode the proposal again with `ballast build`, and distrust this calldata.",
    exit: 3,
    cause,
  });
}

/** Values beyond 2^53 are out of every parameter's bounds; they must not be rounded on the way to being refused. */
function exact(value: bigint, calldata: Hex): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw notCanonical(calldata);
  return Number(value);
}
