import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMarginEngine } from "../../sim/margin/engine.ts";
import { seededPopulation } from "../../sim/replay/index.ts";
import { advance, type Simulation, startSimulation } from "../../sim/replay/simulation.ts";
import { account, BLACK_THURSDAY, book, COUNTS, crashOf, LOOSE, market, parameters } from "./world.ts";

const shocked = (bps: number) => parameters({ "USDC.depegShock": bps });
const perp = (id: string, coin: "USDC" | "ETH") => account(id, [{ kind: "perp", underlying: "BTC", notionalUsd: 500_000 }], { [coin]: 1 });
const start = (accounts: ReturnType<typeof account>[], set = parameters(), crash = BLACK_THURSDAY) =>
  startSimulation({ market, crash, book: book(accounts, 1e6), parameters: set, counts: COUNTS, seed: 1 });

/** Of the same holdings at the opening, under other shocks. */
function maintenanceUnder(bps: number, { accounts, hourly }: Simulation, lots: Float64Array = accounts.holdings.lots): Float64Array {
  return createMarginEngine(market, shocked(bps), COUNTS)
    .step(hourly, accounts.universe.instruments)
    .requirements({ ...accounts.holdings, lots }).maintenance;
}

describe("USDC as collateral", () => {
  it("that may fall by 10 % instead of 5 % in every stressed scenario asks for a quarter of the difference, stress having a quarter of the weight", () => {
    const { simulation } = start([perp("dollars", "USDC"), perp("ether", "ETH")]);
    const { accounts } = simulation;
    const [five, ten] = [500, 1_000].map((bps) => maintenanceUnder(bps, simulation));
    const dollars = Math.ceil(accounts.cash[0] / 128) * 128;
    expect(dollars).toBeGreaterThan(100_000);
    // The log return is rounded to the kernel's grid; the daily close of USDC at the opening was within a percent of a dollar.
    expect((ten[0] - five[0]) / (0.25 * 0.05 * dollars)).toBeCloseTo(1, 1);
    // Whoever holds ether alone is asked for no more.
    const etherOnly = accounts.holdings.lots.slice();
    etherOnly[accounts.holdings.offsets[2] - 1] = 0;
    expect(maintenanceUnder(1_000, simulation, etherOnly)[1]).toBe(maintenanceUnder(500, simulation, etherOnly)[1]);
    expect(maintenanceUnder(1_000, simulation, etherOnly)[0]).toBe(ten[0]);
    const [before, after] = [500, 1_000].map((bps) => start([perp("dollars", "USDC"), perp("ether", "ETH")], shocked(bps)));
    expect(after.simulation.accounts.equity[0]).toBeGreaterThan(1.01 * before.simulation.accounts.equity[0]);
    expect(after.simulation.accounts.coinLots[1][1]).toBe(before.simulation.accounts.coinLots[1][1]);
  });

  it("asks for more the deeper the shock, of everybody and all through a crash", () => {
    const { simulation } = start([...seededPopulation({ accounts: 40, seed: 5 }).accounts]);
    const engines = [0, 250, 500, 1_500, 5_000, 10_000].map((bps) => createMarginEngine(market, shocked(bps), COUNTS));
    while (simulation.hour < BLACK_THURSDAY.startHour + BLACK_THURSDAY.hours) {
      const view = advance(simulation);
      if (view === undefined || simulation.hour % 24 !== 0) continue;
      const { accounts, alive } = simulation;
      const steps = engines.map((engine) => engine.step(view.snapshot, accounts.universe.instruments.slice(0, alive)).requirements(accounts.holdings).initial);
      for (let s = 1; s < steps.length; s++) for (const [a, initial] of steps[s].entries()) expect(initial).toBeGreaterThanOrEqual(steps[s - 1][a]);
    }
  });

  it("never leaves an account worse off: a lot more asks for less than it brings", () => {
    const { simulation } = start([...seededPopulation({ accounts: 40, seed: 6 }).accounts], parameters(), crashOf("2023-03-09-svb-usdc-depeg"));
    const { accounts } = simulation;
    const { offsets, lots } = accounts.holdings;
    fc.assert(
      fc.property(fc.constantFrom(0, 500, 2_000, 10_000), fc.nat(100_000), (bps, balance) => {
        const [less, more] = [balance, balance + 1].map((held) => {
          const changed = lots.slice();
          for (let a = 0; a < accounts.count; a++) changed[offsets[a + 1] - 1] = held;
          return maintenanceUnder(bps, simulation, changed);
        });
        for (const [a, maintenance] of more.entries()) {
          expect(maintenance).toBeGreaterThanOrEqual(less[a] - 1e-9 * maintenance);
          expect(maintenance - less[a]).toBeLessThan(accounts.marks[accounts.universe.usdc]);
        }
      }),
      { numRuns: 12 },
    );
  });

  it("is the balance at every step, in lots begun, and no debt; nothing sells it", () => {
    const { simulation } = start([...seededPopulation({ accounts: 40, seed: 7 }).accounts], LOOSE);
    const { accounts } = simulation;
    let debts = 0;
    while (simulation.hour < BLACK_THURSDAY.startHour + BLACK_THURSDAY.hours) {
      const lots = advance(simulation)?.lots;
      const { offsets, instrument } = accounts.holdings;
      for (let a = 0; a < accounts.count && lots !== undefined; a++) {
        const last = offsets[a + 1] - 1;
        expect(accounts.universe.instruments[instrument[last]]).toEqual({ kind: "spot", underlying: "USDC" });
        expect(lots[last]).toBeGreaterThanOrEqual(0);
        // What was margined is the balance before margin calls and sales, what is held the one they left. USDC was at a dollar: 128 of it are a lot.
        expect(accounts.holdings.lots[last]).toBe(Math.max(0, Math.ceil((accounts.cash[a] - 1e-6) / 128)));
        if (simulation.auctions.liquidated[a] === 1) continue;
        if (accounts.cash[a] < 0) {
          debts++;
          expect(lots[last]).toBe(0);
        }
      }
    }
    expect(simulation.auctions.notional).toBeGreaterThan(0);
    expect(debts).toBeGreaterThan(0);
  });
});
