import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { DataFile } from "../../cli/dataset/content.ts";
import { FUNDING_HOURS } from "../../cli/dataset/funding.ts";
import { type Series, UNITS } from "../../cli/dataset/manifest.ts";
import { emptyTable } from "../../cli/dataset/table.ts";
import { parseTime } from "../../cli/dataset/time.ts";

const ASSETS = ["BTC", "ETH", "SOL"];
/** The rates are published to eight decimals. */
const DECIMALS = 8;

/**
 * Funding of perpetuals, one row a day and a column for each of its three payments. Written as a factor, 1 + rate, because a figure
 * of the dataset is never below zero.
 */
export async function fundingFile(from: string): Promise<DataFile> {
  const sources = await Promise.all(ASSETS.map(async (asset) => readRates(join(from, "funding", `${asset}.csv`))));
  const hours = sources.flatMap((rates) => [...rates.keys()]);
  const start = Math.floor(Math.min(...hours) / 24);
  const rows = Math.floor(Math.max(...hours) / 24) + 1 - start;
  const series = ASSETS.map(
    (asset): Series => ({ asset, columns: FUNDING_HOURS.map((hour) => `${asset}.${hour}`), unit: UNITS.funding, venue: "Binance USDT-margined perpetual" }),
  );
  const table = emptyTable(
    "day",
    start,
    rows,
    series.flatMap((one) => one.columns),
  );
  for (const [a, rates] of sources.entries()) {
    for (const [hour, rate] of rates) {
      const payment = (FUNDING_HOURS as readonly number[]).indexOf(hour % 24);
      table.columns[a * FUNDING_HOURS.length + payment][Math.floor(hour / 24) - start] = Number((1 + rate).toFixed(DECIMALS));
    }
  }
  const provenance =
    "Funding rates as published by the exchange, every eight hours, as 1 + rate: above 1 the longs pay the shorts. SOL only from 2024-12-31 on.";
  return { path: "daily/funding.csv", kind: "funding", table, series, provenance };
}

/** Rate by hour; a time that is none of the three of a day is refused. */
async function readRates(file: string): Promise<Map<number, number>> {
  const rates = new Map<number, number>();
  for (const { timestamp, funding_rate } of parse(await readFile(file), { columns: true, bom: true }) as Record<string, string>[]) {
    const hour = parseTime("hour", timestamp.replace(/:00Z$/, "Z"));
    const rate = Number(funding_rate);
    if (Number.isNaN(hour) || hour % 8 !== 0 || rates.has(hour)) throw new Error(`${file}: ${timestamp} is no time of payment, or there twice`);
    if (funding_rate === "" || !(Math.abs(rate) < 0.1)) throw new Error(`${file}: ${timestamp} has a rate of ${funding_rate}`);
    rates.set(hour, rate);
  }
  return rates;
}
