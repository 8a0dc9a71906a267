import type { MarginStep, Requirements } from "../margin/types.ts";
import { type Accounts, optionValue, revalue } from "./accounts.ts";
import { COINS } from "./book.ts";
import { SPOT } from "./universe.ts";
import { standUsdc } from "./usdc.ts";

/**
 * Coins are risk themselves and stand inside the requirement they cover, so how many an account needs is a fixed point. It is
 * approached half the way at a time. What is missing then is paid in USDC, and what that USDC asks for itself, some cents on the dollar, in more
 * of it: from below, until nothing is missing.
 */
const ROUNDS = 8;
const USDC_ROUNDS = 8;

/**
 * Gives every account the collateral it starts with: equity after haircut = cushion · the initial margin of its positions and coins, and once what its
 * USDC asks for; in the mix its book names, coins in whole lots and USDC in cents (rounded up). An account whose options are worth more than that
 * brings nothing, one whose coins lower its own requirement may end a little above, one under parameters by which a dollar of USDC asks for nearly a
 * dollar below. stETH before it was quoted is brought as ETH.
 *
 * @returns the requirements at the start and the collateral brought, USD at market value, by account
 */
export function collateralise(accounts: Accounts, step: MarginStep): { requirements: Requirements; broughtUsd: Float64Array } {
  const { count, cash, coinLots, coinValues, coinCredit, cashCredit } = accounts;
  const wanted = new Float64Array(count);
  let requirements = step.requirements(accounts.holdings);
  for (let round = 0; round < ROUNDS; round++) {
    for (let a = 0; a < count; a++) {
      const needed = neededUsd(accounts, requirements, a);
      wanted[a] = round === 0 ? needed : (wanted[a] + needed) / 2;
      for (let coin = 0; coin < COINS.length; coin++) {
        const credit = coinValues[coin] * coinCredit[coin];
        coinLots[coin][a] = credit > 0 ? Math.floor((wanted[a] * shareOf(accounts, a, coin)) / credit) : 0;
      }
    }
    standInHoldings(accounts);
    requirements = step.requirements(accounts.holdings);
  }
  const withoutUsdc = requirements.initial;
  for (let round = 0; round < USDC_ROUNDS; round++) {
    revalue(accounts);
    let isMissing = false;
    for (let a = 0; a < count; a++) {
      const missing = accounts.book[a].cushion * withoutUsdc[a] + (requirements.initial[a] - withoutUsdc[a]) - accounts.equity[a];
      if (missing <= 0) continue;
      isMissing = true;
      // A haircut of 100 % would make USDC no collateral at all; it is then counted whole rather than never.
      cash[a] = Math.ceil((cash[a] + missing / (cashCredit > 0 ? cashCredit : 1)) * 100) / 100;
    }
    if (!isMissing) break;
    standUsdc(accounts);
    requirements = step.requirements(accounts.holdings);
  }
  const broughtUsd = new Float64Array(count);
  for (let a = 0; a < count; a++) {
    broughtUsd[a] = cash[a];
    for (let coin = 0; coin < coinLots.length; coin++) broughtUsd[a] += coinLots[coin][a] * coinValues[coin];
  }
  revalue(accounts);
  return { requirements, broughtUsd };
}

function neededUsd(accounts: Accounts, requirements: Requirements, a: number): number {
  return Math.max(0, accounts.book[a].cushion * requirements.initial[a] - optionValue(accounts, a));
}

function shareOf({ book, coinValues }: Accounts, a: number, coin: number): number {
  const { name, underlying } = COINS[coin];
  const own = book[a].collateral[name] ?? 0;
  if (name !== "ETH") return own;
  const staked = COINS.findIndex((other) => other.name === "stETH" && other.underlying === underlying);
  return own + (coinValues[staked] > 0 ? 0 : (book[a].collateral.stETH ?? 0));
}

/** Writes the coins of every account into its `spot` entries. */
export function standInHoldings(accounts: Accounts): void {
  const { holdings, universe, coinLots, count } = accounts;
  for (let a = 0; a < count; a++) {
    for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
      const i = holdings.instrument[e];
      if (universe.kind[i] !== SPOT) continue;
      holdings.lots[e] = coinLots[universe.coinOf.indexOf(i)][a];
    }
  }
}
