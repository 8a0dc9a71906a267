import { emptyTable, round, type Table } from "./table.ts";

/**
 * Turnover per day: the sum over the day's hours of volume × close, in the quote currency. A day no hour of which is
 * known is empty; an outage or a first day sums the hours there are, which is the cautious side for a liquidity figure.
 *
 * @param startHour hour of the first bar; `closes` and `volumes` are hourly from there, NaN where there is no bar
 * @example dailyTurnover(0, 2, Float64Array.of(10, 20), Float64Array.of(1, 3)).columns[0][0] // 70
 */
export function dailyTurnover(startHour: number, hours: number, closes: Float64Array, volumes: Float64Array): Table {
  const startDay = Math.floor(startHour / 24);
  const table = emptyTable("day", startDay, Math.floor((startHour + hours - 1) / 24) - startDay + 1, ["turnover"]);
  const [turnover] = table.columns;
  for (let i = 0; i < hours; i++) {
    if (Number.isNaN(closes[i])) continue;
    const day = Math.floor((startHour + i) / 24) - startDay;
    turnover[day] = (Number.isNaN(turnover[day]) ? 0 : turnover[day]) + volumes[i] * closes[i];
  }
  return { ...table, columns: [turnover.map(round)] };
}
