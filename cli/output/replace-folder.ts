import { randomUUID } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BallastError } from "../../sim/errors.ts";

/**
 * Replaces a folder by one with these files, all of them or none: they are written into a folder beside it, which then takes its place.
 * An interrupted run (Ctrl-C) leaves the old folder, and no remains.
 *
 * @param files text by file name
 * @throws BallastError WRITE_FAILED
 * @example await replaceFolder("proposals/0001-x/payload", { "calldata.txt": "0x…\n" })
 */
export async function replaceFolder(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  let staged: string | undefined;
  const interrupted = (signal: NodeJS.Signals) => {
    if (staged !== undefined) rmSync(staged, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await mkdir(dirname(path), { recursive: true });
    staged = join(dirname(path), `.${basename(path)}-${randomUUID().slice(0, 8)}`);
    await mkdir(staged);
    for (const [name, text] of Object.entries(files)) await writeFile(join(staged, name), text, { flush: true });
    swap(staged, path);
    staged = undefined;
  } catch (cause) {
    if (staged !== undefined) await rm(staged, { recursive: true, force: true });
    throw new BallastError("WRITE_FAILED", `Could not write ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      where: { file: path },
      fix: "Check that the folder can be written and the disk has room.",
      exit: 1,
      cause,
    });
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

/** Synchronous, so that no signal is served between the two renames: a Ctrl-C there would leave no folder at all, and remains beside it. */
function swap(staged: string, path: string): void {
  const old = `${staged}-old`;
  const had = existsSync(path);
  if (had) renameSync(path, old);
  try {
    renameSync(staged, path);
  } catch (error) {
    // Somebody else's run may have put its own folder there meanwhile: that one is whole, and stays.
    if (had && !existsSync(path)) renameSync(old, path);
    throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}
