import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadProposal } from "../../cli/proposal/load.ts";
import { loadParameters } from "../../cli/proposal/parameters.ts";
import { loadPolicy } from "../../cli/proposal/policy.ts";
import { initialParameters, PARAMETERS } from "../../sim/parameters/index.ts";
import { temporary } from "../temporary.ts";
import { ballast, refusalOf, workspace } from "./ballast.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

describe("ballast init", () => {
  test("makes a workspace of today's parameters, a deployment and a policy, and never touches one", async () => {
    const cwd = await temporary("init");
    expect((await ballast(["init"], { cwd })).code).toBe(0);
    expect((await readdir(join(cwd, "proposals"))).sort()).toEqual(["deployment.yaml", "parameters.yaml", "policy.yaml"]);
    expect(await loadParameters(join(cwd, "proposals/parameters.yaml"))).toEqual(initialParameters());
    // An ordinary YAML reader sees the same numbers.
    expect(parse(await readFile(join(cwd, "proposals/parameters.yaml"), "utf8"))).toEqual(initialParameters());

    const again = await ballast(["init", "--json"], { cwd });
    expect([again.code, refusalOf(again).code]).toEqual([2, "WORKSPACE_EXISTS"]);
    expect(await loadParameters(join(cwd, "proposals/parameters.yaml"))).toEqual(initialParameters());
  });

  test("the policy names ten crashes that the dataset has", async () => {
    const policy = await loadPolicy(join(REPOSITORY, "proposals/policy.yaml"));
    const manifest = JSON.parse(await readFile(join(REPOSITORY, "data/manifest.json"), "utf8"));
    expect(policy.crashes).toHaveLength(10);
    for (const crash of policy.crashes) expect(manifest.crashes.map(({ id }: { id: string }) => id)).toContain(crash);
  });
});

describe("ballast draft", () => {
  test("takes the next number and writes a proposal that loads", async () => {
    const cwd = await workspace({ "proposals/0007-older/proposal.yaml": "title: x\n" });
    const run = await ballast(
      ["draft", "raise-eth-vol-buffer", "--set", "ETH.volBuffer=30 %", "--set", "protocol.attestationTtl=50 min", "--ramp", "12h", "--json"],
      { cwd },
    );
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout).folder).toBe("proposals/0008-raise-eth-vol-buffer");
    const proposal = await loadProposal(join(cwd, "proposals/0008-raise-eth-vol-buffer"));
    expect(proposal.changes).toEqual([
      { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 43_200 },
      { scope: "protocol", name: "attestationTtl", from: 3_600, to: 3_000, rampSeconds: 43_200 },
    ]);
    expect(proposal.after.underlyings.ETH.volBuffer).toBe(3_000);
    expect(proposal.base.underlyings.ETH.volBuffer).toBe(2_500);
    expect(proposal.title).toBe("Change 2 risk parameters");
    expect(proposal.rationale).toContain("- Raise ETH volatility buffer from 25 % to 30 % (2500 → 3000 bps), over 12 hours.");
  });

  test.for([
    ["a step too large", ["x", "--set", "ETH.volBuffer=9000"], "STEP_TOO_LARGE"],
    ["a value out of bounds", ["x", "--set", "ETH.volBuffer=90000"], "PARAMETER_OUT_OF_BOUNDS"],
    ["hexadecimal", ["x", "--set", "ETH.volBuffer=0xBB8"], "NUMBER_HEX"],
    ["a misspelt name", ["x", "--set", "ETH.volBufer=3000"], "PARAMETER_UNKNOWN"],
    ["no value", ["x", "--set", "ETH.volBuffer"], "CHANGE_INVALID"],
    ["the same twice", ["x", "--set", "ETH.volBuffer=3000", "--set", "ETH.volBuffer=3100"], "CHANGE_TWICE"],
    ["values that clash", ["x", "--set", "protocol.liquidationTarget=12600"], "PARAMETERS_CLASH"],
    ["a slug that leaves the folder", ["../x", "--set", "ETH.volBuffer=3000"], "SLUG_INVALID"],
    ["a title of two lines", ["x", "--set", "ETH.volBuffer=3000", "--title", "a\nb"], "FIELD_INVALID"],
  ] as const)("refuses %s at once and writes nothing", async ([, args, code]) => {
    const cwd = await workspace();
    const before = await readdir(join(cwd, "proposals"));
    const run = await ballast(["draft", ...args, "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([2, code]);
    expect(await readdir(join(cwd, "proposals"))).toEqual(before);
  });
});

describe("ballast params", () => {
  test("shows every value with unit, bounds and tighter direction", async () => {
    const cwd = await workspace();
    const rows = JSON.parse((await ballast(["params", "--json"], { cwd })).stdout);
    expect(rows).toHaveLength(PARAMETERS.reduce((sum, { scope }) => sum + { protocol: 1, underlying: 5, collateral: 4 }[scope], 0));
    expect(rows.find((row: { scope: string; name: string }) => row.scope === "ETH" && row.name === "volBuffer")).toEqual({
      scope: "ETH",
      name: "volBuffer",
      value: 2_500,
      human: "25 %",
      unit: "bps",
      min: 0,
      max: 10_000,
      tighter: "up",
    });
  });

  test("explains one: how far a single batch may take it", async () => {
    const cwd = await workspace();
    const text = (await ballast(["params", "ETH.volBuffer"], { cwd })).stdout;
    expect(text).toContain("ETH volatility buffer is 25 % (2500 bps); one batch may take it to anything from 20 % (2000 bps) to 40 % (4000 bps)");
    expect(text).toContain("cooldown  7 days between two changes");
  });

  test.for([
    ["a missing value", (text: string) => text.replace(/^ {2}confidence:.*\n/m, ""), "FIELD_MISSING", undefined],
    ["a value out of bounds", (text: string) => text.replace("confidence: 9900", "confidence: 99000"), "PARAMETER_OUT_OF_BOUNDS", 6],
    ["an unknown parameter", (text: string) => text.replace("confidence:", "confidense:"), "PARAMETER_UNKNOWN", 6],
    ["an unknown group", (text: string) => text.replace("collaterals:", "colaterals:"), "FIELD_UNKNOWN", undefined],
    ["a wrong unit", (text: string) => text.replace("confidence: 9900", "confidence: 1 d"), "UNIT_WRONG", 6],
  ] as const)("refuses a parameter file with %s", async ([, spoil, code, line]) => {
    const cwd = await workspace();
    const file = join(cwd, "proposals/parameters.yaml");
    const spoilt = spoil(await readFile(file, "utf8"));
    const other = await workspace({ "proposals/parameters.yaml": spoilt });
    const run = await ballast(["params", "--json"], { cwd: other });
    expect([run.code, refusalOf(run).code]).toEqual([2, code]);
    if (line !== undefined) expect(refusalOf(run).where.line).toBe(line);
  });
});

describe("a policy", () => {
  const refused = async (spoil: (text: string) => string) => {
    const text = spoil(await readFile(join(REPOSITORY, "proposals/policy.yaml"), "utf8"));
    const cwd = await workspace({ "proposals/policy.yaml": text });
    return loadPolicy(join(cwd, "proposals/policy.yaml")).then(
      () => undefined,
      (error) => [error.code, error.where.field, error.fix],
    );
  };

  test("that is whole loads", async () => {
    expect(await refused((text) => text)).toBeUndefined();
  });

  test.for([
    [
      "an unknown metric",
      (text: string) => text.replace("coverage.worst:", "coverage.wurst:"),
      ["FIELD_UNKNOWN", "gates.coverage.wurst", "Did you mean coverage.worst?"],
    ],
    [
      "a gate without a limit",
      (text: string) => text.replace(/(shortfall\.worst:\n) +max: .*\n/, "$1"),
      ["FIELD_MISSING", "gates.shortfall.worst.max", "Add gates.shortfall.worst.max. Write a number."],
    ],
    [
      "a severity that does not exist",
      (text: string) => text.replace("severity: error", "severity: eror"),
      ["FIELD_INVALID", "gates.shortfall.worst.severity", "Use error or warn."],
    ],
    ["a crash twice", (text: string) => text.replace("2022-11-06-ftx", "2020-03-12-black-thursday"), ["FIELD_INVALID", "crashes", ""]],
    ["no gate that can fail", (text: string) => text.replaceAll("severity: error", "severity: warn"), ["FIELD_INVALID", "gates", ""]],
    [
      "hexadecimal accounts",
      (text: string) => text.replace("accounts: 125", "accounts: 0x1F4"),
      ["NUMBER_HEX", "book.accounts", "Write 500 if that is what you mean."],
    ],
    [
      "a book that is both",
      (text: string) => text.replace("  accounts: 125", "  file: book.csv\n  accounts: 125"),
      ["FIELD_UNKNOWN", "book.file", expect.any(String)],
    ],
  ] as const)("with %s is refused", async ([, spoil, expected]) => {
    expect(await refused(spoil)).toEqual(expected);
  });
});

test("the launcher at the root runs the same command line", async () => {
  expect(existsSync(join(REPOSITORY, "ballast"))).toBe(true);
  const { execFileSync } = await import("node:child_process");
  expect(execFileSync(join(REPOSITORY, "ballast"), ["--help"], { encoding: "utf8" })).toContain("Usage: ballast");
});
