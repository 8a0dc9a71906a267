import { cheapest, mostProfitable, routes } from "./routes.ts";
import type { Situation } from "./situation.ts";
import { turnoutBelow } from "./turnout.ts";

/** A setting changed by one step, what it does to an attacker, and what it costs everybody else. */
export interface Lever {
  readonly setting: string;
  readonly change: string;
  /** More that the cheapest route costs, and less that the most profitable one brings, USD; null where none is left: it stops them all. */
  readonly costRaisedUsd: number | null;
  readonly profitCutUsd: number | null;
  /** Days a sound proposal takes longer on average; null where friction is no time. */
  readonly frictionDays: number | null;
  /** Cost raised for each day; null where there is no friction, or none in time. */
  readonly raisedPerDayUsd: number | null;
}

interface Candidate {
  readonly setting: string;
  readonly change: string;
  readonly changed: Situation;
  readonly frictionDays: number | null;
}

const DAY = 86_400;
/** Steps that a vote would take: a day, a hundredth of the supply, twice the threshold. */
const QUORUM_STEP = 0.01;

/**
 * Each setting, one step tighter: what it raises for how much friction.
 *
 * Friction is in days a sound proposal takes longer on average. A day of delay, period, timelock or extension is one day (of the extension at most: it
 * is for late votes only). A proposal that fails its quorum has to be made again, which takes a whole proposal's time: a higher quorum costs that, times
 * the share of past turnouts that the old quorum let through and the new one does not. A higher threshold costs it times the share of delegates who may
 * propose today and may not then. A guardian takes no time: it takes trust, which has no unit here.
 *
 * @returns those that raise most for a day first, then those with no friction in days
 * @example levers(situation)[0].setting; // "quorum"
 */
export function levers(situation: Situation): Lever[] {
  const before = routes(situation);
  const [cost, profit] = [cheapest(before)?.costUsd, mostProfitable(before)?.profitUsd];
  if (cost === undefined || profit === undefined) return [];
  const judged = candidates(situation).map(({ setting, change, changed, frictionDays }): Lever => {
    const after = routes(changed);
    const [newCost, newProfit] = [cheapest(after)?.costUsd, mostProfitable(after)?.profitUsd];
    const costRaisedUsd = newCost === undefined ? null : newCost - cost;
    const profitCutUsd = newProfit === undefined ? null : profit - newProfit;
    const raisedPerDayUsd = costRaisedUsd === null || frictionDays === null || frictionDays === 0 ? null : costRaisedUsd / frictionDays;
    return { setting, change, costRaisedUsd, profitCutUsd, frictionDays, raisedPerDayUsd };
  });
  return judged.sort((a, b) => rank(b) - rank(a) || (b.profitCutUsd ?? 0) - (a.profitCutUsd ?? 0) || (a.setting < b.setting ? -1 : 1));
}

/** Free and useful first, then by what a day raises; what is paid in trust cannot be ranked and comes where it raises nothing for a day. */
function rank({ costRaisedUsd, frictionDays, raisedPerDayUsd }: Lever): number {
  if (frictionDays === null) return -1;
  if (costRaisedUsd === null) return Number.MAX_VALUE;
  return frictionDays === 0 ? (costRaisedUsd > 0 ? Number.MAX_VALUE : 0) : (raisedPerDayUsd ?? 0);
}

function candidates(situation: Situation): Candidate[] {
  const { rules, supply, guardian } = situation;
  const wholeDays = (rules.votingDelaySeconds + rules.votingPeriodSeconds + rules.timelockDelaySeconds) / DAY;
  const ruled = (part: Partial<Situation["rules"]>): Situation => ({ ...situation, rules: { ...rules, ...part } });
  const quorumVotes = rules.quorumVotes + QUORUM_STEP * supply;
  const proposalThreshold = 2 * rules.proposalThreshold;
  const day = (setting: string, part: Partial<Situation["rules"]>): Candidate => ({ setting, change: "a day longer", changed: ruled(part), frictionDays: 1 });
  return [
    day("voting delay", { votingDelaySeconds: rules.votingDelaySeconds + DAY }),
    day("voting period", { votingPeriodSeconds: rules.votingPeriodSeconds + DAY }),
    day("timelock", { timelockDelaySeconds: rules.timelockDelaySeconds + DAY }),
    day("late-quorum extension", { lateQuorumExtensionSeconds: rules.lateQuorumExtensionSeconds + DAY }),
    {
      setting: "quorum",
      change: "1 % of the supply more",
      changed: ruled({ quorumVotes }),
      frictionDays: wholeDays * lostTo(situation, quorumVotes),
    },
    {
      setting: "proposal threshold",
      change: "twice",
      changed: ruled({ proposalThreshold }),
      frictionDays: situation.delegates.length === 0 ? null : wholeDays * shutOut(situation, proposalThreshold),
    },
    ...(guardian === null
      ? [
          {
            setting: "guardian",
            change: "one that answers within a day and always acts",
            changed: { ...situation, guardian: { responseSeconds: DAY, acts: 1 } },
            frictionDays: null,
          },
        ]
      : [
          {
            setting: "guardian",
            change: "always acts, twice as fast",
            changed: { ...situation, guardian: { responseSeconds: guardian.responseSeconds / 2, acts: 1 } },
            frictionDays: null,
          },
        ]),
  ];
}

/** Share of past votes that reached the old quorum and would not have reached the new one, had all of them voted For or Abstain. */
function lostTo({ turnout, supply, rules }: Situation, quorumVotes: number): number {
  return Math.max(0, turnoutBelow(turnout, quorumVotes / supply) - turnoutBelow(turnout, rules.quorumVotes / supply));
}

function shutOut({ delegates, rules }: Situation, threshold: number): number {
  const may = delegates.filter(({ votes }) => votes >= rules.proposalThreshold);
  return may.length === 0 ? 0 : may.filter(({ votes }) => votes < threshold).length / may.length;
}
