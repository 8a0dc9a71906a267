import { isAddressEqual, zeroAddress } from "viem";
import { governanceLimits } from "../proposal/governance-policy.ts";
import type { Check } from "./check.ts";
import { type CheckContext, payloadOf } from "./context.ts";
import { governanceOf } from "./governance.ts";

export const guardian: Check = {
  id: "guardian",
  title: "Somebody other than the proposer can stop it, and no single key can stop everything",
  why: "The guardian may cancel any proposal until it is executed. Without one, OpenZeppelin's governor lets the proposer cancel at any time.",
  incident:
    "Compound's community multisig, 4 of 8: the guardian that could cancel. TrueFi, 2024: a takeover with 41 M votes was stopped by its canceller. With no guardian (OpenZeppelin 5.7, tested) whoever proposed may withdraw after the vote.",
  fix: "Make a contract that several people control the guardian, or name the account in the policy's `governance.guardians`.",
  severity: "warn",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const { before, after, standIn } = await governanceOf(context);
    const { address, hasCode } = after.guardian;
    const proposer = proposerOf(context);
    const changed = !isAddressEqual(before.guardian.address, address);
    const accepted = governanceLimits(context.policy).guardians.some((one) => isAddressEqual(one as `0x${string}`, address));
    if (isAddressEqual(address, zeroAddress)) emit({ message: "There is no guardian: whoever proposed may cancel at every stage, and nobody else at any." });
    if (changed) emit({ message: `This proposal makes ${address} the guardian, in place of ${before.guardian.address}.` });
    if (proposer !== undefined && isAddressEqual(proposer, address)) emit({ message: `The guardian ${address} proposes it too: nobody else could stop it.` });
    // The account that plays the guardian on an embedded chain says nothing about the real one.
    const isKnown = standIn === undefined || !isAddressEqual(address, standIn);
    if (isKnown && !hasCode && !accepted && !isAddressEqual(address, zeroAddress)) {
      emit({ message: `The guardian ${address} is an account without code: one lost key stops every vote or none.` });
    }
    return `the guardian ${address}${hasCode ? ", a contract" : ""}${isKnown ? "" : ", who stands in for the real one"}`;
  },
};

/** Who alone may propose it, if its text or proposal.yaml says so. */
function proposerOf(context: CheckContext): `0x${string}` | undefined {
  const suffix = /#proposer=(0x[0-9a-fA-F]{40})$/.exec(payloadOf(context).governor.description)?.[1];
  return (suffix as `0x${string}` | undefined) ?? context.proposal.proposer;
}
