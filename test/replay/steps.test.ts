import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars, Crash } from "../../sim/market/dataset.ts";
import { createMarket } from "../../sim/market/market.ts";
import { crashBars } from "../../sim/replay/crash-bars.ts";
import { depthFactor, illiquidity, LEAST_DEPTH } from "../../sim/replay/depth.ts";
import { replay, seededPopulation } from "../../sim/replay/index.ts";
import { advance, type Simulation, startSimulation } from "../../sim/replay/simulation.ts";
import { account, BLACK_THURSDAY, book, COUNTS, crashOf, dataset, LOOSE, market, parameters } from "./world.ts";

const CASCADE = crashOf("2025-10-10-liquidation-cascade");
const hourAt = (iso: string) => Date.parse(iso) / 3_600_000;

/** A row of a file of the dataset, read by hand. */
function row(file: string, time: string): Record<string, number> {
  const [header, ...lines] = readFileSync(fileURLToPath(new URL(`../../data/${file}`, import.meta.url)), "utf8")
    .trim()
    .split("\n");
  const cells = lines.find((line) => line.startsWith(time))?.split(",") ?? [];
  return Object.fromEntries(header.split(",").map((name, c) => [name, Number(cells[c])]));
}

describe("the steps of a crash", () => {
  const bars = crashBars(CASCADE, ["BTC", "LINK"]);

  it("are hours, and five minutes on the day that has such bars; they end where the data does", () => {
    const ends = [CASCADE.startHour];
    while (ends[ends.length - 1] < CASCADE.startHour + CASCADE.hours) ends.push(bars.next(ends[ends.length - 1]));
    expect(ends).toHaveLength(1 + 240 + 288);
    expect(ends.filter(Number.isInteger)).toHaveLength(1 + 264);
    const day = ends.filter((end) => end > hourAt("2025-10-10T00:00Z") && end <= hourAt("2025-10-11T00:00Z"));
    expect(day.map((end) => Math.round(end * 60))).toEqual(Array.from({ length: 288 }, (_, k) => hourAt("2025-10-10T00:00Z") * 60 + 5 * (k + 1)));
    expect(crashBars(BLACK_THURSDAY, ["BTC"]).next(BLACK_THURSDAY.startHour)).toBe(BLACK_THURSDAY.startHour + 1);
  });

  it("see the bar that ended then: at 21:20 the one of 21:15, which closed 7 % below the one before", () => {
    const seen = bars.at(hourAt("2025-10-10T21:20Z"));
    const quoted = row("crashes-5min/2025-10-10-liquidation-cascade.csv", "2025-10-10T21:15Z");
    expect(seen?.closes[0]).toBe(quoted["BTC.close"]);
    expect(seen?.closes[0]).toBe(103_975);
    expect(seen?.volumeUsd[0]).toBe(quoted["BTC.volume"] * 103_975);
  });

  it("hold what is known by the hour only at its last close, with a twelfth of that hour's turnover", () => {
    const quoted = row("crashes/2025-10-10-liquidation-cascade.csv", "2025-10-10T20:00Z");
    for (const time of ["2025-10-10T21:00Z", "2025-10-10T21:25Z", "2025-10-10T21:55Z"]) {
      expect(bars.at(hourAt(time))?.closes[1]).toBe(quoted["LINK.close"]);
      expect(bars.at(hourAt(time))?.volumeUsd[1]).toBeCloseTo((quoted["LINK.volume"] * quoted["LINK.close"]) / 12, 4);
    }
    expect(bars.at(hourAt("2025-10-10T22:00Z"))?.closes[1]).toBe(row("crashes/2025-10-10-liquidation-cascade.csv", "2025-10-10T21:00Z")["LINK.close"]);
  });

  it("close each hour as the hourly bars do", () => {
    for (let hour = hourAt("2025-10-10T01:00Z"); hour <= hourAt("2025-10-11T01:00Z"); hour++) {
      expect(bars.at(hour)?.closes[0]).toBe(CASCADE.bars[0].close[hour - 1 - CASCADE.startHour]);
    }
  });

  it("liquidate within the hour whom the hours' closes spare", () => {
    const { fine: _, ...hourly } = CASCADE;
    const long = account("long", [{ kind: "perp", underlying: "BTC", notionalUsd: 200_000 }], { USDC: 1 }, { cushion: 1.02 });
    const run = (crash: Crash) =>
      replay({ market, crash, book: book([long]), parameters: parameters({ "protocol.attestationTtl": 600 }), counts: COUNTS, seed: 1 });
    const [fine, coarse] = [run(CASCADE), run(hourly)];
    expect(fine.notionalLiquidated).toBeGreaterThan(1.5 * coarse.notionalLiquidated);
    expect(fine.steps).toBe(coarse.steps);
  });
});

describe("a step within the hour", () => {
  /** The same crash with three times the prices from a five-minute bar on. */
  function tripledFrom(step: number): { crash: Crash; market: ReturnType<typeof createMarket> } {
    const { fine } = CASCADE;
    if (fine === undefined) throw new Error("no five-minute bars");
    const scaled = (bars: Bars, from: number): Bars => {
      const [open, high, low, close] = [bars.open, bars.high, bars.low, bars.close].map((values) => values.map((value, i) => (i >= from ? 3 : 1) * value));
      return { ...bars, open, high, low, close };
    };
    const hour = fine.startHour + Math.floor(step / 12);
    const { history } = dataset;
    return {
      crash: {
        ...CASCADE,
        bars: CASCADE.bars.map((bars) => scaled(bars, hour - CASCADE.startHour)),
        fine: { ...fine, bars: fine.bars.map((bars) => scaled(bars, step)) },
      },
      market: createMarket({
        ...dataset,
        history: { ...history, closes: history.closes.map((closes) => closes.map((value, i) => (i >= hour - history.startHour ? 3 : 1) * value)) },
      }),
    };
  }

  it("does not look ahead: other prices from 21:25 on change nothing at 21:25, and something at 21:30", () => {
    const input = { book: seededPopulation({ accounts: 40, seed: 4 }), parameters: LOOSE, counts: COUNTS, seed: 1 };
    const [real, other] = [
      startSimulation({ ...input, market, crash: CASCADE }).simulation,
      startSimulation({ ...input, ...tripledFrom((21 * 60 + 25) / 5) }).simulation,
    ];
    const standing = ({ accounts, ledger, hour, auctions }: Simulation) => [
      hour,
      ...accounts.cash,
      ...accounts.worth,
      ...accounts.equity,
      auctions.notional,
      ledger.fund,
    ];
    while (real.hour < hourAt("2025-10-10T21:24Z")) {
      advance(real);
      advance(other);
      expect(standing(other)).toEqual(standing(real));
    }
    advance(real);
    advance(other);
    expect(real.hour).toBeCloseTo(hourAt("2025-10-10T21:30Z"), 10);
    expect(standing(other)).not.toEqual(standing(real));
  });
});

describe("depth", () => {
  it("is lost on 10 October 2025 as reported: about 98 % in the worst minutes, and only then", () => {
    const bars = crashBars(CASCADE, ["BTC", "ETH", "SOL"]);
    const day: { hour: number; depth: Float64Array }[] = [];
    for (let hour = bars.next(CASCADE.firstDay * 24); hour <= (CASCADE.lastDay + 1) * 24; hour = bars.next(hour))
      day.push({ hour, depth: bars.at(hour)?.depth as Float64Array });
    for (const asset of [0, 1, 2]) {
      const worst = day.reduce((least, one) => (one.depth[asset] < least.depth[asset] ? one : least));
      expect(worst.depth[asset]).toBeLessThan(0.03);
      expect(worst.hour).toBeGreaterThan(hourAt("2025-10-10T21:10Z"));
      expect(worst.hour).toBeLessThan(hourAt("2025-10-10T22:05Z"));
      const before = day.filter(({ hour }) => hour < hourAt("2025-10-10T14:00Z")).map(({ depth }) => depth[asset]);
      expect(before.sort((x, y) => x - y)[before.length >> 1]).toBeGreaterThan(0.5);
    }
  });

  it("of a bar does not depend on its length: four times the volume and twice the range are the same market", () => {
    const bars = (range: number, volume: number): Bars => ({
      open: Float64Array.of(100),
      high: Float64Array.of(100 * Math.exp(range)),
      low: Float64Array.of(100),
      close: Float64Array.of(100),
      volume: Float64Array.of(volume),
    });
    expect(illiquidity(bars(0.02, 400), 0)).toBeCloseTo(illiquidity(bars(0.01, 100), 0), 12);
    expect(illiquidity(bars(0.01, 0), 0)).toBeNaN();
    expect(illiquidity(bars(Number.NaN, 5), 0)).toBeNaN();
  });

  it("is what makes the square-root law give the bar its range: ten times the range for its volume is a hundredth of the depth", () => {
    expect(depthFactor(5, 1)).toBeCloseTo(0.04, 12);
    expect(depthFactor(10, 1)).toBe(LEAST_DEPTH);
    expect(LEAST_DEPTH).toBe(0.02);
  });

  it("lies between 0.02 and 1, falls with illiquidity, and is the usual one where too little is known", () => {
    const positive = fc.double({ min: 1e-12, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (usual, one, other) => {
        const [calm, wild] = [Math.min(one, other), Math.max(one, other)].map((illiquid) => depthFactor(illiquid, usual));
        expect(wild).toBeLessThanOrEqual(calm);
        expect(wild).toBeGreaterThanOrEqual(LEAST_DEPTH);
        expect(calm).toBeLessThanOrEqual(1);
      }),
    );
    expect(depthFactor(1, Number.NaN)).toBe(1);
    expect(depthFactor(Number.NaN, 1)).toBe(1);
    expect(crashBars(CASCADE, ["BTC"]).at(CASCADE.startHour + 10)?.depth[0]).toBe(1);
  });

  it("makes a liquidation move the price further: on 10 October several times as far as in a market of the usual depth", () => {
    const wide = { ...CASCADE, bars: CASCADE.bars.map(flat), ...(CASCADE.fine && { fine: { ...CASCADE.fine, bars: CASCADE.fine.bars.map(flat) } }) };
    const run = (crash: Crash) =>
      replay({ market, crash, book: seededPopulation({ accounts: 80, seed: 1 }), parameters: parameters(), counts: COUNTS, seed: 1 });
    expect(run(CASCADE).largestImpact).toBeGreaterThan(2 * run(wide).largestImpact);
  });
});

/** Bars whose range is nothing: they say nothing of depth. */
function flat(bars: Bars): Bars {
  return { ...bars, high: bars.close, low: bars.close };
}
