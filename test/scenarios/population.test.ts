import { beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createMarginEngine, QUICK_COUNTS } from "../../sim/margin/index.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import { initialParameters, PARAMETERS, withValue } from "../../sim/parameters/index.ts";
import { createMoves, filteredDraws } from "../../sim/scenarios/index.ts";

let market: Market;
beforeAll(async () => {
  market = createMarket(await loadDataset());
});

const HOURS = [Date.UTC(2020, 5, 1), Date.UTC(2021, 6, 1), Date.UTC(2022, 11, 1), Date.UTC(2024, 5, 1)].map((time) => time / 3_600_000);

test("few draws of many moves have the tail of the many, for a book of any direction", () => {
  const moves = createMoves(market, 9_700);
  for (const hour of HOURS) {
    const ask = (count: number) =>
      filteredDraws({ moves, hour, assets: [0, 1], horizonHours: 24, lookbackDays: 730, volatilityFloors: [0.4, 0.4], count, confidenceBps: 9_900 });
    const [few, all] = [ask(512), ask(5_000)];
    expect(few.population).toBe(all.population);
    expect(few.ends).toHaveLength(512);
    expect(all.ends).toHaveLength(all.population);
    const mass = Math.floor(all.population * 0.01);
    for (const [btc, eth] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [1, -1],
      [-1, 1],
      [1, 1],
      [1, -0.5],
    ]) {
      const worst = ({ spot, ends }: typeof few) =>
        Array.from(ends, (_, k) => btc * spot[0][k] + eth * spot[1][k])
          .sort((x, y) => x - y)
          .slice(0, mass);
      expect(worst(few)).toEqual(worst(all));
    }
  }
});

test("the tail of a position, and of a pair, is among the draws whatever more volatile assets are in the market", () => {
  const moves = createMoves(market, 9_700);
  // A month after Black Thursday; after Terra and after FTX, with small assets far more volatile than BTC; a quiet day; the night of 11 October.
  const hours = [Date.UTC(2020, 3, 12), Date.UTC(2022, 5, 14), Date.UTC(2022, 11, 1), Date.UTC(2024, 5, 3), Date.UTC(2025, 9, 12)];
  for (const hour of hours.map((time) => time / 3_600_000)) {
    const assets = market.snapshotAt(hour).underlyings.map(({ asset }) => moves.assets.indexOf(asset));
    const ask = (count: number) =>
      filteredDraws({ moves, hour, assets, horizonHours: 24, lookbackDays: 730, volatilityFloors: assets.map(() => 0.4), count, confidenceBps: 9_900 });
    const [few, all] = [ask(512), ask(5_000)];
    expect(few.ends).toHaveLength(512);
    const mass = Math.ceil(all.population * 0.01);
    for (const long of assets.keys()) {
      for (const short of [-1, ...assets.keys()]) {
        if (short === long) continue;
        const tails = ({ spot, ends }: typeof few) => {
          const gains = Array.from(ends, (_, k) => spot[long][k] - (short < 0 ? 0 : spot[short][k])).sort((x, y) => x - y);
          return [gains.slice(0, mass), gains.slice(-mass)];
        };
        expect(tails(few)).toEqual(tails(all));
      }
    }
  }
});

test("a floor under one asset's volatility lowers the margin of no position in another", () => {
  expect(PARAMETERS.find(({ name }) => name === "volFloor")).toMatchObject({ tighter: "up", reach: "engine" });
  const snapshot = market.snapshotAt(Date.UTC(2022, 10, 15) / 3_600_000);
  const rates = [6_000, 12_000, 30_000].map((floor) => {
    const parameters = withValue(initialParameters(), { scope: "SOL", name: "volFloor" }, floor);
    return createMarginEngine(market, parameters, { filtered: 512, stressed: 128 }).linearRates(snapshot, "BTC");
  });
  for (let i = 1; i < rates.length; i++) {
    expect(rates[i].long).toBeGreaterThanOrEqual(rates[i - 1].long);
    expect(rates[i].short).toBeGreaterThanOrEqual(rates[i - 1].short);
  }
});

test("five days more or less of lookback hardly move the margin of a position, at the counts of a quick run too", () => {
  for (const hour of HOURS) {
    const snapshot = market.snapshotAt(hour);
    const rates = [715, 720, 725, 730, 735].map((lookback) => {
      const parameters = withValue(initialParameters(), { scope: "protocol", name: "lookback" }, lookback);
      return createMarginEngine(market, parameters, QUICK_COUNTS).linearRates(snapshot, "BTC").long;
    });
    expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(1.05);
  }
});

test("more weight on stress never lowers a margin, nor when today is worse than all stress known", () => {
  const spec = PARAMETERS.find(({ name }) => name === "stressWeight");
  expect(spec?.tighter).toBe("up");
  // Two days after Black Thursday a short position's filtered tail is beyond the stressed one.
  const snapshot = market.snapshotAt(Date.UTC(2020, 2, 16) / 3_600_000);
  const rates = [0, 2_500, 5_000, 10_000].map((weight) => {
    const parameters = withValue(initialParameters(), { scope: "protocol", name: "stressWeight" }, weight);
    return createMarginEngine(market, parameters, QUICK_COUNTS).linearRates(snapshot, "BTC").short;
  });
  for (let i = 1; i < rates.length; i++) expect(rates[i]).toBeGreaterThanOrEqual(rates[i - 1]);
});
