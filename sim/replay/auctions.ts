import { gasCostUsd, priorityOf, TICK_SECONDS, ticksOf } from "../liquidation/index.ts";
import { type Accounts, DUST_USD } from "./accounts.ts";
import { counted, scaleAttested } from "./attestation.ts";
import type { AuctionInput, AuctionStep, Auctions, Lot } from "./auction-step.ts";
import { closeOut, coverDeficit } from "./close-out.ts";
import { type Cut, createCut, cutAccount } from "./cut.ts";
import { deleverage } from "./deleverage.ts";
import { passTime } from "./keepers.ts";
import { sell } from "./sale.ts";
import { ROWS_PER_STEP } from "./targeted-cut.ts";
import { CASH } from "./universe.ts";

export function createAuctions(accounts: number): Auctions {
  return {
    minutes: new Int32Array(accounts).fill(-1),
    pause: new Int32Array(accounts),
    liquidated: new Uint8Array(accounts),
    closed: new Uint8Array(accounts),
    ranOut: new Uint8Array(accounts),
    notional: 0,
    unsold: 0,
    restarted: 0,
    targeted: 0,
  };
}

/**
 * Liquidates for one step. Accounts worth nothing are closed out; the others whose equity is below the requirement that counts are
 * auctioned, looked at every minute, the most urgent first: the discount rises until a keeper takes the smallest slice that restores
 * the target, or the trades that do so for less. An auction that runs out starts again after a pause. What the step's volume does not
 * take waits, with the auction's clock stopped.
 */
export function auctionStep(input: AuctionInput): void {
  const { accounts, auctions, keepers } = input;
  passTime(keepers, input.hour);
  const lots = lotsOf(input);
  if (lots.length === 0) return;
  // What ran out unsold nobody competes for.
  const contested = lots.filter(({ account }) => accounts.seenWorth[account] > DUST_USD && auctions.ranOut[account] === 0).length;
  const gas = gasCostUsd(input.gasGwei, input.etherUsd) * priorityOf(keepers.model, contested);
  const step: AuctionStep = { ...input, gas, rows: { left: ROWS_PER_STEP }, buffer: createCut(accounts) };
  const cut = createCut(accounts);
  for (const lot of lots) {
    if (accounts.seenWorth[lot.account] > DUST_USD) continue;
    lot.waits = true;
    closeAccount(step, lot, cut);
  }
  // Those who were deleveraged for them hold less than when they came under the hammer.
  if (step.model.lossSharing === "deleveraging")
    for (const { account, whole, waits } of lots) if (!waits) cutAccount(accounts, account, 1, "up", step.deltas, step.spots, whole);
  const ticks = ticksOf(input.stepHours);
  for (let minute = 0; minute < ticks; minute++) {
    for (const lot of lots) {
      if (lot.waits) continue;
      if (auctions.pause[lot.account] > 0) auctions.pause[lot.account]--;
      else lookAt(step, lot, cut);
    }
  }
}

/** Who is under the hammer, the most urgent first; everyone else's auction is over. */
function lotsOf({ accounts, auctions, attestations, deltas, spots }: AuctionInput): Lot[] {
  const lots: Lot[] = [];
  for (let a = 0; a < accounts.count; a++) {
    const due = counted(attestations, accounts, a);
    // A last begun lot of USDC may ask for more than the cents in it.
    if (isEmpty(accounts, a) || (accounts.seenWorth[a] > DUST_USD && accounts.equity[a] >= due)) {
      auctions.minutes[a] = -1;
      auctions.pause[a] = 0;
      auctions.ranOut[a] = 0;
      continue;
    }
    const whole = createCut(accounts);
    cutAccount(accounts, a, 1, "up", deltas, spots, whole);
    const urgency = due > 0 ? accounts.equity[a] / due : Number.NEGATIVE_INFINITY;
    lots.push({ account: a, urgency, whole, waits: false, isSearched: false });
  }
  return lots.sort(mostUrgentFirst);
}

function mostUrgentFirst(left: Lot, right: Lot): number {
  return left.urgency < right.urgency ? -1 : left.urgency > right.urgency ? 1 : left.account - right.account;
}

/** One minute of one auction. */
function lookAt(step: AuctionStep, lot: Lot, cut: Cut): void {
  const { accounts, auctions, attestations, model, terms } = step;
  const a = lot.account;
  if (auctions.minutes[a] < 0) auctions.minutes[a] = 0;
  const outcome = sell(step, lot, cut);
  const isOver = (outcome === "sold" || outcome === "partly") && accounts.equity[a] >= counted(attestations, accounts, a);
  if (isOver) auctions.minutes[a] = -1;
  if (isOver || outcome === "sold" || outcome === "no room") {
    lot.waits = true;
    return;
  }
  auctions.minutes[a]++;
  if (auctions.minutes[a] * TICK_SECONDS <= terms.auctionDuration) return;
  auctions.minutes[a] = 0;
  auctions.pause[a] = model.restartPauseMinutes;
  auctions.restarted++;
  if (auctions.ranOut[a] === 0) auctions.unsold++;
  auctions.ranOut[a] = 1;
}

function closeAccount(step: AuctionStep, { account: a, whole }: Lot, cut: Cut): void {
  const { accounts, auctions, attestations, venue, ledger } = step;
  if (step.model.lossSharing === "deleveraging") {
    deleverage(step, a);
    cutAccount(accounts, a, 1, "up", step.deltas, step.spots, whole);
  }
  const gone = closeOut(accounts, a, venue, ledger, step.deltas, step.spots, cut);
  auctions.minutes[a] = -1;
  auctions.pause[a] = 0;
  if (gone || cut.size > 0) auctions.liquidated[a] = 1;
  auctions.notional += cut.notional;
  scaleAttested(attestations, a, gone || whole.size === 0 ? 0 : 1 - cut.size / whole.size);
  if (!gone) return;
  auctions.closed[a] = 1;
  coverDeficit(accounts, a, ledger);
}

/** No position, no coin and no debt: there is nothing to liquidate. What rounding left of a sold account is no debt. */
function isEmpty({ holdings, universe, coinLots, cash }: Accounts, a: number): boolean {
  if (cash[a] < -DUST_USD) return false;
  for (const lots of coinLots) if (lots[a] !== 0) return false;
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++)
    if (holdings.lots[e] !== 0 && universe.kind[holdings.instrument[e]] !== CASH) return false;
  return true;
}
