import type { Situation } from "./situation.ts";
import { meanTurnout } from "./turnout.ts";

/** How few hold the vote. Those who act together count as one. */
export interface Concentration {
  /** The fewest who hold more than half of a vote at the mean turnout, and who reach the quorum; null where all listed do not. */
  readonly majority: number | null;
  readonly quorum: number | null;
  /** The largest one's and the ten largest ones' share of all listed votes. */
  readonly largestShare: number;
  readonly topTenShare: number;
}

/**
 * The Nakamoto coefficients of a vote (Srinivasan and Lee 2017), and shares; null where no delegate is listed.
 *
 * @example concentration(situation)?.majority; // 2
 */
export function concentration(situation: Situation): Concentration | null {
  const votes = holders(situation);
  const total = votes.reduce((sum, one) => sum + one, 0);
  if (total === 0) return null;
  const half = 0.5 * meanTurnout(situation.turnout) * situation.supply;
  return {
    majority: fewest(votes, (sum) => sum > half),
    quorum: fewest(votes, (sum) => sum >= situation.rules.quorumVotes),
    largestShare: votes[0] / total,
    topTenShare: votes.slice(0, 10).reduce((sum, one) => sum + one, 0) / total,
  };
}

/** Votes of each, largest first, the collusion set as one. */
function holders({ delegates, coalition }: Situation): number[] {
  const members = new Set(coalition.members);
  const together = delegates.filter(({ id }) => members.has(id)).reduce((sum, { votes }) => sum + votes, 0);
  const alone = delegates.filter(({ id }) => !members.has(id)).map(({ votes }) => votes);
  return [...(together > 0 ? [together] : []), ...alone].sort((a, b) => b - a);
}

function fewest(votes: readonly number[], enough: (sum: number) => boolean): number | null {
  let sum = 0;
  for (let i = 0; i < votes.length; i++) {
    sum += votes[i];
    if (enough(sum)) return i + 1;
  }
  return null;
}
