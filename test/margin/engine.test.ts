import { beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { type CubeInput, createTwin, type Kernel } from "../../sim/kernel/index.ts";
import { hypotheticalProfits } from "../../sim/margin/hypothetical.ts";
import { createMarginEngine, type MarginStep, type ScenarioCounts } from "../../sim/margin/index.ts";
import type { Dataset } from "../../sim/market/dataset.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import type { Snapshot } from "../../sim/market/snapshot.ts";
import { initialParameters, PARAMETERS, type ParameterSet, withValue } from "../../sim/parameters/index.ts";
import { type Instrument, lotSize } from "../../sim/pricing/instrument.ts";
import { type Row, tableOf } from "./book.ts";

const COUNTS: ScenarioCounts = { filtered: 256, stressed: 64 };
/** 2024-06-03 00:00 UTC, a quiet day; and the hour after the worst of 2020-03-12. */
const QUIET = Date.UTC(2024, 5, 3) / 3_600_000;
const CRASH = Date.UTC(2020, 2, 13, 3) / 3_600_000;

let dataset: Dataset;
let market: Market;
let quiet: Snapshot;
beforeAll(async () => {
  dataset = await loadDataset();
  market = createMarket(dataset);
  quiet = pair(market.snapshotAt(QUIET));
});

const pair = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  underlyings: ["BTC", "ETH"].map((asset) => snapshot.underlyings.find((state) => state.asset === asset) ?? missing(asset)),
});
const missing = (asset: string): never => {
  throw new Error(`no ${asset}`);
};

function instrumentsAt(snapshot: Snapshot): Instrument[] {
  return snapshot.underlyings.flatMap(({ asset, spot }): Instrument[] => [
    { kind: "perp", underlying: asset },
    { kind: "spot", underlying: asset },
    { kind: "future", underlying: asset, expiryHour: snapshot.hour + 90 * 24 },
    ...[0.8, 1, 1.2].flatMap((moneyness) =>
      (["call", "put"] as const).map((right) => ({
        kind: "option" as const,
        underlying: asset,
        right,
        strike: Math.round(spot * moneyness),
        expiryHour: snapshot.hour + 30 * 24,
      })),
    ),
  ]);
}

/** Long and short perp, short straddle, long strangle, covered call, risk reversal, a pair, and everything at once. */
const ROWS: readonly Row[] = [
  [[0, 100]],
  [[9, -80]],
  [
    [5, -10],
    [6, -10],
  ],
  [
    [3 + 1, 7],
    [3 + 4, 7],
  ],
  [
    [1, 64],
    [7, -64],
  ],
  [
    [12 + 1, -20],
    [12 + 4, 20],
  ],
  [
    [0, 64],
    [9, -200],
  ],
  [
    [0, 10],
    [4, -9],
    [8, 5],
    [9, -3],
    [11, 2],
    [12, 40],
    [16, -40],
  ],
];

function stepOf(parameters: ParameterSet, snapshot: Snapshot, from: Market = market): MarginStep {
  return createMarginEngine(from, parameters, COUNTS).step(snapshot, instrumentsAt(snapshot));
}

test("a future or perp against the spot under it has a requirement of its own, by the basis alone; with the basis still it has none", () => {
  const trades = [0, 2].flatMap((contract): Row[] =>
    [1, -1].map((side) => [
      [contract, 128 * side],
      [1, -128 * side],
    ]),
  );
  const step = stepOf(initialParameters(), quiet);
  const { offset, grid } = step.requirements(tableOf(step.instruments, trades));
  const spot = quiet.underlyings[0].spot;
  trades.forEach((_, a) => {
    // The 1 % that other margin systems charge, times the buffer; a future of 90 days moves 2.5 times a perpetual.
    const times = a < 2 ? 1 : 90 / 36.5;
    expect(Math.max(offset[a], grid[a]) / spot).toBeGreaterThan(0.0095 * times);
    expect(Math.max(offset[a], grid[a]) / spot).toBeLessThan(0.02 * times);
  });
  const moves = [-0.5, -0.1, 0.1, 0.5].map((move) => Float64Array.of(move, move));
  const atSpot = { ...quiet, underlyings: quiet.underlyings.map((state) => ({ ...state, perpetualBasis: 1 })) };
  const out = new Float64Array(moves.length);
  hypotheticalProfits(
    atSpot,
    step.instruments,
    moves,
    24,
  )(
    tableOf(step.instruments, [
      [
        [0, 5],
        [1, -5],
      ],
    ]),
    0,
    out,
  );
  expect(Math.max(...out.map(Math.abs))).toBe(0);
});

test("stETH is no whole ETH: short against it a perpetual, the margin knows the peg; a deeper depeg shock never lowers it", () => {
  const instruments: Instrument[] = [
    { kind: "perp", underlying: "ETH" },
    { kind: "spot", underlying: "ETH" },
    { kind: "spot", underlying: "ETH", coin: "stETH" },
    { kind: "spot", underlying: "USDC" },
  ];
  const rows: Row[] = [
    [
      [0, -800],
      [1, 800],
    ],
    [
      [0, -800],
      [2, 800],
    ],
    [[2, 800]],
    [[3, 1_000]],
  ];
  const lossAt = (stEth: number, usdc: number) => {
    const shocked = withValue(withValue(initialParameters(), { scope: "stETH", name: "depegShock" }, stEth), { scope: "USDC", name: "depegShock" }, usdc);
    const step = createMarginEngine(market, shocked, COUNTS).step(quiet, instruments);
    return Array.from(step.requirements(tableOf(instruments, rows)).maintenance);
  };
  const steps = [0, 500, 1_000, 3_000, 10_000].map((shock) => lossAt(shock, shock));
  for (const [whole, hedged] of steps) expect(hedged).toBeGreaterThan(whole);
  for (const [i, later] of steps.slice(1).entries()) for (const [a, loss] of later.entries()) expect(loss).toBeGreaterThanOrEqual(steps[i][a]);
  // 10 % in every stressed scenario at a weight of a quarter, and what ETH's pegs have done on their dates.
  const value = 100 * quiet.underlyings[1].spot;
  expect(steps[2][1] - steps[0][1]).toBeGreaterThan(0.015 * value);
  expect(steps[2][1]).toBeLessThan(0.08 * value);
  // A dollar of USDC asks for a quarter of its shock, less than nothing of ETH.
  expect(steps[1][3]).toBeGreaterThan(0.25 * 0.05 * 128_000 * 0.95);
  expect(steps[1][3]).toBeLessThan(0.03 * 128_000);
});

test("a long call less a long put at one strike is the discounted forward less the strike, in every scenario", () => {
  const step = stepOf(initialParameters(), quiet);
  const [parity, forward] = [new Float64Array(step.scenarios), new Float64Array(step.scenarios)];
  step.profitAndLoss(
    tableOf(step.instruments, [
      [
        [5, 1],
        [6, -1],
      ],
    ]),
    0,
    parity,
  );
  step.profitAndLoss(tableOf(step.instruments, [[[1, 1]]]), 0, forward);
  for (let s = 0; s < step.scenarios; s++) expect(Math.abs(parity[s] - forward[s])).toBeLessThanOrEqual(2 / 2 ** 20);
});

test("tightening any parameter the engine reads lowers no requirement, loosening raises none", () => {
  const base = initialParameters(["BTC", "ETH"], ["USDC"]);
  for (const spec of PARAMETERS) {
    if (spec.reach !== "engine" || spec.tighter === "neutral" || spec.scope === "collateral") continue;
    const scopes = spec.scope === "protocol" ? ["protocol"] : ["BTC", "ETH"];
    const up = spec.tighter === "up";
    const from = spec.scope === "protocol" ? base.protocol[spec.name] : base.underlyings.BTC[spec.name];
    const step = (value: number) => {
      let set = base;
      for (const scope of scopes) set = withValue(set, { scope, name: spec.name }, Math.min(spec.max, Math.max(spec.min, value)));
      return stepOf(set, quiet).requirements(tableOf(instrumentsAt(quiet), ROWS)).initial;
    };
    const tight = step(up ? from + spec.maxIncrease : from - spec.maxDecrease);
    const loose = step(up ? from - spec.maxDecrease : from + spec.maxIncrease);
    for (let a = 0; a < ROWS.length; a++) expect(tight[a], `${spec.name}, row ${a}`).toBeGreaterThanOrEqual(loose[a]);
  }
});

test("nothing after the hour is seen: a history cut at the hour gives the same bits", () => {
  for (const hour of [CRASH, QUIET]) {
    const cut = createMarket(truncated(dataset, hour));
    const whole = stepOf(initialParameters(), pair(market.snapshotAt(hour)));
    const short = stepOf(initialParameters(), pair(cut.snapshotAt(hour)), cut);
    const table = tableOf(whole.instruments, ROWS);
    expect(short.requirements(table)).toEqual(whole.requirements(table));
    expect(short.marks).toEqual(whole.marks);
  }
});

test("the order of accounts and of their entries changes no bit", () => {
  const step = stepOf(initialParameters(), quiet);
  const straight = step.requirements(tableOf(step.instruments, ROWS));
  const turned = step.requirements(
    tableOf(
      step.instruments,
      ROWS.toReversed().map((row) => row.toReversed()),
    ),
  );
  expect(turned.maintenance.toReversed()).toEqual(straight.maintenance);
  expect(turned.core.toReversed()).toEqual(straight.core);
});

test("a book twice as large needs twice the core and offset, and more than twice with liquidity", () => {
  const step = stepOf(initialParameters(), quiet);
  const once = step.requirements(tableOf(step.instruments, ROWS));
  const twice = step.requirements(
    tableOf(
      step.instruments,
      ROWS.map((row) => row.map(([i, lots]) => [i, 2 * lots] as const)),
    ),
  );
  for (let a = 0; a < ROWS.length; a++) {
    expect(twice.core[a]).toBe(2 * once.core[a]);
    expect(twice.offset[a]).toBeCloseTo(2 * once.offset[a], 6);
    expect(twice.maintenance[a]).toBeGreaterThanOrEqual(2 * once.maintenance[a] * (1 - 1e-12));
  }
});

test("two accounts merged need no more core than apart: the tail mean is subadditive", () => {
  const step = stepOf(initialParameters(), quiet);
  const merged = step.requirements(tableOf(step.instruments, [[...ROWS[0], ...ROWS[2], ...ROWS[5]]]));
  const apart = step.requirements(tableOf(step.instruments, [ROWS[0], ROWS[2], ROWS[5]]));
  expect(merged.core[0]).toBeLessThanOrEqual(apart.core[0] + apart.core[1] + apart.core[2]);
});

test("a naked short option far out of the money still needs the short-option minimum", () => {
  const snapshot = quiet;
  const far: Instrument = { kind: "option", underlying: "ETH", right: "call", strike: snapshot.underlyings[1].spot * 20, expiryHour: snapshot.hour + 24 };
  const step = createMarginEngine(market, initialParameters(), COUNTS).step(snapshot, [far]);
  const { maintenance, shortOptionMinimum } = step.requirements(tableOf([far], [[[0, -10]]]));
  // 50 bps of the notional of ten lots.
  expect(shortOptionMinimum[0]).toBeCloseTo(0.005 * 10 * lotSize("ETH") * snapshot.underlyings[1].spot, 9);
  expect(maintenance[0]).toBeGreaterThanOrEqual(shortOptionMinimum[0]);
});

test("margin is higher in the crash than in calm, and its rate is that of an account of one perp", () => {
  const engine = createMarginEngine(market, initialParameters(), COUNTS);
  const calm = engine.linearRates(quiet, "BTC");
  const storm = engine.linearRates(pair(market.snapshotAt(CRASH)), "BTC");
  expect(storm.long).toBeGreaterThan(calm.long);
  const step = engine.step(quiet, [{ kind: "perp", underlying: "BTC" }]);
  const { offset, grid, liquidity, maintenance } = step.requirements(tableOf(step.instruments, [[[0, 128]]]));
  expect(Math.max(offset[0], grid[0]) / (128 * step.marks[0])).toBeCloseTo(calm.long, 9);
  expect(maintenance[0]).toBeCloseTo(Math.max(offset[0], grid[0]) + liquidity[0], 6);
});

/** The dataset without anything stamped at or after the hour. */
function truncated(whole: Dataset, hour: number): Dataset {
  const bars = hour - whole.history.startHour;
  const daily = <T extends { startDay: number; values: Float64Array }>(series: T): T => ({
    ...series,
    values: series.values.slice(0, Math.max(0, Math.floor(hour / 24) - series.startDay)),
  });
  const each = <T extends { startDay: number; values: Float64Array }>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).map(([name, series]) => [name, daily(series)]));
  return {
    ...whole,
    history: { ...whole.history, hours: bars, closes: whole.history.closes.map((closes) => closes.slice(0, bars)) },
    dvol: each(whole.dvol),
    dailyVolumeUsd: each(whole.dailyVolumeUsd),
    pegs: each(whole.pegs),
    perpetuals: { ...whole.perpetuals, hours: bars, closes: whole.perpetuals.closes.map((closes) => closes.slice(0, bars)) },
    hourlyPegs: { ...whole.hourlyPegs, hours: bars, closes: whole.hourlyPegs.closes.map((closes) => closes.slice(0, bars)) },
    funding: Object.fromEntries(
      Object.entries(whole.funding).map(([name, { startHour, rates }]) => [name, { startHour, rates: rates.slice(0, Math.floor((hour - startHour) / 8) + 1) }]),
    ),
    gasGwei: daily(whole.gasGwei),
  };
}

test("a scenario that has no number fails the account, in every family: it does not fall out of the tail", () => {
  const perp: Instrument = { kind: "perp", underlying: "BTC" };
  const table = tableOf([perp], [[[0, 100]]]);
  const { filtered, stressed } = createMarginEngine(market, initialParameters(), COUNTS).step(quiet, [perp]);
  const padded = (count: number) => Math.ceil(count / 16) * 16;
  for (const scenario of [5, padded(filtered) + 7, padded(filtered) + padded(stressed) + 3]) {
    const honest = createTwin();
    const spoilt = (input: CubeInput): CubeInput => ({
      ...input,
      simpleReturn: input.simpleReturn.map((value, at) => (at % (input.shocks.tiles * 16) === scenario ? Number.NaN : value)),
    });
    const poisoned: Kernel = { ...honest, price: () => true, measure: (input, ...rest) => honest.measure(spoilt(input), ...rest) };
    const step = createMarginEngine(market, initialParameters(), COUNTS, poisoned).step(quiet, [perp]);
    expect(() => step.requirements(table)).toThrow(expect.objectContaining({ code: "REQUIREMENT_NOT_FINITE" }));
  }
});
