import { clopperPearson, createRandom, type Interval, type Random, sum } from "../math/index.ts";
import { mobilised } from "./opposition.ts";
import type { Route } from "./routes.ts";
import type { Situation, Turnout } from "./situation.ts";
import { succeeds, type Tally } from "./vote.ts";

/** A probability from so many runs, with its exact 95 % interval (Clopper and Pearson 1934). */
export interface Probability {
  readonly value: number;
  readonly interval: Interval;
}

export interface Simulated {
  readonly runs: number;
  /** The vote succeeds. */
  readonly passes: Probability;
  /** And no guardian cancels it. */
  readonly executes: Probability;
  /** Mean votes of the last vote held in a run, the attacker's among them. */
  readonly meanTally: Tally;
}

export interface VoteSimulation {
  /** The harmful proposal alone, with no vote of the attacker's. */
  readonly without: Simulated;
  /** Null where there is no route to simulate. */
  readonly with: Simulated | null;
}

const CONFIDENCE = 0.95;

/**
 * Holds the vote many times, delegate by delegate, with and without the attack.
 *
 * In each run a turnout is drawn. Every delegate is apathetic or takes part, so that so much votes on average; those who take part divide as `voters`
 * says. Of those who would have stayed away, the rational ones have seen the attack in time with the probability the route gives them, and vote
 * Against. Those who delegated vote as their delegate does. Colluding delegates vote For; bribed votes are taken evenly from all; bought and borrowed
 * ones come besides. Votes beyond the listed delegates' behave as their mean. A guardian who has the time cancels with its probability.
 *
 * @param route undefined where none is possible
 * @param seed the same seed gives the same runs
 * @returns undefined where no delegate is listed: there is nobody to simulate
 * @example simulateVote(situation, cheapest(routes(situation)), 2_000, "attack/1")?.with.passes.value;
 */
export function simulateVote(situation: Situation, route: Route | undefined, runs: number, seed: string): VoteSimulation | undefined {
  if (situation.delegates.length === 0) return undefined;
  const random = createRandom(seed);
  const { rules, attacker } = situation;
  const nobody: Attack = {
    for: 0,
    abstain: 0,
    bribedShare: 0,
    colluding: new Set(),
    attempts: 1,
    answerSeconds: rules.votingDelaySeconds + rules.votingPeriodSeconds,
    swingSeconds: null,
    visibleSeconds: rules.votingDelaySeconds + rules.votingPeriodSeconds + rules.timelockDelaySeconds,
  };
  return {
    without: simulate(situation, nobody, runs, random.fork("without")),
    with: route === undefined ? null : simulate(situation, attackOf(situation, route, attacker.swingSeconds), runs, random.fork("with")),
  };
}

/** A route as its votes arrive. */
interface Attack {
  readonly for: number;
  readonly abstain: number;
  /** Share of the delegated votes that is bribed, and no longer votes otherwise. */
  readonly bribedShare: number;
  readonly colluding: ReadonlySet<string>;
  readonly attempts: number;
  readonly answerSeconds: number;
  /** How long before the end the votes come, where they come late. */
  readonly swingSeconds: number | null;
  readonly visibleSeconds: number;
}

function attackOf(situation: Situation, route: Route, swingSeconds: number): Attack {
  const colluding = new Set(route.kind === "coalition" ? route.pieces.map(({ source }) => source) : []);
  const bribed = route.pieces.filter(({ source }) => source === "bribes").reduce((total, { votes }) => total + votes, 0);
  const listed = listedVotes(situation);
  return {
    // A coalition's votes are its delegates' own.
    for: route.kind === "coalition" ? 0 : route.votes - route.abstainVotes,
    abstain: route.abstainVotes,
    bribedShare: Math.min(1, bribed / listed),
    colluding,
    attempts: route.attempts,
    answerSeconds: route.answerSeconds,
    swingSeconds: route.kind === "lateSwing" ? swingSeconds : null,
    visibleSeconds: route.visibleSeconds,
  };
}

function simulate(situation: Situation, attack: Attack, runs: number, random: Random): Simulated {
  const { guardian, rules } = situation;
  const house = houseOf(situation, attack);
  const inTime = guardian !== null && guardian.responseSeconds <= attack.visibleSeconds;
  let [passed, executed] = [0, 0];
  const sums = { for: 0, against: 0, abstain: 0 };
  for (let run = 0; run < runs; run++) {
    let fatigue = 1;
    let tally: Tally = { for: 0, against: 0, abstain: 0 };
    let won = false;
    for (let attempt = 1; attempt <= attack.attempts && !won; attempt++) {
      tally = heldOnce(situation, attack, house, fatigue, random);
      won = succeeds(rules, tally);
      fatigue *= situation.voters.fatigue;
    }
    sums.for += tally.for;
    sums.against += tally.against;
    sums.abstain += tally.abstain;
    if (!won) continue;
    passed++;
    if (!(inTime && random.uniform() < guardian.acts)) executed++;
  }
  return {
    runs,
    passes: probability(passed, runs),
    executes: probability(executed, runs),
    meanTally: { for: sums.for / runs, against: sums.against / runs, abstain: sums.abstain / runs },
  };
}

/** Who is there to vote: those who do not collude, one by one, and the sums of all and of those who do. */
interface House {
  readonly votes: Float64Array;
  readonly listed: number;
  readonly colluded: number;
}

function houseOf(situation: Situation, { colluding }: Attack): House {
  const votes = Float64Array.from(
    situation.delegates.filter(({ id }) => !colluding.has(id)),
    (delegate) => delegate.votes,
  );
  const listed = listedVotes(situation);
  return { votes, listed, colluded: listed - sum(votes) };
}

/** One vote. A late swing that brings the quorum itself gives everybody the extension to answer in. */
function heldOnce(situation: Situation, attack: Attack, { votes, listed, colluded }: House, fatigue: number, random: Random): Tally {
  const { supply, voters, rules, turnout } = situation;
  const share = Math.min(1, Math.max(0, drawnTurnout(turnout, random) * fatigue));
  const takesPart = Math.min(1, (share * supply) / listed);
  // What votes beyond the listed ones, and what could still be called of everybody.
  const beyond = share * supply - takesPart * listed;
  const callable = Math.min(1 - share, voters.mobilisable * fatigue) * supply;
  const idle = (1 - takesPart) * listed;
  // Of the idle delegates those who would come if there were time; who of them has had it depends on how long the vote stays open.
  const rational = idle === 0 ? 0 : Math.min(1, callable / idle);
  const [toAgainst, toFor, toAbstain] = [takesPart * voters.against, takesPart * (voters.against + voters.deceived), takesPart];
  let [pro, against, called] = [beyond * voters.deceived, beyond * voters.against, callable - rational * idle];
  let abstain = beyond - pro - against;
  const coming = toAbstain + (1 - takesPart) * rational;
  for (let d = 0; d < votes.length; d++) {
    const draw = random.uniform();
    if (draw >= coming) continue;
    if (draw < toAgainst) against += votes[d];
    else if (draw < toFor) pro += votes[d];
    else if (draw < toAbstain) abstain += votes[d];
    else called += votes[d];
  }
  const kept = 1 - attack.bribedShare;
  const early = kept * (pro + abstain) + attack.abstain;
  const late = attack.swingSeconds !== null && early < rules.quorumVotes;
  const answerSeconds =
    attack.swingSeconds === null
      ? attack.answerSeconds
      : attack.swingSeconds + (late ? Math.max(0, rules.lateQuorumExtensionSeconds - attack.swingSeconds) : 0);
  const answered = called * mobilised(answerSeconds, voters.mobilisationSeconds);
  return { for: kept * pro + colluded + attack.for, against: kept * (against + answered), abstain: kept * abstain + attack.abstain };
}

function drawnTurnout(turnout: Turnout, random: Random): number {
  return "history" in turnout ? random.pick(turnout.history) : turnout.mean + turnout.deviation * random.normal();
}

function listedVotes({ delegates }: Situation): number {
  let total = 0;
  for (const { votes } of delegates) total += votes;
  return total;
}

function probability(successes: number, runs: number): Probability {
  return { value: successes / runs, interval: clopperPearson(successes, runs, CONFIDENCE) };
}
