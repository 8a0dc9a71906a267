import { join } from "node:path";
import type { DataFile } from "../content.ts";
import { BAR_FIELDS } from "../load.ts";
import type { ManifestCrash } from "../manifest.ts";
import { parseTime, ROWS_PER_DAY, timeText } from "../time.ts";
import type { Finding } from "./finding.ts";

const PER_HOUR = 12;
/** Twelve volumes of six digits against one of six digits: half a unit of the last digit each. */
const VOLUME_TOLERANCE = 1e-5;

/** Five-minute bars cover the event's own days, and twelve of them make the hourly bar: the same open, high, low and close, the same volume. */
export function checkFine(dir: string, crash: ManifestCrash, files: readonly DataFile[]): Finding[] {
  if (crash.fine === undefined) return [];
  const path = join(dir, crash.fine.file);
  const fine = files.find((file) => file.path === crash.fine?.file && file.kind === "crash-5min");
  const hourly = files.find((file) => file.path === crash.file && file.kind === "crash");
  if (fine?.table.step !== "5min" || hourly === undefined)
    return [error("DATASET_CRASH_UNREADABLE", `The five-minute bars of ${crash.id} could not be checked.`, path, crash.id)];
  const { start, rows } = fine.table;
  const from = parseTime("day", crash.firstDay) * ROWS_PER_DAY["5min"];
  const to = (parseTime("day", crash.lastDay) + 1) * ROWS_PER_DAY["5min"];
  if (start !== from || start + rows !== to) {
    const found = `${timeText("5min", start)} to ${timeText("5min", start + rows - 1)}`;
    return [error("DATASET_WINDOW_INCOMPLETE", `The five-minute bars of ${crash.id} are ${found}, not its own days.`, path, crash.id)];
  }
  return crash.fine.assets.flatMap((asset) => {
    const hour = disagreement(asset, fine, hourly);
    if (hour === undefined) return [];
    const at = timeText("hour", start / PER_HOUR + hour);
    return [error("DATASET_CRASH_DISAGREES", `The twelve bars of ${asset} from ${at} do not make its hourly bar.`, path, asset)];
  });
}

/** The first hour whose twelve bars do not make the hourly one. */
function disagreement(asset: string, fine: DataFile, hourly: DataFile): number | undefined {
  const columns = ({ table }: DataFile) => BAR_FIELDS.map((field) => table.columns[table.names.indexOf(`${asset}.${field}`)]);
  const [open, high, low, close, volume] = columns(fine);
  const known = columns(hourly);
  if (open === undefined || known[0] === undefined) return 0;
  for (let hour = 0; hour < fine.table.rows / PER_HOUR; hour++) {
    const at = (column: Float64Array) => column.subarray(hour * PER_HOUR, (hour + 1) * PER_HOUR);
    const traded = at(volume).reduce((sum, one) => sum + one, 0);
    const made = [at(open)[0], Math.max(...at(high)), Math.min(...at(low)), at(close)[PER_HOUR - 1]];
    const row = fine.table.start / PER_HOUR + hour - hourly.table.start;
    if (!made.every((value, field) => value === known[field][row]) || !(Math.abs(traded / known[4][row] - 1) <= VOLUME_TOLERANCE)) return hour;
  }
  return undefined;
}

function error(code: string, message: string, file: string, field: string): Finding {
  return { code, severity: "error", message, where: { file, field }, fix: "Restore the file from version control, or make the dataset again." };
}
