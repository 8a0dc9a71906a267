import { beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import type { Dataset } from "../../sim/market/dataset.ts";
import { basisHistory, createMarket, fundingPaid, lastFundingRate, pegHistory } from "../../sim/market/index.ts";

let dataset: Dataset;
beforeAll(async () => {
  dataset = await loadDataset();
});
const hourOf = (iso: string) => Date.parse(iso) / 3_600_000;
const indexOf = (iso: string) => hourOf(iso) - 1 - dataset.history.startHour;

describe("the basis of a perpetual", () => {
  test("is that of two closes of the hour, is carried for half a day, and is not known without a perpetual", () => {
    const [NAN, startHour] = [Number.NaN, 100];
    const spot = [10, 10, 10, ...new Array(14).fill(10)];
    const perpetual = [NAN, 11, 9, ...new Array(14).fill(NAN)];
    const small: Dataset = {
      ...dataset,
      history: { startHour, hours: 17, assets: ["BTC", "LINK"], closes: [Float64Array.from(spot), Float64Array.from(spot)] },
      // Known from an hour earlier on: the hours are matched, not the places.
      perpetuals: { startHour: 99, hours: 18, assets: ["BTC"], closes: [Float64Array.from([NAN, ...perpetual])] },
    };
    const [bitcoin, link] = basisHistory(small);
    expect(bitcoin[0]).toBeNaN();
    expect(bitcoin[1]).toBeCloseTo(Math.log(1.1), 12);
    for (let i = 2; i <= 14; i++) expect(bitcoin[i]).toBeCloseTo(Math.log(0.9), 12);
    expect(bitcoin[15]).toBeNaN();
    for (const value of link) expect(value).toBeNaN();
  });

  test("stands in the snapshot: SOL's was far below its spot on 9 November 2022, LINK's is taken for its spot", () => {
    const { underlyings } = createMarket(dataset).snapshotAt(hourOf("2022-11-09T22:00Z"));
    const basis = (asset: string) => underlyings.find((state) => state.asset === asset)?.perpetualBasis;
    // Published closes of 21 h UTC: 9.992 against 12.49.
    expect(basis("SOL")).toBeCloseTo(9.992 / 12.49, 6);
    expect(basis("LINK")).toBe(1);
  });
});

describe("funding", () => {
  const series = { startHour: 800, rates: Float64Array.of(0.001, Number.NaN, -0.002, 0.004) };

  test("is paid for every time of payment passed, and for none twice", () => {
    expect(fundingPaid(series, 799, 800)).toBeCloseTo(0.001, 15);
    expect(fundingPaid(series, 800, 801)).toBe(0);
    expect(fundingPaid(series, 800, 808)).toBe(0);
    expect(fundingPaid(series, 799, 824)).toBeCloseTo(0.003, 15);
    expect(fundingPaid(series, 500, 2_000)).toBeCloseTo(0.003, 15);
    expect(fundingPaid(undefined, 0, 2_000)).toBe(0);
    let hourly = 0;
    for (let hour = 780; hour < 900; hour++) hourly += fundingPaid(series, hour, hour + 1);
    expect(hourly).toBeCloseTo(0.003, 15);
  });

  test("the last rate is known from its payment on, and for a day", () => {
    expect(lastFundingRate(series, 799)).toBeNaN();
    expect([800, 807, 808, 816, 824, 847].map((hour) => lastFundingRate(series, hour))).toEqual([0.001, 0.001, 0.001, -0.002, 0.004, 0.004]);
    expect(lastFundingRate(series, 848)).toBeNaN();
    expect(lastFundingRate(undefined, 800)).toBeNaN();
  });
});

describe("a peg", () => {
  test("comes from the market in dollars, then the one in USDT, then a daily close not two days old", () => {
    const { USDC, stETH } = pegHistory(dataset);
    const quoted = (market: string, iso: string) => {
      const { assets, closes, startHour } = dataset.hourlyPegs;
      return closes[assets.indexOf(market)][hourOf(iso) - 1 - startHour];
    };
    // 08:00 knows the close of the worst hour, which began at 07:00.
    expect(USDC[indexOf("2023-03-11T08:00Z")]).toBe(quoted("USDC-USD", "2023-03-11T08:00Z"));
    expect(USDC[indexOf("2022-05-12T08:00Z")]).toBe(quoted("USDC", "2022-05-12T08:00Z"));
    const daily = (name: string, day: string) => dataset.pegs[name].values[Date.parse(day) / 86_400_000 - dataset.pegs[name].startDay];
    // A day's close is known from its end on, for two days: after the last there is none.
    expect(stETH[indexOf("2022-06-13T00:00Z")]).toBe(daily("stETH", "2022-06-12"));
    expect(stETH[indexOf("2022-06-12T23:00Z")]).toBe(daily("stETH", "2022-06-11"));
    expect(stETH[indexOf("2024-12-09T23:00Z")]).toBe(daily("stETH", "2024-12-07"));
    expect(stETH[indexOf("2024-12-10T00:00Z")]).toBeNaN();
    expect(stETH[indexOf("2020-12-01T00:00Z")]).toBeNaN();
  });

  test("of a snapshot is the last known, however old; one never known is left out", () => {
    const market = createMarket(dataset);
    expect(market.snapshotAt(hourOf("2025-06-01T00:00Z")).pegs.stETH).toBe(dataset.pegs.stETH.values.at(-1));
    expect(market.snapshotAt(hourOf("2020-03-12T00:00Z")).pegs).not.toHaveProperty("stETH");
  });
});
