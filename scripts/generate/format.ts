import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

/** JSON in the project's own format, so that a generated file passes the formatter. */
export function formatted(root: string, name: string, text: string): string {
  const biome = resolve(root, "node_modules/@biomejs/biome/bin/biome");
  return execFileSync(process.execPath, [biome, "format", `--stdin-file-path=schemas/${name}`], { cwd: root, input: text, encoding: "utf8" });
}
