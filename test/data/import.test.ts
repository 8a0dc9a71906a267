import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { closeAt } from "../../sim/market/history.ts";
import { temporary } from "../temporary.ts";
import { ballast, hourAt, put, ROOT } from "./support.ts";

const folder = await temporary("data");
const CASCADE = "2025-10-10T21:00Z";

/** Bars of BTC on 2025-10-10, 20:00 to 22:00, as the exchange published them: open, high, low, close, volume. */
const BARS: readonly (readonly [hour: string, open: string, high: string, low: string, close: string, volume: string])[] = [
  ["2025-10-10T20:00Z", "116661.50", "117214.64", "113039.00", "114266.82", "4454.5604"],
  [CASCADE, "114266.82", "115112.69", "102000.00", "113451.86", "22932.63"],
  ["2025-10-10T22:00Z", "113451.87", "114109.03", "110879.69", "113700.00", "9370.1745"],
];

const seconds = (hour: string): number => Date.parse(hour) / 1000;
const klines = (scale: number): string[] =>
  BARS.map(([hour, ...bar]) => [seconds(hour) * scale, ...bar, (seconds(hour) + 3600) * scale - 1, "1", "2", "3", "4", "0"].join(","));
const BINANCE_HEADER = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";
const newestFirst = BARS.toReversed();
const candles = newestFirst.map(([hour, open, high, low, close, volume]) => [seconds(hour), low, high, open, close, volume].join(","));
const downloads = (unit: number): string[] =>
  newestFirst.map(([hour, ...bar]) => [seconds(hour) * unit, `${hour.slice(0, 10)} ${hour.slice(11, 16)}:00`, "BTCUSDT", ...bar, "9", "7"].join(","));
const DOWNLOAD_HEAD = ["https://www.CryptoDataDownload.com", "unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount"];
const iso = BARS.map(([hour, ...bar]) => [hour.replace("Z", ":00Z"), ...bar].join(","));

describe("ballast data import", () => {
  it.each([
    ["binance", "Binance klines in milliseconds", klines(1e3), "USDT"],
    ["binance", "Binance klines in microseconds with a header", [BINANCE_HEADER, ...klines(1e6)], "USDT"],
    ["kraken", "Kraken OHLCVT", BARS.map(([hour, ...bar]) => [seconds(hour), ...bar, "77"].join(",")), "USD"],
    ["coinbase", "Coinbase candles", ["time,low,high,open,close,volume", ...candles], "USD"],
    ["cryptodatadownload", "CryptoDataDownload in milliseconds", [...DOWNLOAD_HEAD, ...downloads(1e3)], "USDT"],
    ["cryptodatadownload", "CryptoDataDownload in seconds", [...DOWNLOAD_HEAD, ...downloads(1)], "USDT"],
    ["generic", "a CSV with a header", ["timestamp,open,high,low,close,volume", ...iso], "USDT"],
  ])("recognises %s: %s", async (format, what, lines, unit) => {
    const to = join(folder, what.replaceAll(" ", "-"));
    const file = put(folder, `${what.replaceAll(" ", "-")}.csv`, lines);
    const { code, stdout, stderr } = await ballast(
      "data",
      "import",
      file,
      "--asset",
      "BTC",
      "--to",
      to,
      "--crash",
      "2025-10-10-cascade",
      "--first",
      "2025-10-10",
      "--json",
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ format, unit, bars: 3, missing: 0, first: "2025-10-10T20:00Z", last: "2025-10-10T22:00Z" });
    const data = await loadDataset(to);
    expect(data.hash).toBe(JSON.parse(stdout).hash);
    expect(closeAt(data.history, "BTC", hourAt(CASCADE))).toBe(113_452);
    const [crash] = data.crashes;
    const row = hourAt(CASCADE) - crash.startHour;
    expect([crash.hours, crash.bars[0].open[row], crash.bars[0].high[row], crash.bars[0].low[row], crash.bars[0].close[row]]).toEqual([
      264, 114_267, 115_113, 102_000, 113_452,
    ]);
    expect(crash.bars[0].low[row - 2]).toBeNaN();
    // The three hours together, each volume times its close, to six digits.
    expect(data.dailyVolumeUsd.BTC.values[0] / (4454.5604 * 114_266.82 + 22_932.63 * 113_451.86 + 9370.1745 * 113_700)).toBeCloseTo(1, 4);
    const check = await ballast("data", "check", "--data", to, "--json");
    // Three bars are a thin window, which is said; nothing is wrong with them.
    expect([check.code, JSON.parse(check.stdout).findings.map((finding: { code: string }) => finding.code)]).toEqual([0, ["DATASET_WINDOW_THIN"]]);
  });

  it("says that it put newest-first rows in order", async () => {
    const file = put(folder, "newest.csv", ["time,low,high,open,close,volume", ...candles]);
    const { stdout } = await ballast("data", "import", file, "--asset", "BTC", "--to", join(folder, "newest"));
    expect(stdout).toContain("newest first");
  });

  it("takes Deribit's DVOL as decimals: hourly rows by the last hour of the day", async () => {
    const rows = ["timestamp,open,high,low,close"];
    for (let hour = 0; hour < 48; hour++)
      rows.push(
        [(Date.parse("2024-08-04T00:00Z") + hour * 3_600_000).toString(), "70", "71", "69", hour === 23 ? "68.27" : hour === 47 ? "76.22" : "90"].join(","),
      );
    const to = join(folder, "dvol");
    expect(await ballast("data", "import", put(folder, "dvol.csv", rows), "--format", "dvol", "--asset", "ETH", "--to", to)).toMatchObject({ code: 0 });
    const { dvol } = await loadDataset(to);
    expect(Array.from(dvol.ETH.values)).toEqual([0.6827, 0.7622]);
    expect(dvol.ETH.startDay * 24).toBe(hourAt("2024-08-04T00:00Z"));
  });

  it("adds to the shipped dataset without changing a figure of it", async () => {
    const to = join(folder, "extended");
    const [first, second] = [1, 2].map((day) =>
      put(folder, `nov-${day}.csv`, ["timestamp,open,high,low,close,volume", ...iso.map((line) => line.replace("2025-10-10", `2025-11-0${day}`))]),
    );
    expect(await ballast("data", "import", first, "--asset", "BTC", "--to", to, "--base", join(ROOT, "data"), "--venue", "Binance spot")).toMatchObject({
      code: 0,
    });
    expect(await ballast("data", "import", second, "--asset", "BTC", "--to", to)).toMatchObject({ code: 0 });
    const data = await loadDataset(to);
    expect(data.crashes).toHaveLength(21);
    expect(closeAt(data.history, "BTC", hourAt("2025-11-02T21:00Z"))).toBe(113_452);
    expect(closeAt(data.history, "BTC", hourAt("2025-11-01T10:00Z"))).toBeNaN();
    expect(closeAt(data.history, "ETH", hourAt("2025-11-02T21:00Z"))).toBeNaN();
    for (const path of ["lookback/2019.csv", "crashes/2022-05-07-terra.csv", "daily/pegs.csv"])
      expect(readFileSync(join(to, path), "utf8")).toBe(readFileSync(join(ROOT, "data", path), "utf8"));
    expect(readFileSync(join(to, "lookback/2025.csv"), "utf8").startsWith(readFileSync(join(ROOT, "data/lookback/2025.csv"), "utf8"))).toBe(true);
    expect((await ballast("data", "check", "--data", to)).code).toBe(0);
  });
});
