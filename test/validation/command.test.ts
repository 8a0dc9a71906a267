import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ballast, put, ROOT } from "../data/support.ts";
import { temporary } from "../temporary.ts";

const folder = await temporary("data");
const data = join(folder, "fresh");

/** Half a year of two assets alone, imported as a user would: no DVOL, no perpetuals, no pegs, no crash; ETH without a traded volume. */
beforeAll(async () => {
  const [header, ...rows] = readFileSync(join(ROOT, "data/lookback/2025.csv"), "utf8").trim().split("\n");
  const columns = header.split(",");
  for (const [asset, volume] of [
    ["BTC", 900],
    ["ETH", 0],
  ] as const) {
    const at = columns.indexOf(asset);
    const bars = rows
      .map((row) => row.split(","))
      .filter((cells) => cells[0] >= "2025-05-01" && cells[at] !== "")
      .map((cells) => [cells[0], cells[at], cells[at], cells[at], cells[at], volume].join(","));
    const file = put(folder, `${asset}.csv`, ["time,open,high,low,close,volume", ...bars]);
    const { code, stderr } = await ballast("data", "import", file, "--asset", asset, "--to", data, "--quote", "USDT");
    if (code !== 0) throw new Error(stderr);
  }
}, 120_000);

const SHORT = ["--data", data, "--daily", "--from", "2025-07-15", "--to", "2025-10-30"];
const TWO = ["--portfolio", "btc-long", "eth-straddle-short", "sol-long"];

test("a model that falls behind is a rejection: exit 4, and the tests that found it are named", { timeout: 120_000 }, async () => {
  const first = Date.parse("2025-01-01T00:00Z") / 3_600_000;
  let price = 50_000;
  const bars = Array.from({ length: 102 * 24 }, (_, h) => {
    // a quiet spring; then a tenth more every noon: what a tail of a tenth of the past takes weeks to hold
    const rises = h >= 80 * 24 && h % 24 === 12;
    price *= rises ? 1.1 : h % 2 === 0 ? 1.001 : 1 / 1.001;
    return `${new Date((first + h) * 3_600_000).toISOString().slice(0, 16)}Z,${price},${price},${price},${price},1000`;
  });
  const file = put(folder, "rising.csv", ["time,open,high,low,close,volume", ...bars]);
  const rising = join(folder, "rising");
  expect((await ballast("data", "import", file, "--asset", "BTC", "--to", rising, "--quote", "USDT")).code).toBe(0);
  // no buffer, no stress, no jumps, a volatility that never learns: legal values all of them
  const lax: Record<string, number> = {
    confidence: 9_000,
    riskMeasure: 0,
    decay: 9_999,
    stressWeight: 0,
    volBuffer: 0,
    volFloor: 0,
    spotRange: 200,
    jumpIntensity: 0,
    jumpMean: 0,
    jumpVol: 0,
  };
  const parameters = readFileSync(join(ROOT, "proposals/parameters.yaml"), "utf8").replaceAll(/^( +)(\w+): \d+/gm, (line, indent, name) =>
    name in lax ? `${indent}${name}: ${lax[name]}` : line,
  );
  const laxFile = put(folder, "lax.yaml", parameters.split("\n"));
  const ran = await ballast("validate", "--data", rising, "--daily", "--from", "2025-03-20", "--portfolio", "btc-short", "--parameters", laxFile);
  expect(ran.code).toBe(4);
  expect(ran.stdout).toMatch(/^REJECTED: too little margin by \d+\stests of 25: btc-short \(Independence \(Christoffersen\)/);
});

describe("ballast validate on prices of one's own", () => {
  test("tests what it can, says what it could not, and writes the same document and page", { timeout: 120_000 }, async () => {
    const out = join(folder, "result");
    const { code, stdout, stderr } = await ballast("validate", ...SHORT, ...TWO, "--json", "--out", out, "--workers", "1");
    expect({ code, errors: stderr.split("\n").filter((line) => line !== "" && !line.startsWith("wrote ")) }).toEqual({ code: 0, errors: [] });
    const found = JSON.parse(stdout);
    expect(found.verdict).toBe("not rejected");
    // windows from 15 July to 30 October that end by the last price known, midnight to midnight
    expect(found.portfolios.map(({ name, days }: { name: string; days: number }) => [name, days])).toEqual([
      ["btc-long", 108],
      ["eth-straddle-short", 108],
    ]);
    for (const { tests } of found.portfolios) {
      expect(tests).toHaveLength(25);
      for (const one of tests) {
        if (one.pTooLittle === null) expect(one.why).not.toBe("");
        else {
          expect(one.power).toBeGreaterThanOrEqual(0);
          expect(one.pTooLittle).toBeGreaterThan(0);
          expect(one.pAdjusted).toBeGreaterThanOrEqual(one.pTooLittle);
        }
      }
    }
    const gaps = found.gaps.map(({ what, why }: { what: string; why: string }) => `${what}: ${why}`).join("\n");
    expect(gaps).toMatch(/sol-long: the dataset has no prices of SOL/);
    expect(gaps).toMatch(/lookback: on 108 of 108 days/);
    expect(gaps).toMatch(/implied volatility of BTC: a model on 100\s%/);
    expect(gaps).toMatch(/traded volume: not known of ETH/);
    expect(gaps).toMatch(/basis and funding: no perpetual of BTC, ETH/);
    // with a hundred days hardly anything could be seen, and that is said
    expect(found.powerCorrected).toBeLessThan(0.1);

    expect(JSON.parse(readFileSync(join(out, "validation.json"), "utf8"))).toEqual(found);
    const page = readFileSync(join(out, "validation.html"), "utf8");
    expect(page).not.toMatch(/<script|src="http|NaN|undefined/);
    for (const text of ["Not rejected", "What was not tested", "Long BTC perpetual", "Z3 (Acerbi and Székely)", "--from 2025-07-15"])
      expect(page).toContain(text);

    const again = await ballast("validate", ...SHORT, ...TWO, "--json", "--workers", "3");
    expect(again.stdout).toBe(stdout);
  });

  test.each([
    ["a portfolio that is none", ["--portfolio", "btc-lnog"], "PORTFOLIO_UNKNOWN", /btc-long/],
    ["days the prices do not hold", ["--from", "2026-02-01"], "SPAN_NOT_COVERED", /2025-/],
    ["days that run backwards", ["--from", "2025-10-20", "--to", "2025-10-10"], "SPAN_BACKWARDS", /Exchange/],
    ["days before a requirement can be given", ["--from", "2025-05-05"], "SPAN_NOT_COVERED", /can begin from/],
    ["underlyings without a price", ["--portfolio", "avax-long"], "VALIDATION_EMPTY", /underlyings/],
    ["a sample of a few days", ["--from", "2025-10-25"], "VALIDATION_EMPTY", /longer span/],
  ])("refuses %s", { timeout: 60_000 }, async (_, more, code, fix) => {
    const ran = await ballast("validate", "--data", data, "--daily", "--json", ...more);
    expect(ran.code).toBe(2);
    const { error } = JSON.parse(ran.stdout);
    expect(error.code).toBe(code);
    expect(error.fix).toMatch(fix);
  });

  test.each([
    [["--from", "2025-02-30"], /YYYY-MM-DD/],
    [["--workers", "0"], /whole number/],
    [["--parameters", "nowhere.yaml"], /nowhere\.yaml/],
  ])("a usage error %j leaves with 2", { timeout: 60_000 }, async (more, message) => {
    const ran = await ballast("validate", "--data", data, ...more);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(existsSync(join(folder, "nowhere.yaml"))).toBe(false);
  });
});
