import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { checkDataset } from "../../cli/dataset/check.ts";
import { loadDataset } from "../../cli/dataset/load.ts";
import type { Dataset } from "../../sim/market/dataset.ts";
import { closeAt } from "../../sim/market/history.ts";
import { ballast, dayAt, hourAt, ROOT } from "./support.ts";

const DATA = join(ROOT, "data");

/** Lows recorded with the source figures ("Known anchors"), hour by hour. */
const LOWS: readonly (readonly [asset: string, hour: string, low: number])[] = [
  ["BTC", "2020-03-13T02:00Z", 3782.13],
  ["BTC", "2021-05-19T13:00Z", 30_000],
  ["BTC", "2022-06-18T20:00Z", 17_622],
  ["BTC", "2022-11-09T23:00Z", 15_588],
  ["BTC", "2024-08-05T06:00Z", 49_000],
  ["BTC", "2025-04-07T07:00Z", 74_508],
  ["BTC", "2025-10-10T21:00Z", 102_000],
  ["ETH", "2020-03-13T02:00Z", 86],
  ["ETH", "2021-05-19T13:00Z", 1888],
  ["ETH", "2022-06-18T20:00Z", 881.56],
  ["ETH", "2022-11-09T23:00Z", 1073.53],
  ["ETH", "2024-08-05T01:00Z", 2111],
  ["ETH", "2025-10-10T21:00Z", 3435],
  ["USDC-USD", "2023-03-11T07:00Z", 0.874],
  ["UST", "2022-05-11T07:00Z", 0.225],
];

/** First and last day of the 21 crashes the sources cover. */
const EVENTS = [
  "2018-11-14",
  "2019-06-26",
  "2019-09-24",
  "2020-03-12",
  "2021-01-11",
  "2021-02-22",
  "2021-04-18",
  "2021-05-19",
  "2021-12-04",
  "2022-01-21",
  "2022-05-07/2022-05-13",
  "2022-06-10/2022-06-18",
  "2022-11-06/2022-11-10",
  "2023-03-09/2023-03-13",
  "2023-08-17",
  "2024-01-03",
  "2024-04-13",
  "2024-08-05",
  "2025-02-03",
  "2025-04-07",
  "2025-10-10",
];

let data: Dataset;
beforeAll(async () => {
  const began = performance.now();
  data = await loadDataset();
  console.info(`loading data/ took ${(performance.now() - began).toFixed(0)} ms`);
});

function low(asset: string, iso: string): number[] {
  const hour = hourAt(iso);
  return data.crashes.flatMap((crash) => {
    const bars = crash.bars[crash.assets.indexOf(asset)];
    return bars && hour >= crash.startHour && hour < crash.startHour + crash.hours ? [bars.low[hour - crash.startHour]] : [];
  });
}

describe("the shipped dataset", () => {
  it.each(LOWS)("has the low of %s at %s", (asset, hour, expected) => {
    expect(low(asset, hour)).toEqual([expected]);
  });

  it("has stETH at 0.937 ETH at its lowest of June 2022", () => {
    const { startDay, values } = data.pegs.stETH;
    const june = values.slice(dayAt("2022-06-01") - startDay, dayAt("2022-07-01") - startDay);
    expect(Math.min(...june)).toBeCloseTo(0.937, 3);
  });

  it("has all 21 crashes, each from five days before to five days after", () => {
    expect(data.crashes).toHaveLength(21);
    for (const [i, event] of EVENTS.entries()) {
      const [first, last = first] = event.split("/");
      const crash = data.crashes[i];
      expect(crash.id.startsWith(first)).toBe(true);
      expect([crash.firstDay, crash.lastDay]).toEqual([dayAt(first), dayAt(last)]);
      expect(crash.startHour).toBe((dayAt(first) - 5) * 24);
      expect(crash.startHour + crash.hours).toBe((dayAt(last) + 6) * 24);
      expect(crash.assets).toEqual(expect.arrayContaining(["BTC", "ETH"]));
      for (const bars of crash.bars) for (const column of Object.values(bars)) expect(column).toHaveLength(crash.hours);
    }
  });

  it("has bars of five minutes on the days of the three crashes of 2025, and the lows of 10 October in the five minutes from 21:20", () => {
    const fine = data.crashes.filter((crash) => crash.fine !== undefined);
    expect(fine.map(({ id }) => id.slice(0, 10))).toEqual(["2025-02-03", "2025-04-07", "2025-10-10"]);
    for (const { fine: bars, firstDay } of fine) {
      expect(bars).toMatchObject({ stepMinutes: 5, startHour: firstDay * 24, steps: 288, assets: ["BTC", "ETH", "SOL"] });
      for (const one of bars?.bars ?? []) for (const column of Object.values(one)) expect(column.filter((value: number) => value > 0)).toHaveLength(288);
    }
    const at = (21 * 60 + 20) / 5;
    expect(fine[2].fine?.bars.slice(0, 2).map(({ low: lows }) => lows[at])).toEqual([102_000, 3_435]);
  });

  it("keeps perpetuals and stablecoins apart from the underlyings", () => {
    expect(data.perpetuals.assets).toEqual(["BTC", "ETH", "SOL"]);
    expect(data.hourlyPegs.assets).toEqual(["USDC", "USDC-USD", "USDT-USD"]);
    // Recorded with the source figures: the SOL perpetual about a quarter below its spot on 2022-11-09, USDC at 0.874 in its worst hour.
    const basis = Array.from({ length: 24 }, (_, h) => {
      const hour = hourAt("2022-11-09T00:00Z") + h;
      return closeAt(data.perpetuals, "SOL", hour) / closeAt(data.history, "SOL", hour) - 1;
    });
    expect(Math.min(...basis)).toBeLessThan(-0.1);
    expect(Math.min(...basis)).toBeGreaterThan(-0.27);
    const worst = hourAt("2023-03-11T07:00Z");
    const [before, hour] = [closeAt(data.hourlyPegs, "USDC-USD", worst - 24), closeAt(data.hourlyPegs, "USDC-USD", worst)];
    expect(before).toBeGreaterThan(0.99);
    expect(hour).toBeGreaterThan(0.874);
    expect(hour).toBeLessThan(0.92);
  });

  it("has funding as a rate every eight hours, positive when longs pay", () => {
    const { startHour, rates } = data.funding.BTC;
    expect(startHour % 24).toBe(0);
    const at = (iso: string) => rates[(hourAt(iso) - startHour) / 8];
    // The first two payments as published, and the standard 0.01 %.
    expect(at("2019-09-10T00:00Z")).toBeNaN();
    expect(at("2019-09-10T08:00Z")).toBeCloseTo(0.0001, 12);
    expect(at("2025-10-31T16:00Z")).toBeCloseTo(0.0001, 12);
    const { startHour: etherStart, rates: ether } = data.funding.ETH;
    expect(ether[(hourAt("2025-10-31T16:00Z") - etherStart) / 8]).toBeCloseTo(-1.283e-5, 10);
  });

  it("leaves the outage of 2018-11-14, 02:00 to 08:00, empty in the lookback and in the window", () => {
    const window = data.crashes[0];
    for (const asset of ["BTC", "ETH"]) {
      for (let hour = 1; hour <= 9; hour++) {
        const at = hourAt(`2018-11-14T0${hour}:00Z`);
        const gap = hour >= 2 && hour <= 8;
        expect(Number.isNaN(closeAt(data.history, asset, at))).toBe(gap);
        expect(Number.isNaN(window.bars[window.assets.indexOf(asset)].volume[at - window.startHour])).toBe(gap);
      }
    }
    // What was published on both sides of the outage.
    expect(closeAt(data.history, "BTC", hourAt("2018-11-14T01:00Z"))).toBe(6472);
    expect(closeAt(data.history, "BTC", hourAt("2018-11-14T09:00Z"))).toBe(6432.1);
  });

  it("begins the lookback with the venue for BTC and ETH, a day after the listing for AVAX", () => {
    expect(data.history.assets).toEqual(["BTC", "ETH", "SOL", "LINK", "AVAX"]);
    expect(data.history.startHour).toBe(hourAt("2017-08-17T04:00Z"));
    expect(data.history.startHour + data.history.hours).toBe(hourAt("2025-11-01T00:00Z"));
    expect(closeAt(data.history, "AVAX", hourAt("2020-09-23T05:00Z"))).toBeNaN();
    expect(closeAt(data.history, "AVAX", hourAt("2020-09-23T06:00Z"))).toBeGreaterThan(0);
  });

  it("has volatility as decimals, gas in gwei, and turnover that is the sum of the hours", () => {
    expect(data.dvol.ETH.values[dayAt("2024-08-05") - data.dvol.ETH.startDay]).toBe(0.7622);
    expect(Math.floor(data.gasGwei.values[dayAt("2022-05-01") - data.gasGwei.startDay])).toBe(474);
    const crash = data.crashes.find((one) => one.id === "2020-03-12-black-thursday")!;
    const bars = crash.bars[crash.assets.indexOf("BTC")];
    let turnover = 0;
    for (let hour = 0; hour < 24; hour++) {
      const i = dayAt("2020-03-12") * 24 + hour - crash.startHour;
      turnover += bars.volume[i] * bars.close[i];
    }
    const stored = data.dailyVolumeUsd.BTC.values[dayAt("2020-03-12") - data.dailyVolumeUsd.BTC.startDay];
    expect(stored / turnover).toBeCloseTo(1, 5);
  });

  it("is at most 10 MB, and every file has the sha256 and the size of the manifest", () => {
    const manifest = JSON.parse(readFileSync(join(DATA, "manifest.json"), "utf8"));
    const total = readdirSync(DATA, { recursive: true, withFileTypes: true }).reduce(
      (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
      0,
    );
    expect(total).toBeLessThan(10e6);
    for (const file of manifest.files) {
      const bytes = readFileSync(join(DATA, file.path));
      expect([createHash("sha256").update(bytes).digest("hex"), bytes.length]).toEqual([file.sha256, file.bytes]);
    }
  });

  it("passes its own check, which looked at every anchor and crash", async () => {
    const report = await checkDataset(DATA);
    expect(report.findings).toEqual([]);
    expect([report.anchors, report.crashes, report.files]).toEqual([16, 21, 38]);
  });
});

describe("ballast data list", () => {
  it("fits 80 columns, without colour in a pipe", async () => {
    const { code, stdout } = await ballast("data", "list");
    expect(code).toBe(0);
    expect(stdout).toContain("2020-03-12-black-thursday");
    expect(stdout).not.toContain("\u001b");
    expect(
      Math.max(
        ...stdout
          .split("\n")
          .filter((line) => !line.startsWith("hash"))
          .map((line) => Array.from(line).length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it("prints one JSON document with the hash that loading gives", async () => {
    const { stdout } = await ballast("data", "list", "--json");
    const listing = JSON.parse(stdout);
    expect(listing.hash).toBe(data.hash);
    expect(listing.crashes).toHaveLength(21);
  });
});
