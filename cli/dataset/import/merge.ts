import { BallastError } from "../../../sim/errors.ts";
import type { ChainFit } from "../../../sim/market/dataset.ts";
import type { ChainSurface } from "../../../sim/market/index.ts";
import { PAD_DAYS } from "../check/events.ts";
import type { Content, DataFile } from "../content.ts";
import { BAR_FIELDS, historyOf } from "../load.ts";
import { type ManifestCrash, type Series, UNITS } from "../manifest.ts";
import { smilesOf, smileTable } from "../smiles.ts";
import { emptyTable, renderTable, slice, type Table } from "../table.ts";
import { dayOf, dayText, hourText } from "../time.ts";
import { dailyTurnover } from "../turnover.ts";
import type { Imported } from "./bars.ts";

/** Whose figures come in, and from where. */
export interface Origin {
  readonly file: string;
  readonly asset: string;
  readonly venue: string;
  readonly unit: string;
  readonly provenance: string;
}

export const EMPTY_CONTENT: Content = {
  title: "Imported market data",
  notes: ["Imported with `ballast data import`; gaps are empty and never filled."],
  files: [],
  crashes: [],
  anchors: [],
  knownOutliers: [],
};

/**
 * Joins hourly closes into the lookback and the turnover per day. What is there already must agree with what comes in.
 *
 * @throws BallastError IMPORT_CONFLICT, IMPORT_QUOTE_MIXED
 */
export function mergeBars(content: Content, imported: Imported, origin: Origin): Content {
  const closes: Table = { ...imported.table, names: [origin.asset], columns: [imported.table.columns[BAR_FIELDS.indexOf("close")]] };
  const history = historyOf(content);
  const had = content.files.filter((file) => file.kind === "lookback");
  const joined = mergeColumn(
    { step: "hour", start: history.startHour, rows: history.hours, names: history.assets, columns: history.closes },
    closes,
    origin,
    imported.lineOfHour,
  );
  const years = splitByYear(joined).map(({ year, table }): DataFile => {
    const path = `lookback/${year}.csv`;
    const before = had.find((file) => file.path === path);
    const touched = table.columns[table.names.indexOf(origin.asset)].some((_, i) => imported.lineOfHour.has(table.start + i));
    const known = table.names.filter((_, c) => table.columns[c].some((value) => !Number.isNaN(value)));
    const series = known.map((asset) =>
      mergeSeries(had, path, { asset, columns: [asset], unit: origin.unit, venue: origin.venue }, asset === origin.asset && touched ? origin : undefined),
    );
    const kept =
      known.length === table.names.length ? table : { ...table, names: known, columns: known.map((asset) => table.columns[table.names.indexOf(asset)]) };
    return { path, kind: "lookback", table: kept, series, provenance: joinText(before?.provenance, touched ? origin.provenance : undefined) };
  });
  const volume = dailyTurnover(imported.table.start, imported.table.rows, closes.columns[0], imported.table.columns[BAR_FIELDS.indexOf("volume")]);
  const others = content.files.filter((file) => file.kind !== "lookback");
  return mergeDaily(
    { ...content, files: [...years.filter((file) => file.series.length > 0), ...others] },
    "volume",
    volume,
    { ...origin, unit: `${origin.unit}${UNITS.perDay}` },
    "larger",
  );
}

/** Adds a column (or the five of a bar) to a daily file, making the file if there is none. */
export function mergeDaily(content: Content, kind: "volume" | "dvol", table: Table, origin: Origin, onConflict: "larger" | "refuse"): Content {
  const path = `daily/${kind}.csv`;
  const before = content.files.find((file) => file.path === path);
  const column: Table = { ...table, names: [origin.asset] };
  const merged = mergeColumn(before?.table ?? emptyTable("day", 0, 0, []), column, origin, new Map(), onConflict === "larger" ? Math.max : undefined);
  const files = before ? [before] : [];
  const series = merged.names.map((asset) =>
    mergeSeries(files, path, { asset, columns: [asset], unit: origin.unit, venue: origin.venue }, asset === origin.asset ? origin : undefined),
  );
  const file: DataFile = { path, kind, table: merged, series, provenance: joinText(before?.provenance, origin.provenance) };
  return { ...content, files: [...content.files.filter((other) => other.path !== path), file] };
}

/**
 * Adds surfaces of one underlying to its smile file, making the file if there is none.
 *
 * @throws BallastError IMPORT_CONFLICT for an hour that has another surface already
 */
export function mergeSmiles(content: Content, fits: readonly ChainFit[], origin: Origin): Content {
  const path = `smiles/${origin.asset}.csv`;
  const before = content.files.find((file) => file.path === path);
  const had = before === undefined ? [] : smilesOf(path, before);
  const table = smileTable([...had, ...fits]);
  const fresh = fits.find(({ hour, surface }) => had.some((one) => one.hour === hour && !sameSurface(one.surface, surface)));
  if (fresh !== undefined) {
    throw new BallastError("IMPORT_CONFLICT", `The dataset has another surface of ${origin.asset} at ${hourText(fresh.hour)}.`, {
      where: { file: origin.file, value: hourText(fresh.hour) },
      fix: "Two chains of one hour cannot both be right: import into another folder.",
    });
  }
  const own: Series = { asset: origin.asset, columns: table.names, unit: UNITS.smile, venue: origin.venue };
  const series = [mergeSeries(before ? [before] : [], path, own, origin)].map((one) => ({ ...one, columns: table.names }));
  const file: DataFile = { path, kind: "smile", table, series, provenance: joinText(before?.provenance, origin.provenance) };
  return { ...content, files: [...content.files.filter((other) => other.path !== path), file] };
}

/** Equal as the file writes them. */
function sameSurface(a: ChainSurface, b: ChainSurface): boolean {
  const text = (surface: ChainSurface) => renderTable(smileTable([{ hour: 0, surface }]));
  return text(a) === text(b);
}

/** Cuts a crash window out of imported bars and adds it, or adds the asset to a window that is there. */
export function mergeCrash(
  content: Content,
  imported: Imported,
  origin: Origin,
  crash: { id: string; title: string; firstDay: number; lastDay: number },
): Content {
  const from = (crash.firstDay - PAD_DAYS) * 24;
  const window = slice(imported.table, from, (crash.lastDay + PAD_DAYS + 1) * 24);
  const columns = BAR_FIELDS.map((field) => `${origin.asset}.${field}`);
  const path = `crashes/${crash.id}.csv`;
  const before = content.files.find((file) => file.path === path);
  let table: Table = before?.table ?? emptyTable("hour", from, window.rows, []);
  for (const [c, name] of columns.entries())
    table = mergeColumn(table, { ...window, names: [name], columns: [window.columns[c]] }, origin, imported.lineOfHour);
  const own: Series = { asset: origin.asset, columns, unit: origin.unit, volumeUnit: origin.asset, venue: origin.venue };
  const series = [...(before?.series ?? []).filter((one) => one.asset !== origin.asset), mergeSeries(before ? [before] : [], path, own, origin)];
  const file: DataFile = { path, kind: "crash", table, series, provenance: joinText(before?.provenance, origin.provenance) };
  const fine = content.crashes.find((one) => one.id === crash.id)?.fine;
  const entry: ManifestCrash = {
    id: crash.id,
    title: crash.title,
    firstDay: dayText(crash.firstDay),
    lastDay: dayText(crash.lastDay),
    file: path,
    assets: series.map((one) => one.asset),
    ...(fine === undefined ? {} : { fine }),
  };
  const crashes = [...content.crashes.filter((one) => one.id !== crash.id), entry].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...content, files: [...content.files.filter((other) => other.path !== path), file], crashes };
}

function mergeColumn(
  table: Table,
  incoming: Table,
  origin: Origin,
  lineOfHour: ReadonlyMap<number, number>,
  resolve?: (had: number, comes: number) => number,
): Table {
  const start = table.rows === 0 ? incoming.start : Math.min(table.start, incoming.start);
  const end = Math.max(table.rows === 0 ? 0 : table.start + table.rows, incoming.start + incoming.rows);
  const [name] = incoming.names;
  const widened = slice(table, start, end);
  const known = widened.names.includes(name);
  const out: Table = known
    ? widened
    : { ...widened, names: [...widened.names, name], columns: [...widened.columns, new Float64Array(end - start).fill(Number.NaN)] };
  const column = out.columns[out.names.indexOf(name)];
  for (let i = 0; i < incoming.rows; i++) {
    const comes = incoming.columns[0][i];
    if (Number.isNaN(comes)) continue;
    const row = incoming.start + i - start;
    const had = column[row];
    if (!Number.isNaN(had) && had !== comes && resolve === undefined) throw conflict(table, incoming.start + i, name, had, comes, origin, lineOfHour);
    column[row] = Number.isNaN(had) || resolve === undefined ? comes : resolve(had, comes);
  }
  return out;
}

function conflict(table: Table, time: number, name: string, had: number, comes: number, origin: Origin, lineOfHour: ReadonlyMap<number, number>): BallastError {
  const line = lineOfHour.get(time);
  return new BallastError(
    "IMPORT_CONFLICT",
    `The dataset has ${had} for ${name} at ${table.step === "day" ? dayText(time) : hourText(time)}, the file ${comes}.`,
    {
      where: { file: origin.file, ...(line === undefined ? {} : { line }), field: name, value: String(comes) },
      fix: "Two figures for one time cannot both be right: import into another folder, or under another --asset name.",
    },
  );
}

/** What a series is called after the merge: its own venue, or both; two quotes in one series are refused. */
function mergeSeries(files: readonly DataFile[], path: string, fresh: Series, origin: Origin | undefined): Series {
  const same = files.filter((file) => file.path === path).flatMap((file) => file.series.filter((one) => one.asset === fresh.asset));
  const before = same[0] ?? (origin === undefined ? files.flatMap((file) => file.series).find((one) => one.asset === fresh.asset) : undefined);
  const other = files.flatMap((file) => file.series).find((one) => one.asset === fresh.asset && one.unit !== fresh.unit);
  if (origin !== undefined && other !== undefined) {
    throw new BallastError("IMPORT_QUOTE_MIXED", `${fresh.asset} is in ${other.unit} in this dataset, in ${fresh.unit} in the file.`, {
      where: { file: origin.file, field: "quote", value: fresh.unit },
      fix: "USDT is not USD (6.9 % apart in one hour of March 2023): import under another --asset name, or name the right --quote.",
    });
  }
  if (before === undefined) return fresh;
  if (origin === undefined || before.venue.split("; ").includes(fresh.venue)) return before;
  return { ...before, venue: `${before.venue}; ${fresh.venue}` };
}

function splitByYear(table: Table): { year: number; table: Table }[] {
  const out: { year: number; table: Table }[] = [];
  for (let from = table.start; from < table.start + table.rows; ) {
    const year = Number(hourText(from).slice(0, 4));
    const to = Math.min(dayOf(year + 1, 1, 1) * 24, table.start + table.rows);
    out.push({ year, table: slice(table, from, to) });
    from = to;
  }
  return out;
}

function joinText(before: string | undefined, added: string | undefined): string {
  if (before === undefined || added === undefined) return before ?? added ?? "";
  return before.includes(added) ? before : `${before} ${added}`;
}
