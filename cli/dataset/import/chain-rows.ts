import { BallastError } from "../../../sim/errors.ts";
import { dayOf } from "../time.ts";
import { isHeader, plain } from "./format.ts";
import { type Row, type Rows, whereIs } from "./rows.ts";

/** One option's row of a chain, as its file says it. Volatilities and prices are NaN where it says nothing. */
export interface ChainRow {
  readonly line: number;
  readonly asset: string;
  /** Hours since 1970-01-01T00:00Z, with their fraction. */
  readonly time: number;
  readonly expiry: number;
  readonly strike: number;
  readonly right: "call" | "put";
  /** Forward (or spot) of the same quote currency as the strike. */
  readonly forward: number;
  /** As written: vol points or decimals. */
  readonly volatilities: Sides;
  readonly prices: Sides;
}

export interface Sides {
  readonly bid: number;
  readonly ask: number;
  readonly mark: number;
}

export interface ChainRows {
  readonly rows: readonly ChainRow[];
  readonly hasVolatilities: boolean;
  readonly notes: readonly string[];
}

/** What a column may be called, after lower case and without signs: Deribit's own names, Tardis's `options_chain`, and plain ones. */
const NAMES = {
  instrument: ["instrumentname", "instrument", "symbol"],
  asset: ["underlying", "asset", "currency", "basecurrency"],
  time: ["timestamp", "time", "date", "datetime", "creationtimestamp", "quotetime"],
  expiry: ["expiry", "expiration", "expirationtimestamp", "expirydate", "expirationdate"],
  strike: ["strike", "strikeprice"],
  right: ["right", "optiontype", "type", "callput", "putcall"],
  forward: ["forward", "underlyingprice", "forwardprice"],
  spot: ["indexprice", "spot", "spotprice"],
  bidVolatility: ["bidiv", "bidvol", "bidvolatility"],
  askVolatility: ["askiv", "askvol", "askvolatility"],
  markVolatility: ["markiv", "iv", "impliedvolatility", "impliedvol", "vol", "markvolatility"],
  bidPrice: ["bid", "bidprice", "bestbidprice"],
  askPrice: ["ask", "askprice", "bestaskprice"],
  markPrice: ["markprice", "price", "midprice", "mid"],
} as const;

type Meaning = keyof typeof NAMES;

/** `ETH-26DEC25-4000-P`, and linear ones: `SOL_USDC-26DEC25-200-C`. */
const INSTRUMENT = /^([A-Z][A-Z0-9]*)(?:_[A-Z]+)?-(\d{1,2})([A-Z]{3})(\d{2})-(\d+(?:[.d]\d+)?)-([CP])$/;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
/** Deribit's options expire at 08:00 UTC; so does a date without a clock. */
const EXPIRY_HOUR = 8;

/**
 * Reads the rows of an option chain, strictly: a header, then one option a row.
 *
 * @param asset whose options they are, for a file that does not say
 * @throws BallastError IMPORT_COLUMN_MISSING, IMPORT_COLUMN_COUNT, IMPORT_TIME_INVALID, IMPORT_NOT_A_NUMBER, IMPORT_STRIKE_INVALID,
 * IMPORT_RIGHT_INVALID, IMPORT_PRICE_NOT_POSITIVE, IMPORT_OPTION_EXPIRED, IMPORT_EMPTY
 */
export function readChainRows(rows: Rows, asset: string | undefined): ChainRows {
  const [header, ...body] = rows.rows;
  if (!isHeader(header)) throw columnMissing(rows, header, "strike", "The first line has to name the columns.");
  if (body.length === 0)
    throw new BallastError("IMPORT_EMPTY", "The file has a header and no rows.", { where: { file: rows.file, line: header.line }, fix: "Download it again." });
  const at = locate(rows, header, asset);
  const notes = new Set<string>();
  if (at.forward === undefined) notes.add("No forward is in the file; the spot was taken for it (rates are zero in this model).");
  return {
    rows: body.map((row) => readRow(rows, row, header, at, asset, notes)),
    hasVolatilities: at.bidVolatility !== undefined || at.markVolatility !== undefined,
    notes: [...notes],
  };
}

type Places = Readonly<Partial<Record<Meaning, number>>>;

function locate(rows: Rows, header: Row, asset: string | undefined): Places {
  const names = header.cells.map(plain);
  const at: Partial<Record<Meaning, number>> = {};
  for (const [meaning, candidates] of Object.entries(NAMES) as [Meaning, readonly string[]][]) {
    const position = candidates.map((name) => names.indexOf(name)).find((index) => index >= 0);
    if (position !== undefined) at[meaning] = position;
  }
  const needed: [boolean, string][] = [
    [at.time !== undefined, "timestamp"],
    [at.instrument !== undefined || at.expiry !== undefined, "expiry"],
    [at.instrument !== undefined || at.strike !== undefined, "strike"],
    [at.instrument !== undefined || at.right !== undefined, "right"],
    [at.instrument !== undefined || at.asset !== undefined || asset !== undefined, "underlying"],
    [at.forward !== undefined || at.spot !== undefined, "forward"],
    [
      [at.markVolatility, at.markPrice].some((x) => x !== undefined) || isPair(at.bidVolatility, at.askVolatility) || isPair(at.bidPrice, at.askPrice),
      "mark_iv",
    ],
  ];
  const missing = needed.find(([there]) => !there);
  if (missing) throw columnMissing(rows, header, missing[1], `The header has ${header.cells.join(", ")}.`);
  return at;
}

function isPair(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined;
}

function readRow(rows: Rows, row: Row, header: Row, at: Places, asset: string | undefined, notes: Set<string>): ChainRow {
  if (row.cells.length !== header.cells.length) {
    throw new BallastError("IMPORT_COLUMN_COUNT", `The row has ${row.cells.length} columns, the header ${header.cells.length}.`, {
      where: { file: rows.file, line: row.line, value: row.cells.join(",").slice(0, 120) },
      fix: "Download the file again.",
    });
  }
  const where = (meaning: Meaning) => whereIs(rows, row, at[meaning] ?? 0, header.cells[at[meaning] ?? 0]);
  const text = (meaning: Meaning): string | undefined => (at[meaning] === undefined ? undefined : row.cells[at[meaning]]);
  const refuse = (code: string, message: string, meaning: Meaning, fix: string): never => {
    throw new BallastError(code, message, { where: where(meaning), fix });
  };
  const number = (meaning: Meaning): number => {
    const cell = text(meaning);
    if (cell === undefined || cell === "") return Number.NaN;
    if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(cell)) return Number(cell);
    return refuse("IMPORT_NOT_A_NUMBER", `${cell} is not a number.`, meaning, "Leave the cell empty where nothing is quoted.");
  };
  const instant = (meaning: Meaning): number => {
    const hours = instantOf(text(meaning) ?? "");
    if (!Number.isNaN(hours)) return hours;
    return refuse(
      "IMPORT_TIME_INVALID",
      `${text(meaning) || "An empty cell"} is not a time.`,
      meaning,
      "Unix seconds, milliseconds or microseconds, or UTC like 2025-10-10T21:05:00Z.",
    );
  };
  const named = INSTRUMENT.exec(text("instrument") ?? "");
  if (named === null && at.instrument !== undefined && (at.expiry === undefined || at.strike === undefined || at.right === undefined))
    refuse("IMPORT_INSTRUMENT_INVALID", `${text("instrument")} is not the name of an option.`, "instrument", "A name is like ETH-26DEC25-4000-P.");
  const time = instant("time");
  const expiry = at.expiry === undefined ? namedExpiry(named as RegExpExecArray) : instant("expiry");
  if (/^\d{4}-\d{2}-\d{2}$/.test(text("expiry") ?? "")) notes.add(`Expiries without a clock were taken as 0${EXPIRY_HOUR}:00 UTC.`);
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(text("expiry") ?? "") ? EXPIRY_HOUR : 0;
  if (expiry + dateOnly <= time)
    refuse(
      "IMPORT_OPTION_EXPIRED",
      "The option had expired when it was quoted.",
      at.expiry === undefined ? "instrument" : "expiry",
      "Remove its rows: a price at expiry is no volatility.",
    );
  const strike = at.strike === undefined ? Number((named as RegExpExecArray)[5].replace("d", ".")) : number("strike");
  if (!(strike > 0))
    refuse(
      "IMPORT_STRIKE_INVALID",
      `A strike of ${text("strike") ?? strike} is not above zero.`,
      at.strike === undefined ? "instrument" : "strike",
      "A strike is a price above 0.",
    );
  const forwardFrom: Meaning = at.forward === undefined ? "spot" : "forward";
  const forward = number(forwardFrom);
  if (!(forward > 0))
    refuse(
      "IMPORT_PRICE_NOT_POSITIVE",
      `A forward of ${text(forwardFrom) || "nothing"} is not above zero.`,
      forwardFrom,
      "Give the forward or the spot of every row.",
    );
  return {
    line: row.line,
    asset: named?.[1] ?? (text("asset") || asset || "").toUpperCase(),
    time,
    expiry: expiry + dateOnly,
    strike,
    right:
      rightOf(named?.[6] ?? text("right") ?? "") ??
      refuse("IMPORT_RIGHT_INVALID", `${text("right") || "An empty cell"} is neither call nor put.`, "right", "Write call or put."),
    forward,
    volatilities: sides(number("bidVolatility"), number("askVolatility"), number("markVolatility")),
    prices: sides(number("bidPrice"), number("askPrice"), number("markPrice")),
  };
}

/** Exchanges write 0 where nobody bids or offers. */
function sides(bid: number, ask: number, mark: number): Sides {
  const quoted = (value: number) => (value === 0 ? Number.NaN : value);
  return { bid: quoted(bid), ask: quoted(ask), mark: quoted(mark) };
}

function rightOf(text: string): "call" | "put" | undefined {
  const letter = text.toLowerCase();
  if (letter === "c" || letter === "call") return "call";
  return letter === "p" || letter === "put" ? "put" : undefined;
}

function namedExpiry(named: RegExpExecArray): number {
  return dayOf(2000 + Number(named[4]), MONTHS.indexOf(named[3]) + 1, Number(named[2])) * 24 + EXPIRY_HOUR;
}

/** Divided by, not multiplied: a whole hour has to come out whole. */
const PER_SECOND_BY_DIGITS: Readonly<Record<number, number>> = { 10: 1, 13: 1e3, 16: 1e6 };

/** Hours since 1970 of a unix time or of a UTC date and clock; NaN for what is neither. */
function instantOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) / (PER_SECOND_BY_DIGITS[text.length] ?? Number.NaN) / 3600;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(?:Z|\+00:?00| ?UTC)?)?$/.exec(text);
  if (match === null) return Number.NaN;
  const milliseconds = Date.parse(`${match[1]}T${match[2] ?? "00:00"}${(match[3] ?? ":00").slice(0, 7)}Z`);
  // Date.parse takes 2021-02-30 for 2021-03-02.
  return Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 10) !== match[1] ? Number.NaN : milliseconds / 3_600_000;
}

function columnMissing(rows: Rows, header: Row, meaning: string, found: string): BallastError {
  return new BallastError("IMPORT_COLUMN_MISSING", `There is no column ${meaning}.`, {
    where: { file: rows.file, line: header.line, column: 1, field: meaning, value: header.cells.join(",").slice(0, 120) },
    fix: `${found} A chain has timestamp, underlying, expiry, strike, right, forward and bid_iv and ask_iv, or mark_iv, or prices; Deribit's names do.`,
  });
}
