import { describe, expect, it } from "vitest";
import type { Crash } from "../../sim/market/dataset.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { narrowed } from "../../sim/replay/crash-bars.ts";
import { type BookAccount, executionShock, materialise, replay } from "../../sim/replay/index.ts";
import { DEFAULT_LIQUIDATION, type LiquidationModel } from "../../sim/replay/liquidation-model.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { createSecond, type Position, requirementOf, valueOf } from "../margin/second-implementation.ts";
import { createSecondReplay, type Trader } from "./second-replay.ts";
import { account, BLACK_THURSDAY, book, crashOf, dataset, LOOSE, market, parameters } from "./world.ts";

const COUNTS = { filtered: 64, stressed: 16 };
const FUND = 20_000;

/** Twenty accounts that answer their calls always or never, so that no chance is in it: longs, put sellers, strangles, basis, a hedged maker. */
const ACCOUNTS: readonly BookAccount[] = Array.from({ length: 20 }, (_, i) => {
  const underlying = i % 2 === 0 ? "ETH" : "BTC";
  const notionalUsd = 40_000 * (1 + (i % 7)) * (i === 19 ? 400 : 1);
  const put = { kind: "option", underlying, right: "put", strike: { moneyness: 0.85 }, tenorHours: 24 * (i < 10 ? 7 : 30), notionalUsd: -notionalUsd } as const;
  const call = { ...put, right: "call", strike: { moneyness: 1.15 }, notionalUsd: -notionalUsd / 2 } as const;
  const perp = { kind: "perp", underlying, notionalUsd } as const;
  const future = { kind: "future", underlying: "BTC", tenorHours: 336, notionalUsd: -notionalUsd } as const;
  const positions = [[perp], [put], [put, call], [perp, future], [put, { kind: "hedge", underlying, share: 0.9 } as const]][i % 5];
  const collateral = i % 3 === 0 ? { USDC: 1 } : i % 3 === 1 ? { ETH: 0.6, USDC: 0.4 } : { BTC: 0.5, ETH: 0.5 };
  const response = { probability: i % 4 === 0 ? 1 : 0, delayHours: i % 6 };
  return account(`a${String(i).padStart(2, "0")}`, positions, collateral, { cushion: 1 + (i % 5) * 0.15, reserve: 0.5, response });
});

const CASCADE = crashOf("2025-10-10-liquidation-cascade");

/** Slices of everything: which set of trades a search finds is held against all sets in test/liquidation. */
const PRO_RATA: LiquidationModel = { ...DEFAULT_LIQUIDATION, slices: "pro-rata" };
/** Two keepers who can carry little, the larger one offline for the day of the crash; prices an hour old and as wide as 1 %. */
const STRAINED: LiquidationModel = {
  ...PRO_RATA,
  keepers: {
    keepers: [
      { inventoryUsd: 300_000, latencyMinutes: 7 },
      { inventoryUsd: 60_000, latencyMinutes: 3 },
    ],
    inventoryHalfLifeHours: 3,
    priorityPerAuction: 0.5,
    largestPriority: 4,
    outages: [{ fromHour: 110, hours: 20, share: 0.5 }],
  },
  oracle: { latencySeconds: 3_600, confidence: 0.01 },
  restartPauseMinutes: 25,
};

const SETS: readonly (readonly [string, Crash, ParameterSet, LiquidationModel])[] = [
  ["Black Thursday under the initial parameters", BLACK_THURSDAY, parameters(), PRO_RATA],
  ["Black Thursday under dangerously loose ones", BLACK_THURSDAY, LOOSE, PRO_RATA],
  ["Black Thursday with few keepers and old prices", BLACK_THURSDAY, parameters(), STRAINED],
  ["10 October 2025 in steps of five minutes, under loose ones", CASCADE, LOOSE, PRO_RATA],
  ["March 2023, when USDC itself fell, under the initial parameters", crashOf("2023-03-09-svb-usdc-depeg"), parameters(), PRO_RATA],
  [
    "10 October 2025 with a lifetime of half an hour, few keepers and old prices",
    CASCADE,
    parameters({ "protocol.attestationTtl": 1_800, "protocol.auctionDuration": 600 }),
    STRAINED,
  ],
  [
    "Black Thursday under three hours' latency, a slow auction, a haircut on USDC, a short horizon",
    BLACK_THURSDAY,
    parameters({
      "protocol.attestationTtl": 10_800,
      "protocol.auctionDuration": 14_400,
      "USDC.haircut": 1_000,
      "protocol.horizon": 19_800,
      "protocol.participation": 100,
    }),
    PRO_RATA,
  ],
];

describe.each(SETS)("%s, account by account", (_, crash, set, liquidation) => {
  // Longer windows and shorter steps are more of them.
  const people = crash !== BLACK_THURSDAY ? ACCOUNTS.filter((_one, i) => i % 3 === 1) : ACCOUNTS;
  const input = { market, crash, book: book(people, FUND), parameters: set, counts: COUNTS, seed: 1, liquidation };
  const { simulation } = startSimulation(input);
  const { accounts } = simulation;
  const traders = accounts.book.map(({ id, reserve, response }, a): Trader => {
    const entries = Array.from({ length: accounts.holdings.offsets[a + 1] - accounts.holdings.offsets[a] }, (_entry, e) => accounts.holdings.offsets[a] + e);
    const held = entries.map((e) => ({ instrument: accounts.universe.instruments[accounts.holdings.instrument[e]], lots: accounts.holdings.lots[e], mark: 0 }));
    const coins = { BTC: accounts.coinLots[0][a], ETH: accounts.coinLots[1][a], stETH: accounts.coinLots[2][a] };
    const positions = held.filter(({ instrument }) => instrument.kind !== "spot");
    const brought = accounts.cash[a] + accounts.coinLots.reduce((sum, lots, coin) => sum + lots[a] * accounts.coinValues[coin], 0);
    return {
      id,
      answers: response.probability === 1,
      delayHours: response.delayHours,
      reserve: brought * reserve,
      cash: accounts.cash[a],
      coins,
      positions,
      attested: [],
    };
  });
  const second = createSecondReplay(market, crash, simulation.underlyings, traders, FUND, set, COUNTS, liquidation);
  const opening = second.open();

  const figures = replay(input);

  it("every account starts with its cushion, in whole lots and cents", () => {
    opening.forEach(({ equity, maintenance, usdc }, a) => {
      // What its USDC asks for itself is asked once, whatever the cushion.
      const asked = (accounts.book[a].cushion * (maintenance - usdc) + usdc) * (set.protocol.initialMargin / 1e4);
      expect(equity / asked).toBeGreaterThan(1 - 1e-6);
      expect(equity / asked).toBeLessThan(1.05);
    });
  });

  it("every account and the ledger stand the same after every step; the outcome says what they did", () => {
    const horizon = Math.ceil(set.protocol.horizon / 3_600);
    const steps: (typeof opening | undefined)[] = [opening];
    const losses: (number | null)[] = new Array(crash.hours + 1).fill(null);
    const isCovered: boolean[] = [];
    while (simulation.hour < crash.startHour + crash.hours) {
      const seen = second.advance();
      const view = advance(simulation);
      const hour = simulation.hour - crash.startHour;
      expect(seen === undefined).toBe(view === undefined);
      traders.forEach((trader, a) => {
        near(view?.requirements.maintenance[a] ?? 0, seen?.[a].maintenance ?? 0, `maintenance of ${trader.id} in hour ${hour}`);
        near(accounts.cash[a], trader.cash, `cash of ${trader.id} in hour ${hour}`);
        near(accounts.worth[a], second.worth(trader), `worth of ${trader.id} in hour ${hour}`);
        near(accounts.equity[a], second.equity(trader), `equity of ${trader.id} in hour ${hour}`);
      });
      const { ledger, auctions, marginCalls } = simulation;
      for (const name of ["fund", "keepers", "unwinding", "gas", "deficits", "shared"] as const)
        near(ledger[name], second.totals[name], `${name} in hour ${hour}`);
      near(auctions.notional, second.totals.notional, `notional sold by hour ${hour}`);
      expect(marginCalls).toBe(second.totals.calls);
      expect(auctions.restarted).toBe(second.totals.restarted);
      if (hour !== Math.floor(hour)) continue;
      steps.push(seen);
      const before = steps[hour - horizon];
      if (seen === undefined || before === undefined) continue;
      losses[hour - horizon] = before.reduce((sum, { loss }) => sum + Math.max(0, loss()), 0);
      if ((hour - horizon) % 24 === 0)
        for (const {
          opened: { loss, maintenance },
        } of before)
          if (maintenance > 0) isCovered.push(loss() <= maintenance);
    }
    expect(figures.coverageObservations).toBe(isCovered.length);
    near(figures.coverage, isCovered.filter(Boolean).length / isCovered.length, "coverage", 0);
    figures.series.horizonLoss.forEach((loss, step) => {
      expect(loss === null).toBe(losses[step] === null);
      expect(Math.abs((loss ?? 0) - (losses[step] ?? 0))).toBeLessThanOrEqual(1e-5 * Math.abs(losses[step] ?? 0) + 0.01);
    });
    const rates = steps.flatMap((one) => (one === undefined ? [] : [rateOf(one) * (set.protocol.initialMargin / 1e4)])).filter(Number.isFinite);
    near(figures.meanMarginRate, rates.reduce((sum, rate) => sum + rate, 0) / rates.length, "mean margin rate", 0);
    near(figures.peakMarginRate, Math.max(...rates), "peak margin rate", 0);
  });
});

describe("the execution shock of a change of buffers, confidence and the haircut of USDC", () => {
  const hour = Date.parse("2024-06-03T00:00Z") / 3_600_000;
  // Equity stands 25 % to 70 % above maintenance, which rises by half: some are hit. At 99.9 % it doubles, and everybody is.
  const after = parameters({ "ETH.volBuffer": 6_000, "protocol.confidence": 9_950, "USDC.haircut": 300 });
  const people = Array.from({ length: 12 }, (_, i) => {
    const perp = { kind: "perp", underlying: "ETH", notionalUsd: (i % 2 === 0 ? 1 : -1) * 50_000 * (i + 1) } as const;
    const put = { kind: "option", underlying: "ETH", right: "put", strike: { moneyness: 0.9 }, tenorHours: 720, notionalUsd: -90_000 } as const;
    return account(`e${String(i).padStart(2, "0")}`, i % 3 === 0 ? [put] : i % 3 === 1 ? [perp] : [perp, put], { USDC: 1 }, { cushion: 1 + (i % 4) * 0.12 });
  });

  it("hits whom it hits, with the equity and the requirements of the second implementation", () => {
    const opened = hour - 144;
    const listed = materialise(book(people), narrowed(market.snapshotAt(opened), ["ETH"]));
    const second = createSecond(dataset);
    const at = (when: number, set: ParameterSet) => {
      const states = [second.stateAt("ETH", when)];
      return { when, set, states, shocks: second.shocksAt(states, when, set, COUNTS) };
    };
    const [start, before, changed] = [at(opened, parameters()), at(hour, parameters()), at(hour, after)];
    const expected = people.flatMap(({ id, cushion }, a) => {
      const entries = Array.from({ length: listed.table.offsets[a + 1] - listed.table.offsets[a] }, (_entry, e) => listed.table.offsets[a] + e);
      const held = entries.map((e): Position => [listed.universe.instruments[listed.table.instrument[e]], listed.table.lots[e]]);
      // A USDC was worth a dollar; its scenarios are those of its daily closes.
      const asked = ({ when, set, states, shocks }: typeof start, usd: number) =>
        requirementOf([...held, [{ kind: "spot", underlying: "USDC" }, Math.ceil(usd / 128)]], states, shocks, when, set, {
          USDC: second.lastPeg("USDC", when),
        });
      const value = ({ when, states }: typeof start, kind: "option" | "perp") =>
        held.filter(([instrument]) => instrument.kind === kind).reduce((sum, [instrument, lots]) => sum + lots * valueOf(instrument, states[0], when).value, 0);
      const alone = asked(start, 0).initial;
      let brought = 0;
      for (let round = 0; round < 10; round++) brought = cushion * alone + (asked(start, brought).initial - alone) - value(start, "option");
      const cash = brought + value(before, "perp") - value(start, "perp");
      const [equityBefore, equityAfter] = [cash, cash * 0.97].map((counted) => counted + value(before, "option"));
      const [maintenanceBefore, maintenanceAfter] = [asked(before, cash).maintenance, asked(changed, cash).maintenance];
      return equityBefore >= maintenanceBefore && equityAfter < maintenanceAfter
        ? [{ id, equityBefore, equityAfter, maintenanceBefore, maintenanceAfter }]
        : [];
    });
    const found = executionShock({ market, hour, book: book(people), before: parameters(), after, counts: COUNTS });
    expect(found.newlyLiquidatable).toBeGreaterThan(1);
    expect(found.newlyLiquidatable).toBeLessThan(12);
    expect(found.accounts).toBeCloseTo(expected.length / 12, 8);
    expect(found.top.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id));
    for (const { id, ...figures } of expected) {
      const hit = found.top.find((one) => one.id === id);
      for (const [name, figure] of Object.entries(figures)) near(hit?.[name as keyof typeof figures] ?? Number.NaN, figure, `${name} of ${id}`);
    }
  });
});

/** Within a millionth, of a small sum a cent. */
function near(value: number, expected: number, what: string, small = 1e4): void {
  expect(Math.abs(value - expected) / Math.max(small, Math.abs(expected)), what).toBeLessThan(1e-6);
}

function rateOf(accounts: readonly { opened: { maintenance: number; notional: number } }[]): number {
  return accounts.reduce((sum, { opened }) => sum + opened.maintenance, 0) / accounts.reduce((sum, { opened }) => sum + opened.notional, 0);
}
