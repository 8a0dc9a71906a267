import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Content, type DataFile, renderDataset } from "../cli/dataset/content.ts";
import { BAR_FIELDS, DEFAULT_DATASET } from "../cli/dataset/load.ts";
import { type KnownOutlier, type ManifestCrash, type Series, UNITS } from "../cli/dataset/manifest.ts";
import { findOutliers } from "../cli/dataset/outliers.ts";
import { storeDataset } from "../cli/dataset/store.ts";
import { emptyTable, slice, type Table } from "../cli/dataset/table.ts";
import { dayOf, dayText, parseTime, ROWS_PER_DAY, timeText } from "../cli/dataset/time.ts";
import { dailyTurnover } from "../cli/dataset/turnover.ts";
import { ANCHORS, CRASHES, OUTLIER_REASONS } from "./dataset/crashes.ts";
import { fundingFile } from "./dataset/funding.ts";
import { readSource, type Source } from "./dataset/source.ts";

/**
 * Makes the shipped dataset from a folder of source CSVs (one row per hour or day, header, ISO time stamps). The same
 * source gives the same bytes.
 *
 *   ./scripts/node node scripts/build-dataset.ts --from DIR [--to data]
 */

const LOOKBACK = ["BTC", "ETH", "SOL", "LINK", "AVAX"];
/** Assets the venue listed after it had opened: their first day is price discovery, not a market. */
const LISTED_LATER = ["SOL", "LINK", "AVAX"];
const HOURS_AFTER_LISTING = 24;
/** A new perpetual trades a few contracts an hour, in its first days far from the spot. */
const HOURS_AFTER_LISTING_PERPETUAL = 168;
const PAD_DAYS = 5;
const BINANCE = { venue: "Binance spot", unit: "USDT" };

/** [asset, source file, venue, quote]; a stablecoin traded in USD keeps both names, so that no two prices share one. */
const CRASH_ASSETS: readonly (readonly [asset: string, file: string, venue: string, unit: string, volumeUnit: string])[] = [
  ...[...LOOKBACK, "WBTC", "UST", "LUNA", "FTT"].map((asset) => [asset, `hourly/${asset}.csv`, BINANCE.venue, BINANCE.unit, asset] as const),
  ["USDC", "hourly/USDC-binance.csv", BINANCE.venue, BINANCE.unit, "USDC"],
  ["USDC-USD", "hourly/USDCUSD-kraken-2023-03.csv", "Kraken spot", "USD", "USDC"],
  ["USDT-USD", "hourly/USDTUSD-kraken-2023-03.csv", "Kraken spot", "USD", "USDT"],
  ["USDE", "hourly/USDE-binance.csv", BINANCE.venue, BINANCE.unit, "USDE"],
  ["USDE-BYBIT", "hourly/USDE-bybit.csv", "Bybit spot", "USDT", "USDE"],
];

/** Hourly closes beside those of the underlyings: perpetuals on them, and the stablecoins whose peg was ever in doubt. */
const BESIDE: readonly (readonly [asset: string, file: string, venue: string, unit: string, hoursSkipped: number])[] = [
  ...["BTC", "ETH", "SOL"].map(
    (asset) => [`${asset}-PERP`, `perp-hourly/${asset}.csv`, "Binance USDT-margined perpetual", "USDT", HOURS_AFTER_LISTING_PERPETUAL] as const,
  ),
  ["USDC", "hourly/USDC-binance.csv", BINANCE.venue, BINANCE.unit, 0],
  ["USDC-USD", "hourly/USDCUSD-kraken-2023-03.csv", "Kraken spot", "USD", 0],
  ["USDT-USD", "hourly/USDTUSD-kraken-2023-03.csv", "Kraken spot", "USD", 0],
];

/** Events with bars of five minutes, and of what. */
const FINE_EVENTS = ["2025-02-03", "2025-04-07", "2025-10-10"];
const FINE_ASSETS = ["BTC", "ETH", "SOL"];

const FIVE_MINUTES = "Exchange-published five-minute bars of the event's own days; twelve of them make the hourly bar exactly.";
const HOURLY = "Exchange-published hourly bars, compared across independently downloaded public copies (identical where they overlap).";

const { values } = parseArgs({ options: { from: { type: "string" }, to: { type: "string", default: DEFAULT_DATASET } } });
if (!values.from) {
  process.stderr.write("usage: build-dataset --from DIR [--to DIR]\n");
  process.exit(2);
}
const texts = renderDataset(await build(values.from));
await storeDataset(values.to, texts);
let total = 0;
for (const text of texts.values()) total += Buffer.byteLength(text);
process.stdout.write(`${texts.size} files, ${total} bytes -> ${values.to}\n`);

async function build(from: string): Promise<Content> {
  const bars = new Map<string, Source>();
  for (const [asset, file] of CRASH_ASSETS) bars.set(asset, await readSource(from, file, "hour", BAR_FIELDS));
  const lookback = await lookbackFiles(bars, from);
  const { files: windows, crashes } = await crashFiles(bars, join(from, "minute5"));
  const files = [...lookback, ...windows, turnoverFile(bars), ...(await dailyFiles(from)), await fundingFile(from)];
  return {
    title: "Hourly closes, 21 crashes, implied volatility, pegs and gas, 2017-08 to 2025-10",
    notes: notes(bars),
    files,
    crashes,
    anchors: ANCHORS.map(([file, column, first, last, lowest]) => ({
      file,
      column,
      from: first,
      to: last,
      lowest,
      source: "known low of this event, recorded apart from the bars",
    })),
    knownOutliers: files.flatMap(knownOutliers),
  };
}

async function lookbackFiles(bars: ReadonlyMap<string, Source>, from: string): Promise<DataFile[]> {
  const spots = LOOKBACK.map((asset) => ({
    series: { asset, columns: [asset], ...BINANCE } satisfies Series,
    closes: closesFrom((bars.get(asset) as Source).table, LISTED_LATER.includes(asset) ? HOURS_AFTER_LISTING : 0),
  }));
  const beside = await Promise.all(
    BESIDE.map(async ([asset, file, venue, unit, hoursSkipped]) => ({
      series: { asset, columns: [asset], venue, unit } satisfies Series,
      closes: closesFrom((await readSource(from, file, "hour", BAR_FIELDS)).table, hoursSkipped),
    })),
  );
  const all = [...spots, ...beside];
  const start = Math.min(...all.map(({ closes }) => closes.start));
  const end = Math.max(...all.map(({ closes }) => closes.start + closes.rows));
  const names = all.map(({ series }) => series.asset);
  const joined = emptyTable("hour", start, end - start, names);
  for (const [c, { closes }] of all.entries()) joined.columns[c].set(closes.columns[0], closes.start - start);
  const files: DataFile[] = [];
  for (let year = 2017; year <= 2025; year++) {
    const table = slice(joined, Math.max(start, dayOf(year, 1, 1) * 24), Math.min(end, dayOf(year + 1, 1, 1) * 24));
    const series = all.map((one) => one.series).filter((one) => hasValues(table, one));
    files.push({ path: `lookback/${year}.csv`, kind: "lookback", table: keep(table, series), series, provenance: HOURLY });
  }
  return files;
}

function closesFrom(table: Table, hoursSkipped: number): Table {
  const left = slice(table, table.start + hoursSkipped, table.start + table.rows);
  return { ...left, names: ["close"], columns: [left.columns[BAR_FIELDS.indexOf("close")]] };
}

async function crashFiles(bars: ReadonlyMap<string, Source>, from5min: string): Promise<{ files: DataFile[]; crashes: ManifestCrash[] }> {
  const files: DataFile[] = [];
  const crashes: ManifestCrash[] = [];
  for (const [id, title, firstDay, lastDay] of CRASHES) {
    const from = (parseTime("day", firstDay) - PAD_DAYS) * 24;
    const to = (parseTime("day", lastDay) + PAD_DAYS + 1) * 24;
    const parts = CRASH_ASSETS.map(([asset, , venue, unit, volumeUnit]) => {
      const series: Series = { asset, columns: BAR_FIELDS.map((field) => `${asset}.${field}`), unit, volumeUnit, venue };
      return { series, table: { ...slice((bars.get(asset) as Source).table, from, to), names: series.columns } };
    }).filter(({ series, table }) => hasValues(table, series));
    const table: Table = {
      step: "hour",
      start: from,
      rows: to - from,
      names: parts.flatMap((part) => part.table.names),
      columns: parts.flatMap((part) => part.table.columns),
    };
    const path = `crashes/${id}.csv`;
    files.push({ path, kind: "crash", table, series: parts.map((part) => part.series), provenance: HOURLY });
    const fine = await fineFile(from5min, id, firstDay, lastDay);
    if (fine) files.push(fine);
    const assets = parts.map((part) => part.series.asset);
    crashes.push({ id, title, firstDay, lastDay, file: path, assets, ...(fine ? { fine: { file: fine.path, assets: FINE_ASSETS } } : {}) });
  }
  return { files, crashes };
}

/** Five-minute bars of the event's own days, of the crashes that have them. */
async function fineFile(dir: string, id: string, firstDay: string, lastDay: string): Promise<DataFile | undefined> {
  if (!FINE_EVENTS.includes(firstDay)) return undefined;
  const start = parseTime("day", firstDay) * ROWS_PER_DAY["5min"];
  const end = (parseTime("day", lastDay) + 1) * ROWS_PER_DAY["5min"];
  const parts = await Promise.all(
    FINE_ASSETS.map(async (asset) => {
      const series: Series = { asset, columns: BAR_FIELDS.map((field) => `${asset}.${field}`), ...BINANCE, volumeUnit: asset };
      return { series, table: slice((await readSource(dir, `${asset}-${firstDay}.csv`, "5min", BAR_FIELDS)).table, start, end) };
    }),
  );
  const columns = parts.flatMap(({ table }) => table.columns);
  const table: Table = { step: "5min", start, rows: end - start, names: parts.flatMap(({ series }) => series.columns), columns };
  return { path: `crashes-5min/${id}.csv`, kind: "crash-5min", table, series: parts.map(({ series }) => series), provenance: FIVE_MINUTES };
}

function turnoverFile(bars: ReadonlyMap<string, Source>): DataFile {
  const tables = LOOKBACK.map((asset) => {
    const { start, rows, columns } = (bars.get(asset) as Source).table;
    return dailyTurnover(start, rows, columns[BAR_FIELDS.indexOf("close")], columns[BAR_FIELDS.indexOf("volume")]);
  });
  const series = LOOKBACK.map((asset): Series => ({ asset, columns: [asset], venue: BINANCE.venue, unit: `${BINANCE.unit}${UNITS.perDay}` }));
  return dailyFile(
    "daily/volume.csv",
    "volume",
    tables,
    series,
    "Sum over the day's hours of volume times close. Days with an outage, and an asset's first day, sum fewer hours.",
  );
}

async function dailyFiles(from: string): Promise<DataFile[]> {
  const close = async (file: string, column = "close"): Promise<Table> => (await readSource(from, file, "day", [column])).table;
  const dvol = await Promise.all(["dvol/BTC.csv", "dvol/ETH.csv"].map((file) => close(file)));
  const ethHourly = (await readSource(from, "dvol/ETH-hourly-windows.csv", "hour", ["close"])).table;
  const pegs = await Promise.all([close("daily/USDC-USD.csv"), close("daily/USDT-USD.csv"), close("daily/stETH-ETH.csv", "steth_eth")]);
  const composite = "composite daily close of several exchanges";
  return [
    dailyFile(
      "daily/dvol.csv",
      "dvol",
      [dvol[0], withLastHours(dvol[1], ethHourly)].map(asDecimals),
      [
        { asset: "BTC", columns: ["BTC"], unit: UNITS.volatility, venue: "Deribit DVOL" },
        { asset: "ETH", columns: ["ETH"], unit: UNITS.volatility, venue: "Deribit DVOL" },
      ],
      "Daily close of the Deribit volatility index, vol points / 100. ETH only around some crashes. The daily close hides peaks.",
    ),
    dailyFile(
      "daily/pegs.csv",
      "pegs",
      pegs,
      [
        { asset: "USDC", columns: ["USDC"], unit: "USD", venue: composite },
        { asset: "USDT", columns: ["USDT"], unit: "USD", venue: composite },
        { asset: "stETH", columns: ["stETH"], unit: "ETH", venue: `ratio of two ${composite}s, +-0.5 % noise` },
      ],
      "Composite daily closes; nothing after 2024-12-07.",
    ),
    dailyFile(
      "daily/gas.csv",
      "gas",
      [await close("gas/ethereum-average-gas-price-daily.csv", "avg_gas_gwei")],
      [{ asset: "GAS", columns: ["GAS"], unit: UNITS.gas, venue: "Ethereum mainnet, mean of the day" }],
      "Ethereum's average gas price per day; hides the intraday peak of a crash. 2022-05-01 (474 gwei) is an NFT mint, not a crash.",
    ),
  ];
}

function dailyFile(path: string, kind: DataFile["kind"], tables: readonly Table[], series: readonly Series[], provenance: string): DataFile {
  const start = Math.min(...tables.map((table) => table.start));
  const end = Math.max(...tables.map((table) => table.start + table.rows));
  const columns = tables.map((table) => slice(table, start, end).columns[0]);
  return { path, kind, table: { step: "day", start, rows: end - start, names: series.map((one) => one.columns[0]), columns }, series, provenance };
}

/** The close of an hourly series' last hour of a day is that day's close: fills days the daily series does not have. */
function withLastHours(daily: Table, hourly: Table): Table {
  const start = Math.min(daily.start, Math.floor(hourly.start / 24));
  const end = Math.max(daily.start + daily.rows, Math.floor((hourly.start + hourly.rows) / 24));
  const out = slice(daily, start, end);
  for (let day = start; day < end; day++) {
    const value = hourly.columns[0][day * 24 + 23 - hourly.start] ?? Number.NaN;
    const known = out.columns[0][day - start];
    if (!Number.isNaN(known) && !Number.isNaN(value) && known !== value) throw new Error(`daily and hourly DVOL differ on ${dayText(day)}: ${known}, ${value}`);
    if (Number.isNaN(known)) out.columns[0][day - start] = value;
  }
  return out;
}

function asDecimals(table: Table): Table {
  return { ...table, columns: table.columns.map((column) => column.map((points) => Number((points / 100).toPrecision(6)))) };
}

function hasValues(table: Table, series: Series): boolean {
  return table.columns[table.names.indexOf(series.columns[0])].some((value) => !Number.isNaN(value));
}

function keep(table: Table, series: readonly Series[]): Table {
  const names = series.flatMap((one) => one.columns);
  return { ...table, names, columns: names.map((name) => table.columns[table.names.indexOf(name)]) };
}

/** Outliers with the reason why they stay. */
function knownOutliers(file: DataFile): KnownOutlier[] {
  return file.series.flatMap((series) =>
    findOutliers(series, file.table).map((outlier) => {
      const at = timeText(file.table.step, file.table.start + outlier.row);
      const why = OUTLIER_REASONS.find(([path, asset, , only = at]) => path === file.path && asset === series.asset && only === at)?.[2];
      if (why === undefined) throw new Error(`no reason is known for ${file.path} ${at} ${outlier.column} = ${outlier.value} (${outlier.what})`);
      return { file: file.path, column: outlier.column, at, why };
    }),
  );
}

function notes(bars: ReadonlyMap<string, Source>): string[] {
  const untraded = LOOKBACK.map((asset) => `${asset} ${(bars.get(asset) as Source).hoursWithoutTrade.join(" ")}`).join("; ");
  return [
    "All times are UTC and name the start of the bar. Gaps are outages of the exchange; they are empty and never filled.",
    "Figures are rounded to six significant digits.",
    "Prices are in USDT unless a series says otherwise. USDT is not USD: the gap was a median 2.6 % in November 2018 and up to 6.9 % in one hour of March 2023.",
    `First bars after a listing are outliers: the lookback of ${LISTED_LATER.join(", ")} begins ${HOURS_AFTER_LISTING} hours after the first bar. BTC and ETH begin with the venue itself and are whole. Crash windows hold every bar.`,
    `Bars the exchange published for an hour without a trade (open = high = low = close, volume 0) are kept as published: ${untraded}.`,
    "Implied volatility before 2021-03-24, smiles, order books and option chains are not here; whatever stands in for them is a model.",
    `The lookback's perpetuals (BTC-PERP) begin ${HOURS_AFTER_LISTING_PERPETUAL} hours after their first bar. A perpetual can leave its spot: SOL-PERP closed 15 % and more below SOL on 2022-11-09, and there is none of it from 2024-04-18 to 2024-12-31.`,
    "USDC in USDT is no quote between 2022-09-26 and 2023-03-11 14:00, the worst of its depeg; USDC-USD of another venue covers March 2023. UST is in the crash windows only.",
    "Daily DVOL hides peaks: ETH on 2024-08-05 reached 90.4 points intraday and closed at 76.22.",
    "Joint extremes are not simultaneous: on 2024-08-05 ETH bottomed at 01h and BTC at 06h.",
    "An extreme low is where somebody's order executed, not where a large position could have been sold: LINK 0.0001 on 2020-03-12, USDE 0.65 on one venue on 2025-10-10.",
  ];
}
