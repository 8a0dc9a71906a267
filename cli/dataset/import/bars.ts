import { BallastError } from "../../../sim/errors.ts";
import { round, type Table } from "../table.ts";
import { hourText } from "../time.ts";
import { figureOf, hasNoZone, hourOf, requireWidth, type TimeUnit } from "./cells.ts";
import type { ImportFormat, Layout } from "./format.ts";
import { type Row, type Rows, whereIs } from "./rows.ts";

/** Hourly rows of a foreign CSV in order, with the line each came from, and what a reader should be told. */
export interface Imported {
  /** Hourly, without a break; columns as asked for, NaN in hours the file does not have. */
  readonly table: Table;
  readonly lineOfHour: ReadonlyMap<number, number>;
  readonly notes: readonly string[];
  readonly symbol: string | undefined;
}

/**
 * Reads the rows of a located CSV, strictly, into hours in ascending order.
 *
 * A format that is newest first by its definition is put in order, which is noted; any other order is an error.
 *
 * @param meanings the columns to read, of `open high low close volume`
 * @throws BallastError IMPORT_EMPTY, IMPORT_HOUR_DUPLICATE, IMPORT_HOURS_UNSORTED, IMPORT_NOT_HOURLY, IMPORT_HIGH_BELOW_LOW and those of cells.ts
 */
export function readHours(rows: Rows, layout: Layout, format: ImportFormat, meanings: readonly string[]): Imported {
  const body = rows.rows.slice(layout.skip);
  if (body.length === 0)
    throw new BallastError("IMPORT_EMPTY", "The file has a header and no rows.", {
      where: { file: rows.file, line: rows.lines.length },
      fix: "Download it again.",
    });
  const lineOfHour = new Map<number, number>();
  const figures: { hour: number; values: number[] }[] = [];
  let unit: TimeUnit | undefined;
  let direction = 0;
  for (const row of body) {
    requireWidth(rows, row, layout, format);
    const time = hourOf(rows, row, layout, unit);
    unit = time.unit;
    const before = figures[figures.length - 1]?.hour;
    if (before !== undefined) direction = requireOrder(rows, row, layout, format, { hour: time.hour, before, direction }, lineOfHour);
    const values = meanings.map((meaning) => figureOf(rows, row, layout, meaning));
    requireConsistent(rows, row, meanings, values);
    lineOfHour.set(time.hour, row.line);
    figures.push({ hour: time.hour, values: values.map(round) });
  }
  const notes: string[] = [];
  if (direction < 0) {
    figures.reverse();
    notes.push(`The rows were newest first, as ${format.title} writes them; they were put in order.`);
  }
  if (hasNoZone(body[0].cells[layout.at.time])) notes.push("The times name no zone; they were taken as UTC.");
  if (!rows.endsWithNewline) notes.push("The last line has no line end: if the file was cut off, its last number may be short.");
  return { table: toTable(figures, meanings), lineOfHour, notes, symbol: layout.at.symbol === undefined ? undefined : body[0].cells[layout.at.symbol] };
}

/** The direction of the rows so far: 1 up, −1 down (newest first). */
function requireOrder(
  rows: Rows,
  row: Row,
  layout: Layout,
  format: ImportFormat,
  step: { hour: number; before: number; direction: number },
  seen: ReadonlyMap<number, number>,
): number {
  const where = whereIs(rows, row, layout.at.time, layout.names[layout.at.time]);
  const earlier = seen.get(step.hour);
  if (earlier !== undefined) {
    throw new BallastError("IMPORT_HOUR_DUPLICATE", `The hour ${hourText(step.hour)} is there twice, first on line ${earlier}.`, {
      where,
      fix: "Remove the row that is wrong; identical rows count too.",
    });
  }
  const direction = Math.sign(step.hour - step.before);
  if (direction === step.direction || (step.direction === 0 && (direction > 0 || format.newestFirst))) return direction;
  throw new BallastError("IMPORT_HOURS_UNSORTED", `The hour ${hourText(step.hour)} comes after ${hourText(step.before)}.`, {
    where,
    fix: `${format.title} rows run ${format.newestFirst ? "one way, newest first" : "from old to new"}: sort the file by time, or download it again.`,
  });
}

function requireConsistent(rows: Rows, row: Row, meanings: readonly string[], values: readonly number[]): void {
  const [open, high, low, close] = ["open", "high", "low", "close"].map((meaning) => values[meanings.indexOf(meaning)]);
  if (high === undefined || low === undefined) return;
  if (high >= Math.max(open, close, low) && low <= Math.min(open, close)) return;
  throw new BallastError("IMPORT_HIGH_BELOW_LOW", `The bar contradicts itself: open ${open}, high ${high}, low ${low}, close ${close}.`, {
    where: { file: rows.file, line: row.line, field: "high", value: String(high) },
    fix: "High is the largest and low the smallest of the four: check the columns, or name the right --format (Coinbase writes low first).",
  });
}

function toTable(figures: readonly { hour: number; values: readonly number[] }[], names: readonly string[]): Table {
  const start = figures[0].hour;
  const hours = figures[figures.length - 1].hour - start + 1;
  const columns = names.map(() => new Float64Array(hours).fill(Number.NaN));
  for (const { hour, values } of figures) {
    for (const [c, value] of values.entries()) columns[c][hour - start] = value;
  }
  return { step: "hour", start, rows: hours, names, columns };
}

/**
 * Refuses rows that are further apart than an hour as a rule: daily bars also start on the hour.
 *
 * @throws BallastError IMPORT_NOT_HOURLY
 */
export function requireHourly(rows: Rows, { table, lineOfHour }: Imported): void {
  const bars = lineOfHour.size;
  let neighbours = 0;
  for (const hour of lineOfHour.keys()) if (lineOfHour.has(hour + 1)) neighbours++;
  if (bars === 1 || neighbours >= bars / 2) return;
  throw new BallastError("IMPORT_NOT_HOURLY", `The file has ${bars} bars over ${table.rows} hours: it is not hourly.`, {
    where: { file: rows.file },
    fix: "Download the 1h interval.",
  });
}
