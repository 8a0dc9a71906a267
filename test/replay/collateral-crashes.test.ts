import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createMarket } from "../../sim/market/market.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { DEFAULT_LIQUIDATION, replay, seededPopulation } from "../../sim/replay/index.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { usdcValue } from "../../sim/replay/usdc.ts";
import { account, BLACK_THURSDAY, book, COUNTS, crashOf, dataset, LOOSE, market, parameters, repriced } from "./world.ts";

const SVB = crashOf("2023-03-09-svb-usdc-depeg");
const CELSIUS = crashOf("2022-06-10-celsius-3ac");
const hourAt = (iso: string) => Date.parse(iso) / 3_600_000;

/** Closes of USDC in USD by the hour, read from the file of the crash by hand. */
function kraken(): Map<string, number> {
  const [header, ...lines] = readFileSync(fileURLToPath(new URL("../../data/crashes/2023-03-09-svb-usdc-depeg.csv", import.meta.url)), "utf8")
    .trim()
    .split("\n");
  const column = header.split(",").indexOf("USDC-USD.close");
  return new Map(lines.map((line) => line.split(",")).map((cells) => [cells[0], Number(cells[column])]));
}

describe("USDC", () => {
  it("is worth what the market in USD closed at an hour ago, in the night it fell below 0.91", () => {
    const closes = kraken();
    for (const [bar, known] of [
      ["2023-03-11T06:00Z", "2023-03-11T07:00Z"],
      ["2023-03-11T07:00Z", "2023-03-11T08:00Z"],
      ["2023-03-12T12:00Z", "2023-03-12T13:00Z"],
    ] as const) {
      expect(closes.get(bar)).toBeLessThan(1);
      expect(usdcValue(market, hourAt(known))).toBe(closes.get(bar));
      // Within the hour nothing newer is known.
      expect(usdcValue(market, hourAt(known) + 0.75)).toBe(closes.get(bar));
    }
    const lowest = Math.min(...Array.from({ length: SVB.hours }, (_, step) => usdcValue(market, SVB.startHour + step)));
    expect(lowest).toBeLessThan(0.91);
    expect(lowest).toBeGreaterThan(0.874);
  });

  it("is never worth more than a dollar, and a dollar where nobody quotes it by the hour", () => {
    expect(usdcValue(market, hourAt("2022-05-12T08:00Z"))).toBe(1);
    expect(usdcValue(market, hourAt("2020-03-13T02:00Z"))).toBe(1);
    expect(usdcValue(market, hourAt("2025-10-10T22:00Z"))).toBe(1);
  });
});

/** The same market in which USDC never left its dollar. */
const calmed = (world: typeof dataset) =>
  createMarket({ ...world, hourlyPegs: { ...world.hourlyPegs, closes: world.hourlyPegs.closes.map((closes) => closes.map(() => 1)) } });
const calm = calmed(dataset);

describe("March 2023", () => {
  const run = (world: typeof market, parametersTested: ParameterSet = parameters()) =>
    replay({ market: world, crash: SVB, book: seededPopulation({ accounts: 80, seed: 2 }), parameters: parametersTested, counts: COUNTS, seed: 1 });

  it("takes a tenth from whoever posted USDC, long or short, and gives it back with the peg", () => {
    const perp = (underlying: string, notionalUsd: number) => [{ kind: "perp", underlying, notionalUsd } as const];
    const two = [account("long", perp("BTC", 100_000), { USDC: 1 }, { cushion: 8 }), account("short", perp("BTC", -100_000), { USDC: 1 }, { cushion: 8 })];
    const [real, flat] = [market, calm].map(
      (world) => startSimulation({ market: world, crash: SVB, book: book(two, 50_000), parameters: parameters(), counts: COUNTS, seed: 1 }).simulation,
    );
    const opened = [...flat.accounts.worth];
    while (real.hour < hourAt("2023-03-11T08:00Z")) for (const one of [real, flat]) advance(one);
    const peg = usdcValue(market, real.hour) / usdcValue(market, SVB.startHour);
    expect(peg).toBeLessThan(0.93);
    for (const a of [0, 1]) {
      // What was paid at a higher peg was fewer USDC: the balance, not what it went through, is revalued.
      const lost = 1 - real.accounts.worth[a] / flat.accounts.worth[a];
      expect(lost).toBeGreaterThan(0.8 * (1 - peg));
      expect(lost).toBeLessThan(1.2 * (1 - peg));
    }
    expect(real.ledger.fund).toBeCloseTo(50_000 * peg, 6);
    while (real.hour < SVB.startHour + SVB.hours) for (const one of [real, flat]) advance(one);
    for (const a of [0, 1]) expect(Math.abs(real.accounts.worth[a] / flat.accounts.worth[a] - 1)).toBeLessThan(0.02);
    expect(opened[0]).toBeGreaterThan(0);
  });

  it("calls for more margin, and leaves the fund less able to pay, than a March without the depeg would have", () => {
    const [real, flat] = [run(market), run(calm)];
    const hour = hourAt("2023-03-11T08:00Z") - SVB.startHour;
    expect(real.series.equity[hour]).toBeLessThan(0.97 * flat.series.equity[hour]);
    expect(real.marginCalls).toBeGreaterThan(flat.marginCalls);
    // A fund of USDC is worth its peg, and has taken little in either world so far: what it is left with days later depends on who was sold when.
    expect(real.series.fund[hour] / flat.series.fund[hour]).toBeLessThan(1.01 * usdcValue(market, SVB.startHour + hour));
  });

  it("where no price but that of USDC moves, sells the slice that leaves 1.15 times what it asks for, and nothing without the depeg", () => {
    const still = repriced(SVB, (asset) => SVB.bars[SVB.assets.indexOf(asset)].close[0]);
    // Whoever opens at 1.03 times maintenance is short of it when USDC falls by more than a few cents.
    const long = account("long", [{ kind: "perp", underlying: "BTC", notionalUsd: 1e6 }], { USDC: 1 }, { cushion: 1 });
    const set = parameters({ "protocol.initialMargin": 10_300, "protocol.attestationTtl": 60 });
    const liquidation = { ...DEFAULT_LIQUIDATION, slices: "pro-rata", oracle: { latencySeconds: 0, confidence: 0 } } as const;
    const [real, flat] = [still.market, calmed(still.market.dataset)].map(
      (world) =>
        startSimulation({ market: world, crash: still.crash, book: book([long], 1e6), parameters: set, counts: COUNTS, seed: 1, liquidation }).simulation,
    );
    let held = 0;
    let view: ReturnType<typeof advance>;
    while (real.auctions.notional === 0 && real.hour < SVB.startHour + SVB.hours) {
      [held] = real.accounts.holdings.lots;
      view = advance(real);
    }
    expect(usdcValue(market, real.hour)).toBeLessThan(0.98);
    // What is left of the perpetual asks for what is left of 1.15th of the cash, less what its USDC asks for itself.
    const asked = (lots: number) => view?.step.requirements({ ...real.accounts.holdings, lots: Float64Array.of(held, lots) }).maintenance[0] as number;
    const cash = real.accounts.cash[0];
    const usdc = ((asked(1_000) - asked(0)) / 1_000) * (cash / (128 * usdcValue(market, real.hour)));
    const left = (cash / 1.15 - usdc) / asked(0);
    expect(left).toBeGreaterThan(0.3);
    expect(left).toBeLessThan(0.97);
    const lot = real.auctions.notional / (held - real.accounts.holdings.lots[0]);
    expect(real.auctions.notional).toBeGreaterThanOrEqual((1 - left) * held * lot - 1);
    expect(real.auctions.notional).toBeLessThan(((1 - left) * held + 1) * lot);
    while (flat.hour < SVB.startHour + SVB.hours) advance(flat);
    expect(flat.auctions.notional).toBe(0);
  });

  it("falls on what was posted: prices are the same, equity is not", () => {
    const far = account("far", [{ kind: "perp", underlying: "BTC", notionalUsd: 100_000 }], { USDC: 1 }, { cushion: 40 });
    const [real, flat] = [market, calm].map((world) =>
      replay({ market: world, crash: SVB, book: book([far]), parameters: parameters(), counts: COUNTS, seed: 1 }),
    );
    expect(real.series.spot).toEqual(flat.series.spot);
    const hour = hourAt("2023-03-11T08:00Z") - SVB.startHour;
    expect(real.series.equity[hour]).toBeLessThan(0.95 * flat.series.equity[hour]);
  });

  it("is nothing to options and coins: of a call written on ether only the USDC that made its collateral exact moves", () => {
    const call = { kind: "option", underlying: "ETH", right: "call", strike: { moneyness: 1.2 }, tenorHours: 720, notionalUsd: -100_000 } as const;
    const worths = [market, calm].map((world) => {
      const { simulation } = startSimulation({
        market: world,
        crash: SVB,
        book: book([account("coins", [call], { ETH: 1 }, { cushion: 3 })]),
        parameters: parameters(),
        counts: COUNTS,
        seed: 1,
      });
      while (simulation.hour < hourAt("2023-03-11T08:00Z")) advance(simulation);
      return simulation.accounts.worth[0] - simulation.accounts.cash[0];
    });
    expect(worths[0]).toBeCloseTo(worths[1], 6);
  });
});

describe("June 2022", () => {
  it("takes from who posted stETH what it lost to ether: 4 % more than who posted ether lost", () => {
    // A perpetual of a few dollars: what the account is worth is its coins.
    const held = (coin: "ETH" | "stETH") => account(coin, [{ kind: "perp", underlying: "BTC", notionalUsd: 50_000 }], { [coin]: 1 }, { cushion: 10 });
    const { simulation } = startSimulation({
      market,
      crash: CELSIUS,
      book: book([held("ETH"), held("stETH")]),
      parameters: parameters(),
      counts: COUNTS,
      seed: 1,
    });
    const coins = (a: number) => simulation.accounts.coinLots.reduce((sum, lots, coin) => sum + lots[a] * simulation.accounts.coinValues[coin], 0);
    const opened = [coins(0), coins(1)];
    while (simulation.hour < hourAt("2022-06-19T00:00Z")) advance(simulation);
    const [ether, staked] = [coins(0) / opened[0], coins(1) / opened[1]];
    expect(ether).toBeLessThan(0.65);
    // 0.977 at the opening, 0.937 to 0.95 in the week of the crash: the quotes of data/daily/pegs.csv.
    expect(staked / ether).toBeLessThan(0.975);
    expect(staked / ether).toBeGreaterThan(0.95);
  });

  it("hits a book on stETH harder than the same book on ether, under loose parameters", () => {
    const longs = (coin: "ETH" | "stETH") =>
      Array.from({ length: 12 }, (_, i) =>
        account(`a${i}`, [{ kind: "perp", underlying: "ETH", notionalUsd: 100_000 }], { [coin]: 1 }, { cushion: 1.05 + 0.2 * i }),
      );
    const run = (coin: "ETH" | "stETH") => replay({ market, crash: CELSIUS, book: book(longs(coin), 1e6), parameters: LOOSE, counts: COUNTS, seed: 1 });
    const [ether, staked] = [run("ETH"), run("stETH")];
    expect(Math.min(...staked.series.equity) / staked.series.equity[0]).toBeLessThan(1);
    expect(staked.accountsLiquidated).toBeGreaterThanOrEqual(ether.accountsLiquidated);
  });
});

describe("funding", () => {
  it("goes from longs to shorts at 0, 8 and 16 o'clock, at the rate that was paid", () => {
    const perp = (notionalUsd: number) => [{ kind: "perp", underlying: "BTC", notionalUsd } as const];
    const two = [account("long", perp(1e6), { USDC: 1 }, { cushion: 20 }), account("short", perp(-1e6), { USDC: 1 }, { cushion: 20 })];
    const { simulation } = startSimulation({ market, crash: BLACK_THURSDAY, book: book(two), parameters: parameters(), counts: COUNTS, seed: 1 });
    const { accounts } = simulation;
    const both = () => accounts.cash[0] + accounts.cash[1];
    const { startHour, rates } = dataset.funding.BTC;
    const [lots] = accounts.holdings.lots;
    for (let step = 1; step <= 96; step++) {
      const [before, long] = [both(), accounts.cash[0]];
      const mark = accounts.marks[accounts.holdings.instrument[0]];
      advance(simulation);
      expect(both()).toBeCloseTo(before, 6);
      const rate = simulation.hour % 8 === 0 ? rates[(simulation.hour - startHour) / 8] : 0;
      const now = accounts.marks[accounts.holdings.instrument[0]];
      expect(accounts.cash[0] - long).toBeCloseTo(lots * (now - mark) - lots * now * rate, 6);
    }
  });
});
