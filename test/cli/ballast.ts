import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporary } from "../temporary.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line in a process of its own. */
export function ballast(args: readonly string[], options: { cwd: string; input?: string; env?: Readonly<Record<string, string>> }): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...args],
      { cwd: options.cwd, env: { ...process.env, NO_COLOR: "1", ...options.env } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ code: error === null ? 0 : (error.code as number), stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? "");
  });
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly where: { file?: string; line?: number; column?: number; field?: string; value?: string };
  readonly fix: string;
}

/** The error of a run with --json. */
export function refusalOf({ stdout }: Ran): Refusal {
  return JSON.parse(stdout).error;
}

/**
 * A folder of its own with what `ballast init` makes; files given replace or join it. What an attacker could take is given as a figure, which saves every
 * check the search with the margin engine.
 */
export async function workspace(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const dir = await temporary("cli");
  await cp(fileURLToPath(new URL("../../proposals", import.meta.url)), join(dir, "proposals"), { recursive: true, filter: (path) => !/\/\d{4}-/.test(path) });
  const governance = join(dir, "proposals/governance.yaml");
  await writeFile(governance, (await readFile(governance, "utf8")).replace("  treasuryUsd: 0\n", "  extractableUsd: 1000000\n  treasuryUsd: 0\n"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}
