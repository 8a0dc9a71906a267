import { exp } from "../math/index.ts";
import type { Situation } from "./situation.ts";
import { scaledTurnout, turnoutQuantile } from "./turnout.ts";

/** What an attacker meets: when it votes, on which try, and whether the votes it gets are taken from those who would have voted. */
export interface Meeting {
  /** How long others can answer before the vote ends. */
  readonly seenSeconds: number;
  /** 1 for the first time the proposal is made. */
  readonly attempt: number;
  /** How sure of passing, 0 … 1 excluded. */
  readonly certainty: number;
  /** Bribed and colluding delegates do not vote a second time; tokens bought or borrowed come from those who do not vote. */
  readonly fromVoters: boolean;
}

/** Votes needed of one's own, whole tokens. */
export interface Needed {
  /** To outvote those who are against. */
  readonly majority: number;
  /** To reach the quorum with those who are deceived or abstain. */
  readonly quorum: number;
  /** The larger of the two. */
  readonly votes: number;
}

/** Share of those who can be called that have come. @example mobilised(86_400, 86_400); // 0.632 */
export function mobilised(seenSeconds: number, meanSeconds: number): number {
  return 1 - exp(-seenSeconds / meanSeconds);
}

/**
 * The votes an attacker needs. Those who vote anyway divide as `voters` says; those who see the attack come and vote Against. Turnout is taken where it
 * hurts at that certainty: high where more voters mean more opposition, low where the quorum needs them. More than the approval share of the whole
 * supply is never needed.
 *
 * @example votesNeeded(situation, { seenSeconds: 432_000, attempt: 1, certainty: 0.9, fromVoters: false }).votes;
 */
export function votesNeeded(situation: Situation, { seenSeconds, attempt, certainty, fromVoters }: Meeting): Needed {
  const { supply, rules, voters } = situation;
  const turnout = scaledTurnout(situation.turnout, tired(situation, attempt));
  const odds = rules.approval / (1 - rules.approval);
  const abstaining = 1 - voters.against - voters.deceived;
  const helps = voters.deceived + abstaining;
  // Net opposition of one who votes anyway; below zero, a high turnout helps the attacker.
  const net = odds * voters.against - voters.deceived;
  const crowded = turnoutQuantile(turnout, net > 0 ? certainty : 1 - certainty);
  const empty = turnoutQuantile(turnout, 1 - certainty);
  const willing = voters.mobilisable * tired(situation, attempt);
  const called = Math.min(1 - crowded, willing * mobilised(seenSeconds, voters.mobilisationSeconds)) * supply;
  const taken = fromVoters ? 1 : 0;
  const outvote = (net * crowded * supply + odds * called) / (1 + taken * net * crowded);
  const majority = Math.min(above(outvote), above(rules.approval * supply));
  const quorum = Math.max(0, Math.ceil((rules.quorumVotes - helps * empty * supply) / (1 - taken * helps * empty)));
  return { majority, quorum, votes: Math.max(majority, quorum) };
}

/** The votes For that end a vote at once, less those deceived at a turnout as low as that certainty allows; none where nothing ends it. */
export function votesToDecide({ supply, rules, voters, turnout }: Situation, certainty: number): number {
  if (rules.earlyDecision === null) return 0;
  return Math.max(0, Math.ceil(rules.earlyDecision.votes - voters.deceived * turnoutQuantile(turnout, 1 - certainty) * supply));
}

/** What reaches the quorum without the attacker, at a turnout as low as that certainty allows. */
export function quorumWithout(situation: Situation, certainty: number): number {
  const { supply, voters, turnout } = situation;
  return (1 - voters.against) * turnoutQuantile(turnout, 1 - certainty) * supply;
}

/** What is left of voters' attention when the same proposal comes again. */
function tired({ voters }: Situation, attempt: number): number {
  let factor = 1;
  for (let i = 1; i < attempt; i++) factor *= voters.fatigue;
  return factor;
}

/** The least whole number of votes beyond a bound; a tie is lost. */
function above(bound: number): number {
  return Math.max(1, Math.floor(bound) + 1);
}
