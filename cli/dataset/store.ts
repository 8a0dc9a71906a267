import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BallastError } from "../../sim/errors.ts";

/**
 * Puts a whole dataset in place at once: the new folder is built beside the old one and then swapped in by renaming, so
 * a reader (or an interrupted run) sees the old dataset or the new one and never a mixture. Files that are no part of a
 * dataset, such as a README, stay.
 *
 * SIGINT and SIGTERM are taken between two files, where they remove what was staged; the swap itself is synchronous, so
 * no signal Node sees can come between its two renames.
 *
 * @param texts path relative to `dir` → text, manifest.json included (`renderDataset`)
 * @param basis the manifest text the new content was made from; if another run has changed it since, nothing is written
 * @throws BallastError DATASET_FOLDER_FOREIGN, DATASET_CHANGED_MEANWHILE, WRITE_FAILED
 */
export async function storeDataset(dir: string, texts: ReadonlyMap<string, string>, basis?: string): Promise<void> {
  const target = resolve(dir);
  refuseForeignFolder(target);
  const parent = dirname(target);
  const staging = join(parent, `.${basename(target)}.${process.pid}.tmp`);
  const replaced = `${staging}.old`;
  const cleanUp = (): void => rmSync(staging, { recursive: true, force: true });
  const stop = (signal: NodeJS.Signals): void => {
    cleanUp();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    cleanUp();
    mkdirSync(staging, { recursive: true });
    if (existsSync(target)) copyOthers(target, staging, texts);
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(staging, path)), { recursive: true });
      writeFileSync(join(staging, path), text, { flush: true });
      await breathe();
    }
    refuseChanged(target, basis);
    if (existsSync(target)) renameSync(target, replaced);
    renameSync(staging, target);
    rmSync(replaced, { recursive: true, force: true });
  } catch (cause) {
    if (!existsSync(target) && existsSync(replaced)) renameSync(replaced, target);
    if (cause instanceof BallastError) throw cause;
    throw new BallastError("WRITE_FAILED", `Could not write the dataset ${dir}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      where: { file: dir },
      fix: "Check that the folder can be written and the disk has room; nothing was changed.",
      cause,
    });
  } finally {
    cleanUp();
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** Lets a signal that has arrived be handled between two files. */
function breathe(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}

/** Copies what is no part of the dataset (its CSVs and manifest are written anew). */
function copyOthers(from: string, to: string, texts: ReadonlyMap<string, string>): void {
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith(".csv") && !texts.has(path.slice(from.length + 1)) });
}

/** A folder that has files but no manifest is somebody's, not a dataset. */
function refuseForeignFolder(target: string): void {
  if (!existsSync(target) || existsSync(join(target, "manifest.json"))) return;
  if (readdirSync(target).every((name) => name === "README.md")) return;
  throw new BallastError("DATASET_FOLDER_FOREIGN", `${target} has files but no manifest.json: it is not a dataset.`, {
    where: { file: target },
    fix: "Name a new folder, an empty one, or an existing dataset.",
  });
}

function refuseChanged(target: string, basis: string | undefined): void {
  const manifest = join(target, "manifest.json");
  const now = existsSync(manifest) ? readFileSync(manifest, "utf8") : undefined;
  if (basis === undefined || now === basis) return;
  throw new BallastError("DATASET_CHANGED_MEANWHILE", "Another run changed this dataset while this one was working.", {
    where: { file: manifest },
    fix: "Run the command again.",
  });
}
