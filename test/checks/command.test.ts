import { spawn, spawnSync } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { BACKTEST_OUTPUT } from "../../cli/backtest/summary.ts";
import { CHECK_OUTPUT } from "../../cli/checks/output.ts";
import { GOOD, proposalFolder } from "./world.ts";

const FLAGS = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** Small enough for a test; the limits are such that today's parameters pass, and a wholesale loosening does not. */
const POLICY = `version: 1
crashes: [2020-03-12-black-thursday]
book: { population: default, accounts: 20 }
seeds: [1]
counts: { filtered: 64, stressed: 16 }
gates:
  coverage.worst: { min: 0.5 }
  capital.increase: { max: 0.1 }
  executionShock.accounts: { max: 0.01 }
`;

function ballast(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...FLAGS, join(REPOSITORY, "cli/main.ts"), ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { code: status, stdout, stderr };
}

async function drafted(yaml: string): Promise<string> {
  const { folder } = await proposalFolder(yaml);
  await rm(join(folder, "payload"), { recursive: true });
  await writeFile(join(dirname(folder), "policy.yaml"), POLICY);
  return folder;
}

/** A backtest that is sent SIGINT after a while. */
async function interrupted(folder: string, afterMilliseconds: number): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [...FLAGS, join(REPOSITORY, "cli/main.ts"), "backtest", folder], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  await new Promise((resolve) => setTimeout(resolve, afterMilliseconds));
  child.kill("SIGINT");
  return { code: await new Promise((resolve) => child.once("exit", (exit, signal) => resolve(exit ?? signal))), stderr };
}

describe("the commands, from a draft to a verdict", { timeout: 180_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await drafted(GOOD);
  });

  it("check: exit 3 before there is a payload, and JSON says what is missing", () => {
    const { code, stdout } = ballast("check", folder, "--at", "2026-11-24", "--json");
    const { findings, checked, notChecked } = CHECK_OUTPUT.parse(JSON.parse(stdout));
    expect(code).toBe(3);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: "id", severity: "error", message: expect.stringMatching(/no payload/), fix: "Run `ballast build`." }),
    );
    expect(findings).toContainEqual(expect.objectContaining({ check: "evidence", kind: "evidence" }));
    expect(checked.map(({ check }: { check: string }) => check)).toContain("bounds");
    expect(notChecked).toContainEqual(expect.objectContaining({ what: "Reverse stress", why: expect.stringMatching(/./) }));
  });

  it("backtest: one JSON document on stdout, evidence in the folder, and nothing else", async () => {
    const { code, stdout, stderr } = ballast("backtest", folder, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: `wrote ${join(folder, "evidence.json")}\n` });
    const document = JSON.parse(stdout);
    expect(BACKTEST_OUTPUT.parse(document)).toEqual(document);
    expect(document).toMatchObject({ evidence: true, departures: [], notJudged: [] });
    expect(document).toMatchObject({ verdict: "pass", hash: JSON.parse(await readFile(join(folder, "evidence.json"), "utf8")).root });
    expect(document.gates[0]).toMatchObject({ id: "coverage.worst", limit: 0.5, severity: "error", pass: true });
    expect(document.crashes[0]).toMatchObject({ id: "2020-03-12-black-thursday", baseline: { steps: 265 }, proposed: { steps: 265 } });
    expect(document.crashes[0].baseline.series).toBeUndefined();
    expect((await readdir(folder)).sort()).toEqual(["evidence.json", "proposal.yaml"]);
  });

  it("backtest: the same hash with one worker; a departure from the policy writes nothing, and says so", async () => {
    const before = await readFile(join(folder, "evidence.json"), "utf8");
    const { code, stdout, stderr } = ballast("backtest", folder, "--seed", "2", "--workers", "1", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).hash).not.toBe(JSON.parse(before).root);
    expect(stderr).toMatch(/evidence\.json was not written: --seed departs from the policy/);
    expect(await readFile(join(folder, "evidence.json"), "utf8")).toBe(before);
  });

  it("check: exit 0 once it is built, and the last words are what was not checked", () => {
    expect(ballast("build", folder).code).toBe(0);
    const { code, stdout } = ballast("check", folder, "--at", "2026-11-24");
    expect({ code, head: stdout.split("\n")[0] }).toEqual({ code: 0, head: `✓ ${folder} passes every check` });
    expect(stdout).not.toMatch(/✗/);
    expect(stdout.slice(stdout.indexOf("Not checked"))).toMatch(/Reverse stress: /);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a pipe gets no colours.
    expect(stdout).not.toMatch(/\u001b/);
  });

  it("rehearse: every station, the parameter as the chain says it, and the book margined under it", () => {
    const { code, stdout } = ballast("rehearse", folder, "--json");
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(document.steps.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(["propose", "vote", "queue", "execute", "read back"]));
    expect(document.readBack).toEqual([{ scope: "ETH", name: "volBuffer", from: 2500, asked: 3000, atExecution: 2500, afterRamp: 3000 }]);
    expect(document.remargined).toMatchObject({ accounts: expect.any(Number), differing: 0, values: [] });
    expect(document.remargined.maintenance.chain).toBe(document.remargined.maintenance.file);
  });

  it("check: exit 5 when the evidence is stale", async () => {
    const copy = await drafted(GOOD);
    await cp(folder, copy, { recursive: true });
    await writeFile(join(dirname(copy), "policy.yaml"), POLICY.replace("0.5", "0.4"));
    const { code, stdout } = ballast("check", copy, "--at", "2026-11-24", "--json");
    expect(code).toBe(5);
    expect(
      JSON.parse(stdout)
        .findings.map(({ message }: { message: string }) => message)
        .join(),
    ).toMatch(/the policy changed since the backtest/);
  });

  it("backtest and check: exit 4 when a gate of severity error is breached", async () => {
    const risky = await drafted(GOOD);
    await writeFile(join(dirname(risky), "policy.yaml"), `${POLICY}  coverage.mean: { min: 1.1 }\n`);
    expect(ballast("backtest", risky).code).toBe(4);
    expect(ballast("build", risky).code).toBe(0);
    expect(ballast("check", risky, "--at", "2026-11-24", "--json").code).toBe(4);
  });

  it("check: exit 3 before 5, when a change is too large and has no evidence either", async () => {
    const { code, stdout } = ballast("check", await drafted(GOOD.replace("30 %", "41 %")), "--at", "2026-11-24", "--json");
    expect(code).toBe(3);
    expect(new Set(JSON.parse(stdout).findings.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(["check", "evidence"]));
  });

  it("exit 2 for bad input: a crash that does not exist, a folder that does not, workers that are no number", () => {
    const crash = ballast("backtest", folder, "--crash", "2020-03-12-black-thirsday", "--json");
    expect(crash.code).toBe(2);
    expect(JSON.parse(crash.stdout).error).toMatchObject({ code: "CRASH_UNKNOWN", fix: "Did you mean 2020-03-12-black-thursday?" });
    expect(ballast("check", join(folder, "nowhere")).code).toBe(2);
    expect(ballast("backtest", folder, "--workers", "two").code).toBe(2);
    for (const at of ["tomorrow", "2026-02-30", "2026-12-01T09:00"]) expect(ballast("check", folder, "--at", at).code, at).toBe(2);
    expect(ballast("check", folder, "--data", join(folder, "nowhere"), "--json").stdout).toMatch(/There is no dataset in/);
  });

  it("Ctrl-C: exit 130, the workers gone, nothing half-written", async () => {
    const fresh = await drafted(GOOD);
    await writeFile(join(dirname(fresh), "policy.yaml"), POLICY.replace("accounts: 20", "accounts: 500").replace("64", "512"));
    // A signal that comes before the command has begun ends it the usual way; then it is given longer to begin.
    let end = { code: "SIGINT" as unknown, stderr: "" };
    for (let wait = 1_000; end.code === "SIGINT" && wait < 40_000; wait *= 2) end = await interrupted(fresh, wait);
    expect(end).toEqual({ code: 130, stderr: "Interrupted: nothing was written.\n" });
    expect(await readdir(fresh)).toEqual(["proposal.yaml"]);
  });
});
