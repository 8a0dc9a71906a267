import type { Accounts } from "./accounts.ts";
import { COINS } from "./book.ts";
import { CASH, LINEAR, OPTION, SPOT } from "./universe.ts";

/** A part of one account, in whole lots, and what it means; USD. Buffers are used again and again. */
export interface Cut {
  /** Signed lots by entry of the account's row, and lots by coin. */
  readonly lots: Float64Array;
  readonly coinLots: Float64Array;
  /** By underlying: Σ|delta| and Σ delta, coins included. What has to be unwound, and what it moves the price by. */
  readonly gross: Float64Array;
  readonly net: Float64Array;
  /** |delta| of the derivatives, which fees are a share of; and their whole notional. */
  deltaNotional: number;
  notional: number;
  /** Notional of everything, coins included: the measure by which it is a part. */
  size: number;
  /** Market value of the options and coins in it; linear contracts are worth nothing. */
  value: number;
  /** What it is worth more at the prices the protocol acts on: the linear contracts' gains not yet paid included; and those alone. */
  lag: number;
  linearLag: number;
}

/** Whether fractions of a lot are sold or kept. */
export type Rounding = "up" | "down";

/** A hair above zero: a product that misses a whole number of lots by rounding does not cost another lot. */
const HAIR = 1e-9;

export function createCut(accounts: Accounts): Cut {
  const { holdings, universe } = accounts;
  let longest = 0;
  for (let a = 0; a < accounts.count; a++) longest = Math.max(longest, holdings.offsets[a + 1] - holdings.offsets[a]);
  return {
    lots: new Float64Array(longest),
    coinLots: new Float64Array(COINS.length),
    gross: new Float64Array(universe.underlyings.length),
    net: new Float64Array(universe.underlyings.length),
    deltaNotional: 0,
    notional: 0,
    size: 0,
    value: 0,
    lag: 0,
    linearLag: 0,
  };
}

/**
 * Fills `cut` with a fraction of every position and coin of an account, each rounded to whole lots the same way.
 *
 * @param deltas of one lot of each instrument, in units of its underlying
 */
export function cutAccount(accounts: Accounts, a: number, fraction: number, rounding: Rounding, deltas: Float64Array, spots: Float64Array, cut: Cut): void {
  const { holdings, coinLots } = accounts;
  for (let coin = 0; coin < coinLots.length; coin++) cut.coinLots[coin] = part(coinLots[coin][a], fraction, rounding);
  const first = holdings.offsets[a];
  for (let e = first; e < holdings.offsets[a + 1]; e++) cut.lots[e - first] = part(holdings.lots[e], fraction, rounding);
  measure(accounts, a, deltas, spots, cut);
}

/**
 * Fills `cut` with these lots of an account.
 *
 * @param lots by entry of the account's row, then by coin; whatever is given, a `spot` entry is its coins and USDC is not sold
 */
export function cutLots(accounts: Accounts, a: number, lots: Float64Array, deltas: Float64Array, spots: Float64Array, cut: Cut): void {
  const entries = accounts.holdings.offsets[a + 1] - accounts.holdings.offsets[a];
  cut.lots.set(lots.subarray(0, entries));
  cut.coinLots.set(lots.subarray(entries));
  measure(accounts, a, deltas, spots, cut);
}

/** Works out what the lots of a cut mean. */
function measure(accounts: Accounts, a: number, deltas: Float64Array, spots: Float64Array, cut: Cut): void {
  const { holdings, universe, marks, coinValues, seen } = accounts;
  cut.gross.fill(0);
  cut.net.fill(0);
  cut.deltaNotional = 0;
  cut.notional = 0;
  cut.size = 0;
  cut.value = 0;
  cut.lag = 0;
  cut.linearLag = 0;
  for (let coin = 0; coin < coinValues.length; coin++) {
    cut.value += cut.coinLots[coin] * coinValues[coin];
    if (seen !== undefined) cut.lag += cut.coinLots[coin] * (seen.coinValues[coin] - coinValues[coin]);
  }
  const first = holdings.offsets[a];
  for (let e = first; e < holdings.offsets[a + 1]; e++) {
    const i = holdings.instrument[e];
    if (universe.kind[i] === CASH) {
      cut.lots[e - first] = 0;
      continue;
    }
    const u = universe.underlying[i];
    const isSpot = universe.kind[i] === SPOT;
    if (isSpot) cut.lots[e - first] = cut.coinLots[universe.coinOf.indexOf(i)];
    const lots = cut.lots[e - first];
    const delta = lots * deltas[i] * spots[u];
    const notional = Math.abs(lots) * universe.lotSize[i] * spots[u];
    cut.net[u] += delta;
    cut.gross[u] += Math.abs(delta);
    cut.size += notional;
    if (isSpot) continue;
    cut.notional += notional;
    cut.deltaNotional += Math.abs(delta);
    // Variation margin has paid a linear contract's value already.
    if (universe.kind[i] === OPTION) cut.value += lots * marks[i];
    if (seen === undefined) continue;
    const lag = lots * (seen.marks[i] - marks[i]);
    cut.lag += lag;
    if (universe.kind[i] === LINEAR) cut.linearLag += lag;
  }
}

/** Gross delta of a cut over all underlyings, USD: what a keeper has to carry. */
export function carried({ gross }: Cut): number {
  let usd = 0;
  for (let u = 0; u < gross.length; u++) usd += gross[u];
  return usd;
}

/** Takes the cut out of the account's positions and coins; its cash is the caller's. */
export function removeCut(accounts: Accounts, a: number, cut: Cut): void {
  const { holdings, coinLots } = accounts;
  const first = holdings.offsets[a];
  for (let e = first; e < holdings.offsets[a + 1]; e++) holdings.lots[e] -= cut.lots[e - first];
  for (let coin = 0; coin < coinLots.length; coin++) coinLots[coin][a] -= cut.coinLots[coin];
}

function part(lots: number, fraction: number, rounding: Rounding): number {
  const exact = fraction * Math.abs(lots);
  const whole = rounding === "up" ? Math.ceil(exact - HAIR) : Math.floor(exact + HAIR);
  return Math.sign(lots) * Math.min(Math.abs(lots), whole);
}
