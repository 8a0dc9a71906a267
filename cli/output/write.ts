import { lstat, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { BallastError } from "../../sim/errors.ts";

/**
 * Writes a file whole or not at all: beside it first, flushed to disk, then renamed over it. Missing folders are made.
 * An interrupted run leaves the old file, or none, and no remains.
 *
 * A link is refused: the file it names would be written over, wherever it stands.
 *
 * @throws BallastError WRITE_FAILED, FILE_IS_LINK
 * @example await writeFile("proposals/0001/report.md", text)
 */
export async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isSymbolicLink()) {
    throw new BallastError("FILE_IS_LINK", `${path} is a link: writing it would write over what stands elsewhere.`, {
      where: { file: path },
      fix: "Remove the link.",
    });
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, content);
  } catch (cause) {
    throw new BallastError("WRITE_FAILED", `Could not write ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      where: { file: path },
      fix: "Check that the folder can be written and the disk has room.",
      cause,
    });
  }
}
