import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { BallastError } from "../../../sim/errors.ts";
import { type Content, readContent, renderDataset } from "../content.ts";
import { BAR_FIELDS } from "../load.ts";
import { type Manifest, manifestHash, UNITS } from "../manifest.ts";
import { findOutliers } from "../outliers.ts";
import { storeDataset } from "../store.ts";
import { emptyTable, type Table } from "../table.ts";
import { dayText, hourText, parseTime } from "../time.ts";
import { type Imported, readHours, requireHourly } from "./bars.ts";
import { binance } from "./binance.ts";
import { coinbase } from "./coinbase.ts";
import { cryptodatadownload } from "./cryptodatadownload.ts";
import { dvol } from "./dvol.ts";
import type { ImportFormat } from "./format.ts";
import { generic } from "./generic.ts";
import { kraken } from "./kraken.ts";
import { EMPTY_CONTENT, mergeBars, mergeCrash, mergeDaily, type Origin } from "./merge.ts";
import { type Rows, readRows } from "./rows.ts";

/** In the order `auto` tries them: the ones with the surest marks first. */
export const FORMATS: readonly ImportFormat[] = [cryptodatadownload, binance, kraken, coinbase, generic, dvol];

export interface ImportRequest {
  readonly file: string;
  readonly format: string;
  readonly asset: string;
  readonly to: string;
  /** Dataset to start from when `to` does not exist yet. */
  readonly base?: string | undefined;
  readonly venue?: string | undefined;
  readonly quote?: string | undefined;
  /** Also keep a crash window: id, title, first and last day of the event as YYYY-MM-DD. */
  readonly crash?:
    | { readonly id: string; readonly title?: string | undefined; readonly first?: string | undefined; readonly last?: string | undefined }
    | undefined;
}

export interface ImportSummary {
  readonly format: string;
  readonly asset: string;
  readonly unit: string;
  readonly bars: number;
  readonly missing: number;
  readonly first: string;
  readonly last: string;
  readonly crash: string | undefined;
  readonly notes: readonly string[];
  readonly outliers: readonly string[];
  readonly to: string;
  readonly hash: string;
}

/**
 * Brings a CSV into a dataset folder: reads, checks everything, joins it with what is there, writes the folder at once.
 * Nothing is repaired; what was put in order or assumed is said in `notes`.
 *
 * @throws BallastError IMPORT_… (one code per problem, with file, line, column, value), DATASET_… of the folder
 * @example await importCsv({ file: "ETHUSDT-1h-2025-11.csv", format: "auto", asset: "ETH", to: "my-data", base: "data" })
 */
export async function importCsv(request: ImportRequest): Promise<ImportSummary> {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,15}$/.test(request.asset)) {
    throw new BallastError("IMPORT_ASSET_INVALID", `${request.asset} is no asset name.`, {
      where: { field: "--asset", value: request.asset },
      fix: "A letter, then letters, digits or dashes, 16 at most: ETH, USDC-USD.",
    });
  }
  const rows = await readRows(request.file);
  const format = chooseFormat(rows, request.format);
  const layout = format.locate(rows);
  const imported = readHours(rows, layout, format, format.kind === "dvol" ? ["close"] : BAR_FIELDS);
  requireAsset(request, imported);
  const quote = request.quote ?? quoteOf(imported.symbol) ?? format.quote;
  const origin: Origin = {
    file: request.file,
    asset: request.asset,
    venue: request.venue ?? format.venue,
    unit: format.kind === "dvol" ? UNITS.volatility : quote,
    provenance: `Imported from ${basename(request.file)} (${format.title}).`,
  };
  const { content, basis } = await startingPoint(request);
  let merged: Content;
  if (format.kind === "dvol") merged = mergeDaily(content, "dvol", dailyVolatility(rows, imported), origin, "refuse");
  else {
    requireHourly(rows, imported);
    merged = mergeBars(content, imported, origin);
    if (request.crash) merged = mergeCrash(merged, imported, origin, crashOf(request, content, imported));
  }
  const texts = renderDataset(merged);
  await storeDataset(request.to, texts, basis);
  return summarise(request, format, origin, imported, manifestHash(JSON.parse(texts.get("manifest.json") as string) as Manifest));
}

function chooseFormat(rows: Rows, id: string): ImportFormat {
  const chosen = id === "auto" ? FORMATS.find((format) => format.recognises(rows.rows.slice(0, 3))) : FORMATS.find((format) => format.id === id);
  if (chosen) return chosen;
  const names = FORMATS.map((format) => format.id).join(", ");
  if (id !== "auto")
    throw new BallastError("IMPORT_FORMAT_UNKNOWN", `There is no format ${id}.`, { where: { field: "--format", value: id }, fix: `One of auto, ${names}.` });
  throw new BallastError("IMPORT_FORMAT_UNKNOWN", "The first rows are those of no format that can be told apart.", {
    where: { file: rows.file, line: rows.rows[0].line, value: rows.rows[0].cells.join(",").slice(0, 120) },
    fix: `Name it with --format: ${names}.`,
  });
}

/** A file that names its market must be of the asset it is imported as. */
function requireAsset(request: ImportRequest, imported: Imported): void {
  const base = imported.symbol?.replace(/[/_-]?(USDT|USDC|USD|EUR|BTC)$/i, "");
  if (base === undefined || base.toUpperCase() === request.asset.toUpperCase().split("-")[0]) return;
  throw new BallastError("IMPORT_ASSET_MISMATCH", `The file is of ${imported.symbol}, not of ${request.asset}.`, {
    where: { file: request.file, field: "symbol", value: imported.symbol as string },
    fix: `Use --asset ${base}, or the right file.`,
  });
}

function quoteOf(symbol: string | undefined): string | undefined {
  return symbol === undefined ? undefined : /(USDT|USDC|USD|EUR|BTC)$/i.exec(symbol)?.[1].toUpperCase();
}

/** What the import adds to: the target if it exists, else the base, else nothing. */
export async function startingPoint(request: Pick<ImportRequest, "to" | "base">): Promise<{ content: Content; basis: string | undefined }> {
  const basis = await readFile(join(request.to, "manifest.json"), "utf8").catch(() => undefined);
  if (basis !== undefined) {
    if (request.base !== undefined)
      throw new BallastError("IMPORT_BASE_UNUSABLE", `${request.to} is a dataset already; it cannot start from ${request.base}.`, {
        where: { field: "--base", value: request.base },
        fix: "Leave --base out to add to it, or name a new folder.",
      });
    return { content: (await readContent(request.to)).content, basis };
  }
  return { content: request.base === undefined ? EMPTY_CONTENT : (await readContent(request.base)).content, basis: undefined };
}

function crashOf(request: ImportRequest, content: Content, imported: Imported): { id: string; title: string; firstDay: number; lastDay: number } {
  const { id, title, first, last } = request.crash as NonNullable<ImportRequest["crash"]>;
  const known = content.crashes.find((crash) => crash.id === id);
  const firstText = first ?? known?.firstDay;
  const lastText = last ?? (first !== undefined && !known ? first : known?.lastDay);
  const problem = (message: string, field: string, value: string, fix: string): BallastError =>
    new BallastError("IMPORT_CRASH_INVALID", message, { where: { field, value }, fix });
  if (!/^[a-z0-9][a-z0-9-]{2,63}$/.test(id))
    throw problem(`${id} is no crash id.`, "--crash", id, "Lower case letters, digits and dashes: 2026-02-05-what-happened.");
  if (firstText === undefined || lastText === undefined)
    throw problem("A new crash needs its first day.", "--first", "", "Give --first YYYY-MM-DD and, for more than one day, --last YYYY-MM-DD.");
  if (known && (firstText !== known.firstDay || lastText !== known.lastDay))
    throw problem(
      `${id} runs from ${known.firstDay} to ${known.lastDay} in this dataset.`,
      "--first",
      firstText,
      "Leave --first and --last out, or choose another id.",
    );
  const [firstDay, lastDay] = [firstText, lastText].map((text) => parseTime("day", text));
  if (!(firstDay <= lastDay) || lastDay - firstDay > 60)
    throw problem(`${firstText} to ${lastText} are no first and last day of a crash.`, "--first", firstText, "YYYY-MM-DD, in order, at most 60 days.");
  const inside = [...imported.lineOfHour.keys()].some((hour) => hour >= firstDay * 24 && hour < (lastDay + 1) * 24);
  if (!inside)
    throw problem(
      `The file has no bar between ${firstText} and ${lastText}.`,
      "--first",
      firstText,
      "Import a file that covers the event and five days around it.",
    );
  return { id, title: title ?? known?.title ?? id, firstDay, lastDay };
}

/** Vol points → decimals, the last value of each whole day: of daily rows their own, of hourly rows that of 23:00. */
function dailyVolatility(rows: Rows, imported: Imported): Table {
  const { table, lineOfHour } = imported;
  const daily = [...lineOfHour.keys()].every((hour) => hour % 24 === 0);
  const startDay = Math.floor(table.start / 24);
  const out = emptyTable("day", startDay, Math.floor((table.start + table.rows - 1) / 24) - startDay + 1, ["dvol"]);
  for (const [hour, line] of lineOfHour) {
    const points = table.columns[0][hour - table.start];
    if (points < 5 || points > 500) {
      throw new BallastError("IMPORT_UNIT_IMPLAUSIBLE", `A volatility index of ${points} points is not plausible.`, {
        where: { file: rows.file, line, field: "close", value: String(points) },
        fix: "DVOL is in vol points (65 is 65 % a year), between 5 and 500; prices go in with another --format.",
      });
    }
    if (daily || hour % 24 === 23) out.columns[0][Math.floor(hour / 24) - startDay] = Number((points / 100).toPrecision(6));
  }
  if (out.columns[0].every((value) => Number.isNaN(value))) {
    throw new BallastError("IMPORT_NO_WHOLE_DAY", "The file has no value of the last hour of a day.", {
      where: { file: rows.file },
      fix: "The daily close is that of 23:00 UTC: download whole days.",
    });
  }
  return out;
}

function summarise(request: ImportRequest, format: ImportFormat, origin: Origin, imported: Imported, hash: string): ImportSummary {
  const { table } = imported;
  const series = { asset: request.asset, columns: table.names, unit: origin.unit, venue: origin.venue };
  const time = format.kind === "dvol" ? (hour: number) => dayText(Math.floor(hour / 24)) : hourText;
  return {
    format: format.id,
    asset: request.asset,
    unit: origin.unit,
    bars: imported.lineOfHour.size,
    missing: format.kind === "dvol" ? 0 : table.rows - imported.lineOfHour.size,
    first: time(table.start),
    last: time(table.start + table.rows - 1),
    crash: request.crash?.id,
    notes: imported.notes,
    outliers:
      format.kind === "dvol" ? [] : findOutliers(series, table).map(({ column, row, what }) => `${column} at ${hourText(table.start + row)} is ${what}`),
    to: request.to,
    hash,
  };
}
