import { BallastError } from "../errors.ts";
import type { MarginEngine, MarginStep } from "../margin/types.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { DrawMemory } from "../scenarios/index.ts";
import { type Accounts, createAccounts, revalue, valueCoins } from "./accounts.ts";
import { type Book, COINS } from "./book.ts";
import { collateralise } from "./collateralise.ts";
import { LISTED_DAYS, narrowed } from "./crash-bars.ts";
import { takeMarks } from "./mark.ts";
import { type MaterialisedBook, materialise } from "./materialise.ts";
import { pegAtOpening, stakedEtherPeg, wantedUnderlyings } from "./simulation.ts";
import { markUsdc, standUsdc, usdcValue } from "./usdc.ts";

export interface AgedBookInput {
  readonly market: Market;
  /** Now, hours since 1970-01-01T00:00Z. */
  readonly hour: number;
  readonly book: Book;
  /** What the collateral was asked under. */
  readonly parameters: ParameterSet;
  /** How long the book has been open, 0 … 144 hours; 144 if left out: the shortest contracts live seven days. */
  readonly agedHours?: number;
  /** Of the market, where several engines share one. */
  readonly memory?: DrawMemory;
}

/** A book as it stands some days after it was opened, and the market it stands in. */
export interface AgedBook {
  readonly accounts: Accounts;
  readonly fundUsd: number;
  readonly snapshot: Snapshot;
  readonly spots: Float64Array;
  readonly step: MarginStep;
}

const AGED_HOURS = 144;

/**
 * Opens a book with the collateral its parameters ask for and lets the market move it for some days without anybody acting: a book just opened
 * would have all of its cushion, as no real book has.
 *
 * @param engine the one of `parameters`
 * @throws BOOK_INVALID, PARAMETERS_MISSING, MARKET_HOUR_UNKNOWN, SHOCK_AGE_INVALID
 * @example agedBook({ market, hour, book, parameters }, engine).accounts.equity[0];
 */
export function agedBook(input: AgedBookInput, engine: MarginEngine): AgedBook {
  const { market, hour, agedHours = AGED_HOURS } = input;
  if (!(Number.isInteger(agedHours) && agedHours >= 0 && agedHours <= AGED_HOURS)) {
    throw new BallastError("SHOCK_AGE_INVALID", `A book cannot be ${agedHours} hours old.`, {
      where: { field: "agedHours", value: String(agedHours) },
      fix: `Give whole hours, 0 to ${AGED_HOURS}: after that contracts of the book expire.`,
    });
  }
  const { accounts, listed } = openBook(input, engine, hour - agedHours);
  const snapshot = narrowed(market.snapshotAt(hour), accounts.universe.underlyings);
  const spots = spotsOf(snapshot);
  const step = engine.step(snapshot, accounts.universe.instruments);
  const coinValues = new Float64Array(COINS.length);
  valueCoins(coinValues, accounts.universe, spots, stakedEtherPeg(market, hour));
  takeMarks(accounts, step.marks, coinValues);
  const usdc = usdcValue(market, hour);
  const grown = usdc / usdcValue(market, hour - agedHours);
  for (let a = 0; a < accounts.count; a++) accounts.cash[a] *= grown;
  markUsdc(accounts, usdc);
  standUsdc(accounts);
  revalue(accounts);
  return { accounts, fundUsd: listed.fundUsd * grown, snapshot, spots, step };
}

function openBook({ market, book, parameters }: AgedBookInput, engine: MarginEngine, hour: number): { accounts: Accounts; listed: MaterialisedBook } {
  const wanted = wantedUnderlyings(book);
  const snapshot = narrowed(
    market.snapshotAt(hour),
    market.assetsAt(hour, LISTED_DAYS).filter((asset) => wanted.has(asset)),
  );
  const listed = materialise(book, snapshot);
  const accounts = createAccounts(listed, parameters);
  const step = engine.step(snapshot, listed.universe.instruments);
  accounts.marks.set(step.marks);
  valueCoins(accounts.coinValues, accounts.universe, spotsOf(snapshot), pegAtOpening(market, hour));
  markUsdc(accounts, usdcValue(market, hour));
  collateralise(accounts, step);
  return { accounts, listed };
}

function spotsOf(snapshot: Snapshot): Float64Array {
  return Float64Array.from(snapshot.underlyings, ({ spot }) => spot);
}
