import { discountAt, keeperProfit, sliceFraction, TICK_SECONDS } from "../liquidation/index.ts";
import { revalueAccount } from "./accounts.ts";
import { changeAttested, counting, scaleAttested } from "./attestation.ts";
import type { AuctionStep, Lot } from "./auction-step.ts";
import { type Cut, carried, cutAccount, removeCut } from "./cut.ts";
import { freeInventory } from "./keepers.ts";
import { costOfSale, offerOf, profitOf, type Terms } from "./offer.ts";
import { partOf, requiredOf } from "./requirement-parts.ts";
import { targetedCut } from "./targeted-cut.ts";
import { costOf, roomFor, unwind } from "./venue.ts";

/** sold: all that was wanted and the step's room took; partly: what keepers could carry; refused: nobody profits; no room: the step takes no more. */
export type SaleOutcome = "sold" | "partly" | "refused" | "no room";

/** Offers an account to the keepers at one minute of its auction, the quickest first: if it profits it takes as much as it can carry, then the next. */
export function sell(step: AuctionStep, lot: Lot, cut: Cut): SaleOutcome {
  const { auctions, keepers, accounts } = step;
  let hasSold = false;
  for (const k of keepers.byLatency) {
    const free = freeInventory(keepers, k, auctions.minutes[lot.account]);
    if (free <= 0) continue;
    const outcome = offerTo(step, lot, k, free, cut);
    if (outcome === "too much") continue;
    if (outcome === "partly") {
      hasSold = true;
      cutAccount(accounts, lot.account, 1, "up", step.deltas, step.spots, lot.whole);
    } else if (outcome === "sold") return "sold";
    else return hasSold ? "partly" : outcome;
  }
  return hasSold ? "partly" : "refused";
}

/** One keeper's answer; too much: what it can carry does not pay. */
function offerTo(step: AuctionStep, lot: Lot, keeper: number, free: number, cut: Cut): SaleOutcome | "too much" {
  const { accounts, attestations, auctions, venue, ledger, model, terms: parameters } = step;
  const { account: a, whole } = lot;
  const keeperRate = parameters.keeperFee / 10_000;
  const terms: Terms = {
    discountRate: discountAt(auctions.minutes[a] * TICK_SECONDS, parameters.auctionDuration, parameters.liquidationDiscount / 10_000),
    keeperRate,
    feeRate: keeperRate + parameters.insuranceFee / 10_000,
    worth: accounts.seenWorth[a],
  };
  const wanted = wantedOf(step, lot, terms);
  const room = roomFor(venue, whole.gross);
  if (Math.min(wanted, room) <= 0) return "no room";
  const carries = free / carried(whole);
  const fraction = Math.min(wanted, room, carries);
  const isBelowWanted = fraction < Math.min(wanted, room);
  // Most refusals are seen before any lot is counted.
  const rough = offerOf(terms, fraction, fraction * whole.deltaNotional);
  const roughProfit = keeperProfit({
    discount: rough.discount - fraction * whole.lag,
    fee: rough.fee,
    unwinding: costOf(venue, whole.gross, fraction),
    gas: step.gas,
  });
  if (roughProfit <= 0) return isBelowWanted ? "too much" : "refused";

  cutAccount(accounts, a, fraction, wanted <= fraction ? "up" : "down", step.deltas, step.spots, cut);
  if (cut.size === 0) return isBelowWanted ? "too much" : "no room";
  const part = cut.size / whole.size;
  let offer = offerOf(terms, part, cut.deltaNotional);
  if (profitOf(step, offer, cut) <= 0) return isBelowWanted ? "too much" : "refused";
  let sold = cut;
  let found: ReturnType<typeof targetedCut>;
  if (model.slices === "adaptive" && !lot.isSearched) {
    lot.isSearched = true;
    found = targetedCut(step, a, whole, terms, costOfSale(step, offer, cut), free, step.buffer);
    if (found !== undefined) {
      sold = step.buffer;
      offer = offerOf(terms, sold.size / whole.size, sold.deltaNotional);
      auctions.targeted++;
    }
  }

  const unwinding = costOf(venue, sold.gross, 1);
  ledger.keepers += profitOf(step, offer, sold);
  ledger.unwinding += unwinding;
  ledger.gas += step.gas;
  ledger.fund += offer.fees - offer.fee;
  removeCut(accounts, a, sold);
  accounts.cash[a] += sold.value + sold.lag - offer.discount - offer.fees;
  unwind(venue, sold.gross, sold.net);
  step.keepers.carriedUsd[keeper] += carried(sold);
  if (found === undefined) scaleAttested(attestations, a, 1 - part);
  else changeAttested(attestations, a, found.before, found.left);
  auctions.liquidated[a] = 1;
  auctions.notional += sold.notional;
  revalueAccount(accounts, a);
  return isBelowWanted && sold === cut ? "partly" : "sold";
}

/**
 * The smallest fraction of an account that restores its target. What is sold becomes USDC, which asks for a part of itself, unless the short-option
 * minimum or a debt takes that up. With it and without, what is left asks for a straight line in the fraction: both have to be met.
 */
function wantedOf({ accounts, attestations, terms: parameters }: AuctionStep, { account: a, whole }: Lot, { worth, discountRate, feeRate }: Terms): number {
  const { parts, usdcLot } = counting(attestations);
  const target = parameters.liquidationTarget / 10_000;
  const part = partOf(parts, a);
  const usdc = usdcLot[a] / accounts.marks[accounts.universe.usdc];
  const fractionFor = (maintenance: number, credit: number) =>
    sliceFraction({
      maintenance,
      target,
      equity: accounts.equity[a],
      saleValue: worth,
      discount: discountRate,
      fees: feeRate * whole.deltaNotional,
      credit,
    });
  return Math.max(
    fractionFor(requiredOf(part), accounts.cashCredit),
    fractionFor(part.losses + usdc * accounts.cash[a] + part.rest, accounts.cashCredit - target * usdc),
  );
}
