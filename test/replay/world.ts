import { loadDataset } from "../../cli/dataset/load.ts";
import type { Bars, Crash, Dataset } from "../../sim/market/dataset.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import { initialParameters, type ParameterSet, withValue } from "../../sim/parameters/index.ts";
import type { Book, BookAccount, BookPosition, CollateralMix } from "../../sim/replay/index.ts";

/** The project's own data, and enough scenarios to tell a loose requirement from a tight one quickly. */
export const dataset: Dataset = await loadDataset();
export const market: Market = createMarket(dataset);
export const COUNTS = { filtered: 128, stressed: 32 };
export const BLACK_THURSDAY = crashOf("2020-03-12-black-thursday");

export function crashOf(id: string): Crash {
  const crash = dataset.crashes.find((one) => one.id === id);
  if (crash === undefined) throw new Error(`no crash ${id}`);
  return crash;
}

/**
 * The same world with other prices during a crash: `price(asset, index, real)` for the close of each hour of the window, in its bars, which
 * keep their shape, and in the history. NaN makes a gap.
 */
export function repriced(crash: Crash, price: (asset: string, index: number, real: number) => number): { market: Market; crash: Crash } {
  const scaled = (bars: Bars, factor: (index: number) => number): Bars => {
    const [open, high, low, close] = [bars.open, bars.high, bars.low, bars.close].map((values) => values.map((real, index) => real * factor(index)));
    return { ...bars, open, high, low, close };
  };
  const factorOf = (asset: string, index: number) => {
    const real = crash.bars[crash.assets.indexOf(asset)].close[index];
    return price(asset, index, real) / real;
  };
  const bars = crash.assets.map((asset, a): Bars => {
    const close = crash.bars[a].close.map((real, index) => price(asset, index, real));
    return { ...scaled(crash.bars[a], (index) => factorOf(asset, index)), close };
  });
  const { fine } = crash;
  const fineBars = fine?.assets.map((asset, a) => scaled(fine.bars[a], (i) => factorOf(asset, fine.startHour - crash.startHour + Math.floor(i / 12))));
  const { history } = dataset;
  const closes = history.closes.map((real, h) => {
    const changed = real.slice();
    const a = crash.assets.indexOf(history.assets[h]);
    if (a >= 0) changed.set(bars[a].close, crash.startHour - history.startHour);
    return changed;
  });
  const changed = fine === undefined || fineBars === undefined ? { ...crash, bars } : { ...crash, bars, fine: { ...fine, bars: fineBars } };
  // Real perpetuals would stand far from a spot that is not real: here they are the spot, and pay no funding.
  const perpetuals = { ...dataset.perpetuals, closes: dataset.perpetuals.closes.map((values) => values.map(() => Number.NaN)) };
  return { crash: changed, market: createMarket({ ...dataset, history: { ...history, closes }, perpetuals, funding: {} }) };
}

/** The close of the bar before the window: the price a crash opens at. */
export function openingPrice(crash: Crash, asset: string): number {
  const { history } = dataset;
  return history.closes[history.assets.indexOf(asset)][crash.startHour - 1 - history.startHour];
}

export function parameters(changes: Readonly<Record<string, number>> = {}): ParameterSet {
  return Object.entries(changes).reduce((set, [key, value]) => {
    const [scope, name] = key.split(".");
    return withValue(set, { scope, name }, value);
  }, initialParameters());
}

/** Margin at the least the table allows: what a dangerous proposal would do. */
export const LOOSE: ParameterSet = parameters({
  "protocol.confidence": 9_000,
  "protocol.riskMeasure": 0,
  "protocol.stressWeight": 0,
  ...Object.fromEntries(
    ["BTC", "ETH", "SOL"].flatMap((asset) => [
      [`${asset}.volBuffer`, 0],
      [`${asset}.volFloor`, 1_000],
      [`${asset}.spotRange`, 400],
      [`${asset}.minVolUp`, 1_000],
    ]),
  ),
});

export function account(
  id: string,
  positions: readonly BookPosition[],
  collateral: CollateralMix = { USDC: 1 },
  figures: Partial<BookAccount> = {},
): BookAccount {
  return { id, archetype: "test", cushion: 1.2, collateral, positions, reserve: 0, response: { probability: 0, delayHours: 0 }, ...figures };
}

export function book(accounts: readonly BookAccount[], fundUsd = 0): Book {
  return { name: "test", fundUsd, accounts };
}
