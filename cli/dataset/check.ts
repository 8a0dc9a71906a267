import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import { checkAgreement, checkAnchors, checkWindows } from "./check/events.ts";
import { checkFigures } from "./check/figures.ts";
import { type Finding, findingOf } from "./check/finding.ts";
import { type DataFile, hashProblem, unlistedFiles, unlistedProblem } from "./content.ts";
import { type Manifest, type ManifestFile, manifestHash, readManifest } from "./manifest.ts";
import { readTable } from "./read.ts";
import { timeText } from "./time.ts";

/** What a check of a dataset found, and how much it looked at: a check of nothing is no success. */
export interface DatasetReport {
  readonly dir: string;
  readonly hash: string | undefined;
  readonly files: number;
  readonly values: number;
  readonly gaps: number;
  readonly anchors: number;
  readonly crashes: number;
  readonly findings: readonly Finding[];
}

/** At most this many findings of one code in one file; the rest is counted. */
const MOST_OF_A_KIND = 5;

/**
 * Checks a dataset folder as strictly as it can: hashes, order, gaps, duplicates, numbers, prices, bars, units, outliers,
 * crash windows, agreement between files, anchors. It never changes anything, and it does not throw for what it finds.
 *
 * @example (await checkDataset("data")).findings.filter((finding) => finding.severity === "error").length // 0
 */
export async function checkDataset(dir: string): Promise<DatasetReport> {
  let manifest: Manifest;
  try {
    manifest = await readManifest(dir);
  } catch (error) {
    return { dir, hash: undefined, files: 0, values: 0, gaps: 0, anchors: 0, crashes: 0, findings: [found(error)] };
  }
  const findings: Finding[] = [];
  const files: DataFile[] = [];
  for (const listed of manifest.files) {
    const inFile: Finding[] = [];
    const file = await checkFile(dir, listed, manifest, (finding) => inFile.push(finding));
    if (file) files.push(file);
    findings.push(...summarise(inFile));
  }
  findings.push(...(await unlistedFiles(dir, manifest)).map((path) => findingOf(unlistedProblem(dir, path))));
  if (files.length === 0)
    findings.push(
      findingOf(
        new BallastError("DATASET_EMPTY", "The dataset has no file that can be read.", {
          where: { file: dir },
          fix: "Import figures with `ballast data import`.",
        }),
      ),
    );
  findings.push(...checkWindows(dir, manifest, files), ...checkAgreement(dir, files), ...checkAnchors(dir, manifest.anchors, files));
  return {
    dir,
    hash: manifestHash(manifest),
    files: files.length,
    values: files.reduce(
      (sum, file) => sum + file.table.columns.reduce((known, column) => known + column.filter((value) => !Number.isNaN(value)).length, 0),
      0,
    ),
    gaps: manifest.files.reduce((sum, file) => sum + file.series.reduce((gaps, series) => gaps + series.gaps.length, 0), 0),
    anchors: manifest.anchors.length,
    crashes: manifest.crashes.length,
    findings,
  };
}

async function checkFile(dir: string, listed: ManifestFile, manifest: Manifest, report: (finding: Finding) => void): Promise<DataFile | undefined> {
  const file = join(dir, listed.path);
  try {
    const bytes = await readFile(file);
    const altered = hashProblem(file, bytes, listed);
    if (altered) report(findingOf(altered));
    const table = readTable(bytes, file, (problem) => report(findingOf(problem)));
    const { step, start, rows } = table;
    if (rows !== listed.rows || timeText(step, start) !== listed.first || timeText(step, start + rows - 1) !== listed.last) {
      report({
        code: "DATASET_COVERAGE_DISAGREES",
        severity: "error",
        message: `The file has ${rows} rows from ${timeText(step, start)}; the manifest says ${listed.rows} from ${listed.first} to ${listed.last}.`,
        where: { file },
        fix: "Restore the file or the manifest.",
      });
    }
    for (const finding of checkFigures(file, listed, table, manifest.knownOutliers)) report(finding);
    return { path: listed.path, kind: listed.kind, table, series: listed.series, provenance: listed.provenance };
  } catch (error) {
    report((error as NodeJS.ErrnoException).code === "ENOENT" ? missing(file) : found(error));
    return undefined;
  }
}

function missing(file: string): Finding {
  return {
    code: "DATASET_FILE_MISSING",
    severity: "error",
    message: "The manifest lists a file that is not there.",
    where: { file },
    fix: "Restore it, or import it again with `ballast data import`.",
  };
}

/** Keeps the first few of each code and says how many more there are. */
function summarise(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const [code, same] of Object.entries(Object.groupBy(findings, (finding) => finding.code))) {
    if (same === undefined) continue;
    kept.push(...same.slice(0, MOST_OF_A_KIND));
    if (same.length > MOST_OF_A_KIND)
      kept.push({
        ...same[0],
        message: `… and ${same.length - MOST_OF_A_KIND} more ${code} in this file.`,
        where: { ...(same[0].where.file === undefined ? {} : { file: same[0].where.file }) },
      });
  }
  return kept;
}

function found(error: unknown): Finding {
  if (error instanceof BallastError) return findingOf(error);
  throw error;
}
