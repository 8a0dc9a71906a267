import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { fitCommonShare, fitJumps } from "../../scripts/jump-model/fit.ts";
import { createMarginEngine } from "../../sim/margin/index.ts";
import type { Dataset } from "../../sim/market/dataset.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import type { Snapshot } from "../../sim/market/snapshot.ts";
import { initialParameters, PARAMETERS, type ParameterSet, withValue } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";
import { COMMON_SHARE, expectedJumps, jumpsOf, LADDER } from "../../sim/scenarios/index.ts";
import { type Row, tableOf } from "../margin/book.ts";
import { mertonPrice } from "../pricing/merton76.ts";

const COUNTS = { filtered: 128, stressed: 32 };
const NAMES = ["jumpIntensity", "jumpMean", "jumpVol"] as const;

let dataset: Dataset;
let market: Market;
let quiet: Snapshot;
beforeAll(async () => {
  dataset = await loadDataset();
  market = createMarket(dataset);
  const all = market.snapshotAt(Date.UTC(2023, 6, 1) / 3_600_000);
  quiet = { ...all, underlyings: all.underlyings.filter(({ asset }) => asset === "BTC" || asset === "ETH") };
});

describe("the fit", () => {
  test("fitted again on the shipped data, the parameters a protocol starts with come out", () => {
    const fits = dataset.history.assets.map((asset) => fitJumps(dataset, asset));
    for (const { asset, intensity, mean, volatility } of fits) {
      const own = initialParameters().underlyings[asset];
      expect([own.jumpIntensity, own.jumpMean, own.jumpVol]).toEqual(
        [intensity.value, mean.value, volatility.value].map((value) => Math.round(value * 10_000)),
      );
    }
    expect(fitCommonShare(fits).value).toBeCloseTo(COMMON_SHARE, 2);
  });

  test("its jumps are the famous days, and its standard errors are those of a rate, a mean and a deviation", () => {
    const { jumps, intensity, mean, volatility } = fitJumps(dataset, "ETH");
    const days = jumps.map(({ day }) => new Date(day * 86_400_000).toISOString().slice(0, 10));
    expect(days).toEqual(expect.arrayContaining(["2020-03-12", "2021-05-19"]));
    const sizes = jumps.map(({ move }) => move);
    const centre = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const deviation = Math.sqrt(sizes.reduce((sum, size) => sum + (size - centre) ** 2, 0) / sizes.length);
    expect(mean).toEqual({ value: -centre, error: deviation / Math.sqrt(sizes.length) });
    expect(volatility.error / volatility.value).toBeCloseTo(1 / Math.sqrt(2 * sizes.length), 12);
    expect(intensity.error / intensity.value).toBeCloseTo(1 / Math.sqrt(sizes.length), 12);
  });
});

/** Φ by its power series (Marsaglia 2004). */
function phi(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let [term, sum] = [x, x];
  for (let n = 3; Math.abs(term) > 1e-17; n += 2) sum += term = (term * x * x) / n;
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

const parameters = fc.record({
  jumpIntensity: fc.integer({ min: 0, max: 100_000 }),
  jumpMean: fc.integer({ min: 0, max: 3_000 }),
  jumpVol: fc.integer({ min: 0, max: 4_000 }),
});

describe("the number of jumps at a rung", () => {
  test("is the largest that Merton's normal jumps give under any parameters as small or smaller", () => {
    fc.assert(
      fc.property(parameters, fc.constantFrom(...LADDER), fc.constantFrom(-1, 1), (own, size, direction) => {
        const probability = (mean: number, vol: number) => (vol === 0 ? Number(direction < 0 && mean >= size) : phi((-direction * mean - size) / vol));
        let largest = 0;
        for (let i = 0; i <= 40; i++) {
          for (let j = 0; j <= 40; j++) {
            largest = Math.max(largest, probability(((own.jumpMean / 1e4) * i) / 40, ((own.jumpVol / 1e4) * j) / 40));
          }
        }
        const found = expectedJumps(own, direction, size, 24, 2_920);
        const most = 2_920 * (own.jumpIntensity / 1e4 / 365) * largest;
        expect(found).toBeGreaterThanOrEqual(most - 1e-9);
        expect(found).toBeLessThan(most + 1e-6 * Math.max(1, most));
      }),
      { numRuns: 60 },
    );
  });

  test("integrates to the price Merton gives a put that only a jump can bring into the money", () => {
    const own = { jumpIntensity: 12_000, jumpMean: 800, jumpVol: 2_000 };
    const [years, strike] = [1 / 365, Math.exp(-0.2)];
    // E[(K − e^−x)⁺] = ∫ P(jump ≥ x) e^−x dx beyond −ln K, where the ladder's number is Merton's own.
    const step = 1e-4;
    let integral = 0;
    for (let x = 0.2 + step / 2; x < 3; x += step) integral += expectedJumps(own, -1, x, 24, 1) * Math.exp(-x) * step;
    const price = mertonPrice({
      right: "put",
      spot: 1,
      strike,
      years,
      rate: 0,
      dividend: 0,
      volatility: 1e-4,
      intensity: 1.2,
      meanLogJump: -0.08,
      jumpVolatility: 0.2,
      compensated: false,
    });
    // Two jumps in a day are left out of the ladder: one part in three hundred of days with one.
    expect(integral / price).toBeGreaterThan(0.99);
    expect(integral / price).toBeLessThan(1.01);
  });
});

test("a larger parameter only adds jumps: those there were stay, draw for draw", () => {
  fc.assert(
    fc.property(
      fc.array(parameters, { minLength: 1, maxLength: 3 }),
      fc.nat(2),
      fc.constantFrom(...NAMES),
      fc.integer({ min: 0, max: 4_000 }),
      (own, who, name, more) => {
        const assets = ["BTC", "ETH", "SOL"].slice(0, own.length);
        const raised = own.map((one, a) => (a === who % own.length ? { ...one, [name]: one[name] + more } : one));
        const count = (jumps: ReturnType<typeof jumpsOf>) => {
          const counts = new Map<string, number>();
          for (const jump of jumps) counts.set(JSON.stringify(jump), (counts.get(JSON.stringify(jump)) ?? 0) + 1);
          return counts;
        };
        const after = count(jumpsOf(assets, raised, 24, 2_920));
        for (const [jump, times] of count(jumpsOf(assets, own, 24, 2_920))) expect(after.get(jump) ?? 0).toBeGreaterThanOrEqual(times);
      },
    ),
  );
});

test("raising intensity, mean or deviation of any underlying lowers the requirement of no book, not even of a butterfly", () => {
  for (const name of NAMES) expect(PARAMETERS.find((spec) => spec.name === name)).toMatchObject({ tighter: "up", reach: "engine" });
  const instruments = quiet.underlyings.flatMap(({ asset, spot }): Instrument[] => [
    { kind: "perp", underlying: asset },
    ...[0.7, 0.85, 0.95, 1, 1.05, 1.2, 1.4].flatMap((moneyness) =>
      (["call", "put"] as const).map((right) => ({ kind: "option" as const, underlying: asset, right, strike: spot * moneyness, expiryHour: quiet.hour + 96 })),
    ),
  ]);
  const half = instruments.length / 2;
  /** Positions in one underlying: linear, straddle, strangle, spread, butterflies at three places; both sides, in both underlyings, and pairs. */
  const shapes: Row[] = [
    [[0, 40]],
    [
      [7, 20],
      [8, 20],
    ],
    [
      [4, 20],
      [11, 20],
    ],
    [
      [6, 30],
      [2, -30],
    ],
    ...[2, 4, 6].map(
      (put): Row => [
        [put, 30],
        [put + 2, -60],
        [put + 4, 30],
      ],
    ),
  ];
  const rows: Row[] = shapes.flatMap((shape) =>
    [1, -1].flatMap((side): Row[] => {
      const here = shape.map(([i, lots]) => [i, side * lots] as const);
      const there = shape.map(([i, lots]) => [i + half, -9 * side * lots] as const);
      return [here, there, [...here, ...there]];
    }),
  );
  const table = tableOf(instruments, rows);
  const requirements = (changed: ParameterSet) => createMarginEngine(market, changed, COUNTS).step(quiet, instruments).requirements(table).maintenance;
  // The tail alone, so that neither grid nor stress hides what the jumps do.
  const bare = ["BTC", "ETH"].reduce(
    (set, scope) => withValue(withValue(set, { scope, name: "spotRange" }, 200), { scope, name: "shortOptionMinimum" }, 0),
    withValue(initialParameters(), { scope: "protocol", name: "stressWeight" }, 0),
  );
  for (const riskMeasure of [0, 1]) {
    const base = withValue(bare, { scope: "protocol", name: "riskMeasure" }, riskMeasure);
    for (const scope of ["BTC", "ETH"]) {
      for (const [name, values] of [
        ["jumpIntensity", [0, 8_617, 60_000, 500_000]],
        ["jumpMean", [0, 700, 2_000, 6_000]],
        ["jumpVol", [0, 600, 2_200, 9_000]],
      ] as const) {
        let before = new Float64Array(rows.length);
        for (const value of values) {
          const after = requirements(withValue(base, { scope, name }, value));
          for (let a = 0; a < rows.length; a++) expect(after[a], `row ${a} at ${scope}.${name} ${value}`).toBeGreaterThanOrEqual(before[a]);
          before = Float64Array.from(after);
        }
      }
    }
  }
});

test("common jumps hit all underlyings on one date, the others one, and what jumps moves at least its rung", () => {
  const assets = ["BTC", "ETH", "SOL"];
  const own = assets.map((asset) => {
    const { jumpIntensity, jumpMean, jumpVol } = initialParameters().underlyings[asset];
    return { jumpIntensity, jumpMean, jumpVol };
  });
  const jumps = jumpsOf(assets, own, 24, 2_920);
  expect(jumps.length).toBeGreaterThan(12);
  expect(jumps.length).toBeLessThan(72);
  expect(new Set(jumps.map(({ who }) => who))).toEqual(new Set([-1, 0, 1, 2]));
  expect(new Set(jumps.map(({ size }) => Math.sign(size)))).toEqual(new Set([-1, 1]));
  for (const { size } of jumps) expect(LADDER).toContain(Math.abs(size));
});
