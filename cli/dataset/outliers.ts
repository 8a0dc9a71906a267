import { type Series, UNITS } from "./manifest.ts";
import type { Table } from "./table.ts";

export interface Outlier {
  readonly column: string;
  /** Row in the table. */
  readonly row: number;
  readonly value: number;
  readonly what: string;
}

/**
 * Values a reader should look at twice. Within a day: a close more than ×1.65 from the last one (|ln| > 0.5; the largest of
 * BTC and ETH since 2017 is 0.24), a high or low more than that beyond the bar's own open and close. Daily: more than ×2
 * (pegs ×1.1, gas ×10, turnover ×100). They are reported, never removed: the biggest ones in this market were real.
 */
export function findOutliers(series: Series, table: Table): Outlier[] {
  const column = (suffix: string): { name: string; values: Float64Array } | undefined => {
    const name = series.columns.find((candidate) => candidate === suffix || candidate.endsWith(`.${suffix}`));
    return name === undefined ? undefined : { name, values: table.columns[table.names.indexOf(name)] };
  };
  const close = column("close") ?? { name: series.columns[0], values: table.columns[table.names.indexOf(series.columns[0])] };
  const limit = limitOf(series, table);
  const found = jumps(close.name, close.values, limit);
  const [open, high, low] = [column("open"), column("high"), column("low")];
  if (open && high && low) {
    for (let row = 0; row < table.rows; row++) {
      const top = Math.max(open.values[row], close.values[row]);
      const bottom = Math.min(open.values[row], close.values[row]);
      if (high.values[row] > top * limit)
        found.push({ column: high.name, row, value: high.values[row], what: `a wick to ×${(high.values[row] / top).toPrecision(3)} of the bar's body` });
      if (low.values[row] * limit < bottom)
        found.push({ column: low.name, row, value: low.values[row], what: `a wick to ×${(low.values[row] / bottom).toPrecision(3)} of the bar's body` });
    }
  }
  return found.sort((a, b) => a.row - b.row);
}

const COMPARABLE_STEPS = 5;
const HOURLY_LIMIT = 1.65;
const DAILY_LIMIT = 2;
const PEG_LIMIT = 1.1;
const GAS_LIMIT = 10;
const TURNOVER_LIMIT = 100;

function limitOf(series: Series, table: Table): number {
  // Expiries come and go: what the first slice is of changes from chain to chain.
  if (series.unit === UNITS.smile) return Number.POSITIVE_INFINITY;
  if (table.step !== "day") return HOURLY_LIMIT;
  if (series.unit === UNITS.gas) return GAS_LIMIT;
  if (series.unit.endsWith(UNITS.perDay)) return TURNOVER_LIMIT;
  return series.unit === "USD" || series.unit === "ETH" ? PEG_LIMIT : DAILY_LIMIT;
}

function jumps(name: string, values: Float64Array, limit: number): Outlier[] {
  const found: Outlier[] = [];
  let last = -1;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    // Over a long gap a large move proves nothing.
    const ratio = last >= 0 && row - last <= COMPARABLE_STEPS ? value / values[last] : 1;
    if (ratio > limit || ratio < 1 / limit) found.push({ column: name, row, value, what: `×${ratio.toPrecision(3)} of the value before` });
    last = row;
  }
  return found;
}
