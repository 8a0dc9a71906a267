import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

it("nothing in sim/ or chain/ switches a lint rule off (a table's layout may be kept from the formatter)", () => {
  const suppressed = globSync(["sim/**/*.ts", "chain/**/*.ts"], { cwd: ROOT }).flatMap((path) =>
    readFileSync(resolve(ROOT, path), "utf8")
      .split("\n")
      .flatMap((line, i) => (/biome-ignore(?!\s+format\b)/.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
  expect(suppressed).toEqual([]);
});
