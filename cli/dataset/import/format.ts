import { BallastError } from "../../../sim/errors.ts";
import type { Row, Rows } from "./rows.ts";

/** How one exchange writes its CSV: told apart by its first rows, read by the position of its columns. */
export interface ImportFormat {
  readonly id: string;
  readonly title: string;
  /** What the file holds: hourly bars, or a daily (or hourly) volatility index. */
  readonly kind: "bars" | "dvol";
  /** Whether the exchange writes the newest row first; then the rows are put in order, and that is said. */
  readonly newestFirst: boolean;
  readonly venue: string;
  readonly quote: string;
  /** Whether `--format auto` may take these first rows for this format. */
  recognises(head: readonly Row[]): boolean;
  /** Where the columns are. @throws BallastError IMPORT_COLUMN_MISSING */
  locate(rows: Rows): Layout;
}

export interface Layout {
  /** How many rows stand before the first bar (a header, a line with an address). */
  readonly skip: number;
  /** Columns of every row. */
  readonly width: number;
  /** Position of each column by what it means. */
  readonly at: Readonly<Record<string, number>>;
  /** Names for messages, by position. */
  readonly names: readonly string[];
}

/** Lower case, letters and digits only: `Open time`, `open_time` and `openTime` are one name. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

export function isHeader(row: Row | undefined): boolean {
  if (row === undefined || /^\d/.test(row.cells[0])) return false;
  return row.cells.some((cell) => /[a-z]/i.test(cell));
}

/**
 * Finds the wanted columns in a header, whatever their order.
 *
 * @param wanted meaning → names it may have
 */
export function locateByHeader(rows: Rows, skip: number, wanted: Readonly<Record<string, readonly string[]>>): Layout {
  const header = rows.rows[skip];
  const names = header.cells.map(plain);
  const at: Record<string, number> = {};
  for (const [meaning, candidates] of Object.entries(wanted)) {
    const position = names.findIndex((name) => candidates.includes(name));
    if (position < 0) throw columnMissing(rows.file, header, meaning, `The header has ${header.cells.join(", ")}.`);
    at[meaning] = position;
  }
  return { skip: skip + 1, width: header.cells.length, at, names: header.cells };
}

/** Columns by position, for a format that has no header. */
export function locateByPosition(rows: Rows, skip: number, names: readonly string[]): Layout {
  const first = rows.rows[skip];
  if (first !== undefined && first.cells.length < names.length) {
    throw columnMissing(
      rows.file,
      first,
      names[first.cells.length],
      `The columns are ${names.join(", ")}; this file has ${first.cells.length} of ${names.length}.`,
    );
  }
  return { skip, width: first === undefined ? names.length : first.cells.length, at: Object.fromEntries(names.map((name, i) => [name, i])), names };
}

function columnMissing(file: string, row: Row, meaning: string, found: string): BallastError {
  return new BallastError("IMPORT_COLUMN_MISSING", `There is no column ${meaning}.`, {
    where: { file, line: row.line, column: 1, field: meaning, value: row.cells.join(",").slice(0, 120) },
    fix: `${found} Export the file again with all columns, or name its --format.`,
  });
}
