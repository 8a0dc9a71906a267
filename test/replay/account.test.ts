import { describe, expect, it } from "vitest";
import { createMarginEngine } from "../../sim/margin/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { counted } from "../../sim/replay/attestation.ts";
import type { BookPosition } from "../../sim/replay/index.ts";
import { replay, seededPopulation } from "../../sim/replay/index.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { account, BLACK_THURSDAY, book, COUNTS, LOOSE, market, openingPrice, parameters, repriced } from "./world.ts";

type Start = Parameters<typeof startSimulation>[0];
const start = (accounts: ReturnType<typeof account>[], set: ParameterSet = parameters(), world: Partial<Start> = {}, fundUsd = 0) =>
  startSimulation({ market, crash: BLACK_THURSDAY, book: book(accounts, fundUsd), parameters: set, counts: COUNTS, seed: 1, ...world });

describe("an account at the start", () => {
  it("has its cushion times what its positions and coins ask, what its USDC asks once, coins in whole lots, USDC in cents", () => {
    const { simulation, view } = start([...seededPopulation({ accounts: 60, seed: 3 }).accounts]);
    const { accounts } = simulation;
    const { initial } = view.step.requirements(accounts.holdings);
    const usdc = accounts.universe.instruments.findIndex(({ underlying }) => underlying === "USDC");
    const lots = accounts.holdings.lots.map((held, e) => (accounts.holdings.instrument[e] === usdc ? 0 : held));
    const without = view.step.requirements({ ...accounts.holdings, lots }).initial;
    for (let a = 0; a < accounts.count; a++) {
      const wanted = accounts.book[a].cushion * without[a] + (initial[a] - without[a]);
      if (accounts.cash[a] > 0) expect(initial[a]).toBeGreaterThanOrEqual(without[a]);
      expect(accounts.equity[a]).toBeGreaterThan(wanted - 1e-6);
      // Exact to a cent, and to what the last lot asks, wherever USDC is needed; those who need none hold options or coins worth more.
      if (accounts.cash[a] > 0) expect(accounts.equity[a]).toBeLessThan(wanted + 0.011);
      expect(Math.abs(accounts.cash[a] * 100 - Math.round(accounts.cash[a] * 100))).toBeLessThan(1e-6);
    }
  });

  it("brings less under looser parameters", () => {
    const accounts = [...seededPopulation({ accounts: 40, seed: 3 }).accounts];
    const brought = (set: ParameterSet) => start(accounts, set).simulation.startWorth;
    expect(brought(LOOSE)).toBeLessThan(0.5 * brought(parameters()));
  });

  it("brings ETH where stETH was not quoted yet, and stETH where it was", () => {
    const staked = account("staked", [{ kind: "perp", underlying: "ETH", notionalUsd: 500_000 }], { stETH: 1 });
    const crash2022 = market.dataset.crashes.find(({ id }) => id.includes("celsius"));
    const [before, after] = [start([staked]), start([staked], parameters(), { crash: crash2022 as Start["crash"] })];
    const coins = ({ simulation }: typeof before) => simulation.accounts.coinLots.map((lots) => lots[0] > 0);
    expect(coins(before)).toEqual([false, true, false]);
    expect(coins(after)).toEqual([false, false, true]);
    // On 2022-06-10 stETH traded below ETH, so a lot of it is worth less than an eighth of an ether.
    const [, ether, staked2] = after.simulation.accounts.coinValues;
    expect(staked2).toBeLessThan(0.98 * ether);
    expect(staked2).toBeGreaterThan(0.9 * ether);
  });
});

describe("an expiry", () => {
  const option = (right: "call" | "put", notionalUsd: number): BookPosition => ({
    kind: "option",
    underlying: "ETH",
    right,
    strike: { standardDeviations: right === "put" ? -0.5 : 0.5 },
    tenorHours: 168,
    notionalUsd,
  });

  it.each([
    ["a long put", option("put", 400_000), 0.6],
    ["a short put", option("put", -400_000), 0.6],
    ["a long call out of the money", option("call", 400_000), 0.6],
    ["a short call in the money", option("call", -400_000), 1.5],
    ["a future", { kind: "future", underlying: "ETH", tenorHours: 168, notionalUsd: -400_000 } as const, 1.3],
  ])("pays %s its intrinsic value at the spot, in cash", (_, position, factor) => {
    // Spot stands still but for one jump right before the expiry, so that nothing but the settlement moves the account.
    const opening = market.snapshotAt(BLACK_THURSDAY.startHour).underlyings.find(({ asset }) => asset === "ETH")?.spot as number;
    const first = start([account("one", [position], { USDC: 1 }, { cushion: 40 })]).simulation;
    const expiry = first.accounts.universe.expiryHour[first.accounts.universe.expiryHour.length - 1];
    const instrument = first.accounts.universe.instruments[first.accounts.universe.instruments.length - 1];
    const jump = expiry - 1 - BLACK_THURSDAY.startHour;
    const world = repriced(BLACK_THURSDAY, (asset, index) => (asset === "ETH" ? opening * (index >= jump ? factor : 1) : asset === "BTC" ? 8_000 : Number.NaN));
    const { simulation } = start([account("one", [position], { USDC: 1 }, { cushion: 40 })], parameters(), world);
    const { accounts } = simulation;
    const lots = accounts.holdings.lots[0];
    const [cashBefore, worthBefore] = [accounts.cash[0], accounts.worth[0]];
    while (simulation.hour < expiry) advance(simulation);
    // Its USDC is left.
    expect(accounts.holdings.lots).toHaveLength(1);
    const spot = opening * factor;
    const payoff =
      instrument.kind === "option" ? Math.max(0, instrument.right === "call" ? spot - instrument.strike : instrument.strike - spot) : spot - opening;
    expect(accounts.cash[0] - cashBefore).toBeCloseTo(lots * 0.125 * payoff, 4);
    expect(accounts.worth[0]).toBeCloseTo(accounts.cash[0], 6);
    expect(simulation.startWorth).toBeCloseTo(worthBefore, 6);
  });
});

describe("an attested requirement", () => {
  it.each([
    [60, 0],
    [3_600, 1],
    [10_800, 3],
  ])("of a lifetime of %d s counts %d hours later", (attestationTtl, lag) => {
    const { simulation, view } = start(
      [account("calm", [{ kind: "perp", underlying: "BTC", notionalUsd: 1_000_000 }], { USDC: 1 }, { cushion: 10 })],
      parameters({ "protocol.attestationTtl": attestationTtl }),
    );
    const { accounts } = simulation;
    // A perpetual and USDC: what was required then of the one, and of each lot of the other.
    const found = ({ step, lots }: typeof view) => {
      const [none, one] = [0, 1].map((usdc) => step.requirements({ ...accounts.holdings, lots: Float64Array.of(...lots.slice(0, -1), usdc) }).maintenance[0]);
      return { perpetual: none, lot: one - none };
    };
    const required = [found(view)];
    for (let step = 1; step < 120; step++) {
      required.push(found(advance(simulation) as typeof view));
      const { perpetual, lot } = required[Math.max(0, step - lag)];
      // At a dollar a lot is 128.
      const ratio = counted(simulation.attestations, accounts, 0) / (perpetual + lot * Math.ceil(accounts.cash[0] / 128));
      expect(ratio).toBeCloseTo(1, 9);
    }
    expect(new Set(required.map(({ perpetual }) => perpetual)).size).toBeGreaterThan(50);
  });
});

describe("a margin call", () => {
  const long = (response: { probability: number; delayHours: number }, reserve: number) =>
    account("long", [{ kind: "perp", underlying: "BTC", notionalUsd: 500_000 }], { USDC: 1 }, { cushion: 1.05, reserve, response });
  const run = (one: ReturnType<typeof account>, seed = 1) =>
    replay({ market, crash: BLACK_THURSDAY, book: book([one], 1e6), parameters: parameters(), counts: COUNTS, seed });

  it("that is answered in time saves what silence loses", () => {
    const answered = run(long({ probability: 1, delayHours: 0 }, 50));
    const silent = run(long({ probability: 0, delayHours: 0 }, 50));
    const late = run(long({ probability: 1, delayHours: 300 }, 50));
    expect(answered.marginCalls).toBeGreaterThan(0);
    // What falls a fifth in one hour is below maintenance before it can be called.
    expect(answered.notionalLiquidated).toBeLessThan(0.5 * silent.notionalLiquidated);
    expect(silent.accountsLiquidated).toBe(1);
    expect(late.notionalLiquidated).toBe(silent.notionalLiquidated);
  });

  it("is not sent again while its answer is on the way: who needs 30 hours pays after 30 hours", () => {
    // A fall of 7.7 % on the second day leaves the account between maintenance and target for more than thirty hours.
    const fallen = repriced(BLACK_THURSDAY, (_, index) => openingPrice(BLACK_THURSDAY, "BTC") * (index < 24 ? 1 : 0.925));
    const { simulation } = start([long({ probability: 1, delayHours: 30 }, 50)], parameters(), fallen);
    const paid = [0];
    const calls = [0];
    let covered = 0;
    for (let step = 1; step < 100; step++) {
      advance(simulation);
      if (paid[step - 1] === 0 && simulation.ledger.paidIn > 0)
        covered = simulation.accounts.equity[0] / counted(simulation.attestations, simulation.accounts, 0);
      paid.push(simulation.ledger.paidIn);
      calls.push(simulation.marginCalls);
    }
    expect(simulation.auctions.liquidated[0]).toBe(0);
    expect(calls.indexOf(1)).toBe(25);
    expect(paid.findIndex((usd) => usd > 0)).toBe(25 + 30);
    expect(calls[25 + 30]).toBe(1);
    // What was paid asks for some of itself, and that was paid too: the account had 1.25 times maintenance then.
    expect(covered).toBeCloseTo(1.25, 9);
  });

  it("brings no more than the reserve", () => {
    const { simulation } = start([long({ probability: 1, delayHours: 0 }, 0.1)]);
    const brought = simulation.startWorth;
    for (let step = 1; step < BLACK_THURSDAY.hours; step++) advance(simulation);
    expect(simulation.ledger.paidIn).toBeGreaterThan(0);
    expect(simulation.ledger.paidIn).toBeLessThanOrEqual(0.1 * brought + 1e-6);
  });
});

describe("a liquidation", () => {
  const crash = BLACK_THURSDAY;
  const longs = Array.from({ length: 8 }, (_, i) =>
    account(
      `long-${i}`,
      [{ kind: "perp", underlying: i % 2 === 0 ? "BTC" : "ETH", notionalUsd: 200_000 + 50_000 * i }],
      i < 4 ? { USDC: 1 } : { USDC: 0.4, ETH: 0.6 },
      { cushion: 1.02 + 0.045 * i },
    ),
  );

  it("restores the target: what is left has 1.15 times what is required of it, but for a lot", () => {
    // In a market of the usual depth; in the real one the worst hours take a part only.
    const deep = { ...crash, bars: crash.bars.map((bars) => ({ ...bars, high: bars.close, low: bars.close })) };
    const { simulation } = start(longs, parameters(), { crash: deep });
    const { accounts, auctions } = simulation;
    let seen = 0;
    for (let step = 1; step < crash.hours; step++) {
      const soldBefore = auctions.liquidated.slice();
      advance(simulation);
      for (let a = 0; a < accounts.count; a++) {
        const due = counted(simulation.attestations, accounts, a);
        if (soldBefore[a] === 1 || auctions.liquidated[a] === 0 || due === 0) continue;
        seen++;
        // One lot of BTC too much at most, of 200 000 USD and more. Too little is what the last begun lot of USDC asks for: a sale counts dollars.
        const begun = due - counted(simulation.attestations, accounts, a, accounts.cash[a] - 128);
        expect(begun).toBeGreaterThan(0);
        expect(begun).toBeLessThan(4);
        expect(accounts.equity[a] / (due - begun)).toBeGreaterThan(1.15 - 1e-9);
        expect(accounts.equity[a] / due).toBeLessThan(1.15 + 0.01);
      }
    }
    expect(seen).toBeGreaterThanOrEqual(6);
  });

  it("takes no more than its share of the hour's volume (participation 1 %, an account of 15 million)", () => {
    const big = account("big", [{ kind: "perp", underlying: "BTC", notionalUsd: 15_000_000 }], { USDC: 1 }, { cushion: 1.01 });
    const outcome = replay({ market, crash, book: book([big], 1e9), parameters: parameters({ "protocol.participation": 100 }), counts: COUNTS, seed: 1 });
    const bars = crash.bars[crash.assets.indexOf("BTC")];
    let taken = 0;
    for (let step = 1; step < outcome.steps; step++) {
      const allowed = 0.01 * bars.volume[step - 1] * bars.close[step - 1];
      // The price it is measured at is our own, displaced one; one lot of rounding.
      expect(outcome.series.liquidatedNotional[step]).toBeLessThanOrEqual(allowed * 1.001 + 100);
      if (outcome.series.liquidatedNotional[step] > 0) taken++;
    }
    expect(taken).toBeGreaterThan(5);
    expect(outcome.largestImpact).toBeGreaterThan(0.001);
  });

  it("moves the price against itself, and the price comes back: half of the displacement is gone in six hours", () => {
    const big = account("big", [{ kind: "perp", underlying: "BTC", notionalUsd: 30_000_000 }], { USDC: 1 }, { cushion: 1.01 });
    const { simulation } = start([big], parameters({ "protocol.participation": 5_000 }));
    const displaced: number[] = [];
    let last = -1;
    for (let step = 1; step < crash.hours; step++) {
      const soldBefore = simulation.auctions.notional;
      advance(simulation);
      if (simulation.auctions.notional > soldBefore) last = displaced.length;
      displaced.push(simulation.venue.down[0]);
      expect(simulation.venue.up[0]).toBe(0);
    }
    expect(displaced[last]).toBeGreaterThan(0.0005);
    expect(displaced[last + 6] / displaced[last]).toBeCloseTo(0.5, 10);
  });

  it("is refused where gas eats the discount: at 100 000 times the gas price nobody takes a slice", () => {
    const { gasGwei } = market.dataset;
    const expensive = {
      ...market,
      snapshotAt: (hour: number) => ({ ...market.snapshotAt(hour), gasGwei: 100_000 * gasGwei.values[Math.floor(hour / 24) - 1 - gasGwei.startDay] }),
    };
    const cheap = replay({ market, crash, book: book(longs, 1e6), parameters: parameters(), counts: COUNTS, seed: 1 });
    const dear = replay({
      market: expensive,
      crash,
      book: book(longs, 1e6),
      parameters: parameters(),
      counts: COUNTS,
      seed: 1,
      engine: createMarginEngine(market, parameters(), COUNTS),
    });
    expect(cheap.auctionsUnsold).toBeLessThan(dear.auctionsUnsold);
    expect(dear.keeperProfit).toBe(0);
    expect(dear.accountsWiped).toBeGreaterThan(cheap.accountsWiped);
    expect(dear.shortfallPeak).toBeGreaterThan(cheap.shortfallPeak);
  });

  it("that comes too late is paid by the fund first, then by all others pro rata", () => {
    // ETH falls by two thirds in one hour: the long is worth less than nothing before anyone can sell it.
    const fall = repriced(crash, (asset, index, real) => (asset === "ETH" && index >= 100 ? real / 3 : real));
    const accounts = [
      account("long", [{ kind: "perp", underlying: "ETH", notionalUsd: 300_000 }]),
      account("short-1", [{ kind: "perp", underlying: "ETH", notionalUsd: -100_000 }], { USDC: 1 }, { cushion: 3 }),
      account("short-2", [{ kind: "perp", underlying: "ETH", notionalUsd: -200_000 }], { USDC: 1 }, { cushion: 3 }),
    ];
    const set = parameters({ "protocol.participation": 5_000, "protocol.insuranceFee": 0 });
    const run = (fundUsd: number) => {
      const { simulation } = start(accounts, set, fall, fundUsd);
      while (simulation.ledger.deficits === 0 && simulation.hour < crash.startHour + 105) advance(simulation);
      return simulation;
    };
    const [poor, rich] = [run(10_000), run(1e9)];
    const { ledger, auctions } = poor;
    expect(auctions.closed).toEqual(Uint8Array.of(1, 0, 0));
    expect(ledger.deficits).toBeGreaterThan(10_000);
    expect(ledger.fund).toBe(0);
    expect(ledger.shared).toBeCloseTo(ledger.deficits - 10_000, 6);
    expect(ledger.uncovered).toBe(0);
    const paid = [1, 2].map((a) => rich.accounts.worth[a] - poor.accounts.worth[a]);
    expect(paid[0] + paid[1]).toBeCloseTo(ledger.shared, 6);
    expect(paid[1] / paid[0]).toBeCloseTo(rich.accounts.worth[2] / rich.accounts.worth[1], 8);
    expect(rich.ledger.shared).toBe(0);
  });
});
