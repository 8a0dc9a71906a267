import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { marginByModel } from "../../cli/margin/model.ts";
import { parseJson } from "../../cli/proposal/json.ts";
import { BallastError } from "../../sim/errors.ts";
import { ballast, refusalOf } from "./ballast.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PUBLISHED = JSON.parse(await readFile(`${ROOT}/test/peers/cases/derive-pmrm2.json`, "utf8"));
// Eight coins, seven expiries, twenty options.
const CASE = PUBLISHED.cases.find(({ name }: { name: string }) => name === "test_62_general_random_2");
const INPUT = { model: "derive-pmrm2", parameters: PUBLISHED.parameters, market: CASE.market, portfolio: CASE.portfolio };

/** The input with the value at a path replaced; `undefined` takes the field away. */
function withValue(path: readonly (string | number)[], value: unknown): object {
  const copy = structuredClone(INPUT);
  const last = path.at(-1)!;
  const holder = path.slice(0, -1).reduce<Record<string | number, unknown>>((found, part) => found[part] as Record<string | number, unknown>, copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

async function run(input: object, ...flags: string[]) {
  return ballast(["margin", "-", ...flags], { cwd: ROOT, input: JSON.stringify(input) });
}

/** The refusal without a process of its own. */
async function refusalTo(input: object): Promise<BallastError> {
  const refusal = await marginByModel(parseJson(JSON.stringify(input), "input.json"), {}).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(BallastError);
  return refusal as BallastError;
}

describe("ballast margin with model derive-pmrm2", () => {
  test("prints exactly the five fields, with the published figures, and fits the published schemas", async () => {
    const done = await run(INPUT, "--json");
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const result = JSON.parse(done.stdout);
    expect(Object.keys(result)).toEqual(["initialMargin", "maintenanceMargin", "markToMarket", "basisContingency", "scenarioPnl"]);
    expect(result.initialMargin / CASE.expected.initialMargin).toBeCloseTo(1, 12);
    expect(result.maintenanceMargin / CASE.expected.maintenanceMargin).toBeCloseTo(1, 12);
    const compile = async (name: string) => new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(`${ROOT}/schemas/${name}.schema.json`, "utf8")));
    expect((await compile("margin-input-derive-pmrm2"))(INPUT)).toBe(true);
    expect((await compile("margin-output-derive-pmrm2"))(result)).toBe(true);
  });

  test("as text it names the worst scenario and on which side of the requirement the account stands", async () => {
    const { stdout } = await run(INPUT);
    expect(stdout).toMatch(/initial margin +47746186\.49 +above the requirement/);
    expect(stdout).toMatch(/1\.18 +Up +1 +-8057032\.57 +worst/);
    expect(stdout.match(/worst/g)).toHaveLength(1);
  });

  test.for([
    ["an unknown field", ["parameters", "volShock", "volRangUp"], 1, "FIELD_UNKNOWN", "parameters.volShock.volRangUp"],
    ["a parameter left out", ["parameters", "other", "confMargin"], undefined, "FIELD_MISSING", "parameters.other.confMargin"],
    ["an unknown kind of shock", ["parameters", "scenarios", 0, "volShock"], "up", "FIELD_INVALID", "parameters.scenarios[0].volShock"],
    ["no scenarios", ["parameters", "scenarios"], [], "FIELD_INVALID", "parameters.scenarios"],
    ["an unknown kind of option", ["portfolio", "options", 0, "kind"], "straddle", "FIELD_INVALID", "portfolio.options[0].kind"],
    ["a strike of 0", ["portfolio", "options", 2, "strike"], 0, "FIELD_INVALID", "portfolio.options[2].strike"],
    ["a negative time to expiry", ["market", "expiries", 1, "secondsToExpiry"], -1, "FIELD_INVALID", "market.expiries[1].secondsToExpiry"],
    ["a confidence above 1", ["market", "spotConfidence"], 1.1, "FIELD_INVALID", "market.spotConfidence"],
    ["a stable coin worth nothing", ["market", "stable"], 0, "FIELD_INVALID", "market.stable"],
    ["a number as text", ["portfolio", "cash"], "9.5", "FIELD_INVALID", "portfolio.cash"],
    ["an option whose expiry has no feeds", ["portfolio", "options", 0, "secondsToExpiry"], 5, "EXPIRY_UNKNOWN", "portfolio.options[0].secondsToExpiry"],
    ["two sets of feeds for an expiry", ["market", "expiries", 1, "secondsToExpiry"], 18938852, "EXPIRY_TWICE", "market.expiries[1].secondsToExpiry"],
    ["perps without a price", ["market", "perp"], undefined, "PERP_PRICE_MISSING", "market.perp"],
    ["a model nobody knows", ["model"], "derive-pmrm", "MODEL_UNKNOWN", "model"],
    ["no model", ["model"], undefined, "FIELD_MISSING", "model"],
  ] as const)("refuses %s", async ([, path, value, code, field]) => {
    const refusal = await refusalTo(withValue(path, value));
    expect([refusal.exit, refusal.code, refusal.where.field, refusal.where.file, refusal.where.line]).toEqual([2, code, field, "input.json", 1]);
    expect(refusal.fix).not.toBe("");
  });

  test("takes 10 000 legs and refuses one more", async () => {
    const legs = (count: number) =>
      withValue(
        ["portfolio", "options"],
        Array.from({ length: count }, (_, i) => ({ ...INPUT.portfolio.options[i % 20], strike: 50_000 + i })),
      );
    const done = await run(legs(10_000), "--json");
    expect(done.code).toBe(0);
    expect(Number.isFinite(JSON.parse(done.stdout).initialMargin)).toBe(true);
    const refused = await run(legs(10_001), "--json");
    expect(refused.code).toBe(2);
    expect(refusalOf(refused)).toMatchObject({ code: "FIELD_INVALID", where: { field: "portfolio.options", file: "<stdin>" } });
  });
});
