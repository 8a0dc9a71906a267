import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { BallastError } from "../../sim/errors.ts";
import { unreadable } from "../proposal/yaml.ts";

/** The text of a file, or of stdin for `-`. */
export async function readText(path: string): Promise<string> {
  if (path === "-") return text(process.stdin);
  return readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new BallastError("FILE_NOT_FOUND", unreadable(path, cause.code), {
      where: { file: path },
      fix: "Name a JSON file, or - for stdin.",
      cause,
    });
  });
}
