import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { emptyTable, round, type Table } from "../../cli/dataset/table.ts";
import { parseTime, type Step, timeText } from "../../cli/dataset/time.ts";

/** One source CSV: its columns, rounded, and the hours in which nothing traded. */
export interface Source {
  readonly table: Table;
  readonly hoursWithoutTrade: readonly string[];
}

/**
 * Reads one source CSV (`timestamp` in ISO 8601, UTC, then named columns) and refuses anything out of place: a time off
 * the hour or day, rows not going up, a value that is no positive number (a volume may be 0).
 */
export async function readSource(dir: string, file: string, step: Step, names: readonly string[]): Promise<Source> {
  const rows: Record<string, string>[] = parse(await readFile(join(dir, file)), { columns: true, bom: true });
  const times = rows.map((row) => timeOf(row.timestamp, step, file));
  const table = emptyTable(step, times[0], times[times.length - 1] - times[0] + 1, names);
  const hoursWithoutTrade: string[] = [];
  let last = Number.NEGATIVE_INFINITY;
  rows.forEach((row, r) => {
    if (times[r] <= last) throw new Error(`${file}: ${row.timestamp} does not come after the row before it`);
    last = times[r];
    names.forEach((name, c) => {
      const value = Number(row[name]);
      if (row[name] === undefined || row[name] === "" || !(value > 0 || (value === 0 && name === "volume")))
        throw new Error(`${file}: ${row.timestamp} ${name} is ${row[name]}`);
      if (name === "volume" && value === 0) hoursWithoutTrade.push(timeText(step, times[r]));
      table.columns[c][times[r] - table.start] = round(value);
    });
  });
  return { table, hoursWithoutTrade };
}

function timeOf(timestamp: string, step: Step, file: string): number {
  const text = step !== "day" ? timestamp.replace(/:00Z$/, "Z") : timestamp.replace(/T00:00:00Z$/, "");
  const time = parseTime(step, text);
  if (Number.isNaN(time)) throw new Error(`${file}: ${timestamp} is not the start of a UTC ${step}`);
  return time;
}
