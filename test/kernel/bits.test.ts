import { beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { type CubeInput, createTwin, createWasmKernel, type Groups } from "../../sim/kernel/index.ts";
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
    tiles: TILES,
    kind: Uint8Array.from({ length: INSTRUMENTS }, () => random.integer(3)),
    column: Int32Array.from({ length: INSTRUMENTS }, () => random.integer(EXPIRIES)),
    underlying: Int32Array.from({ length: INSTRUMENTS }, () => random.integer(2)),
    halfLogStrike: spread(INSTRUMENTS, 4, 0.3),
    discountedStrike: positive(INSTRUMENTS, 1_000, 3),
    volatility: positive(INSTRUMENTS, 0.6, 1),
    tilt: spread(INSTRUMENTS, 0.2, 1),
    least: positive(INSTRUMENTS, 0.4, 1),
    mark: spread(INSTRUMENTS, 100, 3),
    discountedForward: positive(EXPIRIES * S, 1_000, 3),
    halfLogForward: spread(EXPIRIES * S, 4, 0.3),
    halfDeviation: spread(EXPIRIES * S, 0.1, 3),
    halfFloor: positive(EXPIRIES * S, 0.01, 3),
    logReturn: spread(2 * S, 0.1, 1),
    simpleReturn: spread(2 * S, 0.1, 1),
  };
}

test("a million random prices, sums and tails have the bits of the twin", () => {
  const random = createRandom("bits of the kernel");
  const [wasm, twin] = [createWasmKernel(), createTwin()];
  const [ours, theirs] = [new Float64Array(INSTRUMENTS * S), new Float64Array(INSTRUMENTS * S)];
  for (let prices = 0; prices < 1_000_000; prices += ours.length) {
    const input = wildInput(random);
    expect(wasm.fillCube(input, ours)).toBe(twin.fillCube(input, theirs));
    expect(bits(ours).equals(bits(theirs))).toBe(true);

    const accounts = 12;
    const offsets = Int32Array.from({ length: accounts + 1 }, (_, a) => a * 9);
    const groups: Groups = {
      offsets,
      instrument: Int32Array.from({ length: accounts * 9 }, () => random.integer(INSTRUMENTS)),
      lots: Float64Array.from({ length: accounts * 9 }, () => random.integer(2_001) - 1_000),
    };
    const [confidence, count] = [9_000 + random.integer(1_000), 1 + random.integer(S)];
    const results = [wasm, twin].map((kernel) => {
      kernel.reserveRows((accounts + 1) * S);
      kernel.row(accounts * S, S).fill(0);
      // Not from the first group: a block in the middle of a book.
      kernel.sumGroups(kernel === wasm ? ours : theirs, INSTRUMENTS, TILES, groups, 3, accounts, 0);
      for (let a = 0; a < accounts - 3; a++) kernel.addRow(a * S, accounts * S, S);
      const tails = [true, false].flatMap((shortfall) => [0, accounts].map((a) => kernel.tailLoss(a * S, count, count, confidence, shortfall)));
      return [bits(kernel.row(0, (accounts - 3) * S).slice()), bits(kernel.row(accounts * S, S).slice()), bits(Float64Array.from(tails))] as const;
    });
    results[0].forEach((own, part) => {
      expect(own.equals(results[1][part])).toBe(true);
    });
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
