import { basename } from "node:path";
import { BallastError } from "../../../sim/errors.ts";
import type { ChainFit } from "../../../sim/market/dataset.ts";
import { butterfliesOf, calendarsOf, calibrateSurface, type ExpiryFit, type QuoteArbitrage } from "../../../sim/market/index.ts";
import type { Content } from "../content.ts";
import { renderDataset } from "../content.ts";
import { historyOf } from "../load.ts";
import { type Manifest, manifestHash } from "../manifest.ts";
import { storeDataset } from "../store.ts";
import { hourText } from "../time.ts";
import { type PriceUnit, type QuotedChain, type QuotedExpiry, quotedChains, type StrikeQuote } from "./chain-quotes.ts";
import { readChainRows } from "./chain-rows.ts";
import { startingPoint } from "./index.ts";
import { mergeSmiles } from "./merge.ts";
import { readRows } from "./rows.ts";

export interface ChainRequest {
  readonly chain: string;
  /** Whose options to take from the file; all it has, if left out. */
  readonly asset?: string | undefined;
  readonly to: string;
  readonly base?: string | undefined;
  readonly venue?: string | undefined;
  readonly prices?: PriceUnit | undefined;
}

/** What an import of chains did, expiry by expiry. Volatilities are decimals. */
export interface ChainSummary {
  readonly chains: readonly {
    readonly asset: string;
    /** The hour from whose start on it is known. */
    readonly hour: string;
    readonly expiries: readonly (Omit<ExpiryFit, "worstAt"> & { readonly expiry: string; readonly worstStrike: number })[];
  }[];
  readonly notes: readonly string[];
  readonly to: string;
  readonly hash: string;
}

/** A mark counts as a quote this wide; a quote as no narrower than a point: no smile is known better. */
const MARK_SPREAD = 0.02;
const LEAST_SPREAD = 0.01;
/**
 * An arbitrage in quotes by more than this volatility is refused, a smaller one said: a snapshot's quotes are not of one moment, and a straight
 * line between strikes is no price.
 */
const TOLERATED = 0.02;
/** Beyond this root mean square no surface of the chain's own has been found. */
const LARGEST_ERROR = 0.1;
/** The chain's forward and the dataset's close may differ by this much (log): further apart they are of two times, or two assets. */
const LARGEST_BASIS = 0.25;
const STALE_HOURS = 24;

/**
 * Calibrates every chain of a CSV and keeps the surfaces in a dataset folder, where the market uses them instead of the model's for a day.
 * Nothing is repaired: a quote that could not be is refused with its line, what was left out is said in `notes`.
 *
 * @throws BallastError those of `readChainRows` and `quotedChains`, IMPORT_ASSET_MISMATCH, IMPORT_UNDERLYING_UNKNOWN, IMPORT_CHAIN_MISPLACED,
 * IMPORT_BUTTERFLY_ARBITRAGE, IMPORT_CALENDAR_ARBITRAGE, IMPORT_CHAIN_UNFIT, IMPORT_CONFLICT, DATASET_… of the folder
 * @example await importChain({ chain: "deribit-2025-10-10.csv", to: "my-data", base: "data" })
 */
export async function importChain(request: ChainRequest): Promise<ChainSummary> {
  const rows = await readRows(request.chain);
  const read = readChainRows(rows, request.asset);
  const notes = [...read.notes];
  const wanted = request.asset === undefined ? read.rows : read.rows.filter(({ asset }) => asset === request.asset?.toUpperCase());
  if (wanted.length === 0) {
    throw new BallastError("IMPORT_ASSET_MISMATCH", `The file has no option on ${request.asset}.`, {
      where: { file: request.chain, line: read.rows[0].line, field: "underlying", value: read.rows[0].asset },
      fix: `It has ${[...new Set(read.rows.map(({ asset }) => asset))].join(", ")}.`,
    });
  }
  if (wanted.length < read.rows.length) notes.push(`${read.rows.length - wanted.length} row(s) of other underlyings were left out.`);
  const { content, basis } = await startingPoint(request);
  requireUnderlying(request, content, wanted);
  const chains = quotedChains(request.chain, { ...read, rows: wanted }, request.prices, notes);
  const fitted = chains.map((chain) => {
    for (const [i, expiry] of chain.expiries.entries()) holdAgainstArbitrage(request.chain, chain, expiry, chain.expiries[i + 1], notes);
    return fitChain(request.chain, chain);
  });
  const provenance = `Fitted on the option chain ${basename(request.chain)}.`;
  let merged = content;
  for (const [asset, own] of Map.groupBy(fitted, ({ chain }) => chain.asset)) {
    const fits = own.map(({ fit }) => fit);
    merged = mergeSmiles(merged, fits, { file: request.chain, asset, venue: request.venue ?? "imported option chain", unit: "", provenance });
  }
  const texts = renderDataset(merged);
  await storeDataset(request.to, texts, basis);
  return {
    chains: fitted.map(({ chain, expiries }) => ({ asset: chain.asset, hour: hourText(chain.hour), expiries })),
    notes,
    to: request.to,
    hash: manifestHash(JSON.parse(texts.get("manifest.json") as string) as Manifest),
  };
}

/** The dataset must know each underlying's price at the chain's hour, and it must be near the chain's own. */
function requireUnderlying(
  request: ChainRequest,
  content: Content,
  rows: readonly { readonly line: number; readonly asset: string; readonly time: number; readonly forward: number }[],
): void {
  const history = historyOf(content);
  for (const { line, asset, time, forward } of rows) {
    const closes = history.closes[history.assets.indexOf(asset)];
    const newest = Math.ceil(time) - 1 - history.startHour;
    let close = Number.NaN;
    for (let i = newest; closes !== undefined && Number.isNaN(close) && i > newest - STALE_HOURS; i--) close = closes[i] ?? Number.NaN;
    const where = { file: request.chain, line, field: "underlying", value: asset };
    if (Number.isNaN(close)) {
      throw new BallastError("IMPORT_UNDERLYING_UNKNOWN", `The dataset has no price of ${asset} in the day before ${hourText(Math.ceil(time))}.`, {
        where,
        fix: `Import its hourly bars first (\`ballast data import FILE --asset ${asset} --to ${request.to}\`), or start from a dataset that has them with --base.`,
      });
    }
    if (Math.abs(Math.log(forward / close)) > LARGEST_BASIS) {
      throw new BallastError("IMPORT_CHAIN_MISPLACED", `The file's forward of ${forward} is far from the dataset's close of ${close}.`, {
        where: { ...where, field: "forward", value: String(forward) },
        fix: "Check that the times are UTC, the underlying is the right one and the forward is in its quote currency.",
      });
    }
  }
}

function holdAgainstArbitrage(
  file: string,
  chain: QuotedChain,
  { expiry, years, quotes }: QuotedExpiry,
  next: QuotedExpiry | undefined,
  notes: string[],
): void {
  const name = `${chain.asset} ${hourText(expiry)}`;
  judge(file, `${name}: a butterfly`, "IMPORT_BUTTERFLY_ARBITRAGE", butterfliesOf(quotes, years), quotes, notes);
  if (next === undefined) return;
  judge(
    file,
    `${name}: a calendar spread with the next expiry`,
    "IMPORT_CALENDAR_ARBITRAGE",
    calendarsOf(quotes, years, next.quotes, next.years),
    quotes,
    notes,
  );
}

/** Refuses what is no noise, and says the rest. */
function judge(file: string, what: string, code: string, found: readonly QuoteArbitrage[], sold: readonly StrikeQuote[], notes: string[]): void {
  if (found.length === 0) return;
  const worst = found.reduce((a, b) => (b.excess > a.excess ? b : a));
  const { line, strike } = sold[worst.index];
  const sentence = `${what} at ${strike} costs less than nothing, by ${(100 * worst.excess).toPrecision(2)} vol points`;
  if (worst.excess > TOLERATED) {
    throw new BallastError(code, `${sentence}.`, {
      where: { file, line, field: "strike", value: String(strike) },
      fix: "Such quotes are no market: remove the wrong row, or take the chain at another time.",
    });
  }
  notes.push(`${sentence} (line ${line}${found.length > 1 ? `, and ${found.length - 1} smaller` : ""}); the fitted surface has none.`);
}

function fitChain(file: string, chain: QuotedChain): { chain: QuotedChain; fit: ChainFit; expiries: ChainSummary["chains"][number]["expiries"] } {
  const { surface, expiries } = calibrateSurface(
    chain.expiries.map(({ years, quotes }) => ({
      years,
      quotes: quotes.map(({ logMoneyness, bid, ask, isMark }) => ({
        logMoneyness,
        volatility: 0.5 * (bid + ask),
        weight: LEAST_SPREAD / (isMark ? MARK_SPREAD : Math.max(ask - bid, LEAST_SPREAD)),
      })),
    })),
  );
  const described = expiries.map(({ worstAt, ...fit }, i) => {
    const { expiry, quotes } = chain.expiries[i];
    const worst = quotes.find(({ logMoneyness }) => logMoneyness === worstAt) as StrikeQuote;
    if (fit.rootMeanSquare > LARGEST_ERROR) {
      throw new BallastError(
        "IMPORT_CHAIN_UNFIT",
        `${chain.asset} ${hourText(expiry)}: the best surface misses its quotes by ${(100 * fit.rootMeanSquare).toFixed(1)} vol points.`,
        {
          where: { file, line: worst.line, field: "strike", value: String(worst.strike) },
          fix: "Look for wrong rows; without them the expiry can be imported, or leave it out.",
        },
      );
    }
    return { ...fit, expiry: hourText(expiry), worstStrike: worst.strike };
  });
  return { chain, fit: { hour: chain.hour, surface }, expiries: described };
}
