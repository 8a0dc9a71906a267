import { type Step, timeText } from "./time.ts";

/**
 * One file of the dataset in memory: a value per column and time, one row for every step from the first to the
 * last, NaN where there is none. `columns[c][i]` is the value of column `names[c]` at time `start + i`.
 */
export interface Table {
  readonly step: Step;
  readonly start: number;
  readonly rows: number;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** An empty table (all NaN) over `rows` steps from `start`. */
export function emptyTable(step: Step, start: number, rows: number, names: readonly string[]): Table {
  return { step, start, rows, names, columns: names.map(() => new Float64Array(rows).fill(Number.NaN)) };
}

/** The rows with times in [from, to), times outside the table being empty. */
export function slice(table: Table, from: number, to: number): Table {
  const out = emptyTable(table.step, from, to - from, table.names);
  const first = Math.max(from, table.start);
  const last = Math.min(to, table.start + table.rows);
  if (last > first) {
    for (const [c, column] of table.columns.entries()) out.columns[c].set(column.subarray(first - table.start, last - table.start), first - from);
  }
  return out;
}

/** Writes a table in the dataset's own form: LF line ends, an empty cell for a gap, a newline at the end. */
export function renderTable(table: Table): string {
  const lines = [[table.step, ...table.names].join(",")];
  for (let i = 0; i < table.rows; i++) {
    const cells = [timeText(table.step, table.start + i)];
    for (const column of table.columns) cells.push(Number.isNaN(column[i]) ? "" : numberText(column[i]));
    lines.push(cells.join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** Six significant digits: more than any margin needs, few enough that the files stay small. @example round(35234.62) // 35234.6 */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}

/** Plain decimal digits without an exponent, so that the strict reader's grammar is `digits[.digits]`. */
function numberText(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  const [mantissa, exponent] = text.split("e");
  const digits = mantissa.replace(/[-.]/, "").length - (mantissa.startsWith("-") ? 1 : 0);
  return Number(exponent) < 0 ? value.toFixed(Math.min(100, digits - 1 - Number(exponent))) : BigInt(value).toString();
}
