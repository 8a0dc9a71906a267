import type { Random } from "../math/index.ts";
import { type Accounts, DUST_USD, revalueAccount } from "./accounts.ts";

/** A call that is not answered stands for a day, however often equity crosses the line. */
const CALLED_EVERY_HOURS = 24;

/** Hours that differ by less are the same time: fractions of an hour are rounded. */
const SAME_TIME_HOURS = 1e-6;

/** Where each account stands with its margin call. */
export interface MarginCalls {
  readonly calledHour: Float64Array;
  /** When the answer arrives; infinity where none will. */
  readonly dueHour: Float64Array;
  /** What it can still add, USD. */
  readonly reserveUsd: Float64Array;
  /** One stream per account, named by its id: the same account makes the same choice under every parameter set. */
  readonly random: readonly Random[];
}

export function createMarginCalls(accounts: Accounts, broughtUsd: Float64Array, random: Random): MarginCalls {
  return {
    calledHour: new Float64Array(accounts.count).fill(Number.NEGATIVE_INFINITY),
    dueHour: new Float64Array(accounts.count).fill(Number.POSITIVE_INFINITY),
    reserveUsd: broughtUsd.map((brought, a) => brought * accounts.book[a].reserve),
    random: accounts.book.map(({ id }) => random.fork(id)),
  };
}

/**
 * Calls every account whose equity is below target · maintenance, and again as soon as it has paid and is short once more; a call nobody
 * answers stands for a day, one that is being answered until the money is due. Those that answer bring USDC, after their delay and if it
 * is still needed, up to their initial margin, with what that USDC asks for itself, or as far as their reserve goes.
 *
 * @param maintenance the requirement that counts of an account at this hour, with so much USDC
 * @param target and initial margin, as multiples of maintenance
 * @returns how many calls went out, and what was paid in, USD
 */
export function callMargin(
  accounts: Accounts,
  calls: MarginCalls,
  { hour, maintenance, target, initial }: { hour: number; maintenance: (a: number, cash: number) => number; target: number; initial: number },
): { called: number; paidUsd: number } {
  let called = 0;
  let paidUsd = 0;
  for (let a = 0; a < accounts.count; a++) {
    if (accounts.equity[a] >= target * maintenance(a, accounts.cash[a]) || accounts.seenWorth[a] <= DUST_USD) continue;
    const isAnswering = calls.dueHour[a] > hour - SAME_TIME_HOURS && calls.dueHour[a] < Number.POSITIVE_INFINITY;
    if (!isAnswering && hour - calls.calledHour[a] > CALLED_EVERY_HOURS - SAME_TIME_HOURS) {
      called++;
      const { probability, delayHours } = accounts.book[a].response;
      calls.calledHour[a] = hour;
      calls.dueHour[a] = calls.random[a].uniform() < probability ? hour + delayHours : Number.POSITIVE_INFINITY;
    }
    if (hour < calls.dueHour[a] - SAME_TIME_HOURS) continue;
    const paid = neededUsd(accounts, a, calls.reserveUsd[a], (cash) => initial * maintenance(a, cash));
    accounts.cash[a] += paid;
    calls.reserveUsd[a] -= paid;
    revalueAccount(accounts, a);
    paidUsd += paid;
    calls.dueHour[a] = Number.POSITIVE_INFINITY;
    if (paid > 0) calls.calledHour[a] = Number.NEGATIVE_INFINITY;
  }
  return { called, paidUsd };
}

/** What USDC asks for itself, some cents on the dollar, is met from below: some rounds of it are less than a lot. */
const ROUNDS = 8;

/** How much USDC brings the equity of an account to what is asked of it then, at most what it has; USD. */
function neededUsd({ cash, equity, cashCredit }: Accounts, a: number, most: number, asked: (cash: number) => number): number {
  const credit = cashCredit > 0 ? cashCredit : 1;
  let paid = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const needed = Math.min(most, (asked(cash[a] + paid) - equity[a]) / credit);
    if (needed <= paid) break;
    paid = needed;
  }
  return paid;
}
