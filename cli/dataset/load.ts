import { fileURLToPath } from "node:url";
import { BallastError } from "../../sim/errors.ts";
import type { Bars, ChainFit, Crash, DailySeries, Dataset, FineBars, FundingSeries, History } from "../../sim/market/dataset.ts";
import { type Content, type DataFile, readContent } from "./content.ts";
import { FUNDING_HOURS, fundingSeries } from "./funding.ts";
import { type ManifestCrash, manifestHash } from "./manifest.ts";
import { smilesOf } from "./smiles.ts";
import type { Table } from "./table.ts";
import { parseTime } from "./time.ts";

/** The dataset this repository ships. */
export const DEFAULT_DATASET = fileURLToPath(new URL("../../data", import.meta.url));

export const BAR_FIELDS = ["open", "high", "low", "close", "volume"] as const;

/**
 * Loads a dataset folder into what the engine reads. Every file is held against the sha256 in the manifest, and the
 * dataset's hash is the sha256 of the manifest's canonical JSON: same hash, same figures.
 *
 * @param dir the dataset folder; the repository's own `data/` by default
 * @throws BallastError those of `readContent`, DATASET_SERIES_INVALID
 * @example (await loadDataset()).crashes.find((crash) => crash.id === "2020-03-12-black-thursday")
 */
export async function loadDataset(dir: string = DEFAULT_DATASET): Promise<Dataset> {
  const { manifest, content } = await readContent(dir);
  const daily = (kind: DataFile["kind"]): Record<string, DailySeries> => dailySeries(content, kind, dir);
  const hourly = historyOf(content);
  return {
    hash: manifestHash(manifest),
    history: only(hourly, (asset) => !asset.endsWith(PERPETUAL) && !PEG_MARKETS.includes(asset)),
    crashes: content.crashes.map((crash) => crashOf(crash, content, dir)),
    dvol: daily("dvol"),
    dailyVolumeUsd: daily("volume"),
    gasGwei: Object.values(daily("gas"))[0] ?? { startDay: 0, values: new Float64Array(0) },
    pegs: daily("pegs"),
    perpetuals: only(
      hourly,
      (asset) => asset.endsWith(PERPETUAL),
      (asset) => asset.slice(0, -PERPETUAL.length),
    ),
    hourlyPegs: only(hourly, (asset) => PEG_MARKETS.includes(asset)),
    funding: fundingOf(content, dir),
    chains: chainsOf(content, dir),
  };
}

/** How the lookback names the perpetual on an underlying: `BTC-PERP`. */
const PERPETUAL = "-PERP";
/** Stablecoin markets: what they close at is a peg, not an underlying. */
const PEG_MARKETS: readonly string[] = ["USDC", "USDC-USD", "USDT-USD"];

function only(history: History, keeps: (asset: string) => boolean, rename: (asset: string) => string = (asset) => asset): History {
  const kept = [...history.assets.keys()].filter((a) => keeps(history.assets[a]));
  return { ...history, assets: kept.map((a) => rename(history.assets[a])), closes: kept.map((a) => history.closes[a]) };
}

/** Surfaces by asset; a dataset without a chain has none. */
function chainsOf(content: Content, dir: string): Record<string, readonly ChainFit[]> {
  const smiles = content.files.filter((file) => file.kind === "smile");
  return Object.fromEntries(smiles.flatMap((file) => file.series.map(({ asset }) => [asset, smilesOf(`${dir}/${file.path}`, file)])));
}

function fundingOf(content: Content, dir: string): Record<string, FundingSeries> {
  const out: Record<string, FundingSeries> = {};
  for (const { path, table, series } of content.files.filter((file) => file.kind === "funding")) {
    for (const { asset, columns } of series) {
      if (table.step !== "day" || columns.length !== FUNDING_HOURS.length) {
        throw seriesProblem(dir, `${path}.${asset}`, "Funding has one row a day and a column for each of the three payments.");
      }
      out[asset] = fundingSeries(
        table,
        columns.map((name) => columnOf(table, name, dir)),
      );
    }
  }
  return out;
}

/** All lookback files joined by hour, perpetuals and stablecoins among them; an asset a file does not have, and hours between files, are empty. */
export function historyOf(content: Pick<Content, "files">): History {
  const tables = content.files.filter((file) => file.kind === "lookback").map((file) => file.table);
  if (tables.length === 0) return { startHour: 0, hours: 0, assets: [], closes: [] };
  const startHour = Math.min(...tables.map((table) => table.start));
  const hours = Math.max(...tables.map((table) => table.start + table.rows)) - startHour;
  // The newest file first: it has every asset, in the order the dataset lists them.
  const assets = [...new Set(tables.toReversed().flatMap((table) => table.names))];
  const closes = assets.map(() => new Float64Array(hours).fill(Number.NaN));
  for (const table of tables) {
    for (const [c, name] of table.names.entries()) closes[assets.indexOf(name)].set(table.columns[c], table.start - startHour);
  }
  return { startHour, hours, assets, closes };
}

function crashOf(crash: ManifestCrash, content: Content, dir: string): Crash {
  const table = content.files.find((file) => file.path === crash.file)?.table;
  const firstDay = parseTime("day", crash.firstDay);
  const lastDay = parseTime("day", crash.lastDay);
  if (table?.step !== "hour" || Number.isNaN(firstDay) || Number.isNaN(lastDay)) {
    throw seriesProblem(dir, `crashes.${crash.id}`, "The crash has no hourly file in the manifest, or its days are no dates.");
  }
  const fine = fineOf(crash, content, dir);
  return {
    id: crash.id,
    title: crash.title,
    firstDay,
    lastDay,
    startHour: table.start,
    hours: table.rows,
    assets: crash.assets,
    bars: barsOf(crash.assets, table, dir),
    ...(fine === undefined ? {} : { fine }),
  };
}

function fineOf({ id, fine }: ManifestCrash, content: Content, dir: string): FineBars | undefined {
  if (fine === undefined) return undefined;
  const table = content.files.find((file) => file.path === fine.file)?.table;
  if (table?.step !== "5min" || table.start % STEPS_PER_HOUR !== 0 || table.rows % STEPS_PER_HOUR !== 0) {
    throw seriesProblem(dir, `crashes.${id}.fine`, "The crash has no file of five-minute bars over whole hours in the manifest.");
  }
  return { stepMinutes: 5, startHour: table.start / STEPS_PER_HOUR, steps: table.rows, assets: fine.assets, bars: barsOf(fine.assets, table, dir) };
}

const STEPS_PER_HOUR = 12;

function barsOf(assets: readonly string[], table: Table, dir: string): Bars[] {
  return assets.map((asset): Bars => {
    const [open, high, low, close, volume] = BAR_FIELDS.map((field) => columnOf(table, `${asset}.${field}`, dir));
    return { open, high, low, close, volume };
  });
}

/** Daily series by asset, each cut to its first and last value. */
function dailySeries(content: Content, kind: DataFile["kind"], dir: string): Record<string, DailySeries> {
  const out: Record<string, DailySeries> = {};
  for (const file of content.files.filter((candidate) => candidate.kind === kind)) {
    for (const series of file.series) {
      const column = columnOf(file.table, series.columns[0], dir);
      const first = column.findIndex((value) => !Number.isNaN(value));
      if (file.table.step !== "day" || first < 0) throw seriesProblem(dir, `${file.path}.${series.asset}`, "A daily series has no days or no value.");
      const last = column.findLastIndex((value) => !Number.isNaN(value));
      out[series.asset] = { startDay: file.table.start + first, values: column.slice(first, last + 1) };
    }
  }
  return out;
}

function columnOf(table: Table, name: string, dir: string): Float64Array {
  const column = table.columns[table.names.indexOf(name)];
  if (!column) throw seriesProblem(dir, name, `No file has the column ${name} that the manifest names.`);
  return column;
}

function seriesProblem(dir: string, field: string, message: string): BallastError {
  return new BallastError("DATASET_SERIES_INVALID", message, {
    where: { file: `${dir}/manifest.json`, field },
    fix: "Restore the manifest from version control, or make the dataset again.",
  });
}
