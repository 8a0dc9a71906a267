import { describe, expect, it } from "vitest";
import { newest, requiredUnder } from "../../sim/replay/attestation.ts";
import { seededPopulation } from "../../sim/replay/index.ts";
import { DEFAULT_LIQUIDATION } from "../../sim/replay/liquidation-model.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { account, BLACK_THURSDAY, book, COUNTS, LOOSE, market, parameters } from "./world.ts";

type Start = Parameters<typeof startSimulation>[0];
const start = (accounts: Start["book"], slices: "adaptive" | "pro-rata", set = parameters()) =>
  startSimulation({
    market,
    crash: BLACK_THURSDAY,
    book: accounts,
    parameters: set,
    counts: COUNTS,
    seed: 1,
    liquidation: { ...DEFAULT_LIQUIDATION, slices, oracle: { latencySeconds: 0, confidence: 0 } },
  }).simulation;

describe("what counts of an account after a sale", () => {
  it("is what is required of what is left and of the USDC its ether was sold for", () => {
    const put = { kind: "option", underlying: "ETH", right: "put", strike: { moneyness: 0.9 }, tenorHours: 720, notionalUsd: -1_000_000 } as const;
    const simulation = start(book([account("ether", [put], { ETH: 1 }, { cushion: 1.02 })], 1e6), "pro-rata");
    const { accounts, attestations, auctions } = simulation;
    let view: ReturnType<typeof advance>;
    let [cash, ether] = [0, 0];
    while (auctions.liquidated[0] === 0) {
      [cash, ether] = [accounts.cash[0], accounts.coinLots[1][0]];
      view = advance(simulation);
    }
    // A written option owes nothing before it is bought back: what the ether brings beyond that is USDC.
    expect(accounts.coinLots[1][0]).toBeLessThan(ether);
    expect(accounts.cash[0]).toBeGreaterThan(cash + 10_000);
    const required = view?.step.requirements(accounts.holdings).maintenance[0] as number;
    const counts = requiredUnder(newest(attestations), accounts, 0, accounts.cash[0]);
    const alone = requiredUnder(newest(attestations), accounts, 0, 0);
    // Closing a larger book costs a little more by the dollar.
    expect(counts / required).toBeGreaterThan(1 - 1e-4);
    expect(counts / required).toBeLessThan(1.01);
    expect(alone / required).toBeLessThan(0.998);
  });

  it.each([
    ["pro-rata", parameters()],
    ["adaptive", parameters()],
    ["adaptive", LOOSE],
  ] as const)("is never less than what is required of what is left, but for a lot of each position (%s)", (slices, set) => {
    const simulation = start(seededPopulation({ accounts: 150, seed: 4 }), slices, set);
    const { accounts, attestations } = simulation;
    let sales = 0;
    while (simulation.hour < BLACK_THURSDAY.startHour + BLACK_THURSDAY.hours) {
      const notional = simulation.auctions.notional;
      const before = accounts.holdings;
      const held = before.lots.slice();
      const view = advance(simulation);
      if (view === undefined || simulation.auctions.notional === notional || held.length !== accounts.holdings.lots.length) continue;
      const { offsets, instrument, lots } = accounts.holdings;
      const required = view.step.requirements(accounts.holdings).maintenance;
      // A requirement is convex: parts rounded to lots ask for at most what exact parts ask for and what the lots between them ask for alone.
      const single = (side: number) =>
        view.step.requirements({
          accounts: view.step.instruments.length,
          offsets: Int32Array.from({ length: view.step.instruments.length + 1 }, (_, i) => i),
          instrument: Int32Array.from(view.step.instruments, (_, i) => i),
          lots: new Float64Array(view.step.instruments.length).fill(side),
        }).maintenance;
      const [long, short] = [single(1), single(-1)];
      for (let a = 0; a < accounts.count; a++) {
        const entries = Array.from({ length: offsets[a + 1] - offsets[a] - 1 }, (_, e) => offsets[a] + e);
        if (entries.every((e) => lots[e] === held[e])) continue;
        sales++;
        const rounding = entries.reduce((sum, e) => sum + (held[e] === 0 ? 0 : Math.max(long[instrument[e]], short[instrument[e]])), 0);
        const counts = requiredUnder(newest(attestations), accounts, a, accounts.cash[a]);
        expect(counts).toBeGreaterThanOrEqual(required[a] - rounding - 1e-9 * required[a]);
        if (rounding < 1e-3 * required[a]) expect(counts / required[a]).toBeGreaterThan(0.999);
      }
    }
    expect(sales).toBeGreaterThan(100);
  });
});
