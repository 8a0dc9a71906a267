import { describe, expect, it } from "vitest";
import { revalue } from "../../sim/replay/accounts.ts";
import { seededPopulation } from "../../sim/replay/index.ts";
import { advance, type Simulation, startSimulation } from "../../sim/replay/simulation.ts";
import { COUNTS, crashOf, dataset, LOOSE, market, parameters } from "./world.ts";

/** Every USD there is: what accounts hold, the fund, what keepers earned, what went to the price and to gas, less what nobody could pay. */
function everything({ accounts, ledger }: Simulation): number {
  revalue(accounts);
  const held = accounts.worth.reduce((total, worth) => total + worth, 0);
  return held + ledger.fund + ledger.keepers + ledger.unwinding + ledger.gas - ledger.uncovered;
}

describe.each([
  ["2020-03-12-black-thursday", "today's parameters", parameters(), 1],
  ["2020-03-12-black-thursday", "loose parameters and no fund", LOOSE, 0],
  ["2018-11-14-bch-hash-war", "loose parameters", LOOSE, 1],
  ["2025-10-10-liquidation-cascade", "loose parameters, in steps of five minutes", LOOSE, 1],
  ["2023-03-09-svb-usdc-depeg", "loose parameters, while USDC falls", LOOSE, 1],
  [
    "2021-05-19-china-ban",
    "a discount and a keeper fee at their largest",
    parameters({ "protocol.liquidationDiscount": 5_000, "protocol.keeperFee": 1_000 }),
    1,
  ],
])("in %s under %s", (crash, _, set, fund) => {
  it("no money appears or disappears at any step", () => {
    const population = seededPopulation({ accounts: 60, seed: 2 });
    const book = { ...population, fundUsd: fund * population.fundUsd };
    const { simulation } = startSimulation({ market, crash: crashOf(crash), book, parameters: set, counts: COUNTS, seed: 1 });
    const { ledger } = simulation;
    const { startHour, hours } = simulation.input.crash;
    while (simulation.hour < startHour + hours) {
      advance(simulation);
      const expected = simulation.startWorth + simulation.startFund + ledger.market + ledger.paidIn;
      expect(Math.abs(everything(simulation) - expected)).toBeLessThan(1e-4);
    }
    expect(ledger.keepers).not.toBe(0);
    if (fund === 0) expect(ledger.shared).toBeGreaterThan(0);
  });
});

describe("what accounts gain from the market", () => {
  it("is the price move times what they hold, less funding: lots times lot size times the change of the perpetual's real close, hour by hour", () => {
    const crash = crashOf("2020-03-12-black-thursday");
    const long = { kind: "perp", underlying: "ETH", notionalUsd: 1_000_000 } as const;
    const one = { id: "a", archetype: "", cushion: 20, collateral: { USDC: 1 }, positions: [long], reserve: 0, response: { probability: 0, delayHours: 0 } };
    const { simulation } = startSimulation({
      market,
      crash,
      book: { name: "", fundUsd: 0, accounts: [one] },
      parameters: parameters(),
      counts: COUNTS,
      seed: 1,
    });
    const { perpetuals } = dataset;
    const perpetual = (step: number) => perpetuals.closes[perpetuals.assets.indexOf("ETH")][crash.startHour + step - 1 - perpetuals.startHour];
    const opening = market.snapshotAt(crash.startHour).underlyings.find(({ asset }) => asset === "ETH")?.spot as number;
    const lots = Math.round(1_000_000 / (opening * 0.125));
    const { startHour, rates } = dataset.funding.ETH;
    let funding = 0;
    for (let step = 1; step <= crash.hours; step++) {
      advance(simulation);
      const paid = rates[(crash.startHour + step - startHour) / 8] ?? 0;
      funding += lots * 0.125 * perpetual(step) * paid;
      expect(simulation.ledger.market).toBeCloseTo(lots * 0.125 * (perpetual(step) - perpetual(0)) - funding, 4);
    }
    expect(Math.abs(funding)).toBeGreaterThan(100);
  });
});
