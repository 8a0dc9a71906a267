import type { FundingSeries } from "../../sim/market/dataset.ts";
import type { Table } from "./table.ts";

/** Hours of the day, UTC, at which perpetuals pay funding. */
export const FUNDING_HOURS = [0, 8, 16] as const;

/**
 * Funding as the engine reads it, from a table of days with a column for each payment of the day, written as 1 + rate.
 *
 * @param columns of one underlying, by payment
 */
export function fundingSeries(table: Table, columns: readonly Float64Array[]): FundingSeries {
  const rates = new Float64Array(table.rows * columns.length);
  for (let day = 0; day < table.rows; day++) {
    for (const [payment, factors] of columns.entries()) rates[day * columns.length + payment] = factors[day] - 1;
  }
  return { startHour: table.start * 24, rates };
}
