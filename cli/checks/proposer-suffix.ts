import { getAddress, isAddress, isAddressEqual } from "viem";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";

/** `#proposer=` and an address, at the very end: what OpenZeppelin's governor looks at (Governor, `_isValidDescriptionForProposer`). */
const SUFFIX_BYTES = 52;
const MARK = "#proposer=";

export const proposerSuffix: Check = {
  id: "proposer-suffix",
  title: "A proposer suffix really binds the proposer",
  why: "`#proposer=0x…` lets only that account submit the text. One byte after it, a newline too, and the governor ignores it without a word.",
  incident: "CVE-2023-34234: proposals front-run and cancelled by somebody else; and Markdown files end in a newline.",
  fix: "Let `ballast build` write the suffix, as the last 52 bytes of the description.",
  severity: "error",
  kind: "check",
  file: "payload/description.md",
  run(context, emit) {
    const { description } = payloadOf(context).governor;
    const marks = description.split(MARK).length - 1;
    if (marks === 0 && context.proposal.proposer !== undefined)
      emit({ message: `proposal.yaml binds the proposer to ${context.proposal.proposer}; the description does not.` });
    if (marks === 0) return "no suffix: any account above the threshold may propose this text";
    if (marks > 1) emit({ message: `The description says ${MARK} ${marks} times; only the last one could bind.` });

    const bytes = Buffer.from(description, "utf8");
    const suffix = bytes.subarray(Math.max(0, bytes.length - SUFFIX_BYTES)).toString("utf8");
    if (!suffix.startsWith(MARK)) {
      const after = bytes.length - bytes.lastIndexOf(MARK) - SUFFIX_BYTES;
      const reason = after > 0 ? `${after} byte(s) follow it` : "its address is too short";
      emit({ message: `The proposer suffix is not the last ${SUFFIX_BYTES} bytes (${reason}), so the governor ignores it and anyone may propose this text.` });
      return "the suffix, which does not bind";
    }
    const address = suffix.slice(MARK.length);
    if (!isAddress(address, { strict: false })) {
      emit({ message: `${address} after ${MARK} is no address, so the governor ignores the suffix.` });
    } else if (/[a-f]/.test(address.slice(2)) && /[A-F]/.test(address.slice(2)) && address !== getAddress(address)) {
      emit({
        message: `The checksum of ${address} is wrong: a digit may have been mistyped.`,
        fix: `If it is the right account, write it as ${getAddress(address)}.`,
      });
    }
    const declared = context.proposal.proposer;
    if (declared !== undefined && isAddress(address, { strict: false }) && !isAddressEqual(declared, address)) {
      emit({ message: `The suffix names ${address}, proposal.yaml names ${declared}.` });
    }
    return `suffix for ${address}`;
  },
};
