import { discountAt, gasCostUsd, keeperProfit, sliceFraction, TICK_SECONDS, ticksOf } from "../liquidation/index.ts";
import type { Values } from "../parameters/index.ts";
import { type Accounts, DUST_USD, revalueAccount } from "./accounts.ts";
import { type Attestations, counting, scaleAttested } from "./attestation.ts";
import { closeOut, coverDeficit } from "./close-out.ts";
import { type Cut, cutAccount, removeCut } from "./cut.ts";
import type { Ledger } from "./ledger.ts";
import { costOf, roomFor, unwind, type Venue } from "./venue.ts";

/** Auctions of all accounts over the replay. */
export interface Auctions {
  /** Minutes an account's auction has run; −1: none. */
  readonly minutes: Int32Array;
  /** 1 once a slice of the account was sold or the account closed; once it was closed worth nothing; once its auction ran out unsold. */
  readonly liquidated: Uint8Array;
  readonly closed: Uint8Array;
  readonly ranOut: Uint8Array;
  notional: number;
  unsold: number;
}

/** One step of auctions: who and what takes part, and the terms. */
export interface AuctionHour {
  /** How long the step is: 1, or 1/12. */
  readonly stepHours: number;
  readonly accounts: Accounts;
  readonly auctions: Auctions;
  readonly attestations: Attestations;
  readonly venue: Venue;
  readonly ledger: Ledger;
  /** The protocol's parameters. */
  readonly terms: Values;
  /** Of one lot of each instrument, in units of its underlying. */
  readonly deltas: Float64Array;
  readonly spots: Float64Array;
  readonly gasGwei: number;
  readonly etherUsd: number;
}

export function createAuctions(accounts: number): Auctions {
  return {
    minutes: new Int32Array(accounts).fill(-1),
    liquidated: new Uint8Array(accounts),
    closed: new Uint8Array(accounts),
    ranOut: new Uint8Array(accounts),
    notional: 0,
    unsold: 0,
  };
}

/** An account under the hammer this step. */
interface Lot {
  readonly account: number;
  readonly urgency: number;
  /** All of it, as it stands; stale after a sale. */
  readonly whole: Cut;
  waits: boolean;
}

/**
 * Liquidates for one step. Accounts worth nothing are closed out; the others whose equity is below the requirement that counts are
 * auctioned, looked at every minute, the most urgent first: the discount rises until a keeper takes the smallest slice that restores
 * the target. What the step's volume does not take waits, with the auction's clock stopped.
 *
 * @param newCut makes a buffer
 */
export function auctionHour(hour: AuctionHour, newCut: () => Cut): void {
  const { accounts, auctions, attestations, terms } = hour;
  const due = counting(attestations);
  const cut = newCut();
  const lots: Lot[] = [];
  for (let a = 0; a < accounts.count; a++) {
    if (accounts.worth[a] > DUST_USD ? accounts.equity[a] >= due[a] : isEmpty(accounts, a)) {
      auctions.minutes[a] = -1;
      auctions.ranOut[a] = 0;
      continue;
    }
    const whole = newCut();
    cutAccount(accounts, a, 1, "up", hour.deltas, hour.spots, whole);
    lots.push({ account: a, urgency: due[a] > 0 ? accounts.equity[a] / due[a] : Number.NEGATIVE_INFINITY, whole, waits: false });
  }
  lots.sort((left, right) => (left.urgency < right.urgency ? -1 : left.urgency > right.urgency ? 1 : left.account - right.account));

  for (const lot of lots) {
    if (accounts.worth[lot.account] > DUST_USD) continue;
    lot.waits = true;
    closeAccount(hour, lot, cut);
  }
  const ticks = ticksOf(hour.stepHours);
  for (let minute = 0; minute < ticks; minute++) {
    for (const lot of lots) {
      if (lot.waits) continue;
      const a = lot.account;
      if (auctions.minutes[a] < 0) auctions.minutes[a] = 0;
      const outcome = tryAuction(hour, lot, cut);
      if (outcome === "sold" && accounts.equity[a] >= due[a]) auctions.minutes[a] = -1;
      if (outcome !== "refused") {
        lot.waits = true;
        continue;
      }
      auctions.minutes[a]++;
      if (auctions.minutes[a] * TICK_SECONDS <= terms.auctionDuration) continue;
      // At the largest discount nothing gets better within the step: others' sales only cost more.
      lot.waits = true;
      auctions.minutes[a] += ticks - 1 - minute;
      if (auctions.ranOut[a] === 0) auctions.unsold++;
      auctions.ranOut[a] = 1;
    }
  }
}

function tryAuction(hour: AuctionHour, { account: a, whole }: Lot, cut: Cut): "sold" | "refused" | "no room" {
  const { accounts, auctions, attestations, venue, ledger, terms } = hour;
  const keeperRate = terms.keeperFee / 10_000;
  const feeRate = keeperRate + terms.insuranceFee / 10_000;
  const discount = discountAt(auctions.minutes[a] * TICK_SECONDS, terms.auctionDuration, terms.liquidationDiscount / 10_000);
  const worth = accounts.worth[a];
  const wanted = sliceFraction({
    maintenance: counting(attestations)[a],
    target: terms.liquidationTarget / 10_000,
    equity: accounts.equity[a],
    saleValue: worth,
    discount,
    fees: feeRate * whole.deltaNotional,
    credit: accounts.cashCredit,
  });
  const room = roomFor(venue, whole.gross);
  const fraction = Math.min(wanted, room);
  if (fraction <= 0) return "no room";
  const gas = gasCostUsd(hour.gasGwei, hour.etherUsd);
  const offer = (part: number, deltaNotional: number) => {
    const fees = Math.min(feeRate * deltaNotional, (1 - discount) * part * worth);
    return { discount: discount * part * worth, fee: Math.min(keeperRate * deltaNotional, fees), fees };
  };
  // Most refusals are seen before any lot is counted.
  const rough = offer(fraction, fraction * whole.deltaNotional);
  if (keeperProfit({ ...rough, unwinding: costOf(venue, whole.gross, fraction), gas }) <= 0) return "refused";

  cutAccount(accounts, a, fraction, wanted <= room ? "up" : "down", hour.deltas, hour.spots, cut);
  if (cut.size === 0) return "no room";
  const part = cut.size / whole.size;
  const exact = offer(part, cut.deltaNotional);
  const unwinding = costOf(venue, cut.gross, 1);
  const profit = keeperProfit({ ...exact, unwinding, gas });
  if (profit <= 0) return "refused";

  removeCut(accounts, a, cut);
  accounts.cash[a] += cut.value - exact.discount - exact.fees;
  unwind(venue, cut.gross, cut.net);
  scaleAttested(attestations, a, 1 - part);
  ledger.keepers += profit;
  ledger.unwinding += unwinding;
  ledger.gas += gas;
  ledger.fund += exact.fees - exact.fee;
  auctions.liquidated[a] = 1;
  auctions.notional += cut.notional;
  revalueAccount(accounts, a);
  return "sold";
}

function closeAccount(hour: AuctionHour, { account: a, whole }: Lot, cut: Cut): void {
  const { accounts, auctions, attestations, venue, ledger } = hour;
  const gone = closeOut(accounts, a, venue, ledger, hour.deltas, hour.spots, cut);
  auctions.minutes[a] = -1;
  if (gone || cut.size > 0) auctions.liquidated[a] = 1;
  auctions.notional += cut.notional;
  scaleAttested(attestations, a, gone || whole.size === 0 ? 0 : 1 - cut.size / whole.size);
  if (!gone) return;
  auctions.closed[a] = 1;
  coverDeficit(accounts, a, ledger);
}

/** No position, no coin and no debt: there is nothing to liquidate. What rounding left of a sold account is no debt. */
function isEmpty({ holdings, coinLots, cash }: Accounts, a: number): boolean {
  if (cash[a] < -DUST_USD) return false;
  for (const lots of coinLots) if (lots[a] !== 0) return false;
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) if (holdings.lots[e] !== 0) return false;
  return true;
}
