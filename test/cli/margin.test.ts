import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { MarginOutput } from "../../cli/margin/schema.ts";
import { ballast, refusalOf } from "./ballast.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const PUT = { kind: "option", underlying: "ETH", right: "put", strike: 4_000, expiry: "2025-12-26T08:00Z", quantity: -10 } as const;
const INPUT = {
  model: "ballast",
  parameters: {},
  market: { asOf: "2025-10-10T21:00Z" },
  portfolio: { cash: 10_000, collateral: { ETH: 10, USDC: 5_000 }, positions: [PUT, { kind: "perp", underlying: "BTC", quantity: 0.5 }] },
} as const;

async function run(input: unknown) {
  return ballast(["margin", "-", "--json"], { cwd: ROOT, input: typeof input === "string" ? input : JSON.stringify(input) });
}

async function margin(portfolio: object, rest: object = {}): Promise<MarginOutput> {
  const done = await run({ ...INPUT, ...rest, portfolio });
  expect(done.stderr).toBe("");
  return JSON.parse(done.stdout);
}

/** The close of the hour before 21:00, straight from the file: what is known at 21:00. */
async function closeBefore(asset: string): Promise<number> {
  const [header, ...rows] = (await readFile(`${ROOT}/data/lookback/2025.csv`, "utf8")).split("\n");
  const row = rows.find((line) => line.startsWith("2025-10-10T20"))!.split(",");
  return Number(row[header.split(",").findIndex((column) => column.split(".")[0] === asset)]);
}

describe("ballast margin", () => {
  test("the README's example fits the published input schema, its result the output schema", async () => {
    const compile = async (name: string) => new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(`${ROOT}/schemas/${name}.schema.json`, "utf8")));
    expect((await compile("margin-input"))(INPUT)).toBe(true);
    expect(JSON.parse(await readFile(`${ROOT}/docs/account.json`, "utf8"))).toEqual(INPUT);
    const result = JSON.parse((await run(INPUT)).stdout);
    const output = await compile("margin-output");
    expect([output(result), output.errors]).toEqual([true, null]);
    expect(Object.keys(result)).toEqual(["maintenanceMargin", "initialMargin", "equity", "components", "worstScenario"]);
  });

  test("adds up as the design says: by hand from the components, the closes and the haircuts", async () => {
    const result = await margin(INPUT.portfolio);
    const { components } = result;
    const eth = await closeBefore("ETH");
    // 20 % haircut on ETH, none on USDC.
    expect(components.collateral).toBeCloseTo(10 * eth * 0.8 + 5_000, 6);
    expect(result.equity).toBeCloseTo(10_000 + components.collateral + components.options, 6);
    expect(result.maintenanceMargin).toBeCloseTo(Math.max(components.offset, components.grid, components.shortOptionMinimum) + components.liquidity, 6);
    expect(components.liquidity).toBeCloseTo(components.extension + components.impact + components.toxicity, 6);
    // 12 500 bps of maintenance.
    expect(result.initialMargin).toBeCloseTo(1.25 * result.maintenanceMargin, 6);
    // 50 bps of the notional of ten naked puts.
    expect(components.shortOptionMinimum).toBeCloseTo(10 * eth * 0.005, 2);
    // A short put in the money owes at least what it would pay now.
    expect(components.options).toBeLessThan(-10 * Math.max(0, 4_000 - eth));
  });

  test("a perp with every buffer off is margined on the grid at the range, more only for a thin market", async () => {
    const grid = async (spotRange: number) => {
      const parameters = { underlyings: { ETH: { volBuffer: 0, spotRange } } };
      return (await margin({ positions: [{ kind: "perp", underlying: "ETH", quantity: 1 }] }, { parameters, market: { spots: { ETH: 2_000 } } })).components
        .grid;
    };
    const [narrow, wide] = await Promise.all([grid(1_000), grid(3_000)]);
    // 10 % and 30 % of 2 000 USD, a perpetual a few basis points off its spot; the grid's shocks are relative moves of the spot.
    expect(wide / narrow).toBeCloseTo(3, 6);
    expect(narrow).toBeGreaterThan(199);
    expect(narrow).toBeLessThan(1.5 * 201);
  });

  test("twice the portfolio needs twice the margin, liquidity aside", async () => {
    const [one, two] = await Promise.all([1, 2].map((n) => margin({ positions: [{ ...PUT, quantity: -n }] })));
    expect(two.components.offset).toBeCloseTo(2 * one.components.offset, 2);
    expect(two.components.grid).toBeCloseTo(2 * one.components.grid, 2);
  });

  test("nothing needs nothing", async () => {
    expect(await margin({ cash: -7 })).toMatchObject({ maintenanceMargin: 0, initialMargin: 0, equity: -7, worstScenario: null });
  });

  test("cash is USDC as the collateral is, and asks for its own fall: a quarter of 5 % or what its days have done, in whole lots", async () => {
    const [cash, collateral, both] = await Promise.all([
      margin({ cash: 128_000 }),
      margin({ collateral: { USDC: 128_000 } }),
      margin({ cash: 128_001, collateral: { USDC: 127_999 } }),
    ]);
    expect(cash.maintenanceMargin).toBeGreaterThan(0.0125 * 128_000);
    expect(cash.maintenanceMargin).toBeLessThan(0.03 * 128_000);
    expect(collateral.maintenanceMargin).toBe(cash.maintenanceMargin);
    expect(both.maintenanceMargin).toBeCloseTo(2 * cash.maintenanceMargin, 6);
    expect(cash.worstScenario?.loss).toBeGreaterThan(0.049 * 128_000);
    expect(cash.equity).toBe(128_000);
  });

  test.for([
    [
      "a quantity that is no whole number of lots",
      { portfolio: { positions: [{ kind: "perp", underlying: "ETH", quantity: 0.3 }] } },
      "QUANTITY_NOT_LOTS",
      "The nearest are 0.25 and 0.375.",
    ],
    ["an unknown underlying", { portfolio: { positions: [{ kind: "perp", underlying: "DOGE", quantity: 1 }] } }, "UNDERLYING_UNKNOWN", /^It has BTC/],
    ["an unknown collateral", { portfolio: { collateral: { DAI: 1 } } }, "COLLATERAL_UNKNOWN", /^Use one of USDC/],
    ["an option that has expired", { portfolio: { positions: [{ ...PUT, expiry: "2025-10-10T21:00Z" }] } }, "INSTRUMENT_EXPIRED", /after 2025-10-10T21:00Z/],
    ["a time that is no whole hour", { market: { asOf: "2025-10-10T21:30Z" } }, "FIELD_INVALID", ""],
    ["a parameter out of bounds", { parameters: { protocol: { confidence: 10_000 } } }, "FIELD_INVALID", "At most 9999."],
    ["a misspelt parameter", { parameters: { underlyings: { ETH: { volBufer: 1 } } } }, "FIELD_UNKNOWN", "Did you mean volBuffer?"],
    ["a spot that is missing", { market: { spots: { ETH: 2_000 } } }, "SPOT_MISSING", "Add market.spots.BTC, in USD."],
    ["a negative price", { market: { asOf: "2025-10-10T21:00Z", spots: { ETH: -1 } } }, "FIELD_INVALID", expect.any(String)],
  ] as const)("refuses %s", async ([, change, code, fix]) => {
    const done = await run({ ...INPUT, ...change });
    const refusal = refusalOf(done);
    expect([done.code, refusal.code]).toEqual([2, code]);
    if (fix instanceof RegExp) expect(refusal.fix).toMatch(fix);
    else expect(refusal.fix).toEqual(fix);
    expect(refusal.where.file).toBe("<stdin>");
    expect(refusal.where.line).toBe(1);
  });

  test.for([
    ["truncated", '{"model": "ballast",\n "mar', "JSON_MALFORMED", 2],
    ["NaN", '{"model": "ballast",\n "market": NaN}', "JSON_MALFORMED", 2],
    ["text that is no JSON at all", "hi\nthere", "JSON_MALFORMED", 1],
    ["a field twice", '{"model": "ballast",\n "model": "ballast"}', "JSON_DUPLICATE_KEY", 2],
  ] as const)("refuses JSON with %s", async ([, text, code, line]) => {
    const done = await run(text);
    expect([done.code, refusalOf(done).code, refusalOf(done).where.line]).toEqual([2, code, line]);
  });
});
