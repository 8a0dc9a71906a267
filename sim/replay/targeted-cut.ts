import { targetedSlice } from "../liquidation/index.ts";
import { haircutOf } from "./accounts.ts";
import { counting } from "./attestation.ts";
import type { AuctionStep } from "./auction-step.ts";
import { COINS } from "./book.ts";
import { type Cut, carried, cutLots } from "./cut.ts";
import { costOfSale, type Offer, offerOf, profitOf, type Terms } from "./offer.ts";
import { CASH, isContract } from "./universe.ts";
import { usdcLots } from "./usdc.ts";
import { roomFor } from "./venue.ts";

/** Candidates margined for one account in one step, and for all accounts of a step: a crash hour with hundreds of them stays bounded. */
export const ROWS_PER_ACCOUNT = 48;
export const ROWS_PER_STEP = 8_192;

/**
 * The set of trades that brings an account back to its target for less than the slice of everything would cost, by the requirement
 * function of the step itself. What counts of a candidate's requirement is the attested one, scaled by how much of today's it leaves.
 *
 * @param whole all of the account, as it stands
 * @param below what the slice of everything costs, USD
 * @param free what the keeper can carry, USD
 * @param cut a buffer; holds the set of trades where there is one
 * @returns undefined where there is none that the step's room takes and a keeper profits from; else what share of the requirement it leaves
 */
export function targetedCut(step: AuctionStep, a: number, whole: Cut, terms: Terms, below: number, free: number, cut: Cut): { left: number } | undefined {
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
  const today = attestations.records[attestations.records.length - 1].maintenance[a];
  if (rows === 0 || !(today > 0) || lots.filter((held) => held !== 0).length < 2) return undefined;

  const asked = (step.terms.liquidationTarget / 10_000) * counting(attestations)[a];
  const measured = (sold: Float64Array) => {
    cutLots(accounts, a, sold, deltas, spots, cut);
    return offerOf(terms, cut.size / whole.size, cut.deltaNotional);
  };
  const left = new Map<Float64Array, number>();
  const slice = targetedSlice(
    {
      lots,
      hedges,
      missing: asked - accounts.equity[a],
      cost: (sold) => costOfSale(step, measured(sold), cut),
      allows: (sold) => profitOf(step, measured(sold), cut) > 0 && roomFor(step.venue, cut.gross) >= 1 && carried(cut) <= free,
      missingAfter: (candidates) => {
        step.rows.left -= candidates.length;
        return maintenanceAfter(step, a, candidates, cut, (sold) => cashAfter(step, a, cut, paidFor(measured(sold)))).map((maintenance, c) => {
          const paid = paidFor(measured(candidates[c]));
          left.set(candidates[c], maintenance / today);
          return asked * (maintenance / today) - equityAfter(step, a, whole, cut, paid);
        });
      },
    },
    below,
    rows,
  );
  if (slice === undefined) return undefined;
  measured(slice.sold);
  return { left: left.get(slice.sold) as number };
}

/** Equity as margin counts it once a cut is sold at the protocol's prices and so much paid for it, USD. */
function equityAfter(step: AuctionStep, a: number, whole: Cut, cut: Cut, paid: number): number {
  const cash = cashAfter(step, a, cut, paid) + whole.linearLag - cut.linearLag;
  return step.accounts.seenWorth[a] - paid - haircutOf(step.accounts, cash, a, cut.coinLots);
}

function cashAfter({ accounts }: AuctionStep, a: number, cut: Cut, paid: number): number {
  return accounts.cash[a] + cut.value + cut.lag - paid;
}

function paidFor({ discount, fees }: Offer): number {
  return discount + fees;
}

/**
 * Today's requirement of what each candidate leaves of an account, the USDC it is paid included, margined as one table, USD.
 *
 * @param sell fills `cut` with a candidate and says what cash it leaves
 */
function maintenanceAfter(
  { accounts, requirements }: AuctionStep,
  a: number,
  candidates: readonly Float64Array[],
  cut: Cut,
  sell: (sold: Float64Array) => number,
): Float64Array {
  const { holdings, universe } = accounts;
  const [first, end] = [holdings.offsets[a], holdings.offsets[a + 1]];
  const entries = end - first;
  const offsets = Int32Array.from({ length: candidates.length + 1 }, (_, c) => c * entries);
  const instrument = new Int32Array(candidates.length * entries);
  const lots = new Float64Array(instrument.length);
  candidates.forEach((sold, c) => {
    const cash = sell(sold);
    instrument.set(holdings.instrument.subarray(first, end), c * entries);
    for (let e = 0; e < entries; e++) {
      const isCash = universe.kind[holdings.instrument[first + e]] === CASH;
      lots[c * entries + e] = isCash ? usdcLots(accounts, cash) : holdings.lots[first + e] - cut.lots[e];
    }
  });
  return requirements({ accounts: candidates.length, offsets, instrument, lots });
}
