import { power } from "../math/index.ts";
import { type Acquisition, acquire, type Piece } from "./acquisition.ts";
import { coalition } from "./coalition.ts";
import { dynamicTimelockSeconds, shareLeft } from "./exit.ts";
import { quorumWithout, votesNeeded, votesToDecide } from "./opposition.ts";
import type { Situation } from "./situation.ts";

export type RouteKind = "buy" | "borrow" | "bribe" | "apathy" | "coalition" | "lateSwing" | "mix";

/** One way of passing a harmful proposal. */
export interface Route {
  readonly kind: RouteKind;
  /** Why it cannot be gone; null where it can. */
  readonly impossible: string | null;
  /** Votes the attacker has to bring, proposer's threshold included. */
  readonly votes: number;
  /** Of them, those that another account casts early as Abstain, to spend a late vote's extension. */
  readonly abstainVotes: number;
  readonly costUsd: number;
  readonly capitalUsd: number;
  readonly pieces: readonly Piece[];
  readonly attempts: number;
  /** Seconds from the proposal that passes; what comes before is negative. */
  readonly timeline: readonly { readonly event: string; readonly seconds: number }[];
  /** How long others can answer before the vote ends. */
  readonly answerSeconds: number;
  /** How long harm can be seen before it is done. */
  readonly visibleSeconds: number;
  /** Probability that the guardian cancels. */
  readonly stopped: number;
  /** Share of users' value still there. */
  readonly left: number;
  /** What it brings on average, before cost. */
  readonly returnUsd: number;
  readonly profitUsd: number;
}

/** What a route is made of before money is counted. */
interface Plan {
  readonly kind: RouteKind;
  readonly votes: number;
  readonly acquisition: Acquisition | undefined;
  readonly missing: string;
  readonly attempts: number;
  /** When the attacker's votes are cast, and by how much the end moves. */
  readonly castSeconds: number;
  readonly extendedSeconds: number;
  /** From when harm can be seen. */
  readonly seenFromSeconds: number;
  readonly answerSeconds: number;
  readonly abstainVotes?: number;
}

const DAY = 86_400;

/**
 * Every route, possible or not, in a fixed order. Each is sized to pass with the attacker's certainty; money is what it costs and brings on average.
 *
 * buy, borrow, bribe, coalition and mix vote as soon as voting opens, so others have the whole period to answer; lateSwing votes in the last minutes;
 * apathy makes the proposal again and again, until turnout is low enough or those who could be called have tired.
 *
 * @example routes(situation).find(({ kind }) => kind === "borrow")?.costUsd;
 */
export function routes(situation: Situation): Route[] {
  return [
    open(situation, "buy", (votes) => acquire(situation, votes, ["buy"]), "Fewer tokens are for sale."),
    open(situation, "borrow", (votes) => acquire(situation, votes, ["borrow"]), borrowMissing(situation)),
    bribe(situation),
    open(situation, "mix", (votes) => acquire(situation, votes, ALL), "Sales, loans and bribes together are fewer."),
    open(situation, "coalition", (votes) => coalition(situation, votes), coalitionMissing(situation)),
    apathy(situation),
    lateSwing(situation),
  ].map((plan) => routeOf(situation, plan));
}

/** The possible route that costs least; undefined where none is possible. */
export function cheapest(all: readonly Route[]): Route | undefined {
  return best(all, ({ costUsd }) => -costUsd);
}

/** The possible route that brings most after its cost. */
export function mostProfitable(all: readonly Route[]): Route | undefined {
  return best(all, ({ profitUsd }) => profitUsd);
}

const ALL = ["buy", "borrow", "bribe"] as const;

function best(all: readonly Route[], merit: (route: Route) => number): Route | undefined {
  let found: Route | undefined;
  for (const route of all) if (route.impossible === null && (found === undefined || merit(route) > merit(found))) found = route;
  return found;
}

/** Votes cast as soon as voting opens. */
function open(situation: Situation, kind: RouteKind, get: (votes: number) => Acquisition | undefined, missing: string): Plan {
  const { rules, attacker } = situation;
  const seenSeconds = answerSeconds(situation);
  const needed = votesNeeded(situation, { seenSeconds, attempt: 1, certainty: attacker.certainty, fromVoters: kind === "coalition" });
  const votes = Math.max(needed.votes, votesToDecide(situation, attacker.certainty), rules.proposalThreshold);
  const castSeconds = rules.earlyDecision?.afterSeconds ?? rules.votingDelaySeconds;
  return { kind, votes, acquisition: get(votes), missing, attempts: 1, castSeconds, extendedSeconds: 0, seenFromSeconds: 0, answerSeconds: seenSeconds };
}

/** How long others can answer an attack voted for at once: until the vote ends, or not at all where the first votes end it. */
function answerSeconds({ rules }: Situation): number {
  return rules.earlyDecision === null ? rules.votingDelaySeconds + rules.votingPeriodSeconds : rules.earlyDecision.afterSeconds;
}

/** A bribe buys votes, not the right to propose: the threshold is bought or borrowed besides. */
function bribe(situation: Situation): Plan {
  const { rules, attacker } = situation;
  const seenSeconds = answerSeconds(situation);
  const needed = votesNeeded(situation, { seenSeconds, attempt: 1, certainty: attacker.certainty, fromVoters: true });
  const votes = Math.max(needed.votes, votesToDecide(situation, attacker.certainty));
  const bribed = acquire(situation, votes, ["bribe"]);
  const right = acquire(situation, rules.proposalThreshold, ["buy", "borrow"]);
  const castSeconds = rules.earlyDecision?.afterSeconds ?? rules.votingDelaySeconds;
  const missing = right === undefined ? "The proposer's threshold can neither be bought nor borrowed." : "Fewer votes are for sale on bribe markets.";
  const rest = { attempts: 1, castSeconds, extendedSeconds: 0, seenFromSeconds: 0, answerSeconds: seenSeconds };
  return { kind: "bribe", votes, acquisition: both(bribed, right), missing, ...rest };
}

/** The best number of tries: each costs, and each is another chance of a low turnout among voters who tire. */
function apathy(situation: Situation): Plan {
  const { rules, attacker } = situation;
  const seenSeconds = rules.votingDelaySeconds + rules.votingPeriodSeconds;
  let chosen: { votes: number; attempts: number; acquisition: Acquisition | undefined } | undefined;
  let missing = Number.POSITIVE_INFINITY;
  const sized = (attempt: number, certainty: number) => votesNeeded(situation, { seenSeconds, attempt, certainty, fromVoters: false }).votes;
  for (let attempts = 1; attempts <= attacker.attempts; attempts++) {
    // Either one of so many tries has the luck of a low turnout, or the last meets voters who have tired: each way alone is certain enough.
    const luck = sized(1, 1 - power(1 - attacker.certainty, 1 / attempts));
    const votes = Math.max(Math.min(luck, sized(attempts, attacker.certainty)), rules.proposalThreshold);
    const acquisition = acquire(situation, votes, ALL, attempts);
    missing = Math.min(missing, votes);
    if (acquisition === undefined) continue;
    const cost = acquisition.costUsd + attempts * attacker.attemptUsd;
    if (chosen?.acquisition === undefined || cost < chosen.acquisition.costUsd + chosen.attempts * attacker.attemptUsd)
      chosen = { votes, attempts, acquisition };
  }
  chosen ??= { votes: missing, attempts: attacker.attempts, acquisition: undefined };
  const rest = { castSeconds: rules.votingDelaySeconds, extendedSeconds: 0, seenFromSeconds: 0, answerSeconds: seenSeconds };
  return { kind: "apathy", ...chosen, ...rest, missing: "Sales, loans and bribes together are fewer, however often it is tried." };
}

/** Votes in the last minutes. Where they bring the quorum it comes late, and the vote goes on; unless somebody brought it early with Abstain. */
function lateSwing(situation: Situation): Plan {
  const { rules, attacker } = situation;
  const end = rules.votingDelaySeconds + rules.votingPeriodSeconds;
  const swing = Math.min(attacker.swingSeconds, rules.votingPeriodSeconds);
  const without = quorumWithout(situation, attacker.certainty);
  const lacking = Math.max(0, Math.ceil(rules.quorumVotes - without));
  const sized = (seenSeconds: number) => votesNeeded(situation, { seenSeconds, attempt: 1, certainty: attacker.certainty, fromVoters: false });
  const extension = lacking > 0 ? Math.max(0, rules.lateQuorumExtensionSeconds - swing) : 0;
  const extended = sized(swing + extension).votes;
  // One account's Abstain spends the extension; its votes are not there a second time.
  const spent = lacking + sized(swing).majority;
  const early = extension > 0 && spent < extended;
  const votes = Math.max(early ? spent : extended, rules.proposalThreshold);
  const extendedSeconds = early ? 0 : extension;
  const at = {
    castSeconds: end - swing,
    extendedSeconds,
    seenFromSeconds: end - swing,
    answerSeconds: swing + extendedSeconds,
    abstainVotes: early ? lacking : 0,
  };
  return { kind: "lateSwing", votes, acquisition: acquire(situation, votes, ALL), missing: "Sales, loans and bribes together are fewer.", attempts: 1, ...at };
}

function routeOf(situation: Situation, plan: Plan): Route {
  const { rules, attacker, value, guardian } = situation;
  const { kind, votes, acquisition, attempts, castSeconds, extendedSeconds, seenFromSeconds } = plan;
  const over = rules.votingDelaySeconds + rules.votingPeriodSeconds + extendedSeconds;
  const decided = rules.earlyDecision === null || kind === "apathy" || kind === "lateSwing" ? over : castSeconds;
  const signalled = 1 - shareLeft(value.exitPerHour, decided - seenFromSeconds);
  const grown = value.dynamicTimelock === null ? 0 : dynamicTimelockSeconds(value.dynamicTimelock, signalled);
  const timelock = Number.isFinite(grown) ? Math.max(rules.timelockDelaySeconds, grown) : rules.timelockDelaySeconds;
  const visibleSeconds = decided - seenFromSeconds + timelock;
  const left = shareLeft(value.exitPerHour, visibleSeconds);
  const stopped = guardian !== null && guardian.responseSeconds <= visibleSeconds ? guardian.acts : 0;
  const costUsd = (acquisition?.costUsd ?? 0) + attempts * attacker.attemptUsd;
  const returnUsd = (1 - stopped) * (value.treasuryUsd + value.extractableUsd * left);
  const capitalUsd = (acquisition?.capitalUsd ?? 0) + attempts * attacker.attemptUsd;
  const impossible = obstacle(plan, capitalUsd > attacker.capitalUsd, !Number.isFinite(grown));
  const before = -(attempts - 1) * (rules.votingDelaySeconds + rules.votingPeriodSeconds);
  const bought = acquisition?.pieces.find(({ source }) => source === "market")?.votes ?? 0;
  return {
    kind,
    impossible,
    votes,
    abstainVotes: plan.abstainVotes ?? 0,
    costUsd,
    capitalUsd,
    pieces: acquisition?.pieces ?? [],
    attempts,
    timeline: [
      ...(bought > 0 ? [{ event: "begins to buy, at a tenth of the volume", seconds: before - buyingSeconds(bought, situation) }] : []),
      ...(attempts > 1 ? [{ event: "first try", seconds: before }] : []),
      { event: "proposes", seconds: 0 },
      ...(rules.weight === "snapshot" ? [{ event: "votes are counted (snapshot)", seconds: rules.votingDelaySeconds }] : []),
      { event: "votes", seconds: castSeconds },
      { event: "has won", seconds: decided },
      { event: "executes", seconds: decided + timelock },
    ],
    answerSeconds: plan.answerSeconds,
    visibleSeconds,
    stopped,
    left,
    returnUsd,
    profitUsd: returnUsd - costUsd,
  };
}

function obstacle({ acquisition, missing }: Plan, tooDear: boolean, neverExecutes: boolean): string | null {
  if (acquisition === undefined) return missing;
  if (tooDear) return "It takes more money than the attacker has.";
  return neverExecutes ? "So many users would leave that execution waits until they have." : null;
}

function buyingSeconds(votes: number, { token }: Situation): number {
  return Math.ceil(((votes * token.priceUsd) / (0.1 * token.dailyVolumeUsd)) * DAY);
}

function both(a: Acquisition | undefined, b: Acquisition | undefined): Acquisition | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { pieces: [...a.pieces, ...b.pieces], costUsd: a.costUsd + b.costUsd, capitalUsd: a.capitalUsd + b.capitalUsd };
}

function borrowMissing({ rules, borrowable }: Situation): string {
  const flash = borrowable.some(({ flashLoan }) => flashLoan) && rules.weight === "snapshot";
  return flash ? "Fewer votes can be borrowed beyond one block, and a snapshot does not see a flash loan." : "Fewer votes can be borrowed.";
}

function coalitionMissing({ delegates }: Situation): string {
  return delegates.length === 0 ? "No delegates are listed." : "All delegates together have fewer.";
}
