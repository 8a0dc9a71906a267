/** Which way a ballot goes; as in OpenZeppelin's GovernorCountingSimple, For and Abstain count towards the quorum, Against does not. */
export type Side = "for" | "against" | "abstain";

/** How a vote is held and carried out. Votes are whole tokens, times seconds. */
export interface Rules {
  /**
   * When a ballot's weight is measured. "snapshot": what was held at the end of one block before voting opens (OpenZeppelin Votes). "live": what
   * is held while the ballot is cast.
   */
  readonly weight: "snapshot" | "live";
  /** From the proposal to the snapshot. */
  readonly votingDelaySeconds: number;
  readonly votingPeriodSeconds: number;
  /** Votes a proposer needs. */
  readonly proposalThreshold: number;
  /** For and Abstain together need so many. */
  readonly quorumVotes: number;
  /** For has to be more than this share of For and Against. One half is a simple majority. */
  readonly approval: number;
  /** A vote whose quorum is reached late stays open for so long after that (OpenZeppelin GovernorPreventLateQuorum); zero for never. */
  readonly lateQuorumExtensionSeconds: number;
  readonly timelockDelaySeconds: number;
  /**
   * So many votes For end the vote at once, from so long after the proposal on; null where nothing does. OpenZeppelin's GovernorSuperQuorum, Maker's
   * hat, Beanstalk's emergencyCommit.
   */
  readonly earlyDecision: { readonly votes: number; readonly afterSeconds: number } | null;
}

export interface Tally {
  readonly for: number;
  readonly against: number;
  readonly abstain: number;
}

/** A ballot; the time counts from the proposal. */
export interface Ballot {
  readonly atSeconds: number;
  readonly side: Side;
  readonly votes: number;
}

export interface VoteResult {
  readonly state: "succeeded" | "defeated";
  readonly tally: Tally;
  /** When no ballot could change it any more, seconds from the proposal. */
  readonly decidedAtSeconds: number;
  /** By how much the end moved because the quorum came late. */
  readonly extendedSeconds: number;
}

/** Whether the quorum is there. @example quorumReached({ quorumVotes: 400_000 }, { for: 682_191, against: 633_636, abstain: 0 }) // true */
export function quorumReached({ quorumVotes }: Pick<Rules, "quorumVotes">, tally: Tally): boolean {
  return tally.for + tally.abstain >= quorumVotes;
}

/**
 * What a finished vote says: For above its share of For and Against, and the quorum reached. A tie is lost.
 *
 * @example succeeds({ quorumVotes: 400_000, approval: 0.5 }, { for: 682_191, against: 633_636, abstain: 0 }); // true: Compound 289
 */
export function succeeds(rules: Pick<Rules, "quorumVotes" | "approval">, tally: Tally): boolean {
  return quorumReached(rules, tally) && tally.for * (1 - rules.approval) > tally.against * rules.approval;
}

/**
 * Holds a vote ballot by ballot: the deadline moves once, when the quorum is first reached, and only later (OpenZeppelin 5.7
 * GovernorPreventLateQuorum); a decision by enough votes For ends it before. A ballot before the vote opens or after it ended is not counted.
 *
 * @param ballots in the order in which they are cast
 * @example holdVote(rules, [{ atSeconds: 100_000, side: "for", votes: 500_000 }]).state;
 */
export function holdVote(rules: Rules, ballots: readonly Ballot[]): VoteResult {
  const opens = rules.votingDelaySeconds;
  const planned = opens + rules.votingPeriodSeconds;
  let deadline = planned;
  let reached = false;
  const tally = { for: 0, against: 0, abstain: 0 };
  for (const { atSeconds, side, votes } of ballots) {
    if (atSeconds <= opens || atSeconds > deadline) continue;
    tally[side] += votes;
    if (!reached && quorumReached(rules, tally)) {
      reached = true;
      deadline = Math.max(deadline, atSeconds + rules.lateQuorumExtensionSeconds);
    }
    const early = rules.earlyDecision;
    if (early !== null && atSeconds >= early.afterSeconds && tally.for >= early.votes && succeeds(rules, tally)) {
      return { state: "succeeded", tally, decidedAtSeconds: atSeconds, extendedSeconds: 0 };
    }
  }
  return { state: succeeds(rules, tally) ? "succeeded" : "defeated", tally, decidedAtSeconds: deadline, extendedSeconds: deadline - planned };
}
