import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { BallastError } from "../../sim/errors.ts";
import { hashOf, sha256 } from "./canonical.ts";

/** The folder of the engine's sources that this command line runs. */
const ENGINE_FOLDER: string = fileURLToPath(new URL("../../sim/", import.meta.url));

/**
 * What the engine is, as one hash: sha256 over the canonical JSON of the sorted list of [relative path, sha256 of the
 * source] of every TypeScript file in or below `sim/`. Line endings are normalised, so that a checkout on another system has the same engine;
 * everything else counts, comments too: nobody should have to argue about which edit was harmless.
 *
 * @param folder the engine's folder, absolute
 * @returns 0x and 64 hex digits
 * @throws BallastError ENGINE_MISSING when there is no source to hash
 * @example await engineHash() // "0x6b1f…"
 */
export async function engineHash(folder: string = ENGINE_FOLDER): Promise<`0x${string}`> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw missing(folder, cause);
  });
  const paths = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts")).map((entry) => `${entry.parentPath}/${entry.name}`);
  if (paths.length === 0) throw missing(folder);
  const files = await Promise.all(
    paths.map(async (path) => [relativeTo(folder, path), sha256((await readFile(path, "utf8")).replaceAll("\r\n", "\n"))] as const),
  );
  // By code unit: a locale's order would make two machines disagree.
  files.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return hashOf(files);
}

function relativeTo(folder: string, path: string): string {
  const root = folder.replaceAll("\\", "/").replace(/\/+$/, "");
  return path
    .replaceAll("\\", "/")
    .replaceAll(/\/{2,}/g, "/")
    .slice(root.length + 1);
}

function missing(folder: string, cause?: unknown): BallastError {
  return new BallastError("ENGINE_MISSING", `There is no engine source in ${folder}.`, {
    where: { file: folder },
    fix: "Run from a whole checkout: the evidence names the hash of the engine's sources.",
    exit: 1,
    ...(cause === undefined ? {} : { cause }),
  });
}
