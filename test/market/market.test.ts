import { beforeAll, describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import type { DailySeries, Dataset } from "../../sim/market/dataset.ts";
import { volatilityMove } from "../../sim/market/implied-model.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import { atmVolatility, LEVEL_YEARS, surfaceViolations } from "../../sim/market/surface.ts";
import { createRandom } from "../../sim/math/random.ts";

const hourOf = (time: string) => Date.parse(`${time}Z`) / 3_600_000;

/** What was known at the start of an hour: everything later cut off. */
function truncated(dataset: Dataset, hour: number): Dataset {
  const hours = hour - dataset.history.startHour;
  const day = Math.floor(hour / 24);
  const before = (series: DailySeries) => ({ startDay: series.startDay, values: series.values.slice(0, Math.max(0, day - series.startDay)) });
  const all = (record: Readonly<Record<string, DailySeries>>) => Object.fromEntries(Object.entries(record).map(([asset, series]) => [asset, before(series)]));
  return {
    ...dataset,
    crashes: [],
    history: { ...dataset.history, hours, closes: dataset.history.closes.map((closes) => closes.slice(0, hours)) },
    dvol: all(dataset.dvol),
    dailyVolumeUsd: all(dataset.dailyVolumeUsd),
    gasGwei: before(dataset.gasGwei),
    pegs: all(dataset.pegs),
    ...later(dataset, hour, (values, from) => values.slice(0, from)),
  };
}

/** Perpetuals, stablecoins and funding with what comes after an hour changed. A funding rate is known at its payment. */
function later({ perpetuals, hourlyPegs, funding }: Dataset, hour: number, change: (values: Float64Array, from: number) => Float64Array) {
  const hourly = (history: Dataset["history"]) => ({ ...history, closes: history.closes.map((closes) => change(closes, hour - history.startHour)) });
  return {
    perpetuals: hourly(perpetuals),
    hourlyPegs: hourly(hourlyPegs),
    funding: Object.fromEntries(
      Object.entries(funding).map(([asset, { startHour, rates }]) => [
        asset,
        { startHour, rates: change(rates, Math.max(0, Math.floor((hour - startHour) / 8) + 1)) },
      ]),
    ),
  };
}

/** The same with nonsense in place of the future. */
function poisoned(dataset: Dataset, hour: number): Dataset {
  const from = hour - dataset.history.startHour;
  const day = Math.floor(hour / 24);
  const spoil = (series: DailySeries) => ({ ...series, values: series.values.map((value, i) => (series.startDay + i >= day ? 999 : value)) });
  const all = (record: Readonly<Record<string, DailySeries>>) => Object.fromEntries(Object.entries(record).map(([asset, series]) => [asset, spoil(series)]));
  return {
    ...dataset,
    history: { ...dataset.history, closes: dataset.history.closes.map((closes) => closes.map((close, i) => (i >= from ? 12345 + i : close))) },
    dvol: all(dataset.dvol),
    dailyVolumeUsd: all(dataset.dailyVolumeUsd),
    gasGwei: spoil(dataset.gasGwei),
    pegs: all(dataset.pegs),
    ...later(dataset, hour, (values, from) => values.map((value, i) => (i >= from ? 777 + i : value))),
  };
}

describe("a market", () => {
  let dataset: Dataset;
  let market: Market;
  beforeAll(async () => {
    dataset = await loadDataset();
    market = createMarket(dataset);
  });

  const state = (time: string, asset: string) => market.snapshotAt(hourOf(time)).underlyings.find((underlying) => underlying.asset === asset)!;

  it("does not look ahead: cut off or spoiled after t, the snapshot at t has the same bits", () => {
    const random = createRandom("no look-ahead");
    const first = dataset.history.startHour + 1000;
    const hours = Array.from({ length: 10 }, () => first + random.integer(dataset.history.hours - 1000));
    // the hour of a crash, the first and last of a day, the last of the history
    hours.push(hourOf("2020-03-13T03:00"), hourOf("2022-11-09T00:00"), hourOf("2022-11-09T23:00"), hourOf("2025-10-10T22:00"));
    for (const hour of hours) {
      const known = market.snapshotAt(hour);
      expect(createMarket(truncated(dataset, hour)).snapshotAt(hour)).toEqual(known);
      expect(createMarket(poisoned(dataset, hour)).snapshotAt(hour)).toEqual(known);
      expect(createMarket(truncated(dataset, hour)).assetsAt(hour, 365)).toEqual(market.assetsAt(hour, 365));
    }
    const last = dataset.history.startHour + dataset.history.hours;
    expect(market.snapshotAt(last).underlyings.length).toBe(5);
  });

  it("shows the last close before the hour", () => {
    // Binance hourly closes: the bar of 2020-03-13 02h closed at 4848.71 (its low, 3782.13, is a published anchor)
    expect(state("2020-03-13T03:00", "BTC").spot).toBeCloseTo(4848.71, 1);
    const index = hourOf("2022-11-09T12:00") - dataset.history.startHour;
    const eth = dataset.history.assets.indexOf("ETH");
    expect(state("2022-11-09T12:00", "ETH").spot).toBe(dataset.history.closes[eth][index - 1]);
  });

  it("takes DVOL's daily close from the end of its day, carried by the spot until the next", () => {
    // Deribit: ETH DVOL closed 2022-11-08 at 104.85 and 2022-11-09 at 153.93
    expect(state("2022-11-09T00:00", "ETH")).toMatchObject({ atmVolatility: 1.0485, atmSource: "dvol" });
    expect(state("2022-11-10T00:00", "ETH").atmVolatility).toBe(1.5393);
    const late = state("2022-11-09T23:00", "ETH");
    const move = Math.log(late.spot / state("2022-11-09T00:00", "ETH").spot);
    expect(move).toBeLessThan(-0.1);
    expect(late.atmVolatility).toBeCloseTo(1.0485 * (1 + volatilityMove(move, 23)), 12);
    expect(late.atmVolatility).toBeGreaterThan(1.2);
    expect(late.atmVolatility).toBeLessThan(1.5393);
  });

  it("says when the level is a model: before DVOL, for assets without, more than three days after its last close", () => {
    expect(state("2020-03-13T03:00", "BTC").atmSource).toBe("model");
    expect(state("2020-03-13T03:00", "BTC").atmVolatility).toBeGreaterThan(1.1);
    expect(state("2024-08-05T07:00", "SOL").atmSource).toBe("model");
    const { startDay, values } = dataset.dvol.ETH;
    const gap = values.findIndex((value, i) => Number.isNaN(value) && values.slice(i, i + 30).every(Number.isNaN));
    expect(gap).toBeGreaterThan(0);
    const lastKnown = (startDay + gap) * 24;
    const sources = [0, 72, 73].map((age) => market.snapshotAt(lastKnown + age).underlyings.find(({ asset }) => asset === "ETH")?.atmSource);
    expect(sources).toEqual(["dvol", "dvol", "model"]);
  });

  it("gives assets without a DVOL the premium BTC's options have: ETH's level hardly jumps where its own begins and ends", () => {
    const { startDay, values } = dataset.dvol.ETH;
    const jumps: number[] = [];
    for (let i = 1; i < values.length; i++) {
      const begins = values[i] > 0 && values.slice(Math.max(0, i - 5), i).every(Number.isNaN);
      if (!begins) continue;
      const hour = (startDay + i + 1) * 24;
      const before = market.snapshotAt(hour - 1).underlyings.find(({ asset }) => asset === "ETH")!;
      expect(before.atmSource).toBe("model");
      jumps.push(Math.abs(Math.log(values[i] / before.atmVolatility)));
    }
    expect(jumps.length).toBeGreaterThan(5);
    expect(Math.max(...jumps)).toBeLessThan(0.12);
  });

  it("has plausible, arbitrage-free states through every crash", () => {
    for (const crash of dataset.crashes) {
      for (let hour = crash.startHour; hour < crash.startHour + crash.hours; hour += 5) {
        for (const underlying of market.snapshotAt(hour).underlyings) {
          expect(underlying.realisedVolatility).toBeGreaterThan(0.1);
          expect(underlying.realisedVolatility).toBeLessThan(6);
          expect(underlying.longRunVolatility).toBeGreaterThan(0.3);
          expect(underlying.atmVolatility).toBeGreaterThan(0.2);
          expect(underlying.atmVolatility).toBeLessThan(6);
          expect(underlying.dailyVolumeUsd).toBeGreaterThan(1e6);
          expect(surfaceViolations(underlying.surface)).toEqual([]);
          expect(atmVolatility(underlying.surface, LEVEL_YEARS)).toBeCloseTo(underlying.atmVolatility, 10);
        }
      }
    }
  });

  it("takes the long run as the median of the days known, volume over 30 days, gas of the last day", () => {
    const hour = hourOf("2021-05-19T14:00");
    const day = Math.floor(hour / 24);
    const daily: number[] = [];
    for (let d = Math.ceil(dataset.history.startHour / 24) + 32; d <= day; d++) {
      daily.push(market.snapshotAt(d * 24).underlyings.find(({ asset }) => asset === "BTC")?.realisedVolatility ?? Number.NaN);
    }
    const { startDay, values } = dataset.dailyVolumeUsd.BTC;
    const month = [...values.slice(day - 30 - startDay, day - startDay)];
    expect(state("2021-05-19T14:00", "BTC").dailyVolumeUsd / (month.reduce((a, b) => a + b, 0) / 30)).toBeCloseTo(1, 12);
    expect(market.snapshotAt(hour).gasGwei).toBe(dataset.gasGwei.values[day - 1 - dataset.gasGwei.startDay]);
    const sorted = daily.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    // a day or two at the beginning, and one in an outage, are not in this count
    expect(state("2021-05-19T14:00", "BTC").longRunVolatility / sorted[sorted.length >> 1]).toBeCloseTo(1, 2);
  });

  it("lists assets by the age of their history and the freshness of their last close", () => {
    expect(market.assetsAt(hourOf("2018-06-01T00:00"), 200).sort()).toEqual(["BTC", "ETH"]);
    expect(market.assetsAt(hourOf("2020-09-01T00:00"), 30)).not.toContain("SOL");
    expect(market.assetsAt(hourOf("2020-09-15T00:00"), 30)).toContain("SOL");
    expect(market.assetsAt(hourOf("2020-09-15T00:00"), 90)).not.toContain("SOL");
    expect(market.assetsAt(hourOf("2024-01-01T00:00"), 365).sort()).toEqual(["AVAX", "BTC", "ETH", "LINK", "SOL"]);
  });

  it("refuses an hour it knows nothing of", () => {
    const { startHour, hours } = dataset.history;
    for (const hour of [startHour, startHour + hours + 1, startHour + 2000.5, Number.NaN]) {
      expect(() => market.snapshotAt(hour)).toThrow(expect.objectContaining({ code: "MARKET_HOUR_UNKNOWN" }));
    }
    // no asset has 30 days yet; the exchange had been down for more than a day
    expect(() => market.snapshotAt(startHour + 200)).toThrow(expect.objectContaining({ code: "MARKET_HOUR_UNKNOWN" }));
    expect(() => market.snapshotAt(hourOf("2018-02-09T06:00"))).toThrow(expect.objectContaining({ code: "MARKET_HOUR_UNKNOWN" }));
  });

  it("offers the logarithms of its closes, gaps left open", () => {
    const eth = market.history.assets.indexOf("ETH");
    const gap = hourOf("2021-04-25T06:00") - market.history.startHour;
    expect(market.logCloses[eth][gap]).toBeNaN();
    expect(market.logCloses[eth][gap - 10]).toBeCloseTo(Math.log(market.history.closes[eth][gap - 10]), 14);
  });
});
