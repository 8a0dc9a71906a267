import type { Accounts } from "./accounts.ts";
import { aliveAt, LINEAR, OPTION, settlementValue } from "./universe.ts";

/**
 * Takes new marks: what linear contracts gained since the last is paid in cash (variation margin), options and coins carry theirs.
 *
 * @param marks of the first instruments of the universe, those that live
 * @param coinValues of one lot by coin
 * @returns what all accounts together gained, USD
 */
export function takeMarks(accounts: Accounts, marks: Float64Array, coinValues: Float64Array): number {
  const { holdings, universe, cash, coinLots, count } = accounts;
  let gained = 0;
  for (let a = 0; a < count; a++) {
    for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
      const i = holdings.instrument[e];
      if (i >= marks.length) continue;
      const gain = holdings.lots[e] * (marks[i] - accounts.marks[i]);
      if (universe.kind[i] === LINEAR) cash[a] += gain;
      if (universe.kind[i] === LINEAR || universe.kind[i] === OPTION) gained += gain;
    }
    for (let coin = 0; coin < coinLots.length; coin++) gained += coinLots[coin][a] * (coinValues[coin] - accounts.coinValues[coin]);
  }
  accounts.marks.set(marks);
  accounts.coinValues.set(coinValues);
  return gained;
}

/**
 * Settles everything that has expired by `hour` at the spot, into cash, and takes it out of the holdings.
 *
 * @returns what all accounts gained against the last marks, USD, and whether each had something settle; undefined if nothing expired
 */
export function settleExpired(accounts: Accounts, hour: number, spots: Float64Array, alive: number): { gained: number; settled: Uint8Array } | undefined {
  const { universe, count } = accounts;
  const left = aliveAt(universe, hour);
  if (left === alive) return undefined;
  let gained = 0;
  const settled = new Uint8Array(count);
  for (let i = left; i < alive; i++) {
    const value = settlementValue(universe, i, spots[universe.underlying[i]]);
    gained += settle(accounts, i, value, settled);
    accounts.marks[i] = value;
  }
  dropFrom(accounts, left);
  return { gained, settled };
}

/** Pays every holder of an instrument its settlement value; returns what all gained against the last mark, USD. */
function settle({ holdings: { offsets, instrument, lots }, universe, cash, count, marks }: Accounts, i: number, value: number, settled: Uint8Array): number {
  let gained = 0;
  for (let a = 0; a < count; a++) {
    for (let e = offsets[a]; e < offsets[a + 1]; e++) {
      if (instrument[e] !== i || lots[e] === 0) continue;
      const gain = lots[e] * (value - marks[i]);
      gained += gain;
      cash[a] += universe.kind[i] === OPTION ? lots[e] * value : gain;
      settled[a] = 1;
    }
  }
  return gained;
}

/** Takes the entries of instruments from number `left` on out of the holdings. */
function dropFrom({ holdings, count }: Accounts, left: number): void {
  const offsets = new Int32Array(count + 1);
  const instrument: number[] = [];
  const lots: number[] = [];
  for (let a = 0; a < count; a++) {
    for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
      if (holdings.instrument[e] >= left) continue;
      instrument.push(holdings.instrument[e]);
      lots.push(holdings.lots[e]);
    }
    offsets[a + 1] = instrument.length;
  }
  holdings.offsets = offsets;
  holdings.instrument = Int32Array.from(instrument);
  holdings.lots = Float64Array.from(lots);
}
