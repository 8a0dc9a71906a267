import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { marginOf } from "../../cli/margin/margin.ts";
import { marginByModel } from "../../cli/margin/model.ts";
import { peerMarginOf } from "../../cli/margin/peer.ts";
import { PEER_INPUT, type PeerOutput } from "../../cli/margin/peer-schema.ts";
import { MARGIN_INPUT } from "../../cli/margin/schema.ts";
import { parseJson } from "../../cli/proposal/json.ts";
import { shapeOf } from "../../cli/proposal/shape.ts";
import { BallastError } from "../../sim/errors.ts";
import { ballast } from "./ballast.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const dataset = await loadDataset();

const PERP = { kind: "perp", underlying: "BTC", quantity: 2 } as const;
const CALL = { kind: "option", underlying: "ETH", right: "call", strike: 5_000, expiry: "2025-12-26T08:00Z", quantity: -10 } as const;
const INPUT = {
  model: "static",
  parameters: {},
  market: { asOf: "2025-10-10T21:00Z", spots: { BTC: 100_000, ETH: 4_000 } },
  portfolio: { cash: 10_000, collateral: { USDC: 5_000 }, positions: [PERP] },
} as const;
/** Before there was a perpetual in the data, which trades a little off the spot. */
const ROUND = { asOf: "2018-06-01T00:00Z", spots: { BTC: 100_000, ETH: 4_000 } } as const;
const MODELS = ["static", "span", "deribit-pm"] as const;

function margin(change: object): PeerOutput {
  const file = parseJson(JSON.stringify({ ...INPUT, ...change }), "input.json");
  return peerMarginOf(shapeOf(file, PEER_INPUT), dataset, file);
}

async function refusalTo(change: object): Promise<BallastError> {
  const refusal = await marginByModel(parseJson(JSON.stringify({ ...INPUT, ...change }), "input.json"), {}).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(BallastError);
  return refusal as BallastError;
}

describe("ballast margin with a peer's model", () => {
  test("a perp by hand: 6.5 % and 10 % of notional; 0.8 and all of 16 % and a roll shock of 1 %", () => {
    expect(margin({ market: ROUND })).toMatchObject({ maintenanceMargin: 13_000, initialMargin: 20_000, equity: 15_000 });
    const deribit = margin({ market: ROUND, model: "deribit-pm" });
    expect(deribit.initialMargin).toBeCloseTo(34_000, 4);
    expect(deribit.maintenanceMargin).toBeCloseTo(27_200, 4);
  });

  test("a parameter given replaces its default, a value by asset asset by asset", () => {
    expect(margin({ market: ROUND, parameters: { linearMaintenance: { BTC: 0.2 } } }).maintenanceMargin).toBeCloseTo(40_000, 6);
    expect(margin({ market: ROUND, parameters: { linearMaintenance: { ETH: 0.2 } } }).maintenanceMargin).toBeCloseTo(13_000, 6);
    expect(margin({ market: ROUND, model: "span", parameters: { scanMinimum: 0.5 } }).maintenanceMargin).toBeCloseTo(100_000, 6);
    // One range, as far as the perp goes, whatever the number of buckets.
    expect(margin({ market: ROUND, model: "deribit-pm", parameters: { bucketsCount: 8, extendedMoves: [] } }).initialMargin).toBeCloseTo(34_000, 4);
  });

  test("equity is what it is under our own engine", () => {
    const portfolio = { cash: 10_000, collateral: { ETH: 3, USDC: 5_000 }, positions: [PERP, CALL] };
    const file = parseJson(JSON.stringify({ ...INPUT, model: "ballast", portfolio }), "input.json");
    const ours = marginOf(shapeOf(file, MARGIN_INPUT), dataset, file, { filtered: 64, stressed: 16 });
    // Our engine values options with the kernel's table of the normal distribution.
    for (const model of MODELS) expect(Math.abs(margin({ model, portfolio }).equity - ours.equity)).toBeLessThan(1e-4);
  });

  test("prints fields that fit the published schemas, with components of the model's own", async () => {
    const done = await ballast(["margin", "-", "--json"], { cwd: ROOT, input: JSON.stringify({ ...INPUT, model: "span" }) });
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const result = JSON.parse(done.stdout);
    expect(Object.keys(result)).toEqual(["maintenanceMargin", "initialMargin", "equity", "components"]);
    expect(Object.keys(result.components)).toEqual(["scanRisk", "calendarSpread", "interCommodityCredit", "shortOptionMinimum"]);
    const compile = async (name: string) => new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(`${ROOT}/schemas/${name}.schema.json`, "utf8")));
    const [input, output] = [await compile("margin-input-peer"), await compile("margin-output-peer")];
    for (const model of MODELS) expect([input({ ...INPUT, model }), input.errors]).toEqual([true, null]);
    expect(output(result)).toBe(true);
  });

  test.for([
    ["a misspelt parameter", { model: "span", parameters: { scanSigma: 3 } }, "FIELD_UNKNOWN", "parameters.scanSigma"],
    ["a parameter of another model", { model: "static", parameters: { mmFactor: 1 } }, "FIELD_UNKNOWN", "parameters.mmFactor"],
    ["a negative ratio", { parameters: { linearInitial: { BTC: -1 } } }, "FIELD_INVALID", "parameters.linearInitial.BTC"],
    ["a strike of 0", { portfolio: { positions: [{ ...CALL, strike: 0 }] } }, "FIELD_INVALID", "portfolio.positions[0].strike"],
    [
      "an option that has expired",
      { portfolio: { positions: [{ ...CALL, expiry: "2025-10-10T21:00Z" }] } },
      "INSTRUMENT_EXPIRED",
      "portfolio.positions[0].expiry",
    ],
    ["an underlying without data", { portfolio: { positions: [{ ...PERP, underlying: "DOGE" }] } }, "UNDERLYING_UNKNOWN", "portfolio.positions[0].quantity"],
  ] as const)("refuses %s", async ([, change, code, field]) => {
    const refusal = await refusalTo(change);
    expect([refusal.exit, refusal.code, refusal.where.field, refusal.where.line]).toEqual([2, code, field, 1]);
  });
});

describe("10 000 legs", () => {
  const legs = (count: number) => ({ positions: Array.from({ length: count }, (_, i) => ({ ...CALL, strike: 1_000 + i, quantity: i % 2 === 0 ? -1 : 1 })) });

  test.for(MODELS)("%s margins them, and refuses one more", async (model) => {
    expect(margin({ model, portfolio: legs(10_000) }).maintenanceMargin).toBeGreaterThan(0);
    expect(await refusalTo({ model, portfolio: legs(10_001) })).toMatchObject({ code: "FIELD_INVALID", where: { field: "portfolio.positions" } });
  });

  test("our own engine too, and a thousand copies of a leg are a thousandfold one", () => {
    const ours = (portfolio: object) => {
      const file = parseJson(JSON.stringify({ ...INPUT, model: "ballast", portfolio }), "input.json");
      return marginOf(shapeOf(file, MARGIN_INPUT), dataset, file, { filtered: 64, stressed: 16 });
    };
    expect(ours(legs(10_000)).maintenanceMargin).toBeGreaterThan(0);
    const copies = ours({ positions: Array.from({ length: 1_000 }, () => ({ ...CALL, quantity: -1 })) });
    expect(copies).toEqual(ours({ positions: [{ ...CALL, quantity: -1_000 }] }));
  });
});
