import { execFile } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
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

async function ballast(...args: string[]): Promise<{ exit: number; stdout: string }> {
  try {
    return { exit: 0, stdout: (await run(join(ROOT, "ballast"), args, { maxBuffer: 1e8 })).stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { exit: code, stdout };
  }
}

describe.each(FIXTURES)("the kept proposal %s", (folder, exit, failed, verdict) => {
  it(`leaves check with ${exit}`, async () => {
    const checked = await ballast("check", join(copy, folder), "--at", "2026-11-24", "--json");
    const { findings } = JSON.parse(checked.stdout) as { findings: { check: string; severity: string }[] };
    expect([...new Set(findings.map(({ check }) => check))].sort()).toEqual(failed);
    expect(checked.exit).toBe(exit);
  });

  it("has the report that its evidence gives, to the byte", async () => {
    const committed = await Promise.all(["report.md", "report.html"].map((name) => readFile(join(copy, folder, name), "utf8")));
    const written = await ballast("report", join(copy, folder), "--json");
    expect(JSON.parse(written.stdout)).toMatchObject({ verdict });
    expect(await Promise.all(["report.md", "report.html"].map((name) => readFile(join(copy, folder, name), "utf8")))).toEqual(committed);
  });
});
