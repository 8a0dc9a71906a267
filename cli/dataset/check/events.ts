import { join } from "node:path";
import type { DataFile } from "../content.ts";
import { historyOf } from "../load.ts";
import type { Anchor, Manifest, ManifestCrash } from "../manifest.ts";
import { parseTime, timeText } from "../time.ts";
import type { Finding } from "./finding.ts";
import { checkFine } from "./fine.ts";

/** Days a crash window holds before the first and after the last day of the event. */
export const PAD_DAYS = 5;
/** More than this share of a window's hours missing, and a replay of it says little. */
const TOLERATED_MISSING = 0.1;
const UNDERLYINGS = ["BTC", "ETH"];

/** Each crash window spans whole days from five before to five after its event and holds BTC and ETH through it. */
export function checkWindows(dir: string, manifest: Manifest, files: readonly DataFile[]): Finding[] {
  const repeated = manifest.crashes.filter((crash, i) => manifest.crashes.findIndex((other) => other.id === crash.id) !== i);
  return [
    ...repeated.map((crash) => error("DATASET_CRASH_DUPLICATE", `The crash ${crash.id} is listed twice.`, join(dir, "manifest.json"), "crashes", "Keep one.")),
    ...manifest.crashes.flatMap((crash) => [...checkWindow(dir, crash, files), ...checkFine(dir, crash, files)]),
  ];
}

function checkWindow(dir: string, crash: ManifestCrash, files: readonly DataFile[]): Finding[] {
  const path = join(dir, crash.file);
  const table = files.find((file) => file.path === crash.file && file.kind === "crash")?.table;
  // A file that is listed but unreadable has its own finding; this one is for a crash without a file.
  if (!table)
    return [
      error("DATASET_CRASH_UNREADABLE", `The window of ${crash.id} could not be checked.`, path, crash.id, "Restore the file or import the crash again."),
    ];
  const from = (parseTime("day", crash.firstDay) - PAD_DAYS) * 24;
  const to = (parseTime("day", crash.lastDay) + PAD_DAYS + 1) * 24;
  const findings: Finding[] = [];
  if (table.start !== from || table.start + table.rows !== to) {
    findings.push(
      error(
        "DATASET_WINDOW_INCOMPLETE",
        `The window of ${crash.id} is ${timeText("hour", table.start)} to ${timeText("hour", table.start + table.rows - 1)}, not ${timeText("hour", from)} to ${timeText("hour", to - 1)}.`,
        path,
        crash.id,
        `A window is whole UTC days from ${PAD_DAYS} before the first to ${PAD_DAYS} after the last day of the event.`,
      ),
    );
  }
  for (const asset of crash.assets) {
    const close = table.columns[table.names.indexOf(`${asset}.close`)];
    const missing = close === undefined ? table.rows : close.filter((value) => Number.isNaN(value)).length;
    if (missing === table.rows)
      findings.push(
        error(
          "DATASET_WINDOW_EMPTY",
          `The window of ${crash.id} has no bar of ${asset}.`,
          path,
          asset,
          "Take the asset off the crash's list or import its bars.",
        ),
      );
    else if (UNDERLYINGS.includes(asset) && missing > table.rows * TOLERATED_MISSING) {
      findings.push({
        ...error(
          "DATASET_WINDOW_THIN",
          `${missing} of ${table.rows} hours of ${asset} are missing in ${crash.id}.`,
          path,
          asset,
          "Import bars that cover the window.",
        ),
        severity: "warn",
      });
    }
  }
  return findings;
}

/** Where a crash window and the lookback hold the same asset of the same venue, their closes are the same. */
export function checkAgreement(dir: string, files: readonly DataFile[]): Finding[] {
  const history = historyOf({ files });
  const origin = new Map(
    files.filter((file) => file.kind === "lookback").flatMap((file) => file.series.map((series) => [series.asset, `${series.venue} ${series.unit}`])),
  );
  const findings: Finding[] = [];
  for (const { path, table, series } of files.filter((file) => file.kind === "crash")) {
    for (const one of series) {
      const closes = history.closes[history.assets.indexOf(one.asset)];
      if (closes === undefined || origin.get(one.asset) !== `${one.venue} ${one.unit}`) continue;
      const own = table.columns[table.names.indexOf(`${one.asset}.close`)];
      const row = own.findIndex((value, i) => differs(value, closes[table.start + i - history.startHour] ?? Number.NaN));
      if (row >= 0) {
        const other = closes[table.start + row - history.startHour];
        findings.push({
          ...error(
            "DATASET_CRASH_DISAGREES",
            `${one.asset} at ${timeText("hour", table.start + row)} closes at ${own[row]} here and at ${other} in the lookback.`,
            join(dir, path),
            `${one.asset}.close`,
            "One of the two was altered: restore both.",
          ),
          where: { file: join(dir, path), line: row + 2, field: `${one.asset}.close`, value: String(own[row]) },
        });
      }
    }
  }
  return findings;
}

function differs(one: number, other: number): boolean {
  return !Number.isNaN(one) && !Number.isNaN(other) && one !== other;
}

/** The lows of famous hours, known from elsewhere, must be in the figures, in the digits they are known with. */
export function checkAnchors(dir: string, anchors: readonly Anchor[], files: readonly DataFile[]): Finding[] {
  return anchors.flatMap((anchor): Finding[] => {
    const path = join(dir, anchor.file);
    const table = files.find((file) => file.path === anchor.file)?.table;
    const column = table?.columns[table.names.indexOf(anchor.column)];
    const what = `${anchor.column} from ${anchor.from} to ${anchor.to}`;
    if (!table || !column)
      return [error("DATASET_ANCHOR_UNCHECKED", `The anchor ${what} could not be checked.`, path, anchor.column, "Restore the file the manifest names.")];
    const rows = column
      .subarray(Math.max(0, parseTime(table.step, anchor.from) - table.start), parseTime(table.step, anchor.to) - table.start + 1)
      .filter((value) => !Number.isNaN(value));
    const lowest = rows.length === 0 ? Number.NaN : Math.min(...rows);
    const digits = anchor.lowest.split(".")[1]?.length ?? 0;
    if (lowest.toFixed(digits) === anchor.lowest) return [];
    const message = `The lowest ${what} is ${Number.isNaN(lowest) ? "unknown" : lowest}; it is known to be ${anchor.lowest} (${anchor.source}).`;
    return [
      {
        ...error("DATASET_ANCHOR_MISSED", message, path, anchor.column, "The figures are not those of this event: restore the file."),
        where: { file: path, field: anchor.column, value: String(lowest) },
      },
    ];
  });
}

function error(code: string, message: string, file: string, field: string, fix: string): Finding {
  return { code, severity: "error", message, where: { file, field }, fix };
}
