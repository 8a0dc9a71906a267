import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { temporary } from "../temporary.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const BIOME = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

/** What the linter said about one file: the rule's category ("plugin" for those in lint/) and its sentence. */
export interface Finding {
  readonly category: string;
  readonly message: string;
}

/**
 * Runs the project's own linter, with the project's own configuration, over a tree of files made for it.
 *
 * @param files source text by path, relative to the root of the tree ("sim/math/sums.ts")
 * @returns the errors by path; a file nothing was said about has an empty list
 */
export async function lintErrors(files: Readonly<Record<string, string>>): Promise<Map<string, Finding[]>> {
  const tree = await temporary("lint");
  try {
    for (const part of ["biome.json", "lint", "package.json", ".gitignore"]) await cp(join(ROOT, part), join(tree, part), { recursive: true });
    for (const [path, source] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), source);
    }
    const report = JSON.parse(await biomeLint(tree)) as { summary: { changed: number; unchanged: number }; diagnostics: Diagnostic[] };
    const looked = report.summary.changed + report.summary.unchanged;
    if (looked < Object.keys(files).length) throw new Error(`The linter looked at ${looked} of ${Object.keys(files).length} files.`);
    const errors = new Map<string, Finding[]>(Object.keys(files).map((path) => [path, []]));
    for (const { severity, category, message, location } of report.diagnostics) {
      if (severity === "error" || severity === "fatal") errors.get(location.path)?.push({ category, message });
    }
    return errors;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

interface Diagnostic {
  readonly category: string;
  readonly severity: string;
  readonly message: string;
  readonly location: { readonly path: string };
}

async function biomeLint(tree: string): Promise<string> {
  const run = promisify(execFile)(process.execPath, [BIOME, "lint", "--reporter=json", "--max-diagnostics=none", "."], { cwd: tree, maxBuffer: 1 << 26 });
  // A tree with errors in it exits with 1 and still reports on stdout; anything else is a failure of the linter itself.
  const { stdout } = await run.catch((failure: { stdout?: string; stderr?: string; code?: number }) => {
    if (failure.code === 1 && failure.stdout?.startsWith("{")) return { stdout: failure.stdout };
    throw new Error(`The linter did not run: ${failure.stderr}`);
  });
  return stdout;
}
