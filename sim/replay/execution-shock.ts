import { BallastError } from "../errors.ts";
import { createMarginEngine } from "../margin/engine.ts";
import type { MarginEngine, ScenarioCounts } from "../margin/types.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type Accounts, createAccounts, creditsOf, revalue, valueCoins } from "./accounts.ts";
import { type Book, COINS } from "./book.ts";
import { collateralise } from "./collateralise.ts";
import { LISTED_DAYS, narrowed } from "./crash-bars.ts";
import { takeMarks } from "./mark.ts";
import { materialise } from "./materialise.ts";
import { significant } from "./significant.ts";
import { pegAtOpening, stakedEtherPeg, wantedUnderlyings } from "./simulation.ts";
import { SPOT } from "./universe.ts";

/** Who becomes liquidatable in the block a change executes, and by nothing but the change. Shares are fractions, money USD. */
export interface ExecutionShock {
  readonly hour: number;
  /** Shares of accounts, and of the book's notional they hold. */
  readonly accounts: number;
  readonly notional: number;
  readonly accountsTotal: number;
  readonly newlyLiquidatable: number;
  readonly notionalTotal: number;
  readonly newlyLiquidatableNotional: number;
  /** Relative change of the whole book's maintenance margin. */
  readonly maintenanceIncrease: number;
  /** The largest of them, at most ten. */
  readonly top: readonly ShockedAccount[];
}

export interface ShockedAccount {
  readonly id: string;
  readonly archetype: string;
  readonly notional: number;
  readonly equityBefore: number;
  readonly equityAfter: number;
  readonly maintenanceBefore: number;
  readonly maintenanceAfter: number;
}

export interface ExecutionShockInput {
  readonly market: Market;
  /** When it executes, hours since 1970-01-01T00:00Z. */
  readonly hour: number;
  readonly book: Book;
  readonly before: ParameterSet;
  readonly after: ParameterSet;
  readonly counts: ScenarioCounts;
  /** How long the book has been open when it executes, 0 … 144 hours; 144 if left out: the shortest contracts live seven days. */
  readonly agedHours?: number;
}

const AGED_HOURS = 144;
const LISTED = 10;
const DIGITS = 9;

/**
 * Opens a book with the collateral today's parameters ask for, lets the market move it for some days without anybody acting, then
 * margins it under both sets at the same market: an account is hit if its equity is at or above maintenance under today's set and
 * below under the other. Haircuts count on both sides. A book just opened would have all of its cushion, as no real book has.
 *
 * @throws BOOK_INVALID, PARAMETERS_MISSING, MARKET_HOUR_UNKNOWN, SHOCK_AGE_INVALID
 * @example executionShock({ market, hour, book, before: today, after: proposed, counts: CANONICAL_COUNTS }).accounts; // 0.012
 */
export function executionShock(input: ExecutionShockInput): ExecutionShock {
  const { market, hour, before, after, counts, agedHours = AGED_HOURS } = input;
  if (!(Number.isInteger(agedHours) && agedHours >= 0 && agedHours <= AGED_HOURS)) {
    throw new BallastError("SHOCK_AGE_INVALID", `A book cannot be ${agedHours} hours old.`, {
      where: { field: "agedHours", value: String(agedHours) },
      fix: `Give whole hours, 0 to ${AGED_HOURS}: after that contracts of the book expire.`,
    });
  }
  const engine = createMarginEngine(market, before, counts);
  const opened = openBook(input, engine, hour - agedHours);
  const snapshot = narrowed(market.snapshotAt(hour), opened.universe.underlyings);
  const spots = spotsOf(snapshot);
  const stepBefore = engine.step(snapshot, opened.universe.instruments);
  const coinValues = new Float64Array(COINS.length);
  valueCoins(coinValues, opened.universe, spots, stakedEtherPeg(market, hour));
  takeMarks(opened, stepBefore.marks, coinValues);
  revalue(opened);
  const requirements = stepBefore.requirements(opened.holdings);

  const { coinCredit, cashCredit } = creditsOf(after);
  const seenAfter: Accounts = { ...opened, coinCredit, cashCredit, worth: new Float64Array(opened.count), equity: new Float64Array(opened.count) };
  revalue(seenAfter);
  const required = createMarginEngine(market, after, counts).step(snapshot, opened.universe.instruments).requirements(opened.holdings);

  const hit: ShockedAccount[] = [];
  let notionalTotal = 0;
  let maintenanceBefore = 0;
  let maintenanceAfter = 0;
  for (let a = 0; a < opened.count; a++) {
    const notional = notionalOf(opened, a, spots);
    notionalTotal += notional;
    maintenanceBefore += requirements.maintenance[a];
    maintenanceAfter += required.maintenance[a];
    if (opened.equity[a] < requirements.maintenance[a] || seenAfter.equity[a] >= required.maintenance[a]) continue;
    hit.push({
      id: opened.book[a].id,
      archetype: opened.book[a].archetype,
      notional: significant(notional, DIGITS),
      equityBefore: significant(opened.equity[a], DIGITS),
      equityAfter: significant(seenAfter.equity[a], DIGITS),
      maintenanceBefore: significant(requirements.maintenance[a], DIGITS),
      maintenanceAfter: significant(required.maintenance[a], DIGITS),
    });
  }
  hit.sort((left, right) => right.notional - left.notional || (left.id < right.id ? -1 : 1));
  const hitNotional = hit.reduce((total, { notional }) => total + notional, 0);
  return {
    hour,
    accounts: share(hit.length, opened.count),
    notional: share(hitNotional, notionalTotal),
    accountsTotal: opened.count,
    newlyLiquidatable: hit.length,
    notionalTotal: significant(notionalTotal, DIGITS),
    newlyLiquidatableNotional: significant(hitNotional, DIGITS),
    maintenanceIncrease: maintenanceBefore === 0 ? 0 : significant(maintenanceAfter / maintenanceBefore - 1, DIGITS),
    top: hit.slice(0, LISTED),
  };
}

/** The book at the hour it was opened, collateralised under today's set. */
function openBook({ market, book, before }: ExecutionShockInput, engine: MarginEngine, hour: number): Accounts {
  const wanted = wantedUnderlyings(book);
  const snapshot = narrowed(
    market.snapshotAt(hour),
    market.assetsAt(hour, LISTED_DAYS).filter((asset) => wanted.has(asset)),
  );
  const listed = materialise(book, snapshot);
  const accounts = createAccounts(listed, before);
  const step = engine.step(snapshot, listed.universe.instruments);
  accounts.marks.set(step.marks);
  valueCoins(accounts.coinValues, accounts.universe, spotsOf(snapshot), pegAtOpening(market, hour));
  collateralise(accounts, step);
  return accounts;
}

function spotsOf(snapshot: Snapshot): Float64Array {
  return Float64Array.from(snapshot.underlyings, ({ spot }) => spot);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : significant(part / whole, DIGITS);
}

function notionalOf({ holdings, universe }: Accounts, a: number, spots: Float64Array): number {
  let notional = 0;
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
    const i = holdings.instrument[e];
    if (universe.kind[i] !== SPOT) notional += Math.abs(holdings.lots[e]) * universe.lotSize[i] * spots[universe.underlying[i]];
  }
  return notional;
}
