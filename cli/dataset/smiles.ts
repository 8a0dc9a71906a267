import { BallastError } from "../../sim/errors.ts";
import type { ChainFit } from "../../sim/market/dataset.ts";
import { chainViolations, type MaturitySlice } from "../../sim/market/index.ts";
import type { DataFile } from "./content.ts";
import { emptyTable, type Table } from "./table.ts";
import { hourText } from "./time.ts";

/** What a smile file says of each expiry of a chain, in its order: years to it, total variance at the money, its slope far below and above. */
const FIELDS = ["years", "theta", "putWing", "callWing"] as const;

/** Significant digits of a fitted figure: enough that rounding breaks no condition against arbitrage (they are kept with 1e-9 to spare). */
const DIGITS = 12;

/** Names of the columns of a chain with so many expiries: `1.years`, `1.theta`, … */
export function smileColumns(slices: number): string[] {
  return Array.from({ length: slices }, (_, i) => FIELDS.map((field) => `${i + 1}.${field}`)).flat();
}

/** Fits as a table of the dataset: a row for every hour from the first to the last, empty where there is no chain. */
export function smileTable(fits: readonly ChainFit[]): Table {
  const start = Math.min(...fits.map(({ hour }) => hour));
  const rows = Math.max(...fits.map(({ hour }) => hour)) - start + 1;
  const table = emptyTable("hour", start, rows, smileColumns(Math.max(...fits.map(({ surface }) => surface.slices.length))));
  for (const { hour, surface } of fits) {
    surface.slices.forEach((slice, i) => {
      FIELDS.forEach((field, f) => {
        table.columns[i * FIELDS.length + f][hour - start] = Number(slice[field].toPrecision(DIGITS));
      });
    });
  }
  return table;
}

/**
 * The surfaces of a smile file.
 *
 * @throws BallastError DATASET_SMILE_INVALID for a slice that is not whole, or a surface that admits an arbitrage: that is no surface of this program's
 */
export function smilesOf(file: string, { table }: Pick<DataFile, "table">): ChainFit[] {
  const fits: ChainFit[] = [];
  const count = Math.floor(table.names.length / FIELDS.length);
  for (let row = 0; row < table.rows; row++) {
    const slices: MaturitySlice[] = [];
    let known = 0;
    for (let i = 0; i < count; i++) {
      const values = FIELDS.map((_, f) => table.columns[i * FIELDS.length + f][row]);
      known += values.filter((value) => !Number.isNaN(value)).length;
      if (values.some((value) => Number.isNaN(value))) continue;
      const [years, theta, putWing, callWing] = values;
      slices.push({ years, theta, putWing, callWing });
    }
    if (known === 0) continue;
    const hour = table.start + row;
    const problem = known === FIELDS.length * slices.length ? chainViolations({ slices })[0] : "an expiry has only some of its four figures";
    if (problem !== undefined) {
      throw new BallastError("DATASET_SMILE_INVALID", `The smile of ${hourText(hour)} cannot be used: ${problem}.`, {
        where: { file, line: row + 2, value: hourText(hour) },
        fix: "Restore the file from version control, or import the chain again with `ballast data import --chain`.",
      });
    }
    fits.push({ hour, surface: { slices } });
  }
  return fits;
}
