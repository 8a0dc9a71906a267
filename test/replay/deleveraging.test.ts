import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newest, requiredUnder } from "../../sim/replay/attestation.ts";
import { unfairness } from "../../sim/replay/deleveraging.ts";
import { seededPopulation } from "../../sim/replay/index.ts";
import { DEFAULT_LIQUIDATION, type LiquidationModel } from "../../sim/replay/liquidation-model.ts";
import { advance, type Simulation, startSimulation } from "../../sim/replay/simulation.ts";
import { isContract } from "../../sim/replay/universe.ts";
import { account, BLACK_THURSDAY, book, COUNTS, LOOSE, market, parameters, repriced } from "./world.ts";

const model = (deleveraging: "queue" | "pro-rata"): LiquidationModel => ({
  ...DEFAULT_LIQUIDATION,
  oracle: { latencySeconds: 0, confidence: 0 },
  lossSharing: "deleveraging",
  deleveraging,
});

/** ETH falls by 95 % in one hour: a long of 300 000 USD is bankrupt before anybody can sell it, three shorts have gained. */
const fall = repriced(BLACK_THURSDAY, (asset, index, real) => (asset === "ETH" && index >= 100 ? real / 20 : real));
const perp = (id: string, notionalUsd: number, cushion: number) => account(id, [{ kind: "perp", underlying: "ETH", notionalUsd }], { USDC: 1 }, { cushion });
const PEOPLE = [perp("long", 300_000, 1.2), perp("s1", -100_000, 6), perp("s2", -200_000, 2), perp("s3", -60_000, 1.3)];

/** The step in which the long went bankrupt: what stood before it, and after. */
function bankruptcy(liquidation: LiquidationModel, fundUsd: number) {
  const set = parameters({ "protocol.participation": 5_000, "protocol.insuranceFee": 0 });
  const { simulation } = startSimulation({ ...fall, book: book(PEOPLE, fundUsd), parameters: set, counts: COUNTS, seed: 1, liquidation });
  const { accounts, ledger, venue } = simulation;
  const state = () => ({
    lots: accounts.holdings.lots.filter((_, e) => isContract(accounts.universe, accounts.holdings.instrument[e])),
    worth: accounts.worth.slice(),
    mark: accounts.marks[accounts.holdings.instrument[0]],
    unwinding: ledger.unwinding,
    pushed: venue.up[0] + venue.down[0],
  });
  let before = state();
  while (ledger.deficits === 0 && simulation.hour < BLACK_THURSDAY.startHour + 105) {
    before = state();
    advance(simulation);
  }
  const after = state();
  return { simulation, before, after, closed: before.lots.map((lots, e) => lots - after.lots[e]) };
}

describe("a loss the fund cannot pay, by deleveraging", () => {
  it("closes the bankrupt long against the shorts, lot for lot, and nothing goes to the market", () => {
    const { before, after, closed } = bankruptcy(model("queue"), 0);
    expect(before.lots[0]).toBeGreaterThan(1_000);
    expect(after.lots[0]).toBe(0);
    expect(closed.reduce((sum, lots) => sum + lots, 0)).toBe(0);
    for (const [e, lots] of closed.entries()) {
      expect(Number.isInteger(lots)).toBe(true);
      expect(lots * before.lots[e]).toBeGreaterThanOrEqual(0);
      expect(Math.abs(lots)).toBeLessThanOrEqual(Math.abs(before.lots[e]));
    }
    expect(after.unwinding).toBe(before.unwinding);
    expect(after.pushed).toBeLessThanOrEqual(before.pushed);
  });

  it("takes the highest return × leverage first: the return is the same for all, so the thinnest cushion whole, then of the next what is left", () => {
    const { before, closed } = bankruptcy(model("queue"), 0);
    const [wanted, thick, thin, thinnest] = before.lots.map(Math.abs);
    const first = Math.min(wanted, thinnest);
    const second = Math.min(wanted - first, thin);
    expect(Array.from(closed, Math.abs)).toEqual([wanted, Math.min(wanted - first - second, thick), second, first]);
    expect(second).toBeGreaterThan(0);
  });

  it("takes the same share of all where it is pro rata, but for the rounding of one lot", () => {
    const { before, closed } = bankruptcy(model("pro-rata"), 0);
    const share = before.lots[0] / -(before.lots[1] + before.lots[2] + before.lots[3]);
    expect(closed[1] + closed[2] + closed[3]).toBe(-before.lots[0]);
    for (const e of [1, 2, 3]) expect(Math.abs(closed[e] - share * before.lots[e])).toBeLessThan(1);
  });

  it.each(["queue", "pro-rata"] as const)(
    "is done at the bankruptcy price: the long ends with nothing, the shorts gave up what it lost beyond the fund (%s)",
    (order) => {
      const { simulation, before, after } = bankruptcy(model(order), 1_000);
      const { accounts, ledger, deleveraging } = simulation;
      const beyond = -(before.worth[0] + before.lots[0] * (after.mark - before.mark)) - 1_000;
      expect(beyond).toBeGreaterThan(1_000);
      expect(accounts.worth[0]).toBeCloseTo(0, 6);
      expect(ledger.fund).toBeCloseTo(0, 6);
      expect(ledger.shared).toBeCloseTo(0, 6);
      expect(ledger.deleveraged).toBeCloseTo(beyond, 4);
      expect(ledger.deficits).toBeCloseTo(beyond + 1_000, 4);
      // Each short gained what its lots gained in the hour, less what it gave up.
      for (const c of [1, 2, 3]) expect(after.worth[c]).toBeCloseTo(before.worth[c] + before.lots[c] * (after.mark - before.mark) - deleveraging.lossUsd[c], 4);
      expect(deleveraging.lossUsd[1] + deleveraging.lossUsd[2] + deleveraging.lossUsd[3]).toBeCloseTo(beyond, 4);
    },
  );

  it("spares everyone where the fund can pay", () => {
    const { simulation } = bankruptcy(model("queue"), 1e9);
    expect(simulation.ledger.deficits).toBeGreaterThan(0);
    expect(simulation.ledger.deleveraged).toBe(0);
    expect(simulation.deleveraging.touched).toEqual(new Uint8Array(4));
  });

  it("is even where it is pro rata and all opened at one price, and less even by the queue", () => {
    const [queue, even] = (["queue", "pro-rata"] as const).map((order) => unfairness(bankruptcy(model(order), 0).simulation.deleveraging));
    expect(even).toBeLessThan(0.001);
    expect(queue).toBeGreaterThan(0.05);
  });

  it("leaves the deleveraged with the requirement of what they hold", () => {
    const { simulation } = bankruptcy(model("queue"), 0);
    const { accounts, attestations } = simulation;
    const requiredOf = (a: number) => requiredUnder(newest(attestations), accounts, a, accounts.cash[a]);
    // Its perpetual is closed whole: of its USDC alone some cents on the dollar are required.
    expect(requiredOf(3)).toBeLessThan(0.03 * accounts.cash[3]);
    expect(requiredOf(3)).toBeGreaterThan(0);
    expect(requiredUnder(newest(attestations), accounts, 3, 0)).toBe(0);
    expect(requiredUnder(newest(attestations), accounts, 1, 0)).toBeGreaterThan(0);
  });
});

describe("unfairness", () => {
  const usd = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 8 });
  const state = (lossUsd: number[], evenUsd: number[]) => ({
    lossUsd: Float64Array.from(lossUsd),
    evenUsd: Float64Array.from(evenUsd),
    touched: new Uint8Array(lossUsd.length),
    notional: 0,
  });

  it("is 0 for an even haircut, 1 where all falls on who gained nothing, a quarter where a quarter would have to change hands", () => {
    expect(unfairness(state([10, 30], [10, 30]))).toBe(0);
    expect(unfairness(state([40, 0], [0, 40]))).toBe(1);
    expect(unfairness(state([20, 20], [10, 30]))).toBe(0.25);
    expect(unfairness(state([0, 0], [0, 0]))).toBe(0);
  });

  it("lies between 0 and 1", () => {
    fc.assert(
      fc.property(usd, (losses) => {
        const total = losses.reduce((sum, one) => sum + one, 0);
        const even = losses.map((_, i) => (i === 0 ? total : 0));
        const found = unfairness(state(losses, even));
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe.each(["queue", "pro-rata"] as const)("a whole book without a fund, deleveraged (%s)", (order) => {
  it("loses no money and no lot side: every position only shrinks", () => {
    const population = { ...seededPopulation({ accounts: 60, seed: 2 }), fundUsd: 0 };
    const { simulation } = startSimulation({
      market,
      crash: BLACK_THURSDAY,
      book: population,
      parameters: LOOSE,
      counts: COUNTS,
      seed: 1,
      liquidation: model(order),
    });
    const { ledger, accounts } = simulation;
    for (let step = 1; step <= BLACK_THURSDAY.hours; step++) {
      const held = accounts.holdings.lots.slice();
      const { instrument } = accounts.holdings;
      advance(simulation);
      expect(Math.abs(everything(simulation) - simulation.startWorth - simulation.startFund - ledger.market - ledger.paidIn)).toBeLessThan(1e-4);
      if (accounts.holdings.instrument !== instrument) continue;
      for (const [e, lots] of accounts.holdings.lots.entries()) expect(lots * Math.sign(held[e])).toBeGreaterThanOrEqual(0);
    }
    expect(ledger.deleveraged).toBeGreaterThan(0);
  });
});

function everything({ accounts, ledger }: Simulation): number {
  return accounts.worth.reduce((total, worth) => total + worth, 0) + ledger.fund + ledger.keepers + ledger.unwinding + ledger.gas - ledger.uncovered;
}
