import { describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createMarginEngine } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/market.ts";
import type { Snapshot } from "../../sim/market/snapshot.ts";
import { initialParameters, type ParameterSet, withValue } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";
import { createMoves, createScenarioSource } from "../../sim/scenarios/index.ts";
import { type Row, tableOf } from "./book.ts";
import { createSecond, requirementOf } from "./second-implementation.ts";

const dataset = await loadDataset();
const market = createMarket(dataset);
const second = createSecond(dataset);
const COUNTS = { filtered: 512, stressed: 128 };

const hourOf = (iso: string) => Date.parse(iso) / 3_600_000;
/** Black Thursday's night; the China ban with SOL nine months old; a quiet day; three days after DVOL began, SOL young. */
const MOMENTS: readonly (readonly [string, readonly string[]])[] = [
  ["2020-03-13T03:00Z", ["BTC", "ETH"]],
  ["2021-05-19T14:00Z", ["BTC", "ETH", "SOL"]],
  ["2024-06-03T00:00Z", ["BTC", "ETH", "SOL", "LINK", "AVAX"]],
  ["2020-11-26T10:00Z", ["ETH", "SOL"]],
];

const narrowed = (snapshot: Snapshot, assets: readonly string[]): Snapshot => ({
  ...snapshot,
  underlyings: snapshot.underlyings.filter(({ asset }) => assets.includes(asset)),
});
const set = (changes: Readonly<Record<string, number>>): ParameterSet =>
  Object.entries(changes).reduce((result, [name, value]) => withValue(result, { scope: "protocol", name }, value), initialParameters());

/** Largest |a − b| over max(|b|, scale). */
const distance = (a: readonly number[], b: readonly number[], scale: number) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]) / Math.max(Math.abs(b[i]), scale)));

const SETS: readonly (readonly [string, ParameterSet])[] = [
  ["the initial parameters", initialParameters()],
  ["value at risk at 99.99 %, no stress", set({ riskMeasure: 0, confidence: 9_999, stressWeight: 0 })],
  ["five days, all stress, no netting, a short memory", set({ horizon: 432_000, stressWeight: 10_000, offsetCap: 0, lookback: 400, decay: 9_400 })],
  ["one and a half hours, 95 %", set({ horizon: 5_400, confidence: 9_500 })],
];

describe.each(MOMENTS)("at %s", (iso, assets) => {
  const hour = hourOf(iso);
  const snapshot = narrowed(market.snapshotAt(hour), assets);
  const states = assets.map((asset) => second.stateAt(asset, hour));

  it("the market is the same", () => {
    const numbers = (from: Snapshot["underlyings"][number]) => [
      from.spot,
      from.realisedVolatility,
      from.longRunVolatility,
      from.atmVolatility,
      from.dailyVolumeUsd,
      from.recentVolumeUsd,
      from.perpetualBasis,
    ];
    states.forEach((state, u) => {
      const atm = Math.sqrt(state.theta(30 / 365) / (30 / 365));
      const expected = [state.spot, state.realised, state.longRun, atm, state.volumeUsd, state.recentUsd, state.basis];
      expect(distance(numbers(snapshot.underlyings[u]), expected, 0)).toBeLessThan(1e-9);
    });
  });

  it.each(SETS)("every scenario is the same under %s", (_, parameters) => {
    const engine = createScenarioSource(createMoves(market, parameters.protocol.decay), parameters, COUNTS).at(snapshot);
    const shocks = second.shocksAt(states, hour, parameters, COUNTS);
    for (const name of ["filtered", "stressed", "grid"] as const) {
      const { offset, count } = engine[name];
      const own = shocks.filter(({ family }) => family === name);
      expect(own).toHaveLength(count);
      assets.forEach((_asset, a) => {
        const cut = (row: Float64Array) => [...row.subarray(offset, offset + count)];
        expect(
          distance(
            cut(engine.spot[a]),
            own.map(({ spot }) => spot[a]),
            1e-3,
          ),
        ).toBeLessThan(1e-9);
        expect(
          distance(
            cut(engine.volatility[a]),
            own.map(({ volatility }) => volatility[a]),
            1e-3,
          ),
        ).toBeLessThan(1e-9);
        expect(
          distance(
            cut(engine.basis[a]),
            own.map(({ basis }) => basis[a]),
            1e-3,
          ),
        ).toBeLessThan(1e-9);
        expect(
          distance(
            cut(engine.tilt[a]),
            own.map(({ tilt }) => tilt[a]),
            1e-3,
          ),
        ).toBeLessThan(1e-9);
        expect(cut(engine.volatilityFloor[a])).toEqual(own.map(({ floor }) => floor[a]));
      });
      for (const coin of ["USDC", "stETH"]) {
        const found = [...engine.pegs[coin].subarray(offset, offset + count)];
        expect(
          distance(
            found,
            own.map(({ pegs }) => pegs[coin] ?? 0),
            1e-3,
          ),
        ).toBeLessThan(1e-9);
      }
    }
  });

  it.each(SETS)("every component of a requirement is the same under %s", (_, parameters) => {
    const contracts = assets.flatMap((underlying, u): Instrument[] => [
      { kind: "perp", underlying },
      { kind: "spot", underlying },
      { kind: "future", underlying, expiryHour: hour + 90 * 24 },
      ...[0.7, 1, 1.25].flatMap((moneyness) =>
        (["call", "put"] as const).map((right) => ({
          kind: "option" as const,
          underlying,
          right,
          strike: states[u].spot * moneyness,
          expiryHour: hour + (moneyness === 1 ? 53 : 720),
        })),
      ),
    ]);
    const ether = assets.indexOf("ETH") * 9;
    const instruments: Instrument[] = [...contracts, { kind: "spot", underlying: "ETH", coin: "stETH" }, { kind: "spot", underlying: "USDC" }];
    const [staked, dollar] = [contracts.length, contracts.length + 1];
    // Nine instruments an underlying: a long perp, a short strangle, a covered call, a put spread, a pair, a basis trade, a calendar of futures,
    // a short perp on stETH, a short straddle on dollars, and a whale with everything.
    const rows: Row[] = [
      [[0, 100]],
      [
        [4, -40],
        [7, -40],
      ],
      [
        [1, 64],
        [7, -64],
      ],
      [
        [4, 50],
        [6, -50],
      ],
      [
        [0, 64],
        [9, -500],
      ],
      [
        [0, -320],
        [1, 320],
      ],
      [
        [2, 100],
        [0, -100],
      ],
      [
        [ether, -800],
        [staked, 800],
      ],
      [
        [3, -30],
        [4, -30],
        [dollar, 2_000],
      ],
      instruments.map((_instrument, i): readonly [number, number] => [i, ((i * 7919) % 13) * 1_000 - 6_000]),
    ];
    const table = tableOf(instruments, rows);
    const found = createMarginEngine(market, parameters, COUNTS).step(snapshot, instruments).requirements(table);
    const shocks = second.shocksAt(states, hour, parameters, COUNTS);
    rows.forEach((row, a) => {
      const expected = requirementOf(
        row.map(([i, lots]) => [instruments[i], lots]),
        states,
        shocks,
        hour,
        parameters,
        { stETH: second.lastPeg("stETH", hour), USDC: second.lastPeg("USDC", hour) },
      );
      for (const [name, value] of Object.entries(expected)) {
        // What a lot gains is snapped to a multiple of 2⁻²⁰ USD.
        const snapped = row.reduce((sum, [, lots]) => sum + Math.abs(lots) * 2 ** -20, 0);
        const difference = Math.abs(found[name as keyof typeof expected][a] - value);
        expect(difference, `${name} of row ${a}`).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)) + snapped);
      }
    });
  });
});
