import { unwindingCost } from "../liquidation/impact.ts";
import type { BribeTranche, Pool, Situation, TokenMarket } from "./situation.ts";

/** Votes somebody got: from whom, how many, for how much. */
export interface Piece {
  readonly source: string;
  readonly votes: number;
  readonly costUsd: number;
}

/** What so many votes cost in the end, and the money needed meanwhile. */
export interface Acquisition {
  readonly pieces: readonly Piece[];
  readonly costUsd: number;
  readonly capitalUsd: number;
}

/** Votes at one price each. */
interface Step {
  readonly source: string;
  readonly votes: number;
  readonly costPerVote: number;
  readonly capitalPerVote: number;
}

export type Source = "buy" | "borrow" | "bribe";

const YEAR_SECONDS = 365 * 86_400;
/** A loan that outlives its transaction is paid for at least an hour: long enough to hold through a snapshot or to cast a ballot. */
const LOAN_SECONDS = 3_600;

/**
 * Cheapest votes from the sources allowed; undefined where there are not so many.
 *
 * Bought tokens are paid at the market with the square-root impact of buying, and sold again after the price has fallen, with the impact of selling;
 * never more of them than brings money. Loans and bribes are steps of one price. Marginal costs rise, so the cheapest mix is found by halving.
 *
 * @param times how often loans and bribes are paid: once per try; bought tokens are kept
 * @example acquire(situation, 1_000_000, ["buy", "borrow"])?.costUsd;
 */
export function acquire(situation: Situation, votes: number, sources: readonly Source[], times = 1): Acquisition | undefined {
  if (votes === 0) return { pieces: [], costUsd: 0, capitalUsd: 0 };
  const steps = stepsOf(situation, sources, times);
  const float = sources.includes("buy") ? situation.token.floatVotes : 0;
  const offered = steps.reduce((sum, step) => sum + step.votes, 0);
  if (offered + float < votes) return undefined;
  const least = Math.max(0, votes - offered);
  const bought = float === 0 ? 0 : cheapestBought(situation.token, steps, votes, least, Math.min(float, votes));
  const pieces: Piece[] = [];
  let [costUsd, capitalUsd] = [0, 0];
  if (bought > 0) {
    costUsd = purchaseCost(bought, situation.token);
    capitalUsd = purchasePrice(bought, situation.token);
    pieces.push({ source: "market", votes: bought, costUsd });
  }
  let wanted = votes - bought;
  for (const { source, votes: there, costPerVote, capitalPerVote } of steps) {
    const taken = Math.min(there, wanted);
    if (taken <= 0) break;
    pieces.push({ source, votes: taken, costUsd: taken * costPerVote });
    costUsd += taken * costPerVote;
    capitalUsd += taken * capitalPerVote;
    wanted -= taken;
  }
  return { pieces, costUsd, capitalUsd };
}

/** What buying so many tokens takes, impact included, USD. */
export function purchasePrice(votes: number, { priceUsd, dailyVolumeUsd, dailyVolatility }: TokenMarket): number {
  return votes * priceUsd + unwindingCost(0, votes * priceUsd, { dailyVolumeUsd, dailyVolatility });
}

/**
 * What buying so many tokens and selling them after the fall costs, USD.
 *
 * @example purchaseCost(1_000, { priceUsd: 10, floatVotes: 1e6, dailyVolumeUsd: 1e6, dailyVolatility: 0, discoveryFall: 0.3 }); // 3000
 */
export function purchaseCost(votes: number, token: TokenMarket): number {
  const { priceUsd, dailyVolumeUsd, dailyVolatility, discoveryFall } = token;
  // Beyond this the next token sold fetches nothing.
  const mostSold = dailyVolatility === 0 ? Number.POSITIVE_INFINITY : dailyVolumeUsd / (dailyVolatility * dailyVolatility);
  const sold = Math.min(votes * priceUsd * (1 - discoveryFall), mostSold);
  return purchasePrice(votes, token) - (sold - unwindingCost(0, sold, { dailyVolumeUsd, dailyVolatility }));
}

/**
 * The price of one vote at which a bribe only just pays.
 *
 * @example breakEvenVotePrice(132_000, 19_300_000); // 0.00684: LobbyFi, April 2025
 */
export function breakEvenVotePrice(prizeUsd: number, votes: number): number {
  return prizeUsd / votes;
}

function stepsOf({ borrowable, bribes, token, rules }: Situation, sources: readonly Source[], times: number): Step[] {
  // A flash loan is back before the block ends, and a snapshot looks at the end of a block.
  const loans = sources.includes("borrow") ? borrowable.filter(({ flashLoan }) => !flashLoan || rules.weight === "live") : [];
  const offers = sources.includes("bribe") ? bribes : [];
  return [...loans.map((pool) => loanStep(pool, token, times)), ...offers.map((tranche) => bribeStep(tranche, times))].sort(
    (a, b) => a.costPerVote - b.costPerVote || (a.source < b.source ? -1 : 1),
  );
}

function loanStep({ name, votes, annualRate, fee, flashLoan, collateralRatio }: Pool, { priceUsd }: TokenMarket, times: number): Step {
  const interest = flashLoan ? 0 : (annualRate * LOAN_SECONDS) / YEAR_SECONDS;
  return { source: name, votes, costPerVote: times * priceUsd * (fee + interest), capitalPerVote: flashLoan ? 0 : priceUsd * collateralRatio };
}

function bribeStep({ votes, priceUsd }: BribeTranche, times: number): Step {
  return { source: "bribes", votes, costPerVote: times * priceUsd, capitalPerVote: times * priceUsd };
}

/** The whole number of tokens to buy beside the steps, between `least` and `most`, by halving on the sign of the marginal cost. */
function cheapestBought(token: TokenMarket, steps: readonly Step[], votes: number, least: number, most: number): number {
  const total = (bought: number) => purchaseCost(bought, token) + stepCost(steps, votes - bought);
  let [low, high] = [Math.ceil(least), Math.floor(most)];
  if (high <= low) return most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (total(middle + 1) < total(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stepCost(steps: readonly Step[], votes: number): number {
  let [cost, wanted] = [0, votes];
  for (const step of steps) {
    if (wanted <= 0) break;
    const taken = Math.min(step.votes, wanted);
    cost += taken * step.costPerVote;
    wanted -= taken;
  }
  return cost;
}
