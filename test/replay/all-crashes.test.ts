import { describe, expect, it } from "vitest";
import { createMarginEngine } from "../../sim/margin/index.ts";
import { replay, seededPopulation } from "../../sim/replay/index.ts";
import { dataset, market, parameters } from "./world.ts";

const counts = { filtered: 64, stressed: 16 };
const book = seededPopulation({ accounts: 40, seed: 7 });
const engine = createMarginEngine(market, parameters(), counts);

/** Hours without a close of BTC or ETH in each window, counted in the files. */
const GAPS: Readonly<Record<string, number>> = { "2018-11-14-bch-hash-war": 7, "2021-02-22-leverage-flush": 0, "2021-04-18-weekend-cascade": 2 };

describe.each(dataset.crashes.map((crash) => [crash.id, crash] as const))("%s", (id, crash) => {
  it("replays to its end under the initial parameters: whole series of numbers, nobody owes what is not in the books", () => {
    const outcome = replay({ market, crash, book, parameters: parameters(), counts, seed: 1, engine });
    const { spot, startHour, ...series } = outcome.series;
    expect(startHour).toBe(crash.startHour);
    expect(outcome.steps).toBe(crash.hours + 1);
    for (const one of [...Object.values(spot), ...Object.values(series)]) expect(one).toHaveLength(crash.hours + 1);
    for (const values of [...Object.values(spot), series.maintenance, series.initial, series.fund, series.shortfall, series.liquidatedNotional])
      for (const value of values) expect(value).toBeGreaterThanOrEqual(0);
    expect(outcome.underlyings).toEqual(expect.arrayContaining(["BTC", "ETH"]));
    expect(outcome.gapHours).toBe(GAPS[id] ?? outcome.gapHours);
    expect(outcome.gapHours).toBeLessThan(0.1 * crash.hours);
    // What accounts lost beyond what they held is what the fund paid and what was shared, and no more.
    expect(outcome.shortfallPeak).toBeGreaterThanOrEqual(outcome.shortfallFinal - 1e-6);
    expect(outcome.sharedLoss).toBeLessThanOrEqual(outcome.shortfallFinal + 1e-6);
    expect(outcome.fundLeft).toBeGreaterThanOrEqual(outcome.fundStart - (outcome.shortfallFinal - outcome.sharedLoss) - 1e-3);
    expect(outcome.coverage).toBeGreaterThan(0.8);
    expect(outcome.coverage).toBeLessThanOrEqual(1);
    // Every account every day but the last, whose horizon ends beyond the window: nobody drops out.
    expect(outcome.coverageObservations).toBe((crash.hours / 24) * outcome.accounts);
    expect(outcome.peakMarginRate).toBeGreaterThanOrEqual(outcome.meanMarginRate);
    expect(outcome.largestFiveDayRise).toBeGreaterThanOrEqual(outcome.largestOneDayRise);
    expect(outcome.largestImpact).toBeLessThan(0.2);
    expect(outcome.keeperProfit).toBeGreaterThanOrEqual(0);
  });
});
