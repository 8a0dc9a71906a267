import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
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
    const old = `${staged}-old`;
    const had = await rename(path, old).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return false;
        throw error;
      },
    );
    try {
      await rename(staged, path);
    } catch (error) {
      if (had) await rename(old, path);
      throw error;
    }
    staged = undefined;
    if (had) await rm(old, { recursive: true, force: true });
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
