import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const MOST_LINES = 350;

it("no contract is longer than a person reads in a sitting", () => {
  const contracts = globSync("contracts/**/*.sol", { cwd: ROOT, exclude: ["contracts/test/**", "**/*.t.sol"] });
  const long = contracts
    .map((path) => ({ path, lines: readFileSync(resolve(ROOT, path), "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES);
  expect(long).toEqual([]);
});
