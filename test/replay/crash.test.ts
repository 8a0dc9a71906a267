import { describe, expect, it } from "vitest";
import { replay, seededPopulation } from "../../sim/replay/index.ts";
import { account, BLACK_THURSDAY, book, COUNTS, crashOf, LOOSE, market, openingPrice, parameters, repriced } from "./world.ts";

const population = seededPopulation({ accounts: 80, seed: 1 });
const run = (change: Partial<Parameters<typeof replay>[0]> = {}) =>
  replay({ market, crash: BLACK_THURSDAY, book: population, parameters: parameters(), counts: COUNTS, seed: 1, ...change });

describe("Black Thursday", () => {
  const today = run();
  const loose = run({ parameters: LOOSE });

  it("costs more under looser parameters: more shortfall, less covered, for less margin", () => {
    expect(loose.shortfallPeak).toBeGreaterThan(today.shortfallPeak);
    expect(loose.shortfallPeak).toBeGreaterThan(0.1 * loose.fundStart);
    expect(loose.coverage).toBeLessThan(today.coverage);
    expect(loose.meanMarginRate).toBeLessThan(today.meanMarginRate);
    expect(loose.accountsWiped).toBeGreaterThan(today.accountsWiped);
  });

  it("takes BTC where it really went: from 7 910 to 3 782–5 500 in the night of 13 March (anchors of the data)", () => {
    const hour = Date.UTC(2020, 2, 13, 3) / 3_600_000;
    const spot = today.series.spot.BTC[hour - today.series.startHour];
    expect(spot).toBeGreaterThan(3_782);
    expect(spot).toBeLessThan(5_500);
    expect(today.series.spot.BTC[0]).toBeCloseTo(openingPrice(BLACK_THURSDAY, "BTC"), -1);
  });

  it("has no SOL, which was not traded until August", () => {
    expect(today.underlyings).toEqual(["BTC", "ETH"]);
    expect(run({ crash: crashOf("2021-05-19-china-ban") }).underlyings).toEqual(["BTC", "ETH", "SOL"]);
    expect(today.accounts).toBeLessThan(population.accounts.length);
  });

  it("fills every series with one entry per step", () => {
    const { spot, startHour, ...series } = today.series;
    expect(startHour).toBe(BLACK_THURSDAY.startHour);
    // The opening and the end of each of its bars, the last one too.
    expect(today.steps).toBe(BLACK_THURSDAY.hours + 1);
    expect(series.fund).toHaveLength(BLACK_THURSDAY.hours + 1);
    for (const one of [...Object.values(series), ...Object.values(spot)]) expect(one).toHaveLength(today.steps);
    expect(today.series.horizonLoss.slice(-24)).toEqual(new Array(24).fill(null));
    expect(today.series.liquidatedNotional.reduce((sum, one) => sum + one, 0)).toBeCloseTo(today.notionalLiquidated, -1);
  });

  it("never has more in the fund than fees brought, nor less than nothing", () => {
    for (const { series, fundLeft } of [today, loose]) {
      for (const fund of series.fund) expect(fund).toBeGreaterThanOrEqual(0);
      expect(fundLeft).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("a crash without a move", () => {
  it("has no shortfall, no call and no liquidation", () => {
    const still = repriced(BLACK_THURSDAY, (asset) => (["BTC", "ETH"].includes(asset) ? openingPrice(BLACK_THURSDAY, asset) : Number.NaN));
    const longs = ["BTC", "ETH"].map((underlying) =>
      account(underlying, [{ kind: "perp", underlying, notionalUsd: 500_000 }], { USDC: 0.5, [underlying]: 0.5 }),
    );
    const outcome = replay({ ...still, book: book(longs, 1_000), parameters: parameters(), counts: COUNTS, seed: 1 });
    expect(outcome).toMatchObject({
      shortfallPeak: 0,
      sharedLoss: 0,
      fundLeft: 1_000,
      accountsLiquidated: 0,
      marginCalls: 0,
      coverage: 1,
      keeperProfit: 0,
      largestImpact: 0,
    });
    for (const loss of outcome.series.horizonLoss.slice(0, -24)) expect(loss).toBe(0);
  });
});

describe("hours without a price", () => {
  const crash = crashOf("2018-11-14-bch-hash-war");

  it("are counted: 14 November 2018, 02h to 08h, was an outage of the exchange", () => {
    expect(run({ crash }).gapHours).toBe(7);
  });

  it("pass without a mark, a call or a sale, whatever the accounts are worth", () => {
    const outcome = run({ crash, parameters: LOOSE });
    const first = Date.UTC(2018, 10, 14, 3) / 3_600_000 - crash.startHour;
    for (let step = first; step < first + 7; step++) {
      expect(outcome.series.liquidatedNotional[step]).toBe(0);
      expect(outcome.series.equity[step]).toBe(outcome.series.equity[first - 1]);
      expect(outcome.series.horizonLoss[step]).toBeNull();
    }
    expect(outcome.series.equity[first + 7]).not.toBe(outcome.series.equity[first - 1]);
  });

  it("are survived when a whole day of them comes in the middle of a crash", () => {
    const dark = repriced(BLACK_THURSDAY, (_, index, real) => (index >= 130 && index < 160 ? Number.NaN : real));
    const outcome = run({ ...dark, parameters: LOOSE });
    expect(outcome.gapHours).toBe(30);
    // Whoever could not be liquidated in the dark fell further: the losses of that night had no one to stop them.
    expect(outcome.shortfallPeak).toBeGreaterThan(run({ parameters: LOOSE }).shortfallPeak);
  });
});
