import { beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createWasmKernel } from "../../sim/kernel/index.ts";
import { createDrawMemory, createMarginEngine } from "../../sim/margin/index.ts";
import { createMarket, type Market } from "../../sim/market/index.ts";
import { initialParameters, type ParameterSet, withValue } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";

const COUNTS = { filtered: 256, stressed: 32 };

let market: Market;
beforeAll(async () => {
  market = createMarket(await loadDataset());
});

/** Requirements of a long and a short of each asset, alone, at an hour. */
function required(parameters: ParameterSet, hour: number, memory = createDrawMemory(market)): Float64Array {
  const snapshot = market.snapshotAt(hour);
  const instruments = snapshot.underlyings.map(({ asset }): Instrument => ({ kind: "perp", underlying: asset }));
  const entries = instruments.flatMap((_, i) => [i, i]);
  return createMarginEngine(market, parameters, COUNTS, createWasmKernel(), memory)
    .step(snapshot, instruments)
    .requirements({
      accounts: entries.length,
      offsets: Int32Array.from({ length: entries.length + 1 }, (_, a) => a),
      instrument: Int32Array.from(entries),
      lots: Float64Array.from(entries, (_, e) => (e % 2 === 0 ? 80 : -80)),
    })
    .maintenance.slice();
}

test("engines that share draws ask for what each asks for by itself, whatever parameter sets them apart", () => {
  const initial = initialParameters();
  const ofProtocol = (name: string, value: number) => withValue(initial, { scope: "protocol", name }, value);
  const ofBitcoin = (name: string, value: number) => withValue(initial, { scope: "BTC", name }, value);
  const sets = [
    initial,
    ofProtocol("lookback", 400),
    ofProtocol("decay", 9_900),
    ofProtocol("horizon", 43_200),
    ofProtocol("confidence", 9_800),
    ofBitcoin("jumpIntensity", 50_000),
    ofBitcoin("jumpMean", 3_000),
    ofBitcoin("jumpVol", 3_000),
    ofBitcoin("volFloor", 9_000),
    initial,
  ];
  const memory = createDrawMemory(market);
  const hours = [Date.UTC(2024, 5, 3) / 3_600_000, Date.UTC(2022, 10, 9, 12) / 3_600_000];
  const seen = new Set<string>();
  for (const hour of hours) {
    for (const set of sets) {
      const shared = required(set, hour, memory);
      expect(shared).toEqual(required(set, hour));
      seen.add(shared.join());
    }
  }
  // Each of them does set something apart at some hour.
  expect(seen.size).toBeGreaterThanOrEqual(sets.length);
});

test("draws of another market are refused", () => {
  const other = createMarket(market.dataset);
  expect(() => createMarginEngine(market, initialParameters(), COUNTS, createWasmKernel(), createDrawMemory(other))).toThrow(
    expect.objectContaining({ code: "MEMORY_OF_ANOTHER_MARKET" }),
  );
});
