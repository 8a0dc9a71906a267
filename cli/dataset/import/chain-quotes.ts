import { BallastError } from "../../../sim/errors.ts";
import { FEWEST_STRIKES } from "../../../sim/market/index.ts";
import { impliedVolatility } from "../../../sim/pricing/index.ts";
import { hourText } from "../time.ts";
import type { ChainRow, ChainRows, Sides } from "./chain-rows.ts";

/** How a file writes option prices: in US dollars (or the strike's currency), or in coins of the underlying, as Deribit's inverse options. */
export type PriceUnit = "usd" | "coin";

/** One strike of an expiry, quoted by the option out of the money where there is one. */
export interface StrikeQuote {
  readonly line: number;
  readonly strike: number;
  readonly logMoneyness: number;
  /** Annualised. A mark without a bid and an offer stands for both. */
  readonly bid: number;
  readonly ask: number;
  readonly isMark: boolean;
}

export interface QuotedExpiry {
  /** Hours since 1970-01-01T00:00Z. */
  readonly expiry: number;
  readonly years: number;
  /** In order of strike, each once. */
  readonly quotes: readonly StrikeQuote[];
}

/** The options of one underlying at one time; known from the start of `hour` on. */
export interface QuotedChain {
  readonly asset: string;
  readonly hour: number;
  readonly expiries: readonly QuotedExpiry[];
}

const HOURS_PER_YEAR = 8760;
/** A file whose middle volatility is above this writes points (65), below it decimals (0.65). */
const LARGEST_DECIMAL = 3;
const PLAUSIBLE = [0.01, 10] as const;

/**
 * Groups rows into chains by underlying and hour, turns prices into volatilities, and keeps one quote a strike. What is left out is said in `notes`.
 *
 * @throws BallastError IMPORT_UNIT_IMPLAUSIBLE, IMPORT_PRICE_UNIT_MISSING, IMPORT_PRICE_OUTSIDE_BOUNDS, IMPORT_QUOTE_CROSSED,
 * IMPORT_QUOTE_DUPLICATE, IMPORT_CHAIN_TOO_FEW
 */
export function quotedChains(file: string, { rows, hasVolatilities }: ChainRows, prices: PriceUnit | undefined, notes: string[]): QuotedChain[] {
  const scale = hasVolatilities ? volatilityScale(rows) : 1;
  const chains = Map.groupBy(rows, (row) => `${row.asset} ${Math.ceil(row.time)}`);
  const found = [...chains.values()].flatMap((group) => {
    const [{ asset }] = group;
    const hour = Math.ceil(group[0].time);
    refuseDuplicates(file, group);
    const expiries = [...Map.groupBy(group, (row) => row.expiry)].sort(([a], [b]) => a - b);
    const kept = expiries.flatMap(([expiry, options]) => {
      const name = `${asset} ${hourText(expiry)}`;
      const quotes = onePerStrike(options.map((row) => quoteOf(file, row, hasVolatilities ? scale : undefined, prices)).filter((quote) => quote !== undefined));
      const years = (expiry - Math.max(...options.map(({ time }) => time))) / HOURS_PER_YEAR;
      const unquoted = new Set(options.map(({ strike }) => strike)).size - quotes.length;
      if (unquoted > 0) notes.push(`${name}: ${unquoted} strike(s) with neither both sides nor a mark were left out.`);
      const why = unusable(quotes, years);
      if (why === undefined) return [{ expiry, years, quotes }];
      notes.push(`${name} was left out: ${why}.`);
      return [];
    });
    return kept.length === 0 ? [] : [{ asset, hour, expiries: kept }];
  });
  if (found.length > 0) return found.sort((a, b) => a.hour - b.hour);
  throw new BallastError("IMPORT_CHAIN_TOO_FEW", `No expiry of the file can be fitted. ${notes.slice(-3).join(" ")}`.trim(), {
    where: { file },
    fix: `An expiry needs ${FEWEST_STRIKES} strikes with a bid and an offer, or a mark, on both sides of the forward.`,
  });
}

function unusable(quotes: readonly StrikeQuote[], years: number): string | undefined {
  if (years * HOURS_PER_YEAR < 1) return "it expires within the hour";
  if (quotes.length < FEWEST_STRIKES) return `it has ${quotes.length} strike(s), ${FEWEST_STRIKES} are needed`;
  if (quotes[0].logMoneyness >= 0 || quotes[quotes.length - 1].logMoneyness <= 0) return "all its strikes are on one side of the forward";
  return undefined;
}

/** 0.01 for vol points, 1 for decimals, by the middle of what the file has. */
function volatilityScale(rows: readonly ChainRow[]): number {
  const all = rows.flatMap(({ volatilities: { bid, ask, mark } }) => [bid, ask, mark].filter((value) => !Number.isNaN(value))).sort((a, b) => a - b);
  return all.length > 0 && all[all.length >> 1] > LARGEST_DECIMAL ? 0.01 : 1;
}

function refuseDuplicates(file: string, group: readonly ChainRow[]): void {
  const seen = new Map<string, number>();
  for (const { line, expiry, strike, right } of group) {
    const key = `${expiry} ${strike} ${right}`;
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      throw new BallastError("IMPORT_QUOTE_DUPLICATE", `The ${right} of ${strike} is there twice within an hour, first on line ${earlier}.`, {
        where: { file, line, field: "strike", value: String(strike) },
        fix: "Keep one snapshot an hour: a chain is known by the hour.",
      });
    }
    seen.set(key, line);
  }
}

function quoteOf(
  file: string,
  row: ChainRow,
  scale: number | undefined,
  prices: PriceUnit | undefined,
): (StrikeQuote & { readonly outOfTheMoney: boolean }) | undefined {
  const { bid, ask, mark } = scale === undefined ? volatilitiesOfPrices(file, row, prices) : scaled(file, row, scale);
  if (bid > ask) {
    throw new BallastError("IMPORT_QUOTE_CROSSED", `The ${row.right} of ${row.strike} is bid above its offer.`, {
      where: { file, line: row.line, field: "bid", value: `${bid} > ${ask}` },
      fix: "A crossed market is no market: remove the row, or take the chain at another time.",
    });
  }
  const isMark = !(bid > 0 && ask > 0);
  if (isMark && !(mark > 0)) return undefined;
  return {
    line: row.line,
    strike: row.strike,
    logMoneyness: Math.log(row.strike / row.forward),
    bid: isMark ? mark : bid,
    ask: isMark ? mark : ask,
    isMark,
    outOfTheMoney: row.right === "call" ? row.strike >= row.forward : row.strike < row.forward,
  };
}

function scaled(file: string, { line, volatilities }: ChainRow, scale: number): Sides {
  const { bid, ask, mark } = volatilities;
  for (const value of [bid, ask, mark]) {
    if (Number.isNaN(value) || (value * scale >= PLAUSIBLE[0] && value * scale <= PLAUSIBLE[1])) continue;
    throw new BallastError("IMPORT_UNIT_IMPLAUSIBLE", `An implied volatility of ${value} is not plausible in ${scale === 1 ? "decimals" : "points"}.`, {
      where: { file, line, field: "iv", value: String(value) },
      fix: "Volatilities are all in points (65.2) or all decimals (0.652), from 1 % to 1000 %.",
    });
  }
  return { bid: bid * scale, ask: ask * scale, mark: mark * scale };
}

/** A bid at or below the intrinsic value bids for no volatility; an offer or a mark below it is an error of the file. */
function volatilitiesOfPrices(file: string, row: ChainRow, unit: PriceUnit | undefined): Sides {
  const { line, prices, strike, forward, right, expiry, time } = row;
  if (unit === undefined) {
    throw new BallastError("IMPORT_PRICE_UNIT_MISSING", "The file has prices and no volatilities, and does not say what they are in.", {
      where: { file, line, field: "--prices" },
      fix: "Add --prices usd, or --prices coin for prices in the underlying (Deribit's BTC and ETH options).",
    });
  }
  const intrinsic = Math.max(right === "call" ? forward - strike : strike - forward, 0);
  const volatility = (side: keyof Sides): number => {
    const price = prices[side] * (unit === "coin" ? forward : 1);
    if (Number.isNaN(price) || (side === "bid" && price <= intrinsic)) return Number.NaN;
    try {
      return impliedVolatility(right, price, forward, strike, (expiry - time) / HOURS_PER_YEAR, 1);
    } catch (cause) {
      throw new BallastError("IMPORT_PRICE_OUTSIDE_BOUNDS", `No volatility gives the ${right} of ${strike} a price of ${price} USD.`, {
        where: { file, line, field: side, value: String(prices[side]) },
        fix: `With a forward of ${forward} it lies between ${intrinsic} and ${right === "call" ? forward : strike}; is it in ${unit === "usd" ? "coins" : "USD"}?`,
        cause,
      });
    }
  };
  return { bid: volatility("bid"), ask: volatility("ask"), mark: volatility("mark") };
}

/** Of a call and a put at one strike the one out of the money: its price is all time value. */
function onePerStrike(quotes: readonly (StrikeQuote & { readonly outOfTheMoney: boolean })[]): StrikeQuote[] {
  const byStrike = Map.groupBy(quotes, ({ strike }) => strike);
  return [...byStrike.values()]
    .map((same) => same.find(({ outOfTheMoney }) => outOfTheMoney) ?? same[0])
    .sort((a, b) => a.logMoneyness - b.logMoneyness)
    .map(({ line, strike, logMoneyness, bid, ask, isMark }) => ({ line, strike, logMoneyness, bid, ask, isMark }));
}
