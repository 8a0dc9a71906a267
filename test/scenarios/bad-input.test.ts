import { beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createMarginEngine } from "../../sim/margin/index.ts";
import type { Dataset } from "../../sim/market/dataset.ts";
import { createMarket } from "../../sim/market/market.ts";
import { initialParameters } from "../../sim/parameters/index.ts";
import { tableOf } from "../margin/book.ts";

const COUNTS = { filtered: 128, stressed: 32 };
const HOUR = Date.UTC(2024, 5, 3) / 3_600_000;
let dataset: Dataset;
beforeAll(async () => {
  dataset = await loadDataset();
});

/** The dataset as if its history had begun `days` before the hour. */
function beginning(days: number): Dataset {
  const cut = (history: Dataset["history"]) => {
    const from = HOUR - days * 24 - history.startHour;
    return { ...history, startHour: history.startHour + from, hours: history.hours - from, closes: history.closes.map((closes) => closes.slice(from)) };
  };
  return { ...dataset, history: cut(dataset.history), perpetuals: cut(dataset.perpetuals), hourlyPegs: cut(dataset.hourlyPegs) };
}
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("a history shorter than the lookback", () => {
  test("of some months is used as far as it goes: the tail is measured in the moves there are", () => {
    const market = createMarket(beginning(200));
    const snapshot = market.snapshotAt(HOUR);
    const step = createMarginEngine(market, initialParameters(), COUNTS).step(snapshot, [{ kind: "perp", underlying: "BTC" }]);
    // 30 days make the first volatility, then a move every six hours.
    expect(step.filteredPopulation).toBeGreaterThan(4 * 165);
    expect(step.filteredPopulation).toBeLessThanOrEqual(4 * 170);
    expect(step.requirements(tableOf(step.instruments, [[[0, 128]]])).maintenance[0]).toBeGreaterThan(0.1 * snapshot.underlyings[0].spot);
  });

  test("of too few moves for any tail is refused, and says what to do", () => {
    const market = createMarket(beginning(42));
    const engine = createMarginEngine(market, initialParameters(), COUNTS);
    expect(() => engine.step(market.snapshotAt(HOUR), [{ kind: "perp", underlying: "BTC" }])).toThrow(code("SCENARIOS_TOO_FEW"));
  });

  test("that does not reach the hour is refused", () => {
    const market = createMarket(dataset);
    const after = dataset.history.startHour + dataset.history.hours + 1;
    const snapshot = { ...market.snapshotAt(HOUR), hour: after };
    expect(() => createMarginEngine(market, initialParameters(), COUNTS).step(snapshot, [])).toThrow(code("HISTORY_NOT_COVERED"));
  });
});

describe("an underlying without data", () => {
  const withState = (asset: string) => {
    const market = createMarket(dataset);
    const snapshot = market.snapshotAt(HOUR);
    return { market, snapshot: { ...snapshot, underlyings: [...snapshot.underlyings, { ...snapshot.underlyings[0], asset }] } };
  };

  test("in the market is refused by name, with the assets there are", () => {
    const { market, snapshot } = withState("DOGE");
    const known = initialParameters();
    const engine = createMarginEngine(market, { ...known, underlyings: { ...known.underlyings, DOGE: known.underlyings.BTC } }, COUNTS);
    expect(() => engine.step(snapshot, [])).toThrow(
      expect.objectContaining({ code: "HISTORY_MISSING", fix: expect.stringContaining("BTC, ETH, SOL, LINK, AVAX") }),
    );
  });

  test("in a position is refused, also where it is a stablecoin that nobody writes contracts on", () => {
    const market = createMarket(dataset);
    const engine = createMarginEngine(market, initialParameters(), COUNTS);
    const snapshot = market.snapshotAt(HOUR);
    for (const underlying of ["DOGE", "USDC"]) {
      expect(() => engine.step(snapshot, [{ kind: "perp", underlying }])).toThrow(code("UNDERLYING_MISSING"));
    }
    expect(() => engine.step(snapshot, [{ kind: "spot", underlying: "USDC" }])).not.toThrow();
  });

  test("in the parameters is refused", () => {
    const market = createMarket(dataset);
    const engine = createMarginEngine(market, initialParameters(["BTC"]), COUNTS);
    expect(() => engine.step(market.snapshotAt(HOUR), [])).toThrow(code("PARAMETERS_MISSING"));
  });
});

test("perpetuals and pegs that nobody has are a documented fallback: the basis follows the spot, the depeg shock stands for the peg", () => {
  const none = (history: Dataset["history"]) => ({ ...history, assets: [], closes: [] });
  const market = createMarket({ ...dataset, perpetuals: none(dataset.perpetuals), hourlyPegs: none(dataset.hourlyPegs), pegs: {}, funding: {} });
  const snapshot = market.snapshotAt(HOUR);
  expect(snapshot.pegs).toEqual({});
  const instruments = [
    { kind: "spot", underlying: "BTC" },
    { kind: "perp", underlying: "BTC" },
    { kind: "spot", underlying: "ETH" },
    { kind: "spot", underlying: "ETH", coin: "stETH" },
  ] as const;
  const { core } = createMarginEngine(market, initialParameters(), COUNTS)
    .step(snapshot, instruments)
    .requirements(tableOf(instruments, [[[0, 128]], [[1, 128]], [[2, 80]], [[3, 80]]]));
  expect(core[1]).toBeGreaterThan(1.02 * core[0]);
  expect(core[1]).toBeLessThan(1.04 * core[0]);
  expect(core[3]).toBeGreaterThan(core[2]);
});
