import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import { type FileKind, FORMAT, type Manifest, type ManifestFile, type ManifestSeries, readManifest, type Series, sha256 } from "./manifest.ts";
import { readTable } from "./read.ts";
import { renderTable, type Table } from "./table.ts";
import { timeText } from "./time.ts";

/** A dataset in memory, file by file: what `renderDataset` writes and `readContent` reads. */
export interface Content extends Omit<Manifest, "files" | "format"> {
  readonly files: readonly DataFile[];
}

export interface DataFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly table: Table;
  readonly series: readonly Series[];
  readonly provenance: string;
}

/**
 * Turns a dataset into the texts of its files, manifest included. The same content gives the same bytes.
 *
 * @returns path relative to the dataset folder → text
 */
export function renderDataset(content: Content): Map<string, string> {
  const { files, ...rest } = content;
  const texts = new Map<string, string>();
  const described = files.toSorted(byListingOrder).map((file): ManifestFile => {
    const text = renderTable(file.table);
    texts.set(file.path, text);
    const { step, start, rows } = file.table;
    return {
      path: file.path,
      kind: file.kind,
      sha256: sha256(text),
      bytes: Buffer.byteLength(text),
      rows,
      first: timeText(step, start),
      last: timeText(step, start + rows - 1),
      series: file.series.map((series) => describeSeries(series, file.table)),
      provenance: file.provenance,
    };
  });
  const manifest: Manifest = {
    format: FORMAT,
    title: rest.title,
    notes: rest.notes,
    crashes: rest.crashes,
    anchors: rest.anchors,
    knownOutliers: rest.knownOutliers,
    files: described,
  };
  texts.set("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
  return texts;
}

const LISTING_ORDER: readonly FileKind[] = ["lookback", "crash", "crash-5min", "volume", "dvol", "pegs", "funding", "gas", "smile"];

function byListingOrder(a: DataFile, b: DataFile): number {
  return LISTING_ORDER.indexOf(a.kind) - LISTING_ORDER.indexOf(b.kind) || (a.path < b.path ? -1 : 1);
}

/** A series with its coverage and gaps as its (last) column shows them; all columns of a bar are there or none is. */
export function describeSeries(series: Series, table: Table): ManifestSeries {
  const column = table.columns[table.names.indexOf(series.columns[0])];
  const gaps: string[] = [];
  let first = -1;
  let last = -1;
  let missing = 0;
  for (let i = 0; i < table.rows; i++) {
    if (Number.isNaN(column[i])) continue;
    if (first < 0) first = i;
    else if (i > last + 1) {
      missing += i - last - 1;
      gaps.push(`${timeText(table.step, table.start + last + 1)}/${timeText(table.step, table.start + i - 1)}`);
    }
    last = i;
  }
  const { asset, columns, unit, volumeUnit, venue } = series;
  const at = (row: number): string => (row < 0 ? "" : timeText(table.step, table.start + row));
  return { asset, columns, unit, ...(volumeUnit === undefined ? {} : { volumeUnit }), venue, first: at(first), last: at(last), missing, gaps };
}

/**
 * Reads a dataset folder and holds every file against the manifest.
 *
 * @throws BallastError DATASET_MISSING, DATASET_MANIFEST_INVALID, DATASET_FILE_MISSING, DATASET_FILE_TRUNCATED,
 * DATASET_FILE_ALTERED, DATASET_FILE_UNLISTED, and those of `readTable`
 */
export async function readContent(dir: string): Promise<{ manifest: Manifest; content: Content }> {
  const manifest = await readManifest(dir);
  const [files, unlisted] = await Promise.all([Promise.all(manifest.files.map((file) => readListed(dir, file))), unlistedFiles(dir, manifest)]);
  if (unlisted.length > 0) throw unlistedProblem(dir, unlisted[0]);
  return { manifest, content: { ...manifest, files } };
}

async function readListed(dir: string, listed: ManifestFile): Promise<DataFile> {
  const file = join(dir, listed.path);
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new BallastError(
      "DATASET_FILE_MISSING",
      cause.code === "ENOENT" ? "The manifest lists a file that is not there." : `Could not read the file: ${cause.message}.`,
      {
        where: { file },
        fix: "Restore it from version control, or import it again with `ballast data import`.",
        cause,
      },
    );
  });
  const problem = hashProblem(file, bytes, listed);
  if (problem) throw problem;
  return { path: listed.path, kind: listed.kind, table: readTable(bytes, file), series: listed.series, provenance: listed.provenance };
}

/** The problem with a file's bytes against its manifest entry, if there is one. */
export function hashProblem(file: string, bytes: Uint8Array, listed: ManifestFile): BallastError | undefined {
  const found = sha256(bytes);
  if (found === listed.sha256) return undefined;
  const shorter = bytes.length < listed.bytes;
  return new BallastError(
    shorter ? "DATASET_FILE_TRUNCATED" : "DATASET_FILE_ALTERED",
    shorter ? `The file has ${bytes.length} bytes, the manifest says ${listed.bytes}.` : "The file is not the one the manifest names: its sha256 differs.",
    {
      where: { file, field: "sha256", value: found },
      fix: `Restore the file (expected ${listed.sha256}), or bring changed figures in with \`ballast data import\`, which writes a new manifest.`,
    },
  );
}

/** CSV files in the dataset folder that the manifest does not name: nothing may be read that is not in the hash. */
export async function unlistedFiles(dir: string, manifest: Manifest): Promise<string[]> {
  const listed = new Set(manifest.files.map((file) => file.path));
  const found = await readdir(dir, { recursive: true });
  return found
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".csv") && !listed.has(path))
    .sort();
}

export function unlistedProblem(dir: string, path: string): BallastError {
  return new BallastError("DATASET_FILE_UNLISTED", "There is a CSV in the dataset folder that the manifest does not name.", {
    where: { file: join(dir, path) },
    fix: "Move it out, or bring it in with `ballast data import`.",
  });
}
