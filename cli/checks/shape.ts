import { size } from "viem";
import { onChainProposal } from "../proposal/payload.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";
import { emitRules } from "./rules.ts";

/** A function's selector is four bytes: a call with fewer reaches a fallback, whatever its author meant. */
const SELECTOR_BYTES = 4;

/** As many as Compound's governor takes (GovernorBravoDelegate, proposalMaxOperations): more nobody reads. OpenZeppelin's has no limit. */
const MOST_CALLS = 10;

export const shape: Check = {
  id: "shape",
  title: "The proposal is well formed",
  why: "A governor refuses a malformed proposal only when somebody pays to propose it; an empty call passes and does nothing.",
  incident: "GovernorInvalidProposalLength on chain; calls that were voted through and did nothing.",
  fix: "Mend proposal.yaml and run `ballast build` again.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  run(context, emit) {
    const payload = payloadOf(context);
    const { targets, values, calldatas } = payload.governor;
    if (targets.length !== values.length || targets.length !== calldatas.length) {
      emit({ message: `The payload has ${targets.length} targets, ${values.length} values and ${calldatas.length} calldatas: the governor refuses it.` });
    }
    const { calls, description } = onChainProposal(payload);
    if (calls.length === 0) emit({ message: "The payload has no call: it would be voted on and change nothing." });
    if (calls.length > MOST_CALLS) emit({ message: `The payload has ${calls.length} calls; ${MOST_CALLS} are the most that anybody can be asked to read.` });
    calls.forEach(({ target, value, calldata }, i) => {
      if (value !== 0n) emit({ message: `Call ${i + 1} sends ${value} wei to ${target}: a change of parameters moves no money.` });
      if (size(calldata) < SELECTOR_BYTES) emit({ message: `Call ${i + 1} to ${target} has ${size(calldata)} bytes of calldata: it names no function.` });
    });
    if (description.trim() === "") emit({ message: "The description is empty." });
    emitRules(context, emit, ["batch-empty", "batch-too-large", "unknown"]);
    return `${plural(calls.length, "call")}, ${plural(context.proposal.changes.length, "declared change")}`;
  },
};
