import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { evidenceText, rootOf } from "../../cli/backtest/assemble.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { ballast, type Ran, refusalOf, workspace } from "./ballast.ts";

const FOLDER = "proposals/0001-raise-eth-vol-buffer";

/** A sound proposal, small enough to be replayed in a second; each test spoils a copy of it as somebody with bad intent would. */
let sound: string;
beforeAll(async () => {
  sound = await workspace();
  const file = join(sound, "proposals/policy.yaml");
  const small = (await readFile(file, "utf8"))
    .replace(/( {2}- \d{4}-\S+\n)+/, "  - 2025-10-10-liquidation-cascade\n  - 2021-05-19-china-ban\n")
    .replace("accounts: 125", "accounts: 4")
    .replace(/^seeds: .*$/m, "seeds: [1]")
    .replace("filtered: 512", "filtered: 64")
    .replace("stressed: 128", "stressed: 16");
  await writeFile(file, small);
  await ballast(["draft", "raise-eth-vol-buffer", "--set", "ETH.volBuffer=3000"], { cwd: sound });
  await ballast(["backtest", FOLDER], { cwd: sound });
  expect((await ballast(["build", FOLDER], { cwd: sound })).code).toBe(0);
});

async function copy(): Promise<string> {
  const cwd = await workspace();
  await cp(sound, cwd, { recursive: true });
  return cwd;
}

async function edit(cwd: string, name: string, change: (text: string) => string): Promise<void> {
  const file = join(cwd, FOLDER, name);
  await writeFile(file, change(await readFile(file, "utf8")));
}

const evidenceWith = (change: (evidence: Evidence) => Evidence) => (text: string) => evidenceText(change(JSON.parse(text)));
const findingsOf = ({ stdout }: Ran): string[] => JSON.parse(stdout).findings.map(({ message }: { message: string }) => message);

describe("evidence that was edited under its honest root", () => {
  test.for([
    ["a limit", evidenceWith((evidence) => ({ ...evidence, gates: evidence.gates.map((gate) => ({ ...gate, limit: gate.bound === "max" ? 99 : 0 })) }))],
    ["the verdict", (text: string) => text.replace('"verdict": "pass"', '"verdict": "fail"')],
    ["an outcome", (text: string) => text.replace(/"marginCalls":(\d+)/, (_, calls) => `"marginCalls":${Number(calls) + 1}`)],
    ["a field written twice", (text: string) => text.replace('"version": 2,', '"version": 2,\n  "verdict": "fail",')],
    ["minus zero", (text: string) => text.replace(/"sharedLoss":0\b/, '"sharedLoss":-0')],
  ] as const)("verify does not call it a match: %s", async ([, change]) => {
    const cwd = await copy();
    const before = await readFile(join(cwd, FOLDER, "evidence.json"), "utf8");
    await edit(cwd, "evidence.json", change);
    expect(await readFile(join(cwd, FOLDER, "evidence.json"), "utf8")).not.toBe(before);
    const run = await ballast(["verify", FOLDER, "--json"], { cwd });
    expect([run.code, JSON.parse(run.stdout).match]).toEqual([6, false]);
    expect(run.stderr).toContain("not, byte for byte, what the backtest writes");
  });

  test("check --all finds the one forged replay that the result hash would have spared", async () => {
    const cwd = await copy();
    await edit(
      cwd,
      "evidence.json",
      evidenceWith((evidence) => {
        const [first, ...rest] = evidence.outcomes;
        const outcomes = [{ ...first, outcome: { ...first.outcome, marginCalls: first.outcome.marginCalls + 1 } }, ...rest];
        return { ...evidence, outcomes, root: rootOf({ ...evidence, outcomes }) };
      }),
    );
    const run = await ballast(["check", FOLDER, "--all", "--json"], { cwd });
    expect(findingsOf(run).join()).toMatch(/2025-10-10-liquidation-cascade \(baseline, seed 1\) replays to/);
    expect(JSON.parse(run.stdout).notChecked.map(({ what }: { what: string }) => what)).not.toContainEqual(expect.stringMatching(/replays/));
  });
});

describe("a report repeats nobody's edit, with or without the checks", () => {
  test.for([
    [
      "a limit of the policy",
      evidenceWith((evidence) => ({ ...evidence, gates: evidence.gates.map((gate) => ({ ...gate, limit: gate.bound === "max" ? 99 : 0 })) })),
    ],
    ["a gate's value", evidenceWith((evidence) => ({ ...evidence, gates: evidence.gates.map((gate) => ({ ...gate, value: gate.limit })) }))],
    ["a gate left out", evidenceWith((evidence) => ({ ...evidence, gates: evidence.gates.slice(1) }))],
    [
      "a crash left out, and the root computed again",
      evidenceWith((evidence) => {
        const outcomes = evidence.outcomes.slice(2);
        return { ...evidence, outcomes, root: rootOf({ ...evidence, outcomes }) };
      }),
    ],
  ] as const)("%s: exit 6, and no report", async ([, change]) => {
    const cwd = await copy();
    await edit(cwd, "evidence.json", change);
    const run = await ballast(["report", FOLDER, "--no-checks", "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([6, "EVIDENCE_INCONSISTENT"]);
    expect(await readdir(join(cwd, FOLDER))).not.toContain("report.md");
  });

  test("evidence under another policy than the one that stands there is stale: exit 5", async () => {
    const cwd = await copy();
    await edit(cwd, "../policy.yaml", (text) => text.replace("max: 0.01\n", "max: 0.02\n"));
    const run = await ballast(["report", FOLDER, "--no-checks", "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([5, "EVIDENCE_STALE"]);
  });
});

describe("a payload that says one thing to one reader and another to the next", () => {
  const json = (change: (value: Record<string, never>) => void) => (text: string) => {
    const value = JSON.parse(text);
    change(value);
    return `${JSON.stringify(value, null, 2)}\n`;
  };
  const TAMPERED = [
    ["a target written twice", "payload/governor.json", (text: string) => text.replace("{", '{\n  "targets": ["0x000000000000000000000000000000000000dEaD"],')],
    [
      "a method beside the calldata",
      "payload/safe.json",
      json((safe) => Object.assign(safe.transactions[0], { contractMethod: { name: "claim", inputs: [] } })),
    ],
    ["another name for the signers", "payload/safe.json", json((safe) => Object.assign(safe.meta, { name: "Pay salaries" }))],
    ["a safe it pretends to come from", "payload/safe.json", json((safe) => Object.assign(safe.meta, { createdFromSafeAddress: `0x${"11".repeat(20)}` }))],
    ["calldata in capitals", "payload/calldata.txt", (text: string) => `0x${text.trim().slice(2).toUpperCase()} \n`],
  ] as const;
  const folderOf = (i: number) => `proposals/000${i + 1}-raise-eth-vol-buffer`;
  let cwd: string;
  beforeAll(async () => {
    cwd = await copy();
    for (const [i, [, name, change]] of TAMPERED.entries()) {
      if (i > 0) await cp(join(sound, FOLDER), join(cwd, folderOf(i)), { recursive: true });
      const file = join(cwd, folderOf(i), name);
      await writeFile(file, change(await readFile(file, "utf8")));
    }
  });

  test.for(TAMPERED.map(([what], i) => [what, folderOf(i)] as const))("%s: verify says no match", async ([, folder]) => {
    expect((await ballast(["verify", folder, "--json"], { cwd })).code).toBe(6);
  });

  test("check lets none of them through, each for what was done to it", async () => {
    const run = await ballast(["check", "proposals", "--json"], { cwd });
    const findings: { check: string; proposal: string }[] = JSON.parse(run.stdout).findings;
    const caught = new Set(findings.filter(({ check }) => check === "id").map(({ proposal }) => proposal));
    expect([run.code, [...caught].sort()]).toEqual([3, TAMPERED.map((_, i) => folderOf(i))]);
  });

  test("contracts of its own: verify names the address that is not the workspace's", async () => {
    const cwd = await copy();
    const own = (await readFile(join(cwd, "proposals/deployment.yaml"), "utf8")).replace(
      /riskParameters: "0x\w+"/,
      'riskParameters: "0x000000000000000000000000000000000000dEaD"',
    );
    await writeFile(join(cwd, FOLDER, "deployment.yaml"), own);
    await edit(cwd, "proposal.yaml", (text) => text.replace(/deployment: .*/, "deployment: deployment.yaml"));
    expect((await ballast(["build", FOLDER], { cwd })).code).toBe(0);
    const run = await ballast(["verify", FOLDER, "--json"], { cwd });
    expect([run.code, JSON.parse(run.stdout).match]).toEqual([6, false]);
    expect(run.stderr).toContain("Its deployment says riskParameters is 0x000000000000000000000000000000000000dEaD; here it is");
  });
});

describe("files that are not what they seem", () => {
  test.for(["rationale.md", "evidence.json", "proposal.yaml", "payload"])("a link in place of %s is not followed: exit 2", async (name) => {
    const cwd = await copy();
    const path = join(cwd, FOLDER, name);
    await rm(path, { recursive: true, force: true });
    await symlink(join(sound, FOLDER, name), path);
    const run = await ballast(["check", FOLDER, "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([2, "FILE_IS_LINK"]);
  });

  test.for(["", "/"])("nor is one in place of the whole folder, named with %j after it: what changes behind it is no change to git", async (after) => {
    const cwd = await copy();
    await rm(join(cwd, FOLDER), { recursive: true });
    await symlink(join(sound, FOLDER), join(cwd, FOLDER));
    const run = await ballast(["check", `${FOLDER}${after}`, "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([2, "FILE_IS_LINK"]);
  });

  test("report does not write through a link", async () => {
    const cwd = await copy();
    await writeFile(join(cwd, "precious"), "precious");
    await symlink(join(cwd, "precious"), join(cwd, FOLDER, "report.md"));
    const run = await ballast(["report", FOLDER, "--no-checks", "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([2, "FILE_IS_LINK"]);
    expect(await readFile(join(cwd, "precious"), "utf8")).toBe("precious");
  });

  test.for(["rationale.md", "evidence.json", "payload/calldata.txt"])("a folder in place of %s is bad input, not a crash: exit 2", async (name) => {
    const cwd = await copy();
    await rm(join(cwd, FOLDER, name), { force: true });
    await mkdir(join(cwd, FOLDER, name));
    const run = await ballast(["check", FOLDER, "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([2, "FILE_NOT_REGULAR"]);
  });

  test("build replaces a payload that is broken, as its own advice says", async () => {
    const cwd = await copy();
    await edit(cwd, "payload/governor.json", () => "{");
    const refused = await ballast(["check", FOLDER, "--json"], { cwd });
    expect(refusalOf(refused)).toMatchObject({ code: "PAYLOAD_MALFORMED", fix: expect.stringMatching(/Run `ballast build` again/) });
    expect((await ballast(["build", FOLDER], { cwd })).code).toBe(0);
    expect((await ballast(["verify", FOLDER, "--json"], { cwd })).code).toBe(0);
  });
});

describe("whatever goes wrong", () => {
  test.for([
    ["no folder", ["check", "--json"]],
    ["an unknown option", ["check", FOLDER, "--jsn", "--json"]],
    ["an unknown command", ["chekc", "--json"]],
    ["a bad number", ["check", FOLDER, "--workers", "0", "--json"]],
  ] as const)("--json prints one document: %s", async ([, args]) => {
    const run = await ballast(args, { cwd: sound });
    expect([run.code, refusalOf(run).code]).toEqual([2, "USAGE"]);
    expect(refusalOf(run).message).not.toBe("");
  });

  test("nothing from a file speaks to the terminal", async () => {
    const cwd = await copy();
    await edit(cwd, "proposal.yaml", (text) => text.replace(/title: .*/, 'title: "\\e]0;owned\\a\\e[2J"'));
    const run = await ballast(["check", FOLDER], { cwd });
    expect(run.code).toBe(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
    expect(run.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(run.stderr).toContain("⟨U+001B⟩");
  });
});
