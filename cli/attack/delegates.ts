import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { isAddress } from "viem";
import { BallastError, type Where } from "../../sim/errors.ts";
import type { Delegate } from "../../sim/governance/index.ts";
import { unreadable } from "../proposal/yaml.ts";

/** `own`, a delegate's own tokens, may be left out. */
export const DELEGATE_COLUMNS = ["address", "votes", "delegators"] as const;

interface Row {
  readonly cells: Readonly<Record<string, string>>;
  readonly where: Where;
}

/**
 * Reads the delegates of a vote from a CSV. Nothing is repaired: the first thing that is wrong is an error with its line.
 *
 * @param supply all votes there are; the delegates' may not exceed them
 * @throws BallastError FILE_NOT_FOUND, DELEGATES_CSV_INVALID, DELEGATES_COLUMN_MISSING, DELEGATES_EMPTY, DELEGATE_CELL_INVALID, DELEGATE_TWICE, DELEGATES_ABOVE_SUPPLY
 * @example await readDelegates("proposals/delegates.csv", 100_000_000)
 */
export async function readDelegates(file: string, supply: number): Promise<Delegate[]> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new BallastError("FILE_NOT_FOUND", `The delegates: ${unreadable(file, cause.code)}`, {
      where: { file },
      fix: "Name a CSV beside governance.yaml, or write `delegates: none`.",
      cause,
    });
  });
  return delegatesFrom(text, file, supply);
}

/** Delegates from the text of a CSV. */
export function delegatesFrom(text: string, file: string, supply: number): Delegate[] {
  const seen = new Map<string, number | undefined>();
  let total = 0;
  return rowsOf(text, file).map((row) => {
    const id = addressOf(row);
    if (seen.has(id)) {
      throw new BallastError("DELEGATE_TWICE", `${row.cells.address} stands on line ${seen.get(id)} already.`, {
        where: { ...row.where, field: "address", value: row.cells.address },
        fix: "Give each delegate one row with all of its votes.",
      });
    }
    seen.set(id, row.where.line);
    const votes = amountOf(row, "votes");
    total += votes;
    if (total > supply) {
      throw new BallastError("DELEGATES_ABOVE_SUPPLY", `Up to this line the delegates have ${total} votes; there are ${supply}.`, {
        where: { ...row.where, field: "votes", value: row.cells.votes },
        fix: "Votes are whole tokens, not their smallest unit; correct them, or token.supply.",
      });
    }
    const own = row.cells.own === undefined || row.cells.own === "" ? null : amountOf(row, "own");
    return { id, votes, delegators: wholeOf(row, "delegators"), own };
  });
}

function rowsOf(text: string, file: string): Row[] {
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true, info: true });
  } catch (cause) {
    const line = cause instanceof CsvError && typeof cause.lines === "number" ? { line: cause.lines } : {};
    throw new BallastError("DELEGATES_CSV_INVALID", `The delegates are not a CSV: ${(cause as Error).message}.`, {
      where: { file, ...line },
      fix: "Give every row as many cells as the header.",
      cause,
    });
  }
  const expected = `Its columns are ${DELEGATE_COLUMNS.join(", ")} and perhaps own.`;
  if (records.length === 0) throw new BallastError("DELEGATES_EMPTY", "The file lists no delegate.", { where: { file }, fix: expected });
  const missing = DELEGATE_COLUMNS.find((column) => records[0].record[column] === undefined);
  if (missing !== undefined) {
    throw new BallastError("DELEGATES_COLUMN_MISSING", `The delegates have no column ${missing}.`, { where: { file, line: 1, field: missing }, fix: expected });
  }
  return records.map(({ record, info }) => ({ cells: record, where: { file, line: info.lines } }));
}

/** In lower case: one address is one delegate, however it is written. */
function addressOf(row: Row): string {
  const { address } = row.cells;
  if (!/^0x[0-9a-fA-F]{40}$/.test(address) || !isAddress(address))
    throw wrong(row, "address", "0x and 40 hex digits; where cases are mixed, the checksum (EIP-55) has to hold");
  return address.toLowerCase();
}

function amountOf(row: Row, column: string): number {
  const text = row.cells[column];
  const value = Number(text);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || !Number.isFinite(value)) throw wrong(row, column, "whole tokens in plain decimal digits, not below zero");
  return value;
}

function wholeOf(row: Row, column: string): number {
  const value = amountOf(row, column);
  if (!Number.isSafeInteger(value)) throw wrong(row, column, "a whole number");
  return value;
}

function wrong({ cells, where }: Row, column: string, expected: string): BallastError {
  return new BallastError("DELEGATE_CELL_INVALID", `${column} of ${cells.address || "a row"} is not right.`, {
    where: { ...where, field: column, value: cells[column] },
    fix: `Write ${expected}.`,
  });
}
