import { type Accounts, DUST_USD, revalueAccount } from "./accounts.ts";
import { changeAttested } from "./attestation.ts";
import type { AuctionStep } from "./auction-step.ts";
import type { Deleveraging } from "./deleveraging.ts";
import type { Ledger } from "./ledger.ts";
import { partOf, requiredOf } from "./requirement-parts.ts";
import { isContract, OPTION } from "./universe.ts";

/** A counter position that gains. */
interface Counter {
  readonly account: number;
  readonly entry: number;
  readonly lots: number;
  readonly profitPerLot: number;
  readonly rank: number;
}

/**
 * Closes positions of an account whose loss the insurance fund cannot pay against the counter positions that gain, at the price at which what is
 * beyond the fund is paid: its bankruptcy price. Nobody gives up more than the gain on the lots closed, nor more than it is worth. What has no
 * counter position stays, for the market. Order: return on notional × leverage, the largest first (Hyperliquid's queue); or all by the same share
 * of their lots, in whole lots, the largest remainders first.
 */
export function deleverage(step: AuctionStep, a: number): void {
  const { accounts, attestations, deleveraging, ledger, spots } = step;
  const { holdings, universe } = accounts;
  const beyond = -accounts.worth[a] - ledger.fund;
  const notional = notionalOf(accounts, a, spots);
  if (beyond <= DUST_USD || notional === 0) return;
  const gains = gainsOf(accounts);
  const required = step.requirements(holdings);
  const given = new Float64Array(accounts.count);
  const touched = new Set<number>();
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
    const i = holdings.instrument[e];
    if (!isContract(universe, i) || holdings.lots[e] === 0) continue;
    const lotNotional = universe.lotSize[i] * spots[universe.underlying[i]];
    for (const { counter, lots } of allot(step, countersOf(step, a, e), Math.abs(holdings.lots[e]))) {
      const { account, entry, profitPerLot } = counter;
      const price = (beyond * lotNotional) / notional;
      const concession = Math.max(0, Math.min(lots * price, lots * profitPerLot, accounts.worth[account]));
      close(accounts, a, e, lots);
      close(accounts, account, entry, lots);
      accounts.cash[a] += concession;
      accounts.cash[account] -= concession;
      given[account] += concession;
      deleveraging.notional += lots * lotNotional;
      touched.add(a).add(account);
      revalueAccount(accounts, account);
    }
  }
  if (touched.size === 0) return;
  revalueAccount(accounts, a);
  record(deleveraging, ledger, a, touched, given, gains);
  // Their portfolios are others now, and attested as such.
  const left = step.requirements(holdings);
  for (const account of touched) changeAttested(attestations, account, requiredOf(partOf(required, account)), partOf(left, account));
}

function record(deleveraging: Deleveraging, ledger: Ledger, a: number, touched: ReadonlySet<number>, given: Float64Array, gains: Float64Array): void {
  let total = 0;
  let gained = 0;
  for (let c = 0; c < given.length; c++) {
    total += given[c];
    gained += gains[c];
  }
  for (let c = 0; c < given.length; c++) {
    deleveraging.lossUsd[c] += given[c];
    if (gained > 0) deleveraging.evenUsd[c] += (total * gains[c]) / gained;
  }
  for (const account of touched) if (account !== a) deleveraging.touched[account] = 1;
  // What the account lost beyond what it held, though neither the fund nor all others paid it.
  ledger.deficits += total;
  ledger.deleveraged += total;
}

/** Counter positions of one entry that gain, in the order of the queue. */
function countersOf({ accounts, spots }: AuctionStep, a: number, entry: number): Counter[] {
  const { holdings, universe, marks, openingMarks, worth } = accounts;
  const i = holdings.instrument[entry];
  const side = -Math.sign(holdings.lots[entry]);
  const profitPerLot = side * (marks[i] - openingMarks[i]);
  if (profitPerLot <= 0) return [];
  const counters: Counter[] = [];
  const returnRate = profitPerLot / (universe.lotSize[i] * spots[universe.underlying[i]]);
  for (let c = 0; c < accounts.count; c++) {
    if (c === a || worth[c] <= DUST_USD) continue;
    for (let e = holdings.offsets[c]; e < holdings.offsets[c + 1]; e++) {
      if (holdings.instrument[e] !== i || holdings.lots[e] * side <= 0) continue;
      counters.push({ account: c, entry: e, lots: Math.abs(holdings.lots[e]), profitPerLot, rank: returnRate * (notionalOf(accounts, c, spots) / worth[c]) });
    }
  }
  return counters.sort((left, right) => right.rank - left.rank || left.account - right.account);
}

/** Whole lots for each counter position, adding up to what is wanted or to all there is. */
function allot({ model }: AuctionStep, counters: readonly Counter[], wanted: number): { counter: Counter; lots: number }[] {
  const available = counters.reduce((sum, { lots }) => sum + lots, 0);
  const share = Math.min(1, wanted / available);
  const even = counters.map((counter) => ({ counter, lots: model.deleveraging === "queue" ? 0 : Math.floor(share * counter.lots) }));
  const remainder = ({ counter, lots }: (typeof even)[number]) => share * counter.lots - lots;
  const inTurn = model.deleveraging === "queue" ? even : [...even].sort((left, right) => remainder(right) - remainder(left));
  let left = Math.min(wanted, available) - even.reduce((sum, { lots }) => sum + lots, 0);
  for (const one of inTurn) {
    const more = Math.min(left, model.deleveraging === "queue" ? one.counter.lots : 1, one.counter.lots - one.lots);
    one.lots += more;
    left -= more;
  }
  return even.filter(({ lots }) => lots > 0);
}

/** Ends so many lots of a position at the mark; variation margin has settled a linear contract already. */
function close({ holdings, universe, marks, cash }: Accounts, account: number, entry: number, lots: number): void {
  const i = holdings.instrument[entry];
  const ended = Math.sign(holdings.lots[entry]) * lots;
  holdings.lots[entry] -= ended;
  if (universe.kind[i] === OPTION) cash[account] += ended * marks[i];
}

/** What the positions of each account that gained have gained since they were opened, USD. */
function gainsOf({ holdings, universe, marks, openingMarks, count }: Accounts): Float64Array {
  const gains = new Float64Array(count);
  for (let a = 0; a < count; a++) {
    for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
      const i = holdings.instrument[e];
      if (isContract(universe, i)) gains[a] += Math.max(0, holdings.lots[e] * (marks[i] - openingMarks[i]));
    }
  }
  return gains;
}

/** Of an account's derivatives, USD. */
function notionalOf({ holdings, universe }: Accounts, a: number, spots: Float64Array): number {
  let notional = 0;
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
    const i = holdings.instrument[e];
    if (isContract(universe, i)) notional += Math.abs(holdings.lots[e]) * universe.lotSize[i] * spots[universe.underlying[i]];
  }
  return notional;
}
