import type { DailySeries, Dataset } from "./dataset.ts";

/** A daily close older than this no longer says what a peg does from hour to hour. */
const FRESH_HOURS = 48;

/**
 * What a collateral is worth in what it stands for (USDC and USDT in USD, stETH in ETH), hour by hour over the hours of the history: entry i
 * is what was known when bar i had ended, NaN where nothing recent was. The best source that has the hour: the market in USD, the market
 * in USDT (which every price here is in), the last daily close at most two days old. Only looks back.
 *
 * @example pegHistory(dataset).stETH[i]; // 0.9371 in June 2022
 */
export function pegHistory(dataset: Dataset): Record<string, Float64Array> {
  const { startHour, hours } = dataset.history;
  const markets = dataset.hourlyPegs.assets.map((market) => market.replace(/-USD$/, ""));
  const names = [...new Set([...Object.keys(dataset.pegs), ...markets])].sort();
  const out: Record<string, Float64Array> = {};
  for (const name of names) {
    const pegs = dailyByHour(dataset.pegs[name], startHour, hours);
    for (const market of [name, `${name}-USD`]) overlay(pegs, dataset, market);
    out[name] = pegs;
  }
  return out;
}

function dailyByHour(series: DailySeries | undefined, startHour: number, hours: number): Float64Array {
  const pegs = new Float64Array(hours).fill(Number.NaN);
  for (const [d, value] of (series?.values ?? []).entries()) {
    if (Number.isNaN(value)) continue;
    // Known from the end of its day on, by whoever asks after bar i has ended.
    const known = ((series as DailySeries).startDay + d + 1) * 24 - 1 - startHour;
    pegs.fill(value, Math.max(0, known), Math.max(0, Math.min(hours, known + FRESH_HOURS)));
  }
  return pegs;
}

function overlay(pegs: Float64Array, { history, hourlyPegs }: Dataset, market: string): void {
  const closes = hourlyPegs.closes[hourlyPegs.assets.indexOf(market)];
  if (closes === undefined) return;
  const shift = history.startHour - hourlyPegs.startHour;
  for (let i = 0; i < pegs.length; i++) {
    const close = closes[i + shift];
    if (close > 0) pegs[i] = close;
  }
}
