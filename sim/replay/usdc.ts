import type { Market } from "../market/market.ts";
import { type Accounts, DUST_USD } from "./accounts.ts";
import type { Ledger } from "./ledger.ts";

/** A quote older than this says nothing of the hour. */
const FRESH_HOURS = 12;

/** Markets that quote USDC by the hour, the one in USD first: prices are in USDT, which may itself be off. */
const MARKETS = ["USDC-USD", "USDC"] as const;

/**
 * What one USDC is worth, USD: the last hourly close of at most twelve hours ago, and never more than a dollar, for which it can be redeemed; a
 * premium is a fall of what it is quoted in. Where nobody quotes it by the hour (before April 2021, after 2023) it is a dollar: daily closes of
 * composites, 3 % off on 12 March 2020 when nothing happened to USDC, would be noise in every account.
 *
 * THE CONVENTION: contracts and requirements are in USD. USDC is the coin that is posted and paid: gains and losses change hands as so many USDC as
 * they are worth at that time. Between payments a balance, the insurance fund and a debt are a number of USDC. So a depeg takes from whoever holds
 * USDC, on either side of the market, against requirements that stay, and it moves no money between accounts.
 *
 * @param hour whole, or between two hours
 * @example usdcValue(market, 466_687); // 0.9147, at 2023-03-11T07:00Z
 */
export function usdcValue({ dataset: { hourlyPegs } }: Market, hour: number): number {
  const newest = Math.floor(hour) - 1 - hourlyPegs.startHour;
  for (const market of MARKETS) {
    const closes = hourlyPegs.closes[hourlyPegs.assets.indexOf(market)];
    if (closes === undefined) continue;
    for (let i = newest; i > newest - FRESH_HOURS && i >= 0; i--) if (closes[i] > 0) return Math.min(1, closes[i]);
  }
  return 1;
}

/**
 * Writes every balance into the last entry of its row, so that a requirement sees what USDC may lose: whole lots, rounded up. A debt is none of it:
 * nobody owes less because a scenario says so.
 *
 * @example standUsdc(accounts); const requirements = step.requirements(accounts.holdings);
 */
export function standUsdc(accounts: Accounts): void {
  const { holdings, cash, count } = accounts;
  for (let a = 0; a < count; a++) holdings.lots[holdings.offsets[a + 1] - 1] = usdcLots(accounts, cash[a]);
}

/** Lots of USDC of a balance in USD. */
export function usdcLots({ marks, universe }: Accounts, cash: number): number {
  return Math.max(0, Math.ceil((cash - DUST_USD) / marks[universe.usdc]));
}

/** What a lot of it is worth: `usdcValue`, whatever the daily closes that scenarios are made from say. */
export function markUsdc({ marks, universe }: Accounts, usdc: number): void {
  marks[universe.usdc] = universe.lotSize[universe.usdc] * usdc;
}

/** Revalues every balance and the fund when USDC goes from one value to another. What is gained or lost comes from the market. */
export function revalueUsdc(accounts: Accounts, ledger: Ledger, from: number, to: number): void {
  if (from === to) return;
  const ratio = to / from;
  const revalued = (usd: number) => {
    ledger.market += usd * ratio - usd;
    return usd * ratio;
  };
  for (let a = 0; a < accounts.count; a++) accounts.cash[a] = revalued(accounts.cash[a]);
  ledger.fund = revalued(ledger.fund);
}
