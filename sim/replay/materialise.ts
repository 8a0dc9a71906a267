import { BallastError } from "../errors.ts";
import type { PositionTable } from "../margin/types.ts";
import type { Snapshot, UnderlyingState } from "../market/snapshot.ts";
import { HOURS_PER_YEAR } from "../market/volatility.ts";
import { normalCdf } from "../math/index.ts";
import { type Instrument, instrumentId, lotSize } from "../pricing/instrument.ts";
import { type Book, type BookAccount, type BookPosition, COINS, type CollateralMix } from "./book.ts";
import { deviationsOf, listedExpiry, listedStrike } from "./listing.ts";
import { createUniverse, type Universe } from "./universe.ts";

/** A book in the contracts listed at one hour. Collateral is not in it yet: how much there is depends on the parameters. */
export interface MaterialisedBook {
  readonly fundUsd: number;
  /** Sorted by id, those without a position left out. */
  readonly accounts: readonly BookAccount[];
  readonly universe: Universe;
  /** Rows of `accounts`, entries by underlying; a row has an entry of no lots for each coin the account may hold as collateral, and last one for its USDC. */
  readonly table: PositionTable;
}

/**
 * Lists a book at a snapshot: strikes and expiries from the listed grid, notional in whole lots at the spot. Positions in an
 * underlying the snapshot does not hold are left out (it was not listed yet), and with them accounts that hold nothing else.
 *
 * @throws BOOK_INVALID for a repeated id, shares that do not add up to 1, a cushion below 1 or a number that is none
 * @example const { universe, table } = materialise(seededPopulation({ accounts: 500, seed: 1 }), market.snapshotAt(439_344));
 */
export function materialise(book: Book, snapshot: Snapshot): MaterialisedBook {
  const underlyings = snapshot.underlyings.map(({ asset }) => asset);
  const accounts = [...book.accounts].sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
  accounts.forEach((account, a) => {
    check(account, accounts[a - 1]);
  });
  if (!(book.fundUsd >= 0 && Number.isFinite(book.fundUsd))) throw invalid("fundUsd", book.fundUsd, "The fund is an amount of USD, zero or more.");

  const rows = accounts.map((account) => ({ account, lots: lotsOf(account, snapshot) })).filter(({ lots }) => lots.size > 0);
  if (rows.length === 0) throw invalid("accounts", book.accounts.length, `Give at least one account with a position in ${underlyings.join(", ")}.`);
  const universe = createUniverse(
    underlyings,
    rows.flatMap(({ lots }) => [...lots.values()].map(({ instrument }) => instrument)),
  );
  const numbers = new Map(universe.instruments.map((instrument, index) => [instrumentId(instrument), index]));
  const offsets = new Int32Array(rows.length + 1);
  const entries: { instrument: number; lots: number }[] = [];
  rows.forEach(({ account, lots }, a) => {
    const row = [...lots].map(([id, position]) => ({ instrument: numbers.get(id) as number, lots: position.lots }));
    for (const coin of coinsOf(account.collateral)) {
      const { underlying } = COINS[coin];
      if (universe.coinOf[coin] < 0) throw invalid(`accounts.${account.id}.collateral`, underlying, `The market has no ${underlying} at this hour.`);
      row.push({ instrument: universe.coinOf[coin], lots: 0 });
    }
    row.push({ instrument: universe.usdc, lots: 0 });
    row.sort((left, right) => universe.underlying[left.instrument] - universe.underlying[right.instrument] || left.instrument - right.instrument);
    entries.push(...row);
    offsets[a + 1] = entries.length;
  });
  const table = {
    accounts: rows.length,
    offsets,
    instrument: Int32Array.from(entries, ({ instrument }) => instrument),
    lots: Float64Array.from(entries, ({ lots }) => lots),
  };
  return { fundUsd: book.fundUsd, accounts: rows.map(({ account }) => account), universe, table };
}

interface Position {
  readonly instrument: Instrument;
  lots: number;
}

function lotsOf(account: BookAccount, snapshot: Snapshot): Map<string, Position> {
  const positions = new Map<string, Position>();
  const delta = new Map<string, number>();
  const add = (instrument: Instrument, lots: number, lotDelta: number) => {
    const id = instrumentId(instrument);
    const held = positions.get(id);
    if (held === undefined) positions.set(id, { instrument, lots });
    else held.lots += lots;
    delta.set(instrument.underlying, (delta.get(instrument.underlying) ?? 0) + lots * lotDelta);
  };
  const inOrder = [...account.positions].sort((left, right) => Number(left.kind === "hedge") - Number(right.kind === "hedge"));
  for (const position of inOrder) {
    const state = snapshot.underlyings.find(({ asset }) => asset === position.underlying);
    if (state === undefined) continue;
    if (position.kind === "hedge") {
      const lots = -nearest((delta.get(position.underlying) ?? 0) * position.share);
      if (lots !== 0) add({ kind: "perp", underlying: position.underlying }, lots, 1);
      continue;
    }
    add(...contractOf(position, snapshot, state));
  }
  for (const [id, { lots }] of positions) if (lots === 0) positions.delete(id);
  return positions;
}

/** The instrument, whole lots, and delta of a lot in lots: N(d₁) at the money's volatility, good enough for a trader's hedge. */
function contractOf(position: Exclude<BookPosition, { kind: "hedge" }>, snapshot: Snapshot, state: UnderlyingState): [Instrument, number, number] {
  const { underlying, notionalUsd } = position;
  const size = nearest(Math.abs(notionalUsd) / (state.spot * lotSize(underlying)));
  const lots = Math.sign(notionalUsd) * Math.max(1, size);
  if (position.kind === "perp") return [{ kind: "perp", underlying }, lots, 1];
  const expiryHour = listedExpiry(snapshot.hour, position.tenorHours);
  if (position.kind === "future") return [{ kind: "future", underlying, expiryHour }, lots, 1];
  const hours = expiryHour - snapshot.hour;
  const { strike: distance, right } = position;
  const deviations = "moneyness" in distance ? deviationsOf(distance.moneyness, state.atmVolatility, hours) : distance.standardDeviations;
  const strike = listedStrike({ spot: state.spot, rate: snapshot.rate, atmVolatility: state.atmVolatility }, deviations, hours);
  const inTheMoney = normalCdf(-deviations + 0.5 * state.atmVolatility * Math.sqrt(hours / HOURS_PER_YEAR));
  return [{ kind: "option", underlying, right, strike, expiryHour }, lots, right === "call" ? inTheMoney : inTheMoney - 1];
}

/** Numbers of the coins an account may hold: those it names, and what stands in for one that is not quoted yet. */
function coinsOf(mix: CollateralMix): number[] {
  const named = COINS.filter(({ name }) => (mix[name] ?? 0) > 0);
  return [...COINS.keys()].filter((coin) => named.some(({ name, underlying }) => COINS[coin].name === name || COINS[coin].name === underlying));
}

function nearest(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

function check(account: BookAccount, previous: BookAccount | undefined): void {
  const field = `accounts.${account.id}`;
  if (account.id === previous?.id) throw invalid(`${field}.id`, account.id, "Every account has an id of its own.");
  if (!(account.cushion >= 1 && Number.isFinite(account.cushion)))
    throw invalid(`${field}.cushion`, account.cushion, "An account starts with at least its initial margin: 1 or more.");
  if (!(account.reserve >= 0 && Number.isFinite(account.reserve))) throw invalid(`${field}.reserve`, account.reserve, "Zero or more.");
  const { probability, delayHours } = account.response;
  if (!(probability >= 0 && probability <= 1)) throw invalid(`${field}.response.probability`, probability, "From 0 to 1.");
  if (!(Number.isInteger(delayHours) && delayHours >= 0)) throw invalid(`${field}.response.delayHours`, delayHours, "Whole hours, zero or more.");
  const shares = Object.entries(account.collateral);
  const known = shares.every(([name, share]) => (name === "USDC" || COINS.some((coin) => coin.name === name)) && share >= 0);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  if (!known || !(Math.abs(total - 1) < 1e-9))
    throw invalid(`${field}.collateral`, JSON.stringify(account.collateral), "Shares of USDC, ETH, BTC and stETH that add up to 1.");
  for (const [index, position] of account.positions.entries()) {
    const numbers =
      position.kind === "hedge"
        ? [position.share]
        : [position.notionalUsd, ...("tenorHours" in position ? [position.tenorHours] : []), ...strikeNumbers(position)];
    const sized = position.kind === "hedge" || position.notionalUsd !== 0;
    const tenor = !("tenorHours" in position) || position.tenorHours > 0;
    const strike = position.kind !== "option" || !("moneyness" in position.strike) || position.strike.moneyness > 0;
    if (!(numbers.every(Number.isFinite) && sized && tenor && strike))
      throw invalid(`${field}.positions[${index}]`, JSON.stringify(position), "A size other than zero, a tenor above zero, a strike above zero.");
  }
}

function strikeNumbers(position: BookPosition): number[] {
  if (position.kind !== "option") return [];
  return ["moneyness" in position.strike ? position.strike.moneyness : position.strike.standardDeviations];
}

function invalid(field: string, value: string | number, fix: string): BallastError {
  return new BallastError("BOOK_INVALID", `The book is not valid at ${field}.`, { where: { field, value: String(value) }, fix });
}
