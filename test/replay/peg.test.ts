import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createMarket, type Market } from "../../sim/market/index.ts";
import { pegAtOpening } from "../../sim/replay/simulation.ts";

let market: Market;
beforeAll(async () => {
  market = createMarket(await loadDataset());
});

/** stETH in ETH by day, read from the file by hand. */
function quotes(): [day: string, ratio: number][] {
  const [header, ...lines] = readFileSync(fileURLToPath(new URL("../../data/daily/pegs.csv", import.meta.url)), "utf8")
    .trim()
    .split("\n");
  const column = header.split(",").indexOf("stETH");
  return lines
    .map((line) => line.split(","))
    .flatMap((cells) => (cells[column] === "" ? [] : [[cells[0].slice(0, 10), Number(cells[column])] as [string, number]]));
}

const hourAfter = (day: string, days = 1) => Date.parse(`${day}T00:00:00Z`) / 3_600_000 + 24 * days;

test("a book opens at the last quote of stETH, known from the end of its day", () => {
  const [day, ratio] = quotes().find(([name]) => name === "2022-06-13") ?? ["", 0];
  expect(ratio).toBeGreaterThan(0.9);
  expect(pegAtOpening(market, hourAfter(day))).toBe(ratio);
  expect(pegAtOpening(market, hourAfter(day) - 1)).not.toBe(ratio);
});

test("a quote of more than a week ago is none: in the crashes of 2025 nobody brings stETH", () => {
  const [last, ratio] = quotes().at(-1) ?? ["", 0];
  expect(pegAtOpening(market, hourAfter(last, 8))).toBe(ratio);
  expect(pegAtOpening(market, hourAfter(last, 9))).toBeNaN();
  expect(pegAtOpening(market, hourAfter("2025-10-05"))).toBeNaN();
  expect(pegAtOpening(market, hourAfter("2018-11-09"))).toBeNaN();
});
