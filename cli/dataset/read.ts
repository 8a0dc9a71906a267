import { BallastError } from "../../sim/errors.ts";
import type { Table } from "./table.ts";
import { STEPS, type Step, TIME_WIDTH, timeFromBytes, timeText } from "./time.ts";

/**
 * Reads a file in the dataset's own form, strictly: a header, one row per hour, day or five minutes without a break, every cell empty
 * or `digits[.digits]`, LF line ends, a newline at the end.
 *
 * Own files are not read with csv-parse because every command and every worker pays for loading: all files in a fresh
 * process take a median of 65 ms with this reader and 222 ms with csv-parse (two cores, Node 24). A cell of up to 15
 * digits is an exact integer divided by an exact power of ten, so one IEEE division rounds it exactly as `Number(text)`
 * does; longer cells go through `Number`.
 *
 * @param report when given, takes each problem and reading goes on (a row out of place is left out, a bad cell is NaN);
 * without it the first problem is thrown
 * @throws BallastError DATASET_HEADER_INVALID, DATASET_TRUNCATED, DATASET_TIME_INVALID, DATASET_TIME_DUPLICATE,
 * DATASET_TIME_UNSORTED, DATASET_TIME_MISSING, DATASET_NOT_A_NUMBER, DATASET_NEGATIVE, DATASET_COLUMN_COUNT
 * @example readTable(await readFile("data/daily/gas.csv"), "data/daily/gas.csv").names // ["GAS"]
 */
export function readTable(bytes: Uint8Array, file: string, report: (problem: BallastError) => void = raise): Table {
  const headerEnd = bytes.indexOf(NEWLINE);
  const header = text(bytes, 0, Math.max(0, headerEnd)).split(",");
  const step = STEPS.find((one) => one === header[0]);
  if (headerEnd < 0 || step === undefined || header.length < 2 || new Set(header).size !== header.length) {
    throw new BallastError("DATASET_HEADER_INVALID", "The first line is not the header of a dataset file.", {
      where: { file, line: 1, column: 1, value: text(bytes, 0, Math.min(80, headerEnd < 0 ? bytes.length : headerEnd)) },
      fix: "It starts with hour, day or 5min, then one distinct name per column. Bring other CSVs in with `ballast data import`.",
    });
  }
  if (bytes[bytes.length - 1] !== NEWLINE) {
    report(
      new BallastError("DATASET_TRUNCATED", "The file ends in the middle of a line.", {
        where: { file, line: countLines(bytes) + 1 },
        fix: "Restore it from version control, or import it again.",
      }),
    );
  }
  return readRows(bytes, headerEnd + 1, step, header, file, report);
}

const NEWLINE = 10;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

function readRows(bytes: Uint8Array, from: number, step: Step, header: string[], file: string, report: (problem: BallastError) => void): Table {
  const width = TIME_WIDTH[step];
  const names = header.slice(1);
  const capacity = Math.ceil((bytes.length - from) / (width + names.length)) + 1;
  const columns = names.map(() => new Float64Array(capacity));
  let rows = 0;
  let start = Number.NaN;
  let line = 1;
  for (let at = from; at < bytes.length; ) {
    line++;
    let end = bytes.indexOf(NEWLINE, at);
    if (end < 0) end = bytes.length;
    const time = timeAt(bytes, at, end, step);
    const expected = rows === 0 ? time : start + rows;
    if (time !== expected) {
      const problem = timeProblem(bytes, at, end, step, time, expected, file, line);
      report(problem);
      // A gap in the rows is kept as empty rows so that what follows stays in place; anything else leaves the row out.
      if (problem.code !== "DATASET_TIME_MISSING" || time - expected > capacity - rows - 1) {
        at = end + 1;
        continue;
      }
      for (; start + rows < time; rows++) for (const column of columns) column[rows] = Number.NaN;
    }
    if (rows === 0) start = time;
    readCells(bytes, at + width, end, columns, rows, names, { file, line, lineStart: at }, report);
    rows++;
    at = end + 1;
  }
  if (rows === 0)
    report(
      new BallastError("DATASET_EMPTY", "The file has no rows.", { where: { file, line: 2 }, fix: "Restore it from version control, or import it again." }),
    );
  return { step, start: rows === 0 ? 0 : start, rows, names, columns: columns.map((column) => column.slice(0, rows)) };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly lineStart: number;
}

function readCells(
  bytes: Uint8Array,
  from: number,
  end: number,
  columns: Float64Array[],
  row: number,
  names: string[],
  place: Place,
  report: (problem: BallastError) => void,
): void {
  let at = from;
  let c = 0;
  for (; at < end && bytes[at] === COMMA; c++) {
    at++;
    if (c >= columns.length) break;
    const cell = at;
    let mantissa = 0;
    let point = -1;
    let plain = true;
    for (; at < end && bytes[at] !== COMMA; at++) {
      const digit = bytes[at] - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (bytes[at] === POINT && point < 0 && at > cell) point = at;
      else plain = false;
    }
    const digits = at - cell - (point < 0 ? 0 : 1);
    if (at === cell) columns[c][row] = Number.NaN;
    else if (plain && digits <= 15 && point !== at - 1) columns[c][row] = point < 0 ? mantissa : mantissa / POWERS_OF_TEN[at - point - 1];
    else
      columns[c][row] = unusualCell(
        text(bytes, cell, at),
        plain && point !== at - 1,
        { ...place, column: cell - place.lineStart + 1, field: names[c] },
        report,
      );
  }
  if (c !== columns.length || at < end) {
    for (let rest = c; rest < columns.length; rest++) columns[rest][row] = Number.NaN;
    report(
      new BallastError("DATASET_COLUMN_COUNT", `The row does not have the header's ${names.length + 1} columns.`, {
        where: { file: place.file, line: place.line, value: text(bytes, place.lineStart, Math.min(end, place.lineStart + 80)) },
        fix: "Restore the file from version control, or import it again.",
      }),
    );
  }
}

function unusualCell(cell: string, plain: boolean, where: Place & { column: number; field: string }, report: (problem: BallastError) => void): number {
  if (plain) return Number(cell);
  const { file, line, column, field } = where;
  const negative = cell.startsWith("-") && Number.isFinite(Number(cell));
  report(
    new BallastError(negative ? "DATASET_NEGATIVE" : "DATASET_NOT_A_NUMBER", negative ? `${field} is negative.` : `${field} is not a plain decimal number.`, {
      where: { file, line, column, field, value: cell },
      fix: "Leave the cell empty where nothing is known; prices and volumes are written as digits with a point.",
    }),
  );
  return Number.NaN;
}

function timeProblem(bytes: Uint8Array, at: number, end: number, step: Step, time: number, expected: number, file: string, line: number): BallastError {
  const value = text(bytes, at, Math.min(end, at + 40)).split(",")[0];
  const where = { file, line, column: 1, field: step, value };
  if (Number.isNaN(time)) {
    return new BallastError("DATASET_TIME_INVALID", `${value || "An empty cell"} is not a UTC ${step}.`, {
      where,
      fix: `Write it as ${EXAMPLES[step]}.`,
    });
  }
  if (time === expected - 1)
    return new BallastError("DATASET_TIME_DUPLICATE", `The ${step} ${value} is there twice.`, {
      where,
      fix: "Keep the row that is right and remove the other.",
    });
  if (time < expected) {
    return new BallastError("DATASET_TIME_UNSORTED", `The ${step} ${value} comes after a later one.`, {
      where,
      fix: `Rows go up by one ${step} each; ${timeText(step, expected)} was due here.`,
    });
  }
  return new BallastError("DATASET_TIME_MISSING", `${time - expected} ${step}(s) are missing before ${value}.`, {
    where,
    fix: `Every ${step} has its row, with empty cells where nothing traded; ${timeText(step, expected)} was due here.`,
  });
}

const EXAMPLES = { hour: "2020-03-12T10:00Z", day: "2020-03-12", "5min": "2020-03-12T10:05Z" } as const;

/** The time written at `at`, NaN if what is there is no such time. */
function timeAt(bytes: Uint8Array, at: number, end: number, step: Step): number {
  const width = TIME_WIDTH[step];
  if (at + width > end || (at + width < end && bytes[at + width] !== COMMA)) return Number.NaN;
  return timeFromBytes(bytes, at, step);
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === NEWLINE) lines++;
  return lines;
}

function raise(problem: BallastError): never {
  throw problem;
}
