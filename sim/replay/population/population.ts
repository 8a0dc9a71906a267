import { BallastError } from "../../errors.ts";
import { createRandom, exp, type Random } from "../../math/index.ts";
import type { Book, BookAccount, CollateralMix } from "../book.ts";
import { between, POSITIONS } from "./positions.ts";
import { type Archetype, DEFAULT_STRATEGY, type PopulationStrategy } from "./strategy.ts";

/**
 * A book of seven archetypes, drawn from a seed: covered-call writers, put sellers, volatility sellers, delta-hedged market makers,
 * leveraged longs, basis traders and one whale. Account i is the same whatever the number of accounts; only the whale and the fund
 * are measured by the others.
 *
 * @param accounts at least 2, the whale among them
 * @param strategy every assumption it makes
 * @throws POPULATION_INVALID
 * @example seededPopulation({ accounts: 500, seed: 1 }).accounts[0].archetype;
 */
export function seededPopulation({ accounts, seed, strategy = DEFAULT_STRATEGY }: { accounts: number; seed: number; strategy?: PopulationStrategy }): Book {
  if (!(Number.isInteger(accounts) && accounts >= 2 && Number.isInteger(seed))) {
    throw new BallastError("POPULATION_INVALID", `Cannot draw ${accounts} accounts from seed ${seed}.`, {
      where: { field: "accounts", value: String(accounts) },
      fix: "Give a whole number of accounts, at least 2, and a whole number as seed.",
    });
  }
  const random = createRandom(`population/${seed}`);
  const drawn = Array.from({ length: accounts - 1 }, (_, i) => drawAccount(i, random.fork(`account/${i}`), strategy));
  const others = drawn.reduce((total, { notionalUsd }) => total + notionalUsd, 0);
  const whaleNotional = Math.floor(others * strategy.whaleShare);
  return {
    name: `seeded population of ${accounts}, seed ${seed}`,
    fundUsd: Math.floor((others + whaleNotional) * strategy.fundShare),
    accounts: [...drawn.map(({ account }) => account), whale(whaleNotional, random.fork("whale"), strategy)],
  };
}

function drawAccount(index: number, random: Random, strategy: PopulationStrategy): { account: BookAccount; notionalUsd: number } {
  const archetype = weighted(
    random,
    Object.entries(strategy.archetypes).map(([name, { share }]) => [name as Archetype, share]),
  );
  const own = strategy.archetypes[archetype];
  const size = strategy.notionalMedianUsd * exp(strategy.notionalLogDeviation * random.normal());
  const notionalUsd = Math.floor(Math.min(strategy.largestNotionalUsd, size));
  const underlying = weighted(random, strategy.underlyings);
  const account = {
    id: `${archetype.replaceAll(" ", "-")}-${String(index).padStart(5, "0")}`,
    archetype,
    cushion: rounded(between(random, own.cushion)),
    collateral: mixOf(underlying, rounded(between(random, own.ownCoin)), own.stakedPartOfEther),
    reserve: rounded(between(random, own.reserve)),
    response: { probability: own.answersCalls, delayHours: Math.floor(between(random, own.answerDelayHours) + 0.5) },
    positions: POSITIONS[archetype]({ random, strategy: own, underlying, underlyings: strategy.underlyings.map(([asset]) => asset), notionalUsd }),
  };
  return { account, notionalUsd };
}

function whale(notionalUsd: number, random: Random, strategy: PopulationStrategy): BookAccount {
  const own = strategy.archetypes.whale;
  return {
    id: "whale",
    archetype: "whale",
    cushion: rounded(between(random, own.cushion)),
    collateral: strategy.whaleCollateral,
    reserve: rounded(between(random, own.reserve)),
    response: { probability: own.answersCalls, delayHours: Math.floor(between(random, own.answerDelayHours) + 0.5) },
    positions: POSITIONS.whale({ random, strategy: own, underlying: "ETH", underlyings: ["BTC", "ETH"], notionalUsd }),
  };
}

/** Coins other than BTC and ETH are not taken as collateral: who trades them brings USDC. */
function mixOf(underlying: string, ownCoin: number, stakedPart: number): CollateralMix {
  if (underlying === "BTC") return { USDC: rounded(1 - ownCoin), BTC: ownCoin };
  if (underlying !== "ETH") return { USDC: 1 };
  const stETH = rounded(ownCoin * stakedPart);
  return { USDC: rounded(1 - ownCoin), ETH: rounded(ownCoin - stETH), stETH };
}

/** Four decimals: a book is a file that people read. */
function rounded(value: number): number {
  return Math.floor(value * 10_000 + 0.5) / 10_000;
}

function weighted<T>(random: Random, choices: readonly (readonly [T, number])[]): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.uniform() * total;
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return choices[choices.length - 1][0];
}
