import type { Address } from "viem";
import { type Action, decodeActions } from "../../chain/decode.ts";
import { encodeApply } from "../../chain/encode.ts";
import type { Change } from "../../sim/parameters/index.ts";
import { onChainProposal, type Payload } from "../proposal/payload.ts";
import { plural } from "../report/format.ts";
import type { Check, Emit } from "./check.ts";
import { payloadOf } from "./context.ts";

export const decode: Check = {
  id: "decode",
  title: "Every call decodes, and does only what proposal.yaml declares",
  why: "One more call in the list is one more thing the timelock does with all its power. What is not declared is not what was discussed.",
  incident:
    "Beanstalk, April 2022: the proposal carried the theft. Compound 289, July 2024: one call moved USD 24 M. Compound 62, September 2021: new code in a vote, at most USD 90 M open to everyone. Build Finance and Audius: minting rights. CVE-2023-30542: calldata trimmed on the way.",
  fix: "Build the payload from proposal.yaml again, and ask who added the rest.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  run(context, emit) {
    const { changes: declared, deployment } = context.proposal;
    const actions = decodeActions(onChainProposal(payloadOf(context)), deployment.riskParameters);
    actions.forEach((action, i) => {
      if (action.kind === "opaque") emit(undeclaredCall(action, i + 1));
      else if (encodeApply(action.changes, action.evidence).toLowerCase() !== action.calldata.toLowerCase()) {
        emit({ message: `Call ${i + 1} does not encode back to its own bytes.` });
      }
    });
    compare(
      declared,
      actions.flatMap((action) => (action.kind === "apply" ? action.changes : [])),
      emit,
    );
    if (actions.filter(({ kind }) => kind === "apply").length > 1)
      emit({ message: "The changes are spread over several calls; proposal.yaml declares one batch." });
    return `${plural(actions.length, "call")} decoded and encoded again, byte for byte`;
  },
};

/** Every change the payload applies to the registry; none where its calls cannot be decoded, which is another finding. */
export function appliedChanges(payload: Payload, registry: Address): readonly Change[] {
  return decodeActions(onChainProposal(payload), registry).flatMap((action) => (action.kind === "apply" ? action.changes : []));
}

/** The evidence hash of every call on the registry. */
export function appliedEvidence(payload: Payload, registry: Address): string[] {
  return decodeActions(onChainProposal(payload), registry).flatMap((action) => (action.kind === "apply" ? [action.evidence] : []));
}

function undeclaredCall(action: Action & { kind: "opaque" }, number: number): { message: string } {
  const name = action.signature === undefined ? "an unknown function" : action.signature;
  return { message: `Call ${number} is not declared in proposal.yaml: ${name} (selector ${action.selector}) on ${action.target}.` };
}

function compare(declared: readonly Change[], encoded: readonly Change[], emit: Emit): void {
  const key = ({ scope, name }: Change) => `${scope}.${name}`;
  for (const change of encoded) {
    const twin = declared.find((one) => key(one) === key(change));
    if (twin === undefined) emit({ message: `The payload changes ${key(change)} from ${change.from} to ${change.to}, which proposal.yaml does not declare.` });
    else if (twin.from !== change.from || twin.to !== change.to || twin.rampSeconds !== change.rampSeconds) {
      emit({ message: `The payload takes ${inWords(change)}; proposal.yaml declares ${inWords(twin)}.` });
    }
  }
  for (const change of declared) {
    if (!encoded.some((one) => key(one) === key(change))) emit({ message: `proposal.yaml declares ${inWords(change)}, which the payload does not do.` });
  }
}

function inWords({ scope, name, from, to, rampSeconds }: Change): string {
  return `${scope}.${name} from ${from} to ${to} over ${rampSeconds} s`;
}
