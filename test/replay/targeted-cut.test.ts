import { describe, expect, it } from "vitest";
import { counted } from "../../sim/replay/attestation.ts";
import { DEFAULT_LIQUIDATION, type LiquidationModel, replay, seededPopulation } from "../../sim/replay/index.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { CASH } from "../../sim/replay/universe.ts";
import { account, BLACK_THURSDAY, book, COUNTS, market, parameters } from "./world.ts";

const model = (slices: LiquidationModel["slices"]): LiquidationModel => ({ ...DEFAULT_LIQUIDATION, slices, oracle: { latencySeconds: 0, confidence: 0 } });
const start = (accounts: ReturnType<typeof account>[], slices: LiquidationModel["slices"]) =>
  startSimulation({ market, crash: BLACK_THURSDAY, book: book(accounts, 1e6), parameters: parameters(), counts: COUNTS, seed: 1, liquidation: model(slices) })
    .simulation;

/** A put sold against a hedge, a long beside it, ether as collateral: four things that could be sold. */
const MIXED = account(
  "mixed",
  [
    { kind: "option", underlying: "ETH", right: "put", strike: { moneyness: 0.9 }, tenorHours: 720, notionalUsd: -400_000 },
    { kind: "hedge", underlying: "ETH", share: 0.5 },
    { kind: "perp", underlying: "BTC", notionalUsd: 150_000 },
  ],
  { USDC: 0.5, ETH: 0.5 },
  { cushion: 1.05 },
);

describe("the trades a liquidation sells", () => {
  it("restore the target by the engine's own requirement of what is left, and leave every position on its side", () => {
    const simulation = start([MIXED], "adaptive");
    const { accounts, attestations, auctions } = simulation;
    let seen = 0;
    for (let step = 1; step < BLACK_THURSDAY.hours; step++) {
      const before = accounts.holdings.lots.slice();
      const targeted = auctions.targeted;
      const view = advance(simulation);
      if (auctions.targeted === targeted || view === undefined) continue;
      seen++;
      for (const [e, lots] of accounts.holdings.lots.entries()) {
        expect(Number.isInteger(lots)).toBe(true);
        // Nobody sells USDC: it is what is paid.
        if (accounts.universe.kind[accounts.holdings.instrument[e]] === CASH) continue;
        expect(lots * before[e]).toBeGreaterThanOrEqual(0);
        expect(Math.abs(lots)).toBeLessThanOrEqual(Math.abs(before[e]));
      }
      // What counts is what was attested, less the share of today's requirement that was sold.
      const [left, whole] = [view.step.requirements(accounts.holdings).maintenance[0], view.requirements.maintenance[0]];
      expect(accounts.equity[0]).toBeGreaterThanOrEqual(1.15 * counted(attestations, accounts, 0) - 1e-6);
      expect(left).toBeLessThan(whole);
    }
    expect(seen).toBeGreaterThan(0);
  });

  it("cost the account less than the same fraction of everything, at the first sale, where both start alike", () => {
    const [targeted, whole] = (["adaptive", "pro-rata"] as const).map((slices) => {
      const simulation = start([MIXED], slices);
      while (simulation.auctions.liquidated[0] === 0) advance(simulation);
      const { ledger, startFund, hour } = simulation;
      return { hour, cost: ledger.keepers + (ledger.fund - startFund) + ledger.unwinding + ledger.gas, notional: simulation.auctions.notional };
    });
    expect(targeted.hour).toBe(whole.hour);
    expect(targeted.cost).toBeLessThan(whole.cost);
    expect(targeted.notional).toBeLessThan(whole.notional);
  });

  it("cost a whole book less, through the crash, than slices of everything do", () => {
    const population = seededPopulation({ accounts: 80, seed: 1 });
    const run = (slices: LiquidationModel["slices"]) =>
      replay({ market, crash: BLACK_THURSDAY, book: population, parameters: parameters(), counts: COUNTS, seed: 1, liquidation: model(slices) });
    const [adaptive, whole] = [run("adaptive"), run("pro-rata")];
    expect(whole.slicesTargeted).toBe(0);
    expect(adaptive.slicesTargeted).toBeGreaterThan(10);
    expect(adaptive.notionalLiquidated).toBeLessThan(whole.notionalLiquidated);
    expect(adaptive.keeperProfit).toBeLessThan(whole.keeperProfit);
  });
});
