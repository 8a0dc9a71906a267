import { BallastError } from "../errors.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type BookAccount, COINS } from "./book.ts";
import type { MaterialisedBook } from "./materialise.ts";
import { LINEAR, OPTION, type Universe } from "./universe.ts";

/** A position table whose lots change as positions are sold and settle. */
export interface Holdings {
  readonly accounts: number;
  offsets: Int32Array;
  instrument: Int32Array;
  lots: Float64Array;
}

/** Amounts this small are rounding, neither debts nor worth: USD. Losses shared by all can leave an account with a last bit. */
export const DUST_USD = 1e-6;

/** What every account has. One array entry per account, in the order of their ids; money in USD. */
export interface Accounts {
  readonly book: readonly BookAccount[];
  readonly count: number;
  readonly universe: Universe;
  readonly holdings: Holdings;
  /** USDC: deposits, variation margin and what was paid for slices; negative is a debt. */
  readonly cash: Float64Array;
  /** By coin in the order of COINS: whole lots of the underlying. They also stand in `holdings`, each as a `spot` of its own. */
  readonly coinLots: readonly Float64Array[];
  /** Mark of one lot of each instrument of the universe; what has expired keeps its settlement value. */
  readonly marks: Float64Array;
  /** Marks at which every position was opened: nothing is added to later. */
  readonly openingMarks: Float64Array;
  /** Value of one lot of each coin. */
  readonly coinValues: Float64Array;
  /** One minus the haircut, by coin, and of USDC. */
  readonly coinCredit: Float64Array;
  readonly cashCredit: number;
  /** Prices the protocol acts on; undefined where they are the market's. */
  seen: Prices | undefined;
  /** Equity at market value; at the protocol's prices; and at those as margin counts it: collateral after haircut. Filled by `revalue`. */
  readonly worth: Float64Array;
  readonly seenWorth: Float64Array;
  readonly equity: Float64Array;
}

/** Of one lot of each instrument of the universe, and of each coin. */
export interface Prices {
  readonly marks: Float64Array;
  readonly coinValues: Float64Array;
}

/**
 * @throws PARAMETERS_MISSING for a collateral without parameters
 */
export function createAccounts({ accounts, universe, table }: MaterialisedBook, parameters: ParameterSet): Accounts {
  const count = table.accounts;
  return {
    book: accounts,
    count,
    universe,
    holdings: { accounts: count, offsets: table.offsets, instrument: table.instrument, lots: table.lots },
    cash: new Float64Array(count),
    coinLots: COINS.map(() => new Float64Array(count)),
    marks: new Float64Array(universe.instruments.length),
    openingMarks: new Float64Array(universe.instruments.length),
    coinValues: new Float64Array(COINS.length),
    ...creditsOf(parameters),
    seen: undefined,
    worth: new Float64Array(count),
    seenWorth: new Float64Array(count),
    equity: new Float64Array(count),
  };
}

/** What a parameter set counts of each USD of collateral: one less the haircut. */
export function creditsOf(parameters: ParameterSet): Pick<Accounts, "coinCredit" | "cashCredit"> {
  return { coinCredit: Float64Array.from(COINS, ({ name }) => creditOf(parameters, name)), cashCredit: creditOf(parameters, "USDC") };
}

/** Values every coin at the spot of its underlying and its peg. A peg that is not known makes the coin worthless here: nobody holds it. */
export function valueCoins(coinValues: Float64Array, universe: Universe, spots: Float64Array, stakedEtherPeg: number): void {
  COINS.forEach(({ name, underlying }, coin) => {
    const u = universe.underlyings.indexOf(underlying);
    const peg = name === "stETH" ? stakedEtherPeg : 1;
    coinValues[coin] = u < 0 || Number.isNaN(peg) ? 0 : universe.lotSize[universe.spotOf[u]] * spots[u] * peg;
  });
}

/** Recomputes worth and equity of every account from its holdings, coins and cash at the current prices. */
export function revalue(accounts: Accounts): void {
  for (let a = 0; a < accounts.count; a++) revalueAccount(accounts, a);
}

/** The same for one account. */
export function revalueAccount(accounts: Accounts, a: number): void {
  const { coinLots, coinValues, seen } = accounts;
  const worth = accounts.cash[a] + optionValue(accounts, a);
  let coins = 0;
  for (let coin = 0; coin < coinLots.length; coin++) coins += coinLots[coin][a] * coinValues[coin];
  accounts.worth[a] = worth + coins;
  const lag = seen === undefined ? NO_LAG : lagOf(accounts, seen, a);
  accounts.seenWorth[a] = accounts.worth[a] + lag.linear + lag.options + lag.coins;
  accounts.equity[a] = accounts.seenWorth[a] - haircutOf(accounts, accounts.cash[a] + lag.linear, a);
}

/**
 * What margin does not count of some cash and of an account's coins, USD at the prices the protocol acts on.
 *
 * @param sold lots by coin that are not the account's any more
 */
export function haircutOf({ coinLots, coinValues, coinCredit, cashCredit, seen }: Accounts, cash: number, a: number, sold?: Float64Array): number {
  const values = seen?.coinValues ?? coinValues;
  let haircut = cash > 0 ? cash * (1 - cashCredit) : 0;
  for (let coin = 0; coin < values.length; coin++) haircut += (coinLots[coin][a] - (sold?.[coin] ?? 0)) * values[coin] * (1 - coinCredit[coin]);
  return haircut;
}

const NO_LAG = { linear: 0, options: 0, coins: 0 };

/** What an account is worth more at the protocol's prices than at the market's: in gains not yet paid, in options and in coins. */
function lagOf({ holdings, universe, marks, coinLots, coinValues }: Accounts, seen: Prices, a: number): typeof NO_LAG {
  let linear = 0;
  let options = 0;
  let coins = 0;
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
    const i = holdings.instrument[e];
    const lag = holdings.lots[e] * (seen.marks[i] - marks[i]);
    if (universe.kind[i] === LINEAR) linear += lag;
    else if (universe.kind[i] === OPTION) options += lag;
  }
  for (let coin = 0; coin < coinLots.length; coin++) coins += coinLots[coin][a] * (seen.coinValues[coin] - coinValues[coin]);
  return { linear, options, coins };
}

/** Mark-to-market of an account's options. Linear contracts are worth nothing: their gains are in the cash already. */
export function optionValue({ holdings, universe, marks }: Accounts, a: number): number {
  let value = 0;
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
    const i = holdings.instrument[e];
    if (universe.kind[i] === OPTION) value += holdings.lots[e] * marks[i];
  }
  return value;
}

function creditOf(parameters: ParameterSet, collateral: string): number {
  const haircut = parameters.collaterals[collateral]?.haircut;
  if (haircut === undefined) {
    throw new BallastError("PARAMETERS_MISSING", `The parameter set has no collateral ${collateral}.`, {
      where: { field: `collaterals.${collateral}` },
      fix: `Add ${collateral} to the parameter file.`,
    });
  }
  return 1 - haircut / 10_000;
}
