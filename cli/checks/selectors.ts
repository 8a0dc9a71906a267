import { isAddressEqual, size, slice, toFunctionSelector } from "viem";
import { callsWithin, decodeApply, type NestedCall, POWERFUL, type Power, powerOf, signatureOf } from "../../chain/index.ts";
import { onChainProposal } from "../proposal/payload.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";

/** The one function that a change of parameters calls. */
const ALLOWED = toFunctionSelector("function applyChanges((bytes32,bytes32,uint256,uint256,uint32)[],bytes32)");

const GAINS: Readonly<Record<Power, string>> = {
  roles: "hands over power",
  code: "changes code",
  money: "moves money, or lets somebody move it",
  votes: "moves votes",
  settings: "changes how the protocol is governed",
};

export const selectors: Check = {
  id: "selectors",
  title: "Nothing is called but applyChanges, and no privileged function hides inside a call",
  why: "A role, an upgrade or a transfer hides best in the middle of a batch, or inside a call that makes other calls.",
  incident:
    "Beanstalk, April 2022: USD 182 M went out with a vote. Build Finance, February 2022, and Audius, July 2022: minting and votes handed over in a proposal.",
  fix: "Take the call out: a proposal of risk parameters calls RiskParameters.applyChanges and nothing else.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  run(context, emit) {
    const onChain = onChainProposal(payloadOf(context));
    const { riskParameters } = context.proposal.deployment;
    const all = callsWithin(onChain.calls);
    for (const call of all) {
      const selector = selectorOf(call);
      if (call.depth === 0 && selector === ALLOWED && isAddressEqual(call.target, riskParameters) && isCanonical(call)) continue;
      const gain = powerOf(selector);
      const name = signatureOf(selector) ?? "a function that is not known";
      const what = gain === undefined ? "is not allowed in a change of parameters" : GAINS[gain];
      emit({ message: `${capital(call.path)} is ${name} (selector ${selector}) on ${call.target}: it ${what}.` });
      for (const hidden of call.opened ? [] : hiddenIn(call)) {
        emit({
          message: `${capital(call.path)} has the selector of ${signatureOf(`0x${hidden}`)} (0x${hidden}) among its bytes: it ${GAINS[powerOf(`0x${hidden}`) as Power]}.`,
        });
      }
    }
    const nested = all.length - onChain.calls.length;
    return `${plural(onChain.calls.length, "call")} and ${plural(nested, "call")} inside ${onChain.calls.length === 1 ? "it" : "them"}`;
  },
};

function selectorOf({ calldata }: NestedCall): `0x${string}` {
  return size(calldata) < 4 ? "0x" : (slice(calldata, 0, 4).toLowerCase() as `0x${string}`);
}

/** Explained to the last byte: nothing can hide in it. */
function isCanonical({ calldata }: NestedCall): boolean {
  try {
    return decodeApply(calldata).changes.length > 0;
  } catch {
    return false; // `decode` says what is wrong with it; here it is a call like any other
  }
}

/** Selectors of privileged functions anywhere behind the call's own: by chance one stands there once in a hundred million bytes. */
function hiddenIn({ calldata }: NestedCall): string[] {
  const bytes = calldata.slice(10).toLowerCase();
  return POWERFUL.filter((selector) => {
    for (let at = bytes.indexOf(selector); at >= 0; at = bytes.indexOf(selector, at + 1)) if (at % 2 === 0) return true;
    return false;
  });
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
