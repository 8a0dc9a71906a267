import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { solidityCounts, sum, vitestCounts } from "../../scripts/check/counts.ts";
import { runAll } from "../../scripts/check/schedule.ts";
import type { Result, Step } from "../../scripts/check/step.ts";
import { temporary } from "../temporary.ts";

const step = (name: string, source: string, more: Partial<Step> = {}): Step => ({ name, command: [process.execPath, "-e", source], ...more });
const outcomes = (results: readonly Result[]) => Object.fromEntries(results.map((result) => [result.step.name, result.outcome]));

describe("the steps of the check", () => {
  it("all run to their end, whichever fails", async () => {
    const results = await runAll([step("one", "process.exit(3)"), step("two", "console.log('fine')"), step("three", "throw new Error('no')")], 2, () => {});
    expect(outcomes(results)).toEqual({ one: "failed", two: "passed", three: "failed" });
    expect(results[1]?.output).toBe("fine\n");
    expect(results[2]?.output).toContain("Error: no");
  });

  it("fail when their program is missing or is killed", async () => {
    const results = await runAll([{ name: "missing", command: ["no-such-program"] }, step("killed", "process.kill(process.pid, 'SIGKILL')")], 2, () => {});
    expect(outcomes(results)).toEqual({ missing: "failed", killed: "failed" });
    expect(results[0]?.output).toContain("no-such-program");
  });

  it("are left out, and said to be, while there is no file for them", async () => {
    const results = await runAll(
      [step("later", "process.exit(1)", { needs: ["no/such/folder/**/*.ts"] }), step("now", "", { needs: ["package.json"] })],
      2,
      () => {},
    );
    expect(outcomes(results)).toEqual({ later: "nothing to check", now: "passed" });
  });

  it("wait for the steps they name, even failed ones, and a live one for all", async () => {
    const ended: string[] = [];
    const steps = [
      step("live", "", { live: true }),
      step("second", "", { after: ["first"] }),
      step("first", "setTimeout(() => process.exit(1), 150)"),
      step("beside", ""),
    ];
    const results = await runAll(steps, 2, (result) => ended.push(result.step.name));
    expect(ended.toSorted()).toEqual(["beside", "first", "live", "second"]);
    expect(ended.indexOf("second")).toBeGreaterThan(ended.indexOf("first"));
    expect(ended.at(-1)).toBe("live");
    expect(results.map((result) => result.step.name)).toEqual(["live", "second", "first", "beside"]);
  });

  it("may not wait for a step there is not", async () => {
    await expect(runAll([step("one", "", { after: ["none"] })], 2, () => {})).rejects.toThrow("one");
  });
});

describe("the count of tests", () => {
  let place: string;

  beforeAll(async () => {
    place = await temporary("count");
  });

  it("reads what vitest reports, a file that does not load as one failed test", async () => {
    await writeFile(
      join(place, "mixed.test.js"),
      "test('a', () => {}); test('b', () => {}); test('c', () => { throw new Error('c'); }); test.skip('d', () => {});",
    );
    await writeFile(join(place, "broken.test.js"), "import './no-such-file.js';");
    const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
    const report = join(place, "report.json");
    const args = [vitest, "run", "--globals", `--root=${place}`, "--reporter=json", `--outputFile.json=${report}`];
    await expect(promisify(execFile)(process.execPath, args, { cwd: place })).rejects.toMatchObject({ code: 1 });
    expect(vitestCounts(report)).toEqual({ passed: 2, failed: 2, skipped: 1 });
  });

  it("is none when vitest left no report", () => {
    expect(vitestCounts(join(place, "none.json"))).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });

  it("reads the summary of Hardhat's Solidity tests, in colour or not", () => {
    const printed =
      "  contracts/A.t.sol:ATest\n    \u001b[32m✔\u001b[39m test_12 passing\n\n\n  \u001b[32m12 passing\u001b[39m\n  \u001b[31m1 failing\u001b[39m\n  2 skipped\n";
    expect(solidityCounts(printed)).toEqual({ passed: 12, failed: 1, skipped: 2 });
    expect(solidityCounts("Error HHE1: no tests\n")).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });

  it("adds up", () => {
    expect(sum({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 })).toEqual({ passed: 11, failed: 22, skipped: 33 });
  });
});
