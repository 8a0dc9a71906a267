import { beforeAll, describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { attackBooks } from "../../sim/governance/attack-books.ts";
import { crashMoves } from "../../sim/governance/crash-moves.ts";
import { extractable, loosestStep, YIELDING } from "../../sim/governance/index.ts";
import { createMarginEngine, QUICK_COUNTS } from "../../sim/margin/index.ts";
import { createMarket, type Dataset, type Market } from "../../sim/market/index.ts";
import { applyChanges, initialParameters, keysOf, type ParameterSet, specOf, validateChanges, valueOf } from "../../sim/parameters/index.ts";

const SET = initialParameters();
let dataset: Dataset;
let market: Market;

beforeAll(async () => {
  dataset = await loadDataset();
  market = createMarket(dataset);
});

const lastHour = () => market.history.startHour + market.history.hours;
const search = (capitalUsd: number, parameters: ParameterSet = SET) => extractable({ market, hour: lastHour(), parameters, counts: QUICK_COUNTS, capitalUsd });

describe("the loosest legal step", () => {
  const targets = [["BTC"], ["AVAX"], ["BTC", "ETH"], ["SOL", "LINK"]];

  it.each(targets)("on %s %s is a batch the chain's rules accept, whichever factor gives way", (...underlyings) => {
    for (const yields of YIELDING) {
      const { changes, after } = loosestStep(SET, underlyings, yields);
      expect(validateChanges(SET, changes)).toEqual([]);
      expect(after).toEqual(applyChanges(SET, changes));
      for (const { name, from, to } of changes) expect(to < from ? "up" : "down").toBe(specOf(name)?.tighter);
    }
  });

  it.each(targets)("on %s %s goes as far as any parameter can: one unit more of any, and the rules refuse", (...underlyings) => {
    for (const yields of YIELDING) {
      const { changes } = loosestStep(SET, underlyings, yields);
      for (const change of changes) {
        const further = changes.map((one) => (one === change ? { ...one, to: one.to + (one.to > one.from ? 1 : -1) } : one));
        expect(validateChanges(SET, further), `${change.scope}.${change.name}`).not.toEqual([]);
      }
    }
  });

  it("lets only the factor named give way where that is enough", () => {
    // 0.8 of the requirement may be left: 12 000/12 500 · 12 000/12 500 leaves the grid 1 600 · 0.8 / 0.9216 = 1 388.9, rounded up.
    const { after } = loosestStep(SET, ["ETH"], "spotRange");
    expect([after.protocol.initialMargin, after.underlyings.ETH.volBuffer, after.underlyings.ETH.spotRange]).toEqual([12_000, 2_000, 1_389]);
  });

  it("touches neither neutral parameters, nor other assets, nor collateral", () => {
    const { after } = loosestStep(SET, ["ETH"], "spotRange");
    const same = keysOf(SET).filter(
      ({ scope, name }) => specOf(name)?.tighter === "neutral" || !["protocol", "ETH"].includes(scope) || specOf(name)?.scope === "collateral",
    );
    for (const key of same) expect(valueOf(after, key)).toBe(valueOf(SET, key));
  });

  it("is short of nothing when a parameter stands at its loosest bound already", () => {
    const { after: loose } = loosestStep(SET, ["ETH"], "spotRange");
    const atBounds = { ...loose, protocol: { ...loose.protocol, confidence: 9_000 } };
    expect(loosestStep(atBounds, ["ETH"], "spotRange").changes.some(({ name }) => name === "confidence")).toBe(false);
  });
});

it("the moves are the worst days of the crashes, all assets together: on 12 March 2020 bitcoin lost half within a day", () => {
  const snapshot = market.snapshotAt(lastHour());
  const { moves, crashes } = crashMoves(dataset.crashes, snapshot);
  const bitcoin = snapshot.underlyings.findIndex(({ asset }) => asset === "BTC");
  const crash = dataset.crashes.find(({ id }) => id === "2020-03-12-black-thursday");
  const close = crash?.bars[crash.assets.indexOf("BTC")].close ?? new Float64Array();
  const falls = Array.from(close, (price, hour) => (hour < 24 ? 0 : price / close[hour - 24] - 1));
  const worst = Math.min(...moves.filter((_, i) => crashes[i] === crash?.id).map((move) => Math.exp(move[bitcoin]) - 1));
  expect(worst).toBeCloseTo(Math.min(...falls), 12);
  // The papers of the day after said: by half.
  expect(worst).toBeLessThan(-0.4);
  expect(worst).toBeGreaterThan(-0.6);
});

describe("what a harmful set lets an attacker take", () => {
  it("is what the worst book loses beyond its margin, in a crash that happened, within the attacker's money", () => {
    const { valueUsd, worst, books, moves, changes } = search(20e6);
    expect(worst).not.toBeNull();
    if (worst === null) return;
    expect(worst.marginUsd).toBeLessThanOrEqual(20e6);
    expect(worst.lossUsd - worst.marginUsd).toBeCloseTo(worst.beyondUsd, 4);
    expect(valueUsd).toBe(worst.beyondUsd);
    expect(validateChanges(SET, changes)).toEqual([]);
    expect(dataset.crashes.map(({ id }) => id)).toContain(worst.move);
    expect(Math.min(books, moves)).toBeGreaterThan(100);
  });

  it("is more than without a vote, and not less for more money", () => {
    const found = [1e6, 20e6, 1e9].map((capital) => search(capital));
    for (const { valueUsd, todayUsd } of found) expect(valueUsd).toBeGreaterThan(todayUsd);
    expect(found.map(({ valueUsd }) => valueUsd)).toEqual(found.map(({ valueUsd }) => valueUsd).sort((a, b) => a - b));
  });

  it("never goes beyond the loosened cap on open interest", () => {
    const capped = {
      ...SET,
      underlyings: Object.fromEntries(Object.entries(SET.underlyings).map(([asset, values]) => [asset, { ...values, openInterestCap: 1_000 }])),
    };
    const { worst, valueUsd } = search(1e12, capped);
    // A million, and a quarter more for the step.
    expect(worst?.notionalUsd).toBeLessThanOrEqual(1_250_000);
    expect(valueUsd).toBeLessThan(2 * 1_250_000);
  });

  it("is nothing where margin is the whole notional and more", () => {
    const most = Object.fromEntries(
      Object.entries(SET.underlyings).map(([asset, values]) => [asset, { ...values, spotRange: 9_000, volBuffer: 10_000, shortOptionMinimum: 1_000 }]),
    );
    const tight = { ...SET, protocol: { ...SET.protocol, initialMargin: 30_000 }, underlyings: most };
    expect(search(1e6, tight)).toMatchObject({ valueUsd: 0, worst: null, changes: [] });
  });

  it("loses of a linear book just what its underlying lost, and margins it as the engine does", () => {
    const snapshot = market.snapshotAt(lastHour());
    const { instruments, table, rows } = attackBooks(snapshot, ["ETH"], { ETH: 1e8 });
    const row = rows.findIndex(({ name }) => name === "long perpetual ETH");
    const at = table.offsets[row];
    const spot = snapshot.underlyings.find(({ asset }) => asset === "ETH")?.spot ?? Number.NaN;
    // Whole lots of an eighth, never more than the notional asked for.
    expect((table.lots[at] / 8) * spot).toBeLessThanOrEqual(rows[row].notionalUsd);
    expect((table.lots[at] / 8) * spot).toBeGreaterThan(rows[row].notionalUsd - spot / 8);
    const { initial } = createMarginEngine(market, SET, QUICK_COUNTS).step(snapshot, instruments).requirements(table);
    expect(initial[row]).toBeGreaterThan(0.1 * rows[row].notionalUsd);
    expect(initial[row]).toBeLessThan(rows[row].notionalUsd);
  });

  it("strangles stand on both sides of the spot, as far in the logarithm", () => {
    const snapshot = market.snapshotAt(lastHour());
    const { instruments, table, rows } = attackBooks(snapshot, ["ETH"], { ETH: 1e8 });
    const { spot, atmVolatility } = snapshot.underlyings.find(({ asset }) => asset === "ETH") ?? { spot: Number.NaN, atmVolatility: Number.NaN };
    const row = rows.findIndex(({ name }) => name === "short strangle at 1 σ ETH, 7 days");
    const legs = [0, 1].map((leg) => instruments[table.instrument[table.offsets[row] + leg]]);
    const [call, put] = legs.map((leg) => (leg.kind === "option" ? Math.log(leg.strike / spot) : Number.NaN));
    expect(legs).toMatchObject([{ right: "call" }, { right: "put" }]);
    expect(call).toBeCloseTo(atmVolatility * Math.sqrt(7 / 365), 9);
    expect(put).toBeCloseTo(-call, 9);
  });

  it("is refused for an attacker without money", () => {
    expect(() => search(0)).toThrow("opens no book");
  });
});
