import { expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createWasmKernel } from "../../sim/kernel/index.ts";
import { explain } from "../../sim/margin/explanation.ts";
import { createMarginEngine } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/market.ts";
import { initialParameters, type ParameterSet, withValue } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";
import { createMoves, createScenarioSource } from "../../sim/scenarios/index.ts";
import { type Row, tableOf } from "./book.ts";

const COUNTS = { filtered: 256, stressed: 64 };
const market = createMarket(await loadDataset());
const snapshot = (() => {
  const all = market.snapshotAt(Date.UTC(2024, 5, 3) / 3_600_000);
  return { ...all, underlyings: all.underlyings.filter(({ asset }) => asset === "BTC" || asset === "ETH") };
})();
const option = (underlying: string, right: "call" | "put", strike: number): Instrument => ({
  kind: "option",
  underlying,
  right,
  strike,
  expiryHour: snapshot.hour + 30 * 24,
});
const INSTRUMENTS: Instrument[] = [
  { kind: "perp", underlying: "BTC" },
  option("BTC", "call", 70_000),
  option("BTC", "put", 60_000),
  { kind: "perp", underlying: "ETH" },
  option("ETH", "call", 4_000),
  option("ETH", "put", 3_500),
  { kind: "spot", underlying: "USDC" },
];

function explained(row: Row, parameters: ParameterSet = initialParameters()) {
  const table = tableOf(INSTRUMENTS, [row]);
  const required = createMarginEngine(market, parameters, COUNTS).step(snapshot, INSTRUMENTS).requirements(table);
  const set = createScenarioSource(createMoves(market, parameters.protocol.decay), parameters, COUNTS).at(snapshot);
  return { required, why: explain({ kernel: createWasmKernel(), snapshot, instruments: INSTRUMENTS, set, parameters }, table, 0) };
}

const BOOKS: Record<string, Row> = {
  "a long perpetual": [[0, 100]],
  "a short straddle": [
    [1, -100],
    [2, -100],
  ],
  "a hedged book of two underlyings": [
    [0, 60],
    [1, -120],
    [3, -400],
    [4, 700],
    [5, -300],
  ],
  "a straddle and a pair on dollars": [
    [1, -100],
    [2, -100],
    [3, 400],
    [6, 5_000],
  ],
  "a pair trade": [
    [0, 100],
    [3, -1_000],
  ],
};
const SETS: Record<string, ParameterSet> = {
  "expected shortfall": initialParameters(),
  "value at risk": withValue(initialParameters(), { scope: "protocol", name: "riskMeasure" }, 0),
  "no stress, all netted": withValue(
    withValue(initialParameters(), { scope: "protocol", name: "stressWeight" }, 0),
    { scope: "protocol", name: "offsetCap" },
    8_000,
  ),
  "a wide grid": withValue(initialParameters(), { scope: "BTC", name: "spotRange" }, 6_000),
};

/** The requirement is what the engine says; the explanation sums other cubes in another way and has to come to the same. */
test.each(Object.keys(BOOKS).flatMap((name) => Object.keys(SETS).map((set) => [name, set] as const)))(
  "%s under %s: the parts add up to the requirement",
  (name, set) => {
    const { required, why } = explained(BOOKS[name], SETS[set]);
    const loss = Math.max(required.offset[0], required.grid[0]);
    const { delta, gamma, vega, skew, basis } = why.factors;
    expect(why.from).toBe(required.grid[0] > required.offset[0] ? "grid" : "core");
    expect(why.loss).toBeCloseTo(loss, 4);
    expect(delta + gamma + vega + skew + basis).toBeCloseTo(loss, 4);
    expect(why.positions.reduce((sum, part) => sum + part, 0)).toBeCloseTo(loss, 4);
  },
);

test("a perpetual is delta and a little basis; a short straddle loses by gamma and vega; a long straddle gains by gamma where the other lost", () => {
  const linear = explained(BOOKS["a long perpetual"]).why;
  expect(Math.abs(linear.factors.gamma) + Math.abs(linear.factors.vega) + Math.abs(linear.factors.skew)).toBeLessThan(1e-3);
  expect(Math.abs(linear.factors.basis)).toBeLessThan(0.05 * linear.factors.delta);
  const short = explained(BOOKS["a short straddle"]).why;
  expect(short.factors.gamma).toBeGreaterThan(0);
  expect(short.factors.gamma + short.factors.vega).toBeGreaterThan(0.5 * short.loss);
  const long = explained([
    [1, 100],
    [2, 100],
  ]).why;
  expect(long.factors.gamma).toBeLessThanOrEqual(0);
});

test("a hedge contributes less than nothing", () => {
  const { why } = explained([
    [0, 40],
    [1, -100],
  ]);
  expect(Math.min(...why.positions)).toBeLessThan(0);
});
