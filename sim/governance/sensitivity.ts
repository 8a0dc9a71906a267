import { log } from "../math/index.ts";
import { cheapest, routes } from "./routes.ts";
import type { Situation } from "./situation.ts";
import { scaledTurnout } from "./turnout.ts";

/** By how many percent the cheapest cost changes for one percent more of an input. */
export interface Elasticity {
  readonly input: string;
  /** Null where one of the two costs is not there, or nothing. */
  readonly elasticity: number | null;
}

/** A step of a percent each way: small against the kinks where one route takes over from another, large against rounding to whole votes. */
const STEP = 1.01;

/** Each input, and the situation with a factor more of it. */
const INPUTS: readonly { readonly input: string; readonly scaled: (situation: Situation, factor: number) => Situation }[] = [
  { input: "token price", scaled: (s, f) => ({ ...s, token: { ...s.token, priceUsd: s.token.priceUsd * f } }) },
  { input: "traded volume", scaled: (s, f) => ({ ...s, token: { ...s.token, dailyVolumeUsd: s.token.dailyVolumeUsd * f } }) },
  { input: "volatility", scaled: (s, f) => ({ ...s, token: { ...s.token, dailyVolatility: s.token.dailyVolatility * f } }) },
  { input: "fall on discovery", scaled: (s, f) => ({ ...s, token: { ...s.token, discoveryFall: Math.min(1, s.token.discoveryFall * f) } }) },
  { input: "tokens for sale", scaled: (s, f) => ({ ...s, token: { ...s.token, floatVotes: s.token.floatVotes * f } }) },
  { input: "turnout", scaled: (s, f) => ({ ...s, turnout: scaledTurnout(s.turnout, f) }) },
  { input: "share voting against", scaled: (s, f) => ({ ...s, voters: { ...s.voters, against: Math.min(1 - s.voters.deceived, s.voters.against * f) } }) },
  { input: "votes that can be called", scaled: (s, f) => ({ ...s, voters: { ...s.voters, mobilisable: Math.min(1, s.voters.mobilisable * f) } }) },
  { input: "time to answer a call", scaled: (s, f) => ({ ...s, voters: { ...s.voters, mobilisationSeconds: s.voters.mobilisationSeconds * f } }) },
  { input: "votes to borrow", scaled: (s, f) => ({ ...s, borrowable: s.borrowable.map((pool) => ({ ...pool, votes: pool.votes * f })) }) },
  {
    input: "price of borrowing",
    scaled: (s, f) => ({ ...s, borrowable: s.borrowable.map((pool) => ({ ...pool, annualRate: pool.annualRate * f, fee: pool.fee * f })) }),
  },
  { input: "votes for bribes", scaled: (s, f) => ({ ...s, bribes: s.bribes.map((tranche) => ({ ...tranche, votes: tranche.votes * f })) }) },
  { input: "price of a bribed vote", scaled: (s, f) => ({ ...s, bribes: s.bribes.map((tranche) => ({ ...tranche, priceUsd: tranche.priceUsd * f })) }) },
  { input: "what a delegate asks", scaled: (s, f) => ({ ...s, coalition: { ...s.coalition, paymentUsd: s.coalition.paymentUsd * f } }) },
  { input: "quorum", scaled: (s, f) => ({ ...s, rules: { ...s.rules, quorumVotes: s.rules.quorumVotes * f } }) },
  { input: "proposal threshold", scaled: (s, f) => ({ ...s, rules: { ...s.rules, proposalThreshold: Math.ceil(s.rules.proposalThreshold * f) } }) },
  { input: "voting delay", scaled: (s, f) => ({ ...s, rules: { ...s.rules, votingDelaySeconds: s.rules.votingDelaySeconds * f } }) },
  { input: "voting period", scaled: (s, f) => ({ ...s, rules: { ...s.rules, votingPeriodSeconds: s.rules.votingPeriodSeconds * f } }) },
  { input: "late-quorum extension", scaled: (s, f) => ({ ...s, rules: { ...s.rules, lateQuorumExtensionSeconds: s.rules.lateQuorumExtensionSeconds * f } }) },
];

/**
 * How the cheapest cost answers to each input: d ln(cost) / d ln(input), by a step of one percent each way. What an input does not touch is 0.
 *
 * @example sensitivity(situation).find(({ input }) => input === "token price")?.elasticity; // 1
 */
export function sensitivity(situation: Situation): Elasticity[] {
  return INPUTS.map(({ input, scaled }) => {
    const [down, up] = [scaled(situation, 1 / STEP), scaled(situation, STEP)].map((one) => cheapest(routes(one))?.costUsd ?? 0);
    return { input, elasticity: down > 0 && up > 0 ? log(up / down) / log(STEP * STEP) : null };
  });
}
