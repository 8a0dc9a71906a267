import type { PositionTable } from "../../sim/margin/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";

/** A row of a table: [index of the instrument, lots]. */
export type Row = readonly (readonly [number, number])[];

/** A position table from rows; rows are sorted by underlying here. */
export function tableOf(instruments: readonly Instrument[], rows: readonly Row[]): PositionTable {
  const order = [...new Set(instruments.map((instrument) => instrument.underlying))];
  const sorted = rows.map((row) => [...row].sort((a, b) => order.indexOf(instruments[a[0]].underlying) - order.indexOf(instruments[b[0]].underlying)));
  const offsets = new Int32Array(rows.length + 1);
  for (let a = 0; a < rows.length; a++) offsets[a + 1] = offsets[a] + rows[a].length;
  return {
    accounts: rows.length,
    offsets,
    instrument: Int32Array.from(sorted.flat(), ([i]) => i),
    lots: Float64Array.from(sorted.flat(), ([, lots]) => lots),
  };
}
