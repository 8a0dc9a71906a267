import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { BallastError, type Where } from "../../../sim/errors.ts";

/** A foreign CSV as text cells, with the line each row stands on. */
export interface Rows {
  readonly file: string;
  readonly rows: readonly Row[];
  readonly lines: readonly string[];
  /** Whether the last line has its line end; a file cut off in a number does not. */
  readonly endsWithNewline: boolean;
}

export interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Splits a CSV into cells.
 *
 * @throws BallastError IMPORT_FILE_MISSING, IMPORT_NOT_CSV, IMPORT_CSV_SYNTAX, IMPORT_EMPTY
 */
export async function readRows(file: string): Promise<Rows> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new BallastError("IMPORT_FILE_MISSING", cause.code === "ENOENT" ? "There is no such file." : `Could not read the file: ${cause.message}.`, {
      where: { file },
      fix: "Check the path.",
      cause,
    });
  });
  const archive = archiveName(bytes);
  if (archive || bytes.includes(0)) {
    throw new BallastError("IMPORT_NOT_CSV", archive ? `This is a ${archive} file, not a CSV.` : "This is not a text file.", {
      where: { file, line: 1 },
      fix: archive ? "Unpack it and import the CSV inside." : "Export it as CSV in UTF-8.",
    });
  }
  const text = bytes.toString("utf8");
  let rows: Row[];
  try {
    const records = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    rows = records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (cause) {
    throw syntaxProblem(file, cause);
  }
  if (rows.length === 0) throw new BallastError("IMPORT_EMPTY", "The file has no rows.", { where: { file, line: 1 }, fix: "Download it again." });
  return { file, rows, lines: text.split("\n"), endsWithNewline: text.endsWith("\n") };
}

/** Where a cell stands: its line, the character it begins at, and its name and value. */
export function whereIs(rows: Rows, row: Row, position: number, field: string): Where {
  const line = rows.lines[row.line - 1] ?? "";
  const before = line.split(",").slice(0, position).join(",");
  // With quoted cells the commas do not tell the place; then the line has to do.
  const column = line.includes('"') ? {} : { column: before.length + (position === 0 ? 1 : 2) };
  return { file: rows.file, line: row.line, ...column, field, value: row.cells[position] ?? "" };
}

function archiveName(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return "ZIP";
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? "gzip" : undefined;
}

function syntaxProblem(file: string, cause: unknown): BallastError {
  const line = cause instanceof CsvError && typeof cause.lines === "number" ? { line: cause.lines } : {};
  const cut = cause instanceof CsvError && cause.code === "CSV_QUOTE_NOT_CLOSED";
  return new BallastError(
    cut ? "IMPORT_TRUNCATED" : "IMPORT_CSV_SYNTAX",
    cut ? "The file ends inside quotes." : `The file is not CSV: ${(cause as Error).message}.`,
    {
      where: { file, ...line },
      fix: "Download it again; the cells are separated by commas, quotes are doubled inside quotes.",
      cause,
    },
  );
}
