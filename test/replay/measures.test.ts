import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { History } from "../../sim/market/dataset.ts";
import { executionShock, replay, seededPopulation } from "../../sim/replay/index.ts";
import { procyclicality } from "../../sim/replay/procyclicality.ts";
import { significant } from "../../sim/replay/significant.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { createSolvencyBuffers, systemSolvency } from "../../sim/replay/solvency.ts";
import { createSecond, type Position, requirementOf } from "../margin/second-implementation.ts";
import { account, BLACK_THURSDAY, book, COUNTS, dataset, market, openingPrice, parameters } from "./world.ts";

const crash = BLACK_THURSDAY;
const perp = (underlying: string, notionalUsd: number) => ({ kind: "perp", underlying, notionalUsd }) as const;

describe("coverage", () => {
  // So well collateralised that nothing is ever sold: what was frozen is what is held.
  const accounts = [
    account("long-btc", [perp("BTC", 1_000_000)], { USDC: 1 }, { cushion: 30 }),
    account("short-eth", [perp("ETH", -1_000_000)], { USDC: 1 }, { cushion: 30 }),
  ];
  const outcome = replay({ market, crash, book: book(accounts), parameters: parameters(), counts: COUNTS, seed: 1 });

  it("compares each day's requirement with what the real closes did in the 24 hours after it", () => {
    const { simulation, view } = startSimulation({ market, crash, book: book(accounts), parameters: parameters(), counts: COUNTS, seed: 1 });
    const required = [view.requirements.maintenance];
    for (let step = 1; step <= crash.hours; step++) required.push(advance(simulation)?.requirements.maintenance as Float64Array);
    // What is held are perpetuals, marked at their own closes.
    const { perpetuals } = dataset;
    const close = (asset: string, step: number) => perpetuals.closes[perpetuals.assets.indexOf(asset)][crash.startHour + step - 1 - perpetuals.startHour];
    const units = [Math.round(1_000_000 / (openingPrice(crash, "BTC") / 128)) / 128, -Math.round(1_000_000 / (openingPrice(crash, "ETH") / 8)) / 8];
    let covered = 0;
    let observations = 0;
    for (let step = 0; step <= crash.hours; step++) {
      const losses = ["BTC", "ETH"].map((asset, a) => units[a] * (close(asset, step) - close(asset, step + 24)));
      const loss = losses.reduce((sum, one) => sum + Math.max(0, one), 0);
      if (step + 24 > crash.hours) expect(outcome.series.horizonLoss[step]).toBeNull();
      else expect(Math.abs((outcome.series.horizonLoss[step] as number) - loss)).toBeLessThanOrEqual(1e-5 * loss);
      if (step % 24 !== 0 || step + 24 > crash.hours) continue;
      for (const a of [0, 1]) {
        observations++;
        if (losses[a] <= required[step][a]) covered++;
      }
    }
    expect(outcome.coverageObservations).toBe(observations);
    expect(outcome.coverage).toBeCloseTo(covered / observations, 8);
    expect(covered).toBeLessThan(observations);
  });

  it("goes with a margin rate that is Σ initial margin over Σ notional", () => {
    const notional = outcome.series.spot.BTC.map(
      (btc, step) => 1_000_000 * (btc / outcome.series.spot.BTC[0] + outcome.series.spot.ETH[step] / outcome.series.spot.ETH[0]),
    );
    const rates = outcome.series.initial.map((initial, step) => initial / notional[step]);
    expect(outcome.meanMarginRate / (rates.reduce((sum, rate) => sum + rate, 0) / rates.length)).toBeCloseTo(1, 2);
    expect(outcome.peakMarginRate / Math.max(...rates)).toBeCloseTo(1, 2);
  });
});

describe("procyclicality", () => {
  const flat = (hours: number, rate: number) => new Array<number>(hours).fill(rate);

  it("is the largest rise within a day and within five, and peak over trough (a rate of 10 %, 12 % a day later, 15 % after four more)", () => {
    const found = procyclicality([[...flat(24, 0.1), ...flat(96, 0.12), ...flat(24, 0.15), ...flat(24, 0.05)]]);
    expect(found.largestOneDayRise).toBeCloseTo(0.25, 12);
    expect(found.largestFiveDayRise).toBeCloseTo(0.5, 12);
    expect(found.peakToTrough).toBeCloseTo(3, 12);
  });

  it("takes the worst position, passes over hours without a rate, and finds none in a fall", () => {
    expect(procyclicality([flat(48, 0.1), [0.1, Number.NaN, 0.13]]).largestOneDayRise).toBeCloseTo(0.3, 12);
    expect(procyclicality([[0.3, 0.2, 0.1]])).toEqual({ largestOneDayRise: 0, largestFiveDayRise: 0, peakToTrough: 0.3 / 0.1 });
  });
});

describe("the solvency of the whole", () => {
  // Of a short lookback every move is drawn: with the jumps there are then more draws than moves.
  it.each([
    ["of many moves the largest", {}, COUNTS],
    ["all moves and jumps on top", { "protocol.lookback": 90, "BTC.jumpIntensity": 50_000 }, { filtered: 512, stressed: 32 }],
  ])("is the fund over the tail of what all accounts together lose beyond their worth; Cover-2 the two worst of them (%s)", (_, changes, counts) => {
    const accounts = [1, 2, 3].map((size) => account(`long-${size}`, [perp("BTC", size * 1_000_000)]));
    const { simulation, view } = startSimulation({ market, crash, book: book(accounts), parameters: parameters(changes), counts, seed: 1 });
    expect(view.step.filtered > view.step.filteredPopulation).toBe(counts !== COUNTS);
    const solvency = systemSolvency(simulation.accounts, view.step, 50_000, createSolvencyBuffers(view.step.scenarios));
    const profit = new Float64Array(view.step.scenarios);
    const { filtered, filteredPopulation, stressed } = view.step;
    const shortfalls = accounts.map((_, a) => {
      view.step.profitAndLoss(simulation.accounts.holdings, a, profit);
      return [...profit].map((one) => Math.max(0, -one - simulation.accounts.worth[a]));
    });
    const together = shortfalls[0].map((_, s) => shortfalls[0][s] + shortfalls[1][s] + shortfalls[2][s]);
    // The worst thousandth of all historical moves, drawn or not: whole ones and the part of one.
    const mass = (filteredPopulation + stressed) * 0.001;
    const worst = together.slice(0, filtered + stressed).sort((x, y) => y - x);
    const tail = worst.reduce((sum, loss, i) => sum + loss * Math.min(1, Math.max(0, mass - i)), 0) / mass;
    expect(tail).toBeGreaterThan(0);
    expect((solvency.index as number) / (50_000 / tail)).toBeCloseTo(1, 9);
    // Long perpetuals only: the worst scenario is the same for all.
    expect(solvency.coverTwo / (Math.max(...shortfalls[1]) + Math.max(...shortfalls[2]))).toBeCloseTo(1, 9);
    expect(solvency.insuranceTarget / Math.max(tail, solvency.coverTwo)).toBeCloseTo(1, 9);
  });

  it("has no index where nobody can fall short", () => {
    const rich = [account("rich", [perp("BTC", 100_000)], { USDC: 1 }, { cushion: 30 })];
    const outcome = replay({ market, crash, book: book(rich, 1_000), parameters: parameters(), counts: COUNTS, seed: 1 });
    expect(outcome.leastSolvencyIndex).toBeNull();
    expect(outcome.coverTwo).toBe(0);
    expect(outcome.insuranceTarget).toBe(0);
  });
});

describe("the execution shock", () => {
  const population = seededPopulation({ accounts: 80, seed: 5 });
  const at = { market, hour: crash.startHour, book: population, before: parameters(), counts: COUNTS };
  const fresh = { ...at, agedHours: 0 };

  it("is nothing without a change, and nothing for one that only loosens", () => {
    expect(executionShock({ ...at, after: at.before })).toMatchObject({ accounts: 0, notional: 0, newlyLiquidatable: 0, maintenanceIncrease: 0, top: [] });
    expect(executionShock({ ...at, after: parameters({ "BTC.volBuffer": 0, "ETH.volBuffer": 0 }) })).toMatchObject({ newlyLiquidatable: 0 });
  });

  it("finds exactly those whose equity today's set asked for is below what the other asks: a long perpetual, cushions 1.1 and 1.9", () => {
    // Maintenance rises by the buffer; initial is 1.25 times maintenance, so a cushion of 1.1 stands 37.5 % above it and one of 1.9 137.5 %.
    const after = parameters({ "BTC.volBuffer": 10_000 });
    const longs = [1.1, 1.9].map((cushion) => account(`long-${cushion}`, [perp("BTC", 1_000_000)], { USDC: 1 }, { cushion }));
    const shock = executionShock({ ...fresh, book: book(longs), after });
    const second = createSecond(dataset);
    const states = [second.stateAt("BTC", at.hour)];
    const under = (set: typeof after) => {
      const shocks = second.shocksAt(states, at.hour, set, COUNTS);
      return (...held: Position[]) => requirementOf(held, states, shocks, at.hour, set, { USDC: second.lastPeg("USDC", at.hour) }).maintenance;
    };
    const [today, changed] = [under(at.before), under(after)];
    const long: Position = [{ kind: "perp", underlying: "BTC" }, Math.round(1_000_000 / (states[0].spot / 128))];
    const rise = changed(long) / today(long);
    expect(rise).toBeGreaterThan(1.375);
    expect(rise).toBeLessThan(2.375);
    expect(shock).toMatchObject({ accounts: 0.5, newlyLiquidatable: 1, accountsTotal: 2 });
    expect(shock.top.map(({ id }) => id)).toEqual(["long-1.1"]);
    expect(shock.notional).toBeCloseTo(0.5, 2);
    // What USDC asks for does not rise with it: an account brings its cushion of the perpetual's initial margin, and once the initial margin of what it brings.
    const usdc = (lots: number): Position => [{ kind: "spot", underlying: "USDC" }, lots];
    const lot = today(usdc(1));
    expect(changed(usdc(1))).toBe(lot);
    const lots = [1.1, 1.9].map((cushion) => Math.ceil((1.25 * cushion * today(long)) / (1 - 1.25 * (lot / 128)) / 128));
    const dollars = lot * (lots[0] + lots[1]);
    expect(shock.maintenanceIncrease).toBeCloseTo((2 * changed(long) + dollars) / (2 * today(long) + dollars) - 1, 6);
  });

  it("counts a haircut that rises: the same holdings are worth less, and nothing else has changed", () => {
    const held = account("held", [perp("BTC", 1_000_000)], { ETH: 1 }, { cushion: 1.02 });
    const shock = executionShock({ ...fresh, book: book([held]), after: parameters({ "ETH.haircut": 6_000 }) });
    expect(shock.newlyLiquidatable).toBe(1);
    expect(shock.top[0].maintenanceAfter).toBe(shock.top[0].maintenanceBefore);
    // All of its ETH and the little USDC it rounds up with: 0.4 / 0.8 of its equity.
    expect(shock.top[0].equityAfter / shock.top[0].equityBefore).toBeGreaterThan(0.5);
    expect(shock.top[0].equityAfter / shock.top[0].equityBefore).toBeLessThan(0.515);
  });

  it("carries the book there: equity at execution is what was brought plus what the real closes did to it for 144 hours", () => {
    // From 15 to 21 March 2021: BTC went from 58 968 to 58 102, so the long has lost.
    const hour = Date.UTC(2021, 2, 21) / 3_600_000;
    // Sized at the spot, marked at the perpetual's own closes; nobody acts in the meantime, and no funding is paid.
    const closeIn = ({ closes, assets, startHour }: History, h: number) => closes[assets.indexOf("BTC")][h - 1 - startHour];
    const units = Math.round(1_000_000 / (closeIn(market.history, hour - 144) / 128)) / 128;
    const after = parameters({ "BTC.volBuffer": 10_000, "protocol.stressWeight": 10_000 });
    const longs = book([account("long", [perp("BTC", 1_000_000)], { USDC: 1 }, { cushion: 1.02 })]);
    const [opened, carried] = [
      executionShock({ ...at, hour: hour - 144, agedHours: 0, book: longs, after }),
      executionShock({ ...at, hour, book: longs, after }),
    ];
    expect(opened.newlyLiquidatable).toBe(1);
    expect(carried.top[0].equityBefore - opened.top[0].equityBefore).toBeCloseTo(
      units * (closeIn(dataset.perpetuals, hour) - closeIn(dataset.perpetuals, hour - 144)),
      2,
    );
  });

  it("refuses an age at which contracts of the book would have expired", () => {
    for (const agedHours of [-1, 0.5, 145, Number.NaN])
      expect(() => executionShock({ ...at, agedHours, after: at.before })).toThrow(expect.objectContaining({ code: "SHOCK_AGE_INVALID" }));
  });

  it("lists the largest first, at most ten, and does not depend on the order of the accounts", () => {
    const after = parameters({ "BTC.volBuffer": 10_000, "ETH.volBuffer": 10_000, "protocol.stressWeight": 10_000 });
    const shock = executionShock({ ...at, after });
    expect(shock.newlyLiquidatable).toBeGreaterThan(10);
    expect(shock.top).toHaveLength(10);
    expect([...shock.top].sort((a, b) => b.notional - a.notional)).toEqual(shock.top);
    expect(executionShock({ ...at, after, book: { ...population, accounts: [...population.accounts].reverse() } })).toEqual(shock);
  });
});

describe("rounding to significant digits", () => {
  it("keeps six", () => {
    expect([1_234_567.8, 0.00012345678, -98_765_432, 0, 1e-300, 999_999.5].map((value) => significant(value, 6))).toEqual([
      1_234_570, 0.000123457, -98_765_400, 0, 1e-300, 1_000_000,
    ]);
  });

  it("is idempotent and within half a unit of the last digit", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        const rounded = significant(value, 6);
        expect(significant(rounded, 6)).toBe(rounded);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(5.0000001e-6 * Math.abs(value));
      }),
    );
  });
});
