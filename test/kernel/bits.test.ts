import { beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { type CubeInput, createTwin, createWasmKernel, type Groups, tailOf, type Yardstick } from "../../sim/kernel/index.ts";
import { CANONICAL_COUNTS, createMarginEngine } from "../../sim/margin/index.ts";
import { createMarket, type Market } from "../../sim/market/index.ts";
import { createRandom, type Random } from "../../sim/math/index.ts";
import { initialParameters, withValue } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";
import { replay, seededPopulation } from "../../sim/replay/index.ts";
import { tableOf } from "../margin/book.ts";

// What must be equal is every bit: bytes are compared, not numbers (0 and −0 are different, NaN is itself).
const bits = (values: Float64Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

const INSTRUMENTS = 64;
const TILES = 8;
const S = TILES * 16;
const EXPIRIES = 4;

/** Numbers of every size, far beyond what a market gives: deviations of 10^±6, floors above and below, huge and tiny prices. */
function wildInput(random: Random): CubeInput {
  const spread = (length: number, centre: number, decades: number) =>
    Float64Array.from({ length }, () => centre * 10 ** (decades * (2 * random.uniform() - 1)) * (random.uniform() < 0.1 ? -1 : 1));
  const positive = (length: number, centre: number, decades: number) => spread(length, centre, decades).map(Math.abs);
  return {
    shocks: {
      tiles: TILES,
      logReturn: spread(2 * S, 0.1, 1),
      growth: positive(2 * S, 1, 1),
      volatilityMove: spread(2 * S, 0.3, 2),
      volatilityFloor: positive(2 * S, 0.1, 2),
      tilt: spread(2 * S, 0.3, 1).map((tilt) => -Math.abs(tilt)),
    },
    simpleReturn: spread(2 * S, 0.1, 1),
    columns: {
      underlying: Int32Array.from({ length: EXPIRIES }, () => random.integer(2)),
      discountedForward: positive(EXPIRIES, 1_000, 2),
      logForward: spread(EXPIRIES, 8, 0.3),
      halfRoot: spread(EXPIRIES, 0.1, 2),
      termScale: spread(EXPIRIES, 1, 1),
      tiltScale: positive(EXPIRIES, 1, 0.3),
      // With the ρ beside it never to −1.
      deepestTilt: positive(EXPIRIES, 0.3, 0.3).map((tilt) => -tilt),
      atTheMoney: positive(EXPIRIES, 0.6, 1),
      rho: spread(EXPIRIES, 0.3, 0.3),
      rhoPerTilt: positive(EXPIRIES, 0.3, 0.3),
    },
    kind: Uint8Array.from({ length: INSTRUMENTS }, () => random.integer(3)),
    place: Int32Array.from({ length: INSTRUMENTS }, () => random.integer(2)),
    halfLogStrike: spread(INSTRUMENTS, 4, 0.3),
    discountedStrike: positive(INSTRUMENTS, 1_000, 3),
    volatility: positive(INSTRUMENTS, 0.6, 1),
    slope: spread(INSTRUMENTS, 0.2, 1),
    rotation: spread(INSTRUMENTS, 0.2, 1),
    rotationSlope: spread(INSTRUMENTS, 0.5, 1),
    mark: spread(INSTRUMENTS, 100, 3),
  };
}

/** Families of every length, their tails short and long, whole tiles and parts of one. */
function wildYardstick(random: Random): Yardstick {
  const families = [0, 64, 96].map((offset, f) => {
    const count = 1 + random.integer([64, 32, 32][f]);
    const population = count + random.integer(200);
    const tail = tailOf(population, 9_000 + random.integer(1_000), random.uniform() < 0.5);
    return tail.kept > count || f === 2 ? { offset, count } : { offset, count, tail };
  });
  return { families, damping: Float64Array.from({ length: S }, () => [1, 0.5, 1 / 3][random.integer(3)]) };
}

test("a million random prices, sums and tails have the bits of the twin", () => {
  const random = createRandom("bits of the kernel");
  const [wasm, twin] = [createWasmKernel(), createTwin()];
  for (let prices = 0; prices < 1_000_000; prices += INSTRUMENTS * S) {
    const input = wildInput(random);
    expect(wasm.price(input)).toBe(twin.price(input));
    const cube = wasm.cubeOf(input);
    expect(bits(cube).equals(bits(twin.cubeOf(input)))).toBe(true);

    // Twelve accounts of none to five groups of nine entries each.
    const first = [0];
    for (let a = 0; a < 12; a++) first.push(first[a] + random.integer(6));
    const groups = first[12];
    const book: Groups = {
      first: Int32Array.from(first),
      offsets: Int32Array.from({ length: groups + 1 }, (_, g) => g * 9),
      instrument: Int32Array.from({ length: groups * 9 }, () => random.integer(INSTRUMENTS)),
      lots: Float64Array.from({ length: groups * 9 }, () => random.integer(2_001) - 1_000),
    };
    const yardstick = wildYardstick(random);
    const ours = wasm.profitAndLoss(input, book, 5, 40).slice();
    expect(bits(ours).equals(bits(twin.profitAndLoss(input, book, 5, 40)))).toBe(true);
    expect(bits(wasm.measureRow(ours, yardstick)).equals(bits(twin.measureRow(ours, yardstick)))).toBe(true);
    // Not from the first account: a block in the middle of a book.
    const [measured, expected] = [wasm, twin].map((kernel) => kernel.measure(input, book, 3, 12, yardstick));
    expect(bits(measured.groups).equals(bits(expected.groups))).toBe(true);
    expect(bits(measured.joint).equals(bits(expected.joint))).toBe(true);
    expect([...measured.worst]).toEqual([...expected.worst]);
  }
});

test("a tail is found however the numbers of a row lie: sorted either way, all alike, in ties, one tile far below the rest", () => {
  const random = createRandom("rows");
  const [wasm, twin] = [createWasmKernel(), createTwin()];
  const rows: Float64Array[] = [
    new Float64Array(S),
    Float64Array.from({ length: S }, (_, s) => s),
    Float64Array.from({ length: S }, (_, s) => -s),
    Float64Array.from({ length: S }, () => random.integer(3)),
    Float64Array.from({ length: S }, (_, s) => (s < 16 ? -1e9 - s : s)),
    Float64Array.from({ length: S }, (_, s) => (s % 16 === 7 ? -1e6 * s : 1e6)),
  ];
  for (const row of rows) {
    for (let round = 0; round < 200; round++) {
      const yardstick = wildYardstick(random);
      expect(bits(wasm.measureRow(row, yardstick)).equals(bits(twin.measureRow(row, yardstick)))).toBe(true);
    }
  }
});

let market: Market;
let dataset: Awaited<ReturnType<typeof loadDataset>>;
beforeAll(async () => {
  dataset = await loadDataset();
  market = createMarket(dataset);
});

test("the requirement of a book has the bits of the twin, in calm and in the crash", () => {
  for (const hour of [Date.UTC(2024, 5, 3) / 3_600_000, Date.UTC(2020, 2, 13, 3) / 3_600_000]) {
    const snapshot = market.snapshotAt(hour);
    const instruments = snapshot.underlyings.flatMap(({ asset, spot }): Instrument[] => [
      { kind: "perp", underlying: asset },
      ...[0.7, 1, 1.3].flatMap((moneyness) =>
        (["call", "put"] as const).map((right) => ({ kind: "option" as const, underlying: asset, right, strike: spot * moneyness, expiryHour: hour + 400 })),
      ),
    ]);
    const random = createRandom(`book at ${hour}`);
    const table = tableOf(
      instruments,
      Array.from({ length: 100 }, () => [...instruments.keys()].filter(() => random.uniform() < 0.4).map((i) => [i, random.integer(401) - 200] as const)),
    );
    const [ours, theirs] = [createWasmKernel(), createTwin()].map((kernel) =>
      createMarginEngine(market, initialParameters(), CANONICAL_COUNTS, kernel).step(snapshot, instruments).requirements(table),
    );
    expect(ours).toEqual(theirs);
  }
});

test("a replay of Black Thursday has the bytes of the twin", () => {
  const crash = dataset.crashes.find(({ id }) => id === "2020-03-12-black-thursday");
  if (crash === undefined) throw new Error("no such crash");
  const parameters = withValue(initialParameters(), { scope: "protocol", name: "riskMeasure" }, 0);
  const counts = { filtered: 64, stressed: 16 };
  const [ours, theirs] = [createWasmKernel(), createTwin()].map((kernel) =>
    replay({
      market,
      crash,
      book: seededPopulation({ accounts: 40, seed: 3 }),
      parameters,
      counts,
      seed: 3,
      engine: createMarginEngine(market, parameters, counts, kernel),
    }),
  );
  expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
});
