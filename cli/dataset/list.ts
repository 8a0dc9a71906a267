import { formatTable } from "../output/table.ts";
import { type Manifest, type ManifestFile, manifestHash, readManifest } from "./manifest.ts";
import { parseTime } from "./time.ts";

/** What a dataset holds, from its manifest alone: no figure is read. */
export interface DatasetListing {
  readonly dir: string;
  readonly title: string;
  readonly hash: string;
  readonly bytes: number;
  readonly series: readonly {
    readonly kind: string;
    readonly asset: string;
    readonly unit: string;
    readonly first: string;
    readonly last: string;
    readonly missing: number;
    readonly gaps: number;
  }[];
  readonly crashes: readonly {
    readonly id: string;
    readonly title: string;
    readonly firstDay: string;
    readonly lastDay: string;
    readonly hours: number;
    /** Assets with five-minute bars on the event's own days. */
    readonly fine: readonly string[];
    readonly assets: readonly string[];
  }[];
  readonly notes: readonly string[];
}

/** @example (await listDataset("data")).crashes[3].id // "2020-03-12-black-thursday" */
export async function listDataset(dir: string): Promise<DatasetListing> {
  const manifest = await readManifest(dir);
  return {
    dir,
    title: manifest.title,
    hash: manifestHash(manifest),
    bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
    series: seriesOf(manifest),
    crashes: manifest.crashes.map(({ id, title, firstDay, lastDay, file, fine, assets }) => ({
      id,
      title,
      firstDay,
      lastDay,
      hours: manifest.files.find((one) => one.path === file)?.rows ?? 0,
      fine: fine?.assets ?? [],
      assets,
    })),
    notes: manifest.notes,
  };
}

/** The same series over all its files: first, last, and the gaps within and between files. */
function seriesOf(manifest: Manifest): DatasetListing["series"] {
  const merged = new Map<string, DatasetListing["series"][number]>();
  for (const file of manifest.files.filter((one) => !one.kind.startsWith("crash"))) {
    for (const { asset, unit, first, last, missing, gaps } of file.series) {
      const key = `${file.kind} ${asset}`;
      const before = merged.get(key);
      const between = before === undefined ? 0 : stepsBetween(file, before.last, first);
      merged.set(key, {
        kind: file.kind,
        asset,
        unit,
        first: before?.first ?? first,
        last,
        missing: (before?.missing ?? 0) + missing + between,
        gaps: (before?.gaps ?? 0) + gaps.length + Math.sign(between),
      });
    }
  }
  return [...merged.values()];
}

function stepsBetween(file: ManifestFile, last: string, first: string): number {
  const step = file.kind === "lookback" ? "hour" : "day";
  return parseTime(step, first) - parseTime(step, last) - 1;
}

/** The listing as two tables that fit 80 columns. */
export function renderListing(listing: DatasetListing, bold: (text: string) => string): string {
  const day = (text: string): string => text.slice(0, 10);
  const series = formatTable(
    [
      { title: "series" },
      { title: "asset" },
      { title: "unit" },
      { title: "first" },
      { title: "last" },
      { title: "missing", align: "right" },
      { title: "gaps", align: "right" },
    ],
    listing.series.map((one) => [one.kind, one.asset, one.unit.split(",")[0], day(one.first), day(one.last), String(one.missing), String(one.gaps)]),
  );
  const crashes = formatTable(
    [{ title: "crash" }, { title: "days", align: "right" }, { title: "hours", align: "right" }, { title: "assets" }],
    listing.crashes.map((crash) => [
      crash.id,
      String(parseTime("day", crash.lastDay) - parseTime("day", crash.firstDay) + 1),
      String(crash.hours),
      shorten(crash.assets),
    ]),
  );
  const size = `${(listing.bytes / 1e6).toFixed(1)} MB`;
  return [bold(listing.title), `${listing.dir} · ${size} · ${listing.crashes.length} crashes`, `hash ${listing.hash}`, "", series, "", crashes, ""].join("\n");
}

const ASSETS_SHOWN = 30;

/** As many assets as fit, and how many there are beyond; `--json` has them all. */
function shorten(assets: readonly string[]): string {
  let shown = "";
  for (const [i, asset] of assets.entries()) {
    const next = i === 0 ? asset : `${shown} ${asset}`;
    if (next.length > ASSETS_SHOWN) return `${shown} +${assets.length - i}`;
    shown = next;
  }
  return shown;
}
