import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";

/**
 * Reads a file that belongs to a proposal: UTF-8, in the folder itself. A link is refused, because what stands elsewhere is not what is
 * committed, and a report would publish it; so is a file larger than any that Ballast writes.
 *
 * @param parts the file's name under the folder, one part per level
 * @param mostBytes the most that is read
 * @returns the text, every byte of it; undefined where there is no such file
 * @throws BallastError FILE_IS_LINK, FILE_NOT_REGULAR, FILE_TOO_LARGE, FILE_NOT_UTF8, FILE_UNREADABLE
 * @example await readOwnFile(folder, ["payload", "calldata.txt"], 1 << 20)
 */
export async function readOwnFile(folder: string, parts: readonly string[], mostBytes: number): Promise<string | undefined> {
  const file = join(folder, ...parts);
  for (let depth = 1; depth <= parts.length; depth++) {
    const path = join(folder, ...parts.slice(0, depth));
    const found = await lstat(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return undefined;
      throw unreadable(file, cause);
    });
    if (found === undefined) return undefined;
    if (found.isSymbolicLink()) {
      throw new BallastError("FILE_IS_LINK", `${path} is a link: a proposal's files stand in its own folder.`, {
        where: { file: path },
        fix: "Put the file itself in its place.",
      });
    }
    if (depth === parts.length) requireFile(file, found, mostBytes);
  }
  try {
    // With a byte order mark, if there is one: what is compared byte for byte has to keep it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw unreadable(file, cause as NodeJS.ErrnoException);
    throw new BallastError("FILE_NOT_UTF8", `${file} is not UTF-8 text.`, { where: { file }, fix: "Save it as UTF-8.", cause });
  }
}

function requireFile(file: string, found: { isFile(): boolean; readonly size: number }, mostBytes: number): void {
  if (!found.isFile()) {
    throw new BallastError("FILE_NOT_REGULAR", `${file} is not a file.`, { where: { file }, fix: "Remove what stands there, and put the file in its place." });
  }
  if (found.size > mostBytes) {
    throw new BallastError("FILE_TOO_LARGE", `${file} has ${found.size} bytes; at most ${mostBytes} are read.`, {
      where: { file },
      fix: "Nothing that Ballast writes or asks for is as large: is it the right file?",
    });
  }
}

function unreadable(file: string, cause: NodeJS.ErrnoException): BallastError {
  return new BallastError("FILE_UNREADABLE", `Could not read ${file}: ${cause.code ?? cause.message}.`, {
    where: { file },
    fix: "Check its permissions, and that its folder is a folder.",
    cause,
  });
}
