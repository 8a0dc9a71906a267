import { execFile } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import type { Finding } from "../../cli/checks/check.ts";
import { checkFolders } from "../../cli/checks/folders.ts";
import { exitCodeOf } from "../../cli/checks/run.ts";
import { writeReport } from "../../cli/report/write.ts";
import { temporary } from "../temporary.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What each kept proposal is kept to show, and which checks say so. */
const FIXTURES: readonly (readonly [folder: string, exit: number, failed: readonly string[], verdict: string])[] = [
  ["0001-raise-eth-vol-buffer", 0, [], "pass"],
  ["0002-free-trapped-margin", 4, ["attack-cost", "gates", "joint-margin", "stacked"], "fail"],
  ["0003-raise-keeper-fee", 3, ["decode", "description", "roles", "selectors", "state-diff"], "fail"],
];

// Their evidence names today's engine, data and policy: whoever changes one of these makes it again (scripts/write-fixtures.ts).
let copy: string;
beforeAll(async () => {
  copy = await temporary("fixtures");
  await cp(join(ROOT, "proposals"), copy, { recursive: true });
});

/** One run of the command over all of them; with a severity for each finding. */
async function checkAll(): Promise<{ exit: number; findings: Finding[] }> {
  const args = ["check", copy, "--at", "2026-11-24", "--json"];
  const { code = 0, stdout } = (await run(join(ROOT, "ballast"), args, { maxBuffer: 1e8 }).catch((error: { code: number; stdout: string }) => error)) as {
    code?: number;
    stdout: string;
  };
  return { exit: code, findings: JSON.parse(stdout).findings };
}

it("are checked together: each is what it is kept to show", { timeout: 240_000 }, async () => {
  const { exit, findings } = await checkAll();
  for (const [folder, own, failed] of FIXTURES) {
    const found = findings.filter(({ proposal }) => basename(proposal) === folder);
    expect([...new Set(found.map(({ check }) => check))].sort()).toEqual(failed);
    expect(exitCodeOf(found)).toBe(own);
  }
  expect(exit).toBe(3);
});

it("have the reports that their evidence gives, to the byte", { timeout: 240_000 }, async () => {
  const { reports } = await checkFolders(
    FIXTURES.map(([folder]) => join(copy, folder)),
    { undated: true },
  );
  for (const [i, [folder, , , verdict]] of FIXTURES.entries()) {
    const texts = () => Promise.all(["report.md", "report.html"].map((name) => readFile(join(copy, folder, name), "utf8")));
    const committed = await texts();
    expect((await writeReport(join(copy, folder), undefined, reports[i])).verdict).toBe(verdict);
    expect(await texts()).toEqual(committed);
  }
});
