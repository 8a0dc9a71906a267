import type { Governance } from "../../chain/index.ts";
import { type GovernanceLimits, governanceLimits } from "../proposal/governance-policy.ts";
import type { Check, Emit } from "./check.ts";
import { beforeAfter, clockUnit, duration, governanceOf, governorSeconds } from "./governance.ts";

export const timing: Check = {
  id: "timing",
  title: "There is time to see a proposal, to vote on it, and to leave",
  why: "Without a delay before the count, votes are borrowed for one block. Without a delay before the execution, nobody can leave a system they no longer trust.",
  incident:
    "Beanstalk, April 2022: a flash loan voted, and what it voted for ran in the same transaction: USD 182 M. Maker/BProtocol, October 2020: borrowed votes, no delay before the count.",
  fix: "Keep the voting delay, the voting period and the timelock at or above the policy's `governance` limits, in the unit the governor's clock counts.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const { before, after } = await governanceOf(context);
    const limits = governanceLimits(context.policy);
    emitClock(after, emit);
    const spans = spansOf({ before, after }, limits);
    for (const { what, was, is, least, why } of spans) {
      if (is < least)
        emit({
          message: `The ${what} is ${duration(is)}${was === is ? "" : ` after this proposal (${duration(was)} today)`}; at least ${duration(least)} is needed, ${why}.`,
        });
      else if (is > limits.longestSeconds) {
        emit({ message: `The ${what} is ${duration(is)}: beyond ${duration(limits.longestSeconds)} it was given in another unit than its clock counts.` });
      } else if (is < was) emit({ message: `This proposal shortens the ${what} from ${duration(was)} to ${duration(is)}.`, severity: "warn" });
    }
    return spans.map(({ what, was, is }) => `${what} ${beforeAfter(was, is, duration)}`).join(", ");
  },
};

interface Span {
  readonly what: string;
  readonly was: number;
  readonly is: number;
  readonly least: number;
  readonly why: string;
}

function spansOf({ before, after }: { readonly before: Governance; readonly after: Governance }, limits: GovernanceLimits): readonly Span[] {
  const spent = (governance: Governance, units: number) => governorSeconds(units, governance, limits.blockSeconds);
  return [
    {
      what: "voting delay",
      was: spent(before, before.votingDelay),
      is: spent(after, after.votingDelay),
      // Zero is no delay whatever a policy says: the snapshot would be the block of the proposal itself.
      least: Math.max(1, limits.votingDelaySeconds),
      why: "so that holders see a proposal before it is counted who may vote",
    },
    {
      what: "voting period",
      was: spent(before, before.votingPeriod),
      is: spent(after, after.votingPeriod),
      least: limits.votingPeriodSeconds,
      why: "so that a working day is in it",
    },
    {
      what: "timelock's delay",
      was: before.timelockDelay,
      is: after.timelockDelay,
      least: limits.exitSeconds,
      why: "so that users can leave first",
    },
  ];
}

/** The clock has to show what its mode promises: the time of the block, or its number. */
function emitClock({ clockMode, clock, time, block }: Governance, emit: Emit): void {
  const unit = clockUnit(clockMode);
  if (unit === undefined) {
    emit({
      message: `The governor's clock says "${clockMode}": neither this chain's time nor its blocks, so its delays cannot be compared with the timelock's seconds.`,
    });
  } else if (clock !== (unit === "seconds" ? time : block)) {
    emit({
      message: `The governor's clock shows ${clock} where the ${unit === "seconds" ? `time is ${time}` : `block is ${block}`}, though it counts ${unit}.`,
    });
  }
}
