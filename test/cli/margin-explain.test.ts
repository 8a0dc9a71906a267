import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { marginByModel } from "../../cli/margin/model.ts";
import type { MarginOutput } from "../../cli/margin/schema.ts";
import { parseJson } from "../../cli/proposal/json.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ACCOUNT = JSON.parse(await readFile(`${ROOT}/docs/account.json`, "utf8"));

async function margined(change: object = {}, explain = true): Promise<{ result: MarginOutput; text: string }> {
  const { result, text } = await marginByModel(parseJson(JSON.stringify({ ...ACCOUNT, ...change }), "account.json"), { explain });
  return { result: result as MarginOutput, text: text() };
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe("ballast margin --explain", () => {
  test("parts and positions add up to the loss that the requirement comes from", async () => {
    const { result, text } = await margined();
    const { factors, positions, loss, from, scenarios } = result.explanation!;
    expect(loss).toBeCloseTo(Math.max(result.components.offset, result.components.grid), 2);
    expect(from).toBe(result.components.grid > result.components.offset ? "grid" : "core");
    expect(total(Object.values(factors))).toBeCloseTo(loss, 4);
    expect(total(positions.map(({ contribution }) => contribution))).toBeCloseTo(loss, 4);
    expect(positions.map(({ instrument }) => instrument).sort()).toEqual(["BTC-PERP", "ETH-P-4000-2025-12-26T08:00Z", "ETH-SPOT", "USDC-SPOT"]);
    // A short put loses when the spot falls and when volatility rises.
    expect(factors.delta).toBeGreaterThan(0);
    expect(factors.vega).toBeGreaterThan(0);
    expect(scenarios[0].weight).toBeGreaterThanOrEqual(scenarios[1].weight);
    expect(text).toMatch(/by what moved\n {2}delta +[0-9.]+ USD/);
    const schema = new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(`${ROOT}/schemas/margin-output.schema.json`, "utf8")));
    expect([schema(result), schema.errors]).toEqual([true, null]);
  });

  test("a hedge contributes less than nothing", async () => {
    const positions = [
      { kind: "perp", underlying: "BTC", quantity: 2 },
      { kind: "option", underlying: "BTC", right: "put", strike: 100_000, expiry: "2025-12-26T08:00Z", quantity: 1 },
    ];
    const { result } = await margined({ portfolio: { positions } });
    const of = (name: string) => result.explanation!.positions.find(({ instrument }) => instrument.startsWith(name))!.contribution;
    expect(of("BTC-PERP")).toBeGreaterThan(0);
    expect(of("BTC-P-")).toBeLessThan(0);
  });

  test("nothing held needs no reason, and without the flag there is none", async () => {
    expect((await margined({ portfolio: { cash: 0 } })).result.explanation).toMatchObject({ loss: 0, positions: [], scenarios: [] });
    expect((await margined({}, false)).result).not.toHaveProperty("explanation");
  });

  test("other models are refused with the flag", async () => {
    await expect(margined({ model: "span" })).rejects.toMatchObject({ code: "EXPLANATION_UNKNOWN", exit: 2, where: { field: "model", line: 1 } });
  });
});
