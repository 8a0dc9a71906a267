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
