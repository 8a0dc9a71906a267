import type { Governance } from "../../chain/index.ts";
import { governanceLimits } from "../proposal/governance-policy.ts";
import type { Check } from "./check.ts";
import { beforeAfter, duration, governanceOf, governorSeconds } from "./governance.ts";

export const quorum: Check = {
  id: "quorum",
  title: "A few cannot pass it alone, nor at the last minute",
  why: "A quorum that nobody notices is none; one that is lowered may bring back what had been refused; one reached in the last block leaves no time to answer.",
  incident:
    "Synthetify, October 2023: ten proposals in an inactive vote, the tenth took the treasury. CVE-2022-31198: a lower quorum revived proposals that had failed.",
  fix: "Keep the quorum at or above the policy's `governance.quorumBps`, and the extension above zero and within the voting period.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const { before, after } = await governanceOf(context);
    const { quorumBps, blockSeconds } = governanceLimits(context.policy);
    const [was, is] = [shareOf(before), shareOf(after)];
    if (!(is * 10_000 >= quorumBps)) {
      emit({
        message: `The quorum is ${inPercent(is)} of the supply${was === is ? "" : ` after this proposal (${inPercent(was)} today)`}; at least ${quorumBps / 100} % is needed.`,
      });
    } else if (is < was) emit({ message: `This proposal lowers the quorum from ${inPercent(was)} to ${inPercent(is)} of the supply.`, severity: "warn" });

    const seconds = (governance: Governance, units: number) => duration(governorSeconds(units, governance, blockSeconds));
    const extension = seconds(after, after.lateQuorumExtension);
    if (after.lateQuorumExtension === 0) emit({ message: "A quorum reached in the last block does not extend the vote: nobody could answer it." });
    else if (after.lateQuorumExtension > after.votingPeriod) {
      emit({ message: `A late quorum extends the vote by ${extension}, longer than the vote itself takes (${seconds(after, after.votingPeriod)}).` });
    }
    return `quorum ${beforeAfter(was, is, inPercent)}, extension after a late quorum ${beforeAfter(seconds(before, before.lateQuorumExtension), extension, String)}`;
  },
};

/** NaN where there is no denominator, which is below every floor. */
function shareOf({ quorumNumerator, quorumDenominator }: Governance): number {
  return Number(quorumNumerator) / Number(quorumDenominator);
}

function inPercent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}
