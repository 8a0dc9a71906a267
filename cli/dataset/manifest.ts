import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { BallastError } from "../../sim/errors.ts";

/** What `manifest.json` says: every file of the dataset, every crash, the anchors and what to beware of. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly title: string;
  readonly notes: readonly string[];
  readonly files: readonly ManifestFile[];
  readonly crashes: readonly ManifestCrash[];
  readonly anchors: readonly Anchor[];
  readonly knownOutliers: readonly KnownOutlier[];
}

export const FORMAT = "ballast-dataset/1";

/** Units that are no currency, and what is behind the currency of a turnover. */
export const UNITS = {
  volatility: "annualised volatility, 1 = 100 %",
  gas: "gwei",
  funding: "1 + rate per 8 hours",
  perDay: " per day",
  smile: "SSVI slices",
} as const;

export type FileKind = "lookback" | "crash" | "crash-5min" | "volume" | "dvol" | "pegs" | "funding" | "gas" | "smile";

export interface ManifestFile {
  /** Relative to the dataset folder, with forward slashes. */
  readonly path: string;
  readonly kind: FileKind;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  /** Time of the first and the last row, UTC, the start of the hour or day. */
  readonly first: string;
  readonly last: string;
  readonly series: readonly ManifestSeries[];
  readonly provenance: string;
}

/** What a column, or the five columns of a bar, hold: fixed by whoever made the file. */
export interface Series {
  readonly asset: string;
  /** Column names in the file. */
  readonly columns: readonly string[];
  /** Unit of every column but volume: a quote currency (USDT, USD, ETH), that currency per day, or one of `UNITS`. */
  readonly unit: string;
  /** Unit of the volume column, where there is one. */
  readonly volumeUnit?: string;
  readonly venue: string;
}

/** A series with what was counted in the file. */
export interface ManifestSeries extends Series {
  /** First and last time with a value. */
  readonly first: string;
  readonly last: string;
  /** Hours or days without a value between first and last, and each such stretch as `first/last`. */
  readonly missing: number;
  readonly gaps: readonly string[];
}

export interface ManifestCrash {
  readonly id: string;
  readonly title: string;
  /** First and last day of the event itself, UTC. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly file: string;
  readonly assets: readonly string[];
  /** Five-minute bars of the event's own days, where there are any. */
  readonly fine?: { readonly file: string; readonly assets: readonly string[] };
}

/** The lowest value a column must show between two times, as published elsewhere; compared in the digits it is given with. */
export interface Anchor {
  readonly file: string;
  readonly column: string;
  readonly from: string;
  readonly to: string;
  readonly lowest: string;
  readonly source: string;
}

/** An outlier that is known to be real, and why: `data check` is silent about it. */
export interface KnownOutlier {
  readonly file: string;
  readonly column: string;
  readonly at: string;
  readonly why: string;
}

/** sha256 of the canonical (RFC 8785) JSON of a manifest, 0x and 64 hex digits. As the manifest names every file's hash, so does this. */
export function manifestHash(manifest: Manifest): `0x${string}` {
  return `0x${sha256(canonicalize(manifest) as string)}`;
}

/** @example sha256("") // "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Reads and checks the shape of `manifest.json` by hand: zod alone takes 70 ms to import, a quarter of what loading
 * the whole dataset may take.
 *
 * @throws BallastError DATASET_MISSING, DATASET_MANIFEST_INVALID
 * @example (await readManifest("data")).crashes.length // 21
 */
export async function readManifest(dir: string): Promise<Manifest> {
  const file = join(dir, "manifest.json");
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new BallastError("DATASET_MISSING", cause.code === "ENOENT" ? `There is no dataset in ${dir}.` : `Could not read ${file}: ${cause.message}.`, {
      where: { file },
      fix: "Name a folder with a manifest.json; `ballast data import … --to DIR` makes one.",
      cause,
    });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, "", `is not JSON (${(cause as Error).message})`);
  }
  return checkShape(value, file);
}

function checkShape(value: unknown, file: string): Manifest {
  if (!isObject(value)) throw invalid(file, "", "is not an object");
  if (value.format !== FORMAT) throw invalid(file, "format", `is not ${FORMAT}`);
  for (const field of ["files", "crashes", "anchors", "knownOutliers", "notes"]) if (!Array.isArray(value[field])) throw invalid(file, field, "is not a list");
  const lists = value as Record<string, Record<string, unknown>[]>;
  const texts = (list: string, fields: readonly string[]): void => {
    for (const [i, entry] of lists[list].entries()) {
      for (const field of fields) if (!isObject(entry) || typeof entry[field] !== "string") throw invalid(file, `${list}[${i}].${field}`, "is not a text");
    }
  };
  texts("files", ["path", "kind", "sha256", "first", "last", "provenance"]);
  texts("crashes", ["id", "title", "firstDay", "lastDay", "file"]);
  texts("anchors", ["file", "column", "from", "to", "lowest", "source"]);
  texts("knownOutliers", ["file", "column", "at", "why"]);
  for (const [i, entry] of lists.files.entries()) {
    if (!Array.isArray(entry.series) || !entry.series.every((series) => isObject(series) && Array.isArray(series.columns)))
      throw invalid(file, `files[${i}].series`, "is not a list of series");
    // A path may not lead out of the dataset folder: a manifest from a stranger must not make us read elsewhere.
    if (!/^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.csv$/.test(entry.path as string)) throw invalid(file, `files[${i}].path`, "is not a plain relative path of a CSV");
  }
  for (const [i, entry] of lists.crashes.entries()) {
    if (!Array.isArray(entry.assets)) throw invalid(file, `crashes[${i}].assets`, "is not a list");
    const { fine } = entry;
    if (fine !== undefined && !(isObject(fine) && typeof fine.file === "string" && Array.isArray(fine.assets)))
      throw invalid(file, `crashes[${i}].fine`, "is not a file and its assets");
  }
  return value as unknown as Manifest;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(file: string, field: string, what: string): BallastError {
  return new BallastError("DATASET_MANIFEST_INVALID", `The manifest${field ? `'s ${field}` : ""} ${what}.`, {
    where: { file, ...(field ? { field } : {}) },
    fix: "Restore manifest.json from version control, or make the dataset again with `ballast data import`.",
  });
}
