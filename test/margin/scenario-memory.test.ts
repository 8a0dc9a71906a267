import { beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createMarginEngine } from "../../sim/margin/index.ts";
import { rememberScenarios } from "../../sim/margin/scenario-memory.ts";
import { createMarket, type Market, type Snapshot } from "../../sim/market/index.ts";
import { initialParameters } from "../../sim/parameters/index.ts";
import { createMoves, createScenarioSource, type ScenarioSource } from "../../sim/scenarios/index.ts";
import { tableOf } from "./book.ts";

const HOUR = Date.UTC(2020, 2, 12, 10) / 3_600_000;
const COUNTS = { filtered: 64, stressed: 16 };
const PARAMETERS = initialParameters();

let market: Market;
let source: ScenarioSource;
beforeAll(async () => {
  market = createMarket(await loadDataset());
  source = createScenarioSource(createMoves(market, PARAMETERS.protocol.decay), PARAMETERS, COUNTS);
});

/** Another state of every underlying. */
const changed = (snapshot: Snapshot, change: Partial<Snapshot["underlyings"][number]>): Snapshot => ({
  ...snapshot,
  underlyings: snapshot.underlyings.map((state) => ({ ...state, ...change })),
});

test("an hour's scenarios are made once for every spot, and again for another volatility, volume or set of underlyings", () => {
  let made = 0;
  const counted: ScenarioSource = {
    at(snapshot) {
      made++;
      return source.at(snapshot);
    },
  };
  const scenariosAt = rememberScenarios(counted, PARAMETERS);
  const snapshot = market.snapshotAt(HOUR);
  const first = scenariosAt(snapshot);
  expect(scenariosAt(changed(snapshot, { spot: 1 }))).toBe(first);
  expect(scenariosAt({ ...snapshot, hour: HOUR + 0.5, scenariosOf: snapshot })).toBe(first);
  expect(made).toBe(1);
  // The scenarios really do not hang on the spot.
  expect(source.at(changed(snapshot, { spot: 1 })).spot).toEqual(first.set.spot);
  for (const other of [{ realisedVolatility: 2 }, { longRunVolatility: 2 }, { recentVolumeUsd: 1 }, { dailyVolumeUsd: 1e12 }]) {
    const found = scenariosAt(changed(snapshot, other));
    expect(found.set.spot).toEqual(source.at(changed(snapshot, other)).spot);
  }
  expect(scenariosAt({ ...snapshot, underlyings: snapshot.underlyings.slice(0, 1) }).set.assets).toEqual(["BTC"]);
  expect(made).toBe(6);
});

test("of very many hours the last used are remembered", () => {
  let made = 0;
  const set = source.at(market.snapshotAt(HOUR));
  const counted: ScenarioSource = {
    at() {
      made++;
      return set;
    },
  };
  const scenariosAt = rememberScenarios(counted, PARAMETERS);
  const at = (hour: number) => scenariosAt({ ...market.snapshotAt(HOUR), hour: HOUR + hour });
  const first = at(0);
  for (let hour = 1; hour < 400; hour++) at(hour);
  expect(at(0)).toBe(first);
  at(400);
  expect(at(0)).toBe(first);
  expect(made).toBe(401);
  at(1);
  expect(made).toBe(402);
});

test("an engine that has seen other hours and books gives the bits of a new one", () => {
  const perp = [{ kind: "perp" as const, underlying: "ETH" }];
  const table = tableOf(perp, [[[0, 100]]]);
  const requirement = (engine: ReturnType<typeof createMarginEngine>, hour: number) => engine.step(market.snapshotAt(hour), perp).requirements(table);
  const used = createMarginEngine(market, PARAMETERS, COUNTS);
  const early = used.step(market.snapshotAt(HOUR), perp);
  for (const hour of [HOUR + 5, HOUR, HOUR - 300]) requirement(used, hour);
  expect(requirement(used, HOUR)).toEqual(requirement(createMarginEngine(market, PARAMETERS, COUNTS), HOUR));
  // A step made before others still answers.
  expect(early.requirements(table)).toEqual(requirement(used, HOUR));
});

test("nor do the hours before it change what an engine says of an asset's first day in the market", () => {
  // SOL traded from 2020-08-12T06:00Z: thirty days later, and later on that day.
  const [first, later] = [Date.UTC(2020, 8, 11, 7) / 3_600_000, Date.UTC(2020, 8, 11, 23) / 3_600_000];
  const perp = [{ kind: "perp" as const, underlying: "SOL" }];
  const ask = (engine: ReturnType<typeof createMarginEngine>, hour: number) =>
    engine.step(market.snapshotAt(hour), perp).requirements(tableOf(perp, [[[0, 1_000]]]));
  expect(() => ask(createMarginEngine(market, PARAMETERS, COUNTS), first - 1)).toThrow(expect.objectContaining({ code: "UNDERLYING_MISSING" }));
  const used = createMarginEngine(market, PARAMETERS, COUNTS);
  ask(used, first);
  expect(ask(used, later)).toEqual(ask(createMarginEngine(market, PARAMETERS, COUNTS), later));
});
