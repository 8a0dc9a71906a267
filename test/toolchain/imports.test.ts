import { beforeAll, describe, expect, it } from "vitest";
import { type Finding, lintErrors } from "./biome.ts";

// The order of DESIGN §2: a folder may import itself and what stands to its left.
const ORDER = ["math", "pricing", "market", "scenarios", "margin", "liquidation", "replay", "verdict"];
const KERNEL_USERS = ["margin", "liquidation", "replay", "verdict"];

/** Whether a file of sim/`from` may import sim/`to`, said once more here, apart from the rule under test. */
function points(from: string, to: string): boolean {
  if (from === to || to === "parameters") return true;
  if (from === "parameters") return false;
  if (from === BESIDE) return BELOW_BESIDE.includes(to);
  if (to === BESIDE) return false;
  if (from === "kernel") return to === "math";
  if (to === "kernel") return KERNEL_USERS.includes(from);
  return ORDER.indexOf(to) <= ORDER.indexOf(from);
}

/** What an attack on a vote costs stands beside the replay, on what a liquidation costs. */
const BESIDE = "governance";
const BELOW_BESIDE = ["kernel", "math", "pricing", "market", "scenarios", "margin", "liquidation"];

const FOLDERS = ["parameters", "kernel", ...ORDER, BESIDE];
const pairs = FOLDERS.flatMap((from) => FOLDERS.map((to) => ({ from, to })));
const pairFile = (from: string, to: string) => `sim/${from}/reads${to}.ts`;
const nestedFile = (from: string, to: string) => `sim/${from}/part/reads${to}.ts`;

/** The file, the text of its one import, and what it is an example of. */
type Example = readonly [what: string, file: string, source: string];

const REFUSED: readonly Example[] = [
  ["sim importing chain", "sim/math/example1.ts", 'export { a } from "../../chain/abi.ts";'],
  ["sim importing cli", "sim/verdict/example2.ts", 'export { a } from "../../cli/main.ts";'],
  ["sim importing a test", "sim/verdict/example3.ts", 'export { a } from "../../test/cases.ts";'],
  ["sim importing a package", "sim/verdict/example4.ts", 'export { z } from "zod";'],
  ["sim importing node:", "sim/verdict/example5.ts", 'export { readFileSync } from "node:fs";'],
  ["sim importing an absolute path", "sim/math/example6.ts", 'export { a } from "/sim/math/b.ts";'],
  ["a wrong direction by a type import", "sim/math/example7.ts", 'export type { A } from "../margin/b.ts";'],
  ["a wrong direction by an import for its effect", "sim/math/example8.ts", 'import "../margin/b.ts";'],
  ["a wrong direction through the own folder", "sim/math/example9.ts", 'export { a } from "../math/../margin/b.ts";'],
  ["a wrong direction through ./", "sim/math/example10.ts", 'export { a } from "./../margin/b.ts";'],
  ["a wrong direction through a doubled slash", "sim/math/example11.ts", 'export { a } from "..//margin/b.ts";'],
  ["a wrong direction from a folder in a folder", "sim/math/tables/example12.ts", 'export { a } from "../../margin/b.ts";'],
  ["sim importing chain from a folder in a folder", "sim/math/tables/example13.ts", 'export { a } from "../../../chain/b.ts";'],
  ["the way round over the root", "sim/math/example14.ts", 'export { a } from "../../sim/margin/b.ts";'],
  ["a folder by its bare name", "sim/math/example15.ts", 'export { a } from "../margin";'],
  ["a folder nobody listed", "sim/astrology/example16.ts", "export const a = 1;"],
  ["importing a folder nobody listed", "sim/margin/example17.ts", 'export { a } from "../astrology/b.ts";'],
  ["a file directly in sim/", "sim/index.ts", "export const a = 1;"],
  ["folders three deep", "sim/math/a/b/example18.ts", "export const a = 1;"],
  ["sim/errors.ts importing", "sim/errors.ts", 'export { a } from "./math/b.ts";'],
  ["chain importing the engine", "chain/example19.ts", 'export { a } from "../sim/margin/b.ts";'],
  ["chain importing a type of the engine", "chain/example20.ts", 'export type { A } from "../sim/margin/b.ts";'],
  ["chain importing the engine in a call", "chain/example21.ts", 'export const a = () => import("../sim/margin/b.ts");'],
  ["chain importing the engine from a folder", "chain/deploy/example22.ts", 'export { a } from "../../sim/math/b.ts";'],
  ["chain importing the engine past the parameters", "chain/example23.ts", 'export { a } from "../sim/parameters/../margin/b.ts";'],
  ["chain importing cli", "chain/example24.ts", 'export { a } from "../cli/main.ts";'],
  ["chain importing a test", "chain/example25.ts", 'export { a } from "../test/cases.ts";'],
  ["a deployment module importing cli", "ignition/modules/example26.ts", 'export { a } from "../../cli/main.ts";'],
  ["a configuration file importing cli", "hardhat.config.ts", 'export { a } from "./cli/main.ts";'],
  ["a package nobody declared", "cli/example27.ts", 'export { a } from "left-pad";'],
];

const ALLOWED: readonly Example[] = [
  ["a neighbour", "sim/math/example28.ts", 'export { a } from "./b.ts";'],
  ["a file of a folder in the folder", "sim/math/example29.ts", 'export { a } from "./tables/b.ts";'],
  ["a neighbour one folder up", "sim/math/tables/example30.ts", 'export { a } from "../b.ts";'],
  ["sim/errors.ts", "sim/math/example31.ts", 'export { BallastError } from "../errors.ts";'],
  ["sim/errors.ts from the parameters", "sim/parameters/example32.ts", 'export { BallastError } from "../errors.ts";'],
  ["sim/errors.ts from a folder in a folder", "sim/math/tables/example33.ts", 'export { BallastError } from "../../errors.ts";'],
  ["chain reading the parameters", "chain/example34.ts", 'export { PARAMETERS } from "../sim/parameters/index.ts";'],
  ["chain reading the parameters from a folder", "chain/deploy/example35.ts", 'export { PARAMETERS } from "../../sim/parameters/index.ts";'],
  ["chain throwing the project's error", "chain/example36.ts", 'export { BallastError } from "../sim/errors.ts";'],
  ["chain using viem and node:", "chain/example37.ts", 'export { encodeFunctionData } from "viem";\nexport { readFileSync } from "node:fs";'],
  ["cli using everything", "cli/example38.ts", 'export { a } from "../sim/margin/b.ts";\nexport { b } from "../chain/a.ts";\nexport { z } from "zod";'],
  ["a test using cli", "test/cli/example39.ts", 'export { a } from "../../cli/main.ts";'],
  ["a benchmark using cli", "bench/example40.ts", 'export { a } from "../cli/main.ts";'],
  ["a script using cli", "scripts/example41.ts", 'export { a } from "../cli/main.ts";'],
];

const CYCLES: Record<string, string> = {
  "cli/one.ts": 'import { b } from "./two.ts";\nexport const a = () => b;\n',
  "cli/two.ts": 'import { c } from "./three.ts";\nexport const b = () => c;\n',
  "cli/three.ts": 'import type { a } from "./one.ts";\nexport const c = (f: typeof a) => f;\n',
  "cli/four.ts": 'import { c } from "./three.ts";\nexport const d = c;\n',
};

describe("the linter", () => {
  let pairErrors: Map<string, Finding[]>;
  let exampleErrors: Map<string, Finding[]>;

  beforeAll(async () => {
    const pairTree = pairs.flatMap(({ from, to }) => [
      [pairFile(from, to), `export { a } from "../${to}/index.ts";\n`],
      [nestedFile(from, to), `export { a } from "../../${to}/index.ts";\n`],
    ]);
    pairErrors = await lintErrors(Object.fromEntries(pairTree));
    exampleErrors = await lintErrors(
      Object.fromEntries(
        [...REFUSED, ...ALLOWED].map(([, file, source]) => [
          file,
          `${source}
`,
        ]),
      ),
    );
  });

  it.each(pairs.filter(({ from, to }) => points(from, to)))("lets sim/$from import sim/$to", ({ from, to }) => {
    expect(byImportRules(pairErrors.get(pairFile(from, to)))).toEqual([]);
    if (from !== to) expect(byImportRules(pairErrors.get(nestedFile(from, to)))).toEqual([]);
  });

  it.each(pairs.filter(({ from, to }) => !points(from, to)))("refuses sim/$from importing sim/$to", ({ from, to }) => {
    expect(byImportRules(pairErrors.get(pairFile(from, to)))).not.toEqual([]);
    expect(byImportRules(pairErrors.get(nestedFile(from, to)))).not.toEqual([]);
  });

  it.each(REFUSED)("refuses %s", (_, file) => {
    expect(byImportRules(exampleErrors.get(file))).not.toEqual([]);
  });

  it.each(ALLOWED)("allows %s", (_, file) => {
    expect(exampleErrors.get(file)).toEqual([]);
  });

  it("refuses a cycle of imports, type imports included, at each file of it and nowhere else", async () => {
    const errors = await lintErrors(CYCLES);
    const inCycle = [...errors].filter(([, found]) => found.some(({ category }) => category === "lint/suspicious/noImportCycles")).map(([path]) => path);
    expect(inCycle.sort()).toEqual(["cli/one.ts", "cli/three.ts", "cli/two.ts"]);
  });
});

/** Leaves out what other rules have to say, so that only the rule under test can pass the test. */
function byImportRules(findings: Finding[] | undefined): Finding[] {
  if (findings === undefined) throw new Error("The linter did not see this file.");
  return findings.filter(({ category }) => category === "plugin" || category === "lint/correctness/noUndeclaredDependencies");
}
