import { targetedSlice } from "../liquidation/index.ts";
import { haircutOf } from "./accounts.ts";
import { counted, counting, newest } from "./attestation.ts";
import type { AuctionStep } from "./auction-step.ts";
import { COINS } from "./book.ts";
import { type Cut, carried, cutLots } from "./cut.ts";
import { costOfSale, offerOf, profitOf, type Terms } from "./offer.ts";
import { type Part, type Parts, partOf, requiredOf, scaled } from "./requirement-parts.ts";
import { CASH, isContract } from "./universe.ts";
import { usdcLots } from "./usdc.ts";
import { roomFor } from "./venue.ts";

/** Candidates margined for one account in one step, and for all accounts of a step: a crash hour with hundreds of them stays bounded. */
export const ROWS_PER_ACCOUNT = 48;
export const ROWS_PER_STEP = 8_192;

/**
 * The set of trades that brings an account back to its target for less than the slice of everything would cost, by the requirement
 * function of the step itself. What counts of a candidate's requirement is at the level the attested one has to today's, with the USDC it is paid.
 *
 * @param whole all of the account, as it stands
 * @param below what the slice of everything costs, USD
 * @param free what the keeper can carry, USD
 * @param cut a buffer; holds the set of trades where there is one
 * @returns undefined where there is none that the step's room takes and a keeper profits from; else today's requirement of what there was before, and of
 * what it leaves, USDC aside
 */
export function targetedCut(
  step: AuctionStep,
  a: number,
  whole: Cut,
  terms: Terms,
  below: number,
  free: number,
  cut: Cut,
): { before: number; left: Part } | undefined {
  const { accounts, attestations, deltas, spots } = step;
  const { holdings, universe, coinLots } = accounts;
  const first = holdings.offsets[a];
  const entries = holdings.offsets[a + 1] - first;
  const lots = new Float64Array(entries + COINS.length);
  const hedges = new Int32Array(lots.length);
  for (let e = 0; e < entries; e++) {
    const i = holdings.instrument[first + e];
    if (isContract(universe, i)) lots[e] = holdings.lots[first + e];
    hedges[e] = universe.underlying[i];
  }
  for (let coin = 0; coin < COINS.length; coin++) {
    lots[entries + coin] = coinLots[coin][a];
    hedges[entries + coin] = universe.underlyings.indexOf(COINS[coin].underlying);
  }
  const rows = Math.min(ROWS_PER_ACCOUNT, step.rows.left);
  // Attested a moment ago, less what was sold since.
  const before = requiredOf(partOf(newest(attestations).parts, a));
  if (rows === 0 || !(before > 0) || lots.filter((held) => held !== 0).length < 2) return undefined;

  const { parts, usdcLot } = counting(attestations);
  const level = requiredOf(partOf(parts, a)) / before;
  const target = step.terms.liquidationTarget / 10_000;
  const measured = (sold: Float64Array) => {
    cutLots(accounts, a, sold, deltas, spots, cut);
    return offerOf(terms, cut.size / whole.size, cut.deltaNotional);
  };
  const left = new Map<Float64Array, Part>();
  const slice = targetedSlice(
    {
      lots,
      hedges,
      missing: target * counted(attestations, accounts, a) - accounts.equity[a],
      cost: (sold) => costOfSale(step, measured(sold), cut),
      allows: (sold) => profitOf(step, measured(sold), cut) > 0 && roomFor(step.venue, cut.gross) >= 1 && carried(cut) <= free,
      missingAfter: (candidates) => {
        step.rows.left -= candidates.length;
        const after = requiredAfter(step, a, candidates, cut, measured);
        return Float64Array.from(candidates, (sold, c) => {
          const { discount, fees } = measured(sold);
          const part = partOf(after, c);
          left.set(sold, part);
          const usdc = usdcLot[a] * usdcLots(accounts, cashAfter(step, a, cut, discount + fees));
          return target * requiredOf(scaled(part, level), usdc) - equityAfter(step, a, whole, cut, discount + fees);
        });
      },
    },
    below,
    rows,
  );
  if (slice === undefined) return undefined;
  measured(slice.sold);
  return { before, left: left.get(slice.sold) as Part };
}

/** Equity as margin counts it once a cut is sold at the protocol's prices and so much paid for it, USD. */
function equityAfter(step: AuctionStep, a: number, whole: Cut, cut: Cut, paid: number): number {
  const cash = cashAfter(step, a, cut, paid) + whole.linearLag - cut.linearLag;
  return step.accounts.seenWorth[a] - paid - haircutOf(step.accounts, cash, a, cut.coinLots);
}

function cashAfter({ accounts }: AuctionStep, a: number, cut: Cut, paid: number): number {
  return accounts.cash[a] + cut.value + cut.lag - paid;
}

/**
 * Today's requirement of what each candidate leaves of an account, USDC aside, margined as one table.
 *
 * @param measure fills `cut` with a candidate
 */
function requiredAfter(
  { accounts, requirements }: AuctionStep,
  a: number,
  candidates: readonly Float64Array[],
  cut: Cut,
  measure: (sold: Float64Array) => unknown,
): Parts {
  const { holdings, universe } = accounts;
  const [first, end] = [holdings.offsets[a], holdings.offsets[a + 1]];
  const entries = end - first;
  const offsets = new Int32Array(candidates.length + 1);
  const instrument = new Int32Array(candidates.length * entries);
  const lots = new Float64Array(instrument.length);
  for (const [c, sold] of candidates.entries()) {
    measure(sold);
    offsets[c + 1] = (c + 1) * entries;
    instrument.set(holdings.instrument.subarray(first, end), c * entries);
    for (let e = 0; e < entries; e++) {
      const isCash = universe.kind[holdings.instrument[first + e]] === CASH;
      lots[c * entries + e] = isCash ? 0 : holdings.lots[first + e] - cut.lots[e];
    }
  }
  return requirements({ accounts: candidates.length, offsets, instrument, lots });
}
