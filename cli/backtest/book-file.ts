import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import { BallastError, type Where } from "../../sim/errors.ts";
import type { Book, BookAccount, BookPosition } from "../../sim/replay/book.ts";

/**
 * One row per position; what an account is like stands on each of its rows and has to agree.
 *
 * `cushion`: equity at the start over its own initial margin. `usdc` … `steth`: shares of the collateral after haircut. `answers`: probability
 * that it answers a margin call, after `delayHours`, with at most `reserve` times its collateral. `kind`: option, future, perp or hedge (a perpetual
 * against `size` = this share of its delta). `moneyness`: strike over forward. `size`: USD of the underlying, negative for short.
 */
export const BOOK_COLUMNS = [
  ...["account", "archetype", "cushion", "reserve", "answers", "delayHours", "usdc", "eth", "btc", "steth"],
  ...["kind", "underlying", "right", "moneyness", "tenorHours", "size"],
] as const;

type Cells = Readonly<Record<(typeof BOOK_COLUMNS)[number], string>>;

interface Row {
  readonly cells: Cells;
  readonly where: Where;
}

const COINS = [
  ["usdc", "USDC"],
  ["eth", "ETH"],
  ["btc", "BTC"],
  ["steth", "stETH"],
] as const;

/**
 * Reads a book of real accounts from a CSV with the columns of `BOOK_COLUMNS`. Nothing is repaired: the first thing that is wrong is
 * an error with its line. The file holds no insurance fund; without `fundUsd` in the policy there is none.
 *
 * @throws BallastError FILE_NOT_FOUND, BOOK_CSV_INVALID, BOOK_COLUMN_MISSING, BOOK_EMPTY, BOOK_CELL_INVALID, BOOK_ACCOUNT_DISAGREES
 * @example await readBookFile("proposals/book.csv")
 */
export async function readBookFile(file: string): Promise<Book> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new BallastError("FILE_NOT_FOUND", `Could not read the book ${file}: ${cause.code}.`, {
      where: { file },
      fix: "Name a CSV beside the policy.",
      cause,
    });
  });
  return bookFrom(text, file);
}

/** A book from the text of a CSV. */
export function bookFrom(text: string, file: string): Book {
  const rows = rowsOf(text, file);
  const accounts = Map.groupBy(rows, ({ cells }) => cells.account);
  return { name: basename(file), fundUsd: 0, accounts: [...accounts.values()].map(accountOf) };
}

function rowsOf(text: string, file: string): Row[] {
  let records: { record: Cells; info: { lines: number } }[];
  try {
    records = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true, info: true });
  } catch (cause) {
    const line = cause instanceof CsvError && typeof cause.lines === "number" ? { line: cause.lines } : {};
    throw new BallastError("BOOK_CSV_INVALID", `The book is not a CSV: ${(cause as Error).message}.`, {
      where: { file, ...line },
      fix: "Give every row as many cells as the header.",
      cause,
    });
  }
  const header = Object.keys(records[0]?.record ?? {});
  if (records.length === 0)
    throw new BallastError("BOOK_EMPTY", "The book has no position.", { where: { file }, fix: `Its columns are ${BOOK_COLUMNS.join(", ")}.` });
  const missing = BOOK_COLUMNS.find((column) => !header.includes(column));
  if (missing !== undefined) {
    throw new BallastError("BOOK_COLUMN_MISSING", `The book has no column ${missing}.`, {
      where: { file, line: 1, field: missing },
      fix: `Its columns are ${BOOK_COLUMNS.join(", ")}.`,
    });
  }
  return records.map(({ record, info }) => ({ cells: record, where: { file, line: info.lines } }));
}

function accountOf(rows: readonly Row[]): BookAccount {
  const [first] = rows;
  if (first.cells.account === "") throw wrong(first, "account", "a name");
  for (const row of rows) {
    const differing = BOOK_COLUMNS.slice(0, 10).find((column) => row.cells[column] !== first.cells[column]);
    if (differing === undefined) continue;
    throw new BallastError("BOOK_ACCOUNT_DISAGREES", `${first.cells.account} has another ${differing} than on line ${first.where.line}.`, {
      where: { ...row.where, field: differing, value: row.cells[differing] },
      fix: "What an account is like stands the same on each of its rows.",
    });
  }
  const collateral = Object.fromEntries(COINS.map(([column, coin]) => [coin, numberOf(first, column, 0, 1)] as const).filter(([, part]) => part > 0));
  const total = Object.values(collateral).reduce((sum, part) => sum + part, 0);
  if (Math.abs(total - 1) > 1e-9) throw wrong(first, "usdc", `shares of collateral that add up to 1 (here ${total})`);
  return {
    id: first.cells.account,
    archetype: first.cells.archetype,
    cushion: numberOf(first, "cushion", 1, 1e6),
    collateral,
    positions: rows.map(positionOf),
    reserve: numberOf(first, "reserve", 0, 1e6),
    response: { probability: numberOf(first, "answers", 0, 1), delayHours: wholeOf(first, "delayHours", 0) },
  };
}

function positionOf(row: Row): BookPosition {
  const { kind, underlying, right } = row.cells;
  if (underlying === "") throw wrong(row, "underlying", "an asset, as in ETH");
  switch (kind) {
    case "option": {
      if (right !== "call" && right !== "put") throw wrong(row, "right", "call or put");
      const strike = { moneyness: numberOf(row, "moneyness", 1e-6, 1e6) };
      return { kind, underlying, right, strike, tenorHours: wholeOf(row, "tenorHours", 1), notionalUsd: sizeOf(row) };
    }
    case "future":
      return { kind, underlying, tenorHours: wholeOf(row, "tenorHours", 1), notionalUsd: sizeOf(row) };
    case "perp":
      return { kind, underlying, notionalUsd: sizeOf(row) };
    case "hedge":
      return { kind, underlying, share: numberOf(row, "size", 0, 1) };
    default:
      throw wrong(row, "kind", "option, future, perp or hedge");
  }
}

function sizeOf(row: Row): number {
  const size = numberOf(row, "size", -1e12, 1e12);
  if (size === 0) throw wrong(row, "size", "USD of the underlying, negative for short, not zero");
  return size;
}

function wholeOf(row: Row, column: keyof Cells, min: number): number {
  const value = numberOf(row, column, min, 1e6);
  if (!Number.isInteger(value)) throw wrong(row, column, "a whole number of hours");
  return value;
}

function numberOf(row: Row, column: keyof Cells, min: number, max: number): number {
  const text = row.cells[column];
  const value = Number(text);
  if (!/^-?[0-9]+(\.[0-9]+)?$/.test(text) || value < min || value > max) throw wrong(row, column, `a number from ${min} to ${max}, in plain decimal digits`);
  return value;
}

function wrong({ cells, where }: Row, column: keyof Cells, expected: string): BallastError {
  return new BallastError("BOOK_CELL_INVALID", `${column} of ${cells.account || "a row"} is not right.`, {
    where: { ...where, field: column, value: cells[column] },
    fix: `Write ${expected}.`,
  });
}
