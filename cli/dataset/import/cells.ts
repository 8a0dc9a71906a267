import { BallastError } from "../../../sim/errors.ts";
import type { ImportFormat, Layout } from "./format.ts";
import { type Row, type Rows, whereIs } from "./rows.ts";

/** How a file writes time: a unix time of one unit, or a date with a clock. */
export type TimeUnit = "seconds" | "milliseconds" | "microseconds" | "ISO 8601";

const UNIT_BY_DIGITS: Readonly<Record<number, TimeUnit>> = { 10: "seconds", 13: "milliseconds", 16: "microseconds" };
const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { seconds: 1, milliseconds: 1e-3, microseconds: 1e-6 };
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(Z|\+00:?00| ?UTC)?)?$/;

/**
 * The start of a row's hour, hours since 1970-01-01 UTC.
 *
 * @param unit the unit of the file's first time; another one later is refused
 * @throws BallastError IMPORT_TIME_INVALID, IMPORT_TIME_UNITS_MIXED, IMPORT_TIME_OFF_HOUR
 */
export function hourOf(rows: Rows, row: Row, layout: Layout, unit: TimeUnit | undefined): { hour: number; unit: TimeUnit } {
  const text = row.cells[layout.at.time];
  const where = whereIs(rows, row, layout.at.time, layout.names[layout.at.time]);
  const found = unitOf(text);
  if (found === undefined) {
    throw new BallastError("IMPORT_TIME_INVALID", `${text || "An empty cell"} is not a time.`, {
      where,
      fix: /e\+/i.test(text)
        ? "A spreadsheet has rounded it: download the file again and do not open it in one."
        : "Times are unix seconds, milliseconds or microseconds, or UTC like 2020-03-12T10:00:00Z.",
    });
  }
  if (unit !== undefined && found !== unit) {
    throw new BallastError("IMPORT_TIME_UNITS_MIXED", `The time is in ${found}; the rows before are in ${unit}.`, {
      where,
      fix: "Split the file where the unit changes and import both parts, or convert one of them.",
    });
  }
  const seconds = found === "ISO 8601" ? isoSeconds(text) : Number(text) * SECONDS_PER_UNIT[found];
  if (Number.isNaN(seconds))
    throw new BallastError("IMPORT_TIME_INVALID", `${text} is not a date of the calendar.`, { where, fix: "Times are UTC like 2020-03-12T10:00:00Z." });
  const hour = Math.round(seconds / 3600);
  if (Math.abs(hour * 3600 - seconds) > 1e-7 * 3600) {
    throw new BallastError("IMPORT_TIME_OFF_HOUR", "The bar does not start on the hour.", {
      where,
      fix: "Only hourly bars can be imported: download the 1h interval.",
    });
  }
  return { hour, unit: found };
}

/** Whether a text is a date and clock that names no zone, and so was taken as UTC. */
export function hasNoZone(text: string): boolean {
  const match = ISO.exec(text);
  return match !== null && match[2] !== undefined && match[5] === undefined;
}

function unitOf(text: string): TimeUnit | undefined {
  if (/^\d+$/.test(text)) return UNIT_BY_DIGITS[text.length];
  return ISO.test(text) ? "ISO 8601" : undefined;
}

function isoSeconds(text: string): number {
  const match = ISO.exec(text) as RegExpExecArray;
  const stamp = `${match[1]}T${match[2] ?? "00"}:${match[3] ?? "00"}:${match[4] ?? "00"}.000Z`;
  const milliseconds = Date.parse(stamp);
  // Date.parse takes 2021-02-30 for 2021-03-02.
  return Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== stamp ? Number.NaN : milliseconds / 1000;
}

/** @throws BallastError IMPORT_NOT_A_NUMBER, IMPORT_PRICE_NOT_POSITIVE, IMPORT_VOLUME_NEGATIVE */
export function figureOf(rows: Rows, row: Row, layout: Layout, meaning: string): number {
  const position = layout.at[meaning];
  const text = row.cells[position];
  const where = whereIs(rows, row, position, layout.names[position]);
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(Number(text))) {
    if (!rows.endsWithNewline && isLast(rows, row))
      throw new BallastError("IMPORT_TRUNCATED", "The file was cut off inside its last number.", { where, fix: "Download the file again." });
    throw new BallastError("IMPORT_NOT_A_NUMBER", `${text === "" ? "An empty cell" : text} is not a number.`, {
      where,
      fix: "Leave the whole row out where nothing is known; numbers have a point and no thousands separators.",
    });
  }
  const value = Number(text);
  if (meaning === "volume" && value < 0) throw new BallastError("IMPORT_VOLUME_NEGATIVE", "A volume is negative.", { where, fix: "Download the file again." });
  if (meaning !== "volume" && value <= 0) {
    throw new BallastError("IMPORT_PRICE_NOT_POSITIVE", `A price of ${text} is not above zero.`, {
      where,
      fix: "Leave the whole row out where nothing traded; check the columns are the right ones.",
    });
  }
  return value;
}

/** @throws BallastError IMPORT_TRUNCATED, IMPORT_COLUMN_COUNT */
export function requireWidth(rows: Rows, row: Row, layout: Layout, format: ImportFormat): void {
  if (row.cells.length === layout.width) return;
  const where = { file: rows.file, line: row.line, field: layout.names[row.cells.length] ?? "", value: row.cells.join(",").slice(0, 120) };
  if (isLast(rows, row) && row.cells.length < layout.width) {
    throw new BallastError("IMPORT_TRUNCATED", `The last line has ${row.cells.length} of ${layout.width} columns: the file was cut off.`, {
      where,
      fix: "Download the file again.",
    });
  }
  throw new BallastError("IMPORT_COLUMN_COUNT", `The row has ${row.cells.length} columns; ${format.title} rows in this file have ${layout.width}.`, {
    where,
    fix: "Download the file again.",
  });
}

function isLast(rows: Rows, row: Row): boolean {
  return row === rows.rows[rows.rows.length - 1];
}
