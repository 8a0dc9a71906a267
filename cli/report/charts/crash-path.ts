import { shortDay } from "../format.ts";
import { MARKERS, type Meaning } from "./palette.ts";
import { heading, inUnit, legend, type MoneyUnit, moneyUnit, TEXT, valueAxis } from "./parts.ts";
import type { ChartOption, Size } from "./render.ts";

/** The book through one crash, hour by hour: what it had, what it needed, what was lost beyond it. USD. */
export interface CrashPath {
  readonly startHour: number;
  /** The insurance fund at the start: the scale on which a shortfall is small. */
  readonly fundStart: number;
  /** Prices of the underlyings, 100 = first hour; null where there was no price. */
  readonly prices: readonly { readonly asset: string; readonly index: readonly (number | null)[] }[];
  readonly today: BookPath;
  readonly proposed: BookPath;
}

export interface BookPath {
  readonly equity: readonly number[];
  readonly maintenance: readonly number[];
  readonly shortfall: readonly number[];
  /** Full notional sold by liquidations in the hour. */
  readonly liquidatedNotional: readonly number[];
}

/**
 * Three panels over the same hours: prices; equity against maintenance margin; shortfall, or, where it stays below a hundredth of
 * the insurance fund, what was liquidated (a line along zero would tell nothing, a stretched axis too much). Today's parameters
 * are dashed, the proposed ones solid: the difference is not in colour alone.
 *
 * @example renderChart(crashPathOption(path, { width: 1040, height: 560, narrow: false }), …)
 */
export function crashPathOption(path: CrashPath, size: Size): ChartOption {
  const { today, proposed } = path;
  const book = moneyUnit(largestOf([today.equity, proposed.equity, today.maintenance, proposed.maintenance]));
  const third = thirdPanel(path);
  const lost = moneyUnit(largestOf([third.today, third.proposed]));
  const hours = today.equity.length;
  const panels = layout(size);
  return {
    title: [
      heading("Price, first hour = 100", 0, panels[0].title),
      heading(`Equity and maintenance margin, ${book.name}`, 0, panels[1].title),
      heading(`${third.heading}, ${lost.name}`, 0, panels[2].title),
    ],
    legend: [
      lines(
        panels[0],
        size,
        path.prices.map(({ asset }) => asset),
      ),
      lines(panels[1], size, ["Equity, today", "Equity, proposed", "Margin, today", "Margin, proposed"]),
      lines(panels[2], size, [`${third.name}, today`, `${third.name}, proposed`]),
    ],
    grid: panels.map(({ top, height }) => ({ left: 44, right: 14, top, height, containLabel: false })),
    xAxis: panels.map((_, panel) => hourAxis(path.startHour, hours, panel, size)),
    yAxis: panels.map((panel, index) =>
      valueAxis({ gridIndex: index, scale: index === 0, splitNumber: panel.height < 100 ? 2 : 4, ...(index === 0 ? {} : { min: 0 }) }),
    ),
    series: [
      ...path.prices.map(({ asset, index }, rank) => priceLine(asset, index, rank)),
      line("Equity, today", 1, today.equity, "equity", true, book),
      line("Equity, proposed", 1, proposed.equity, "equity", false, book),
      line("Margin, today", 1, today.maintenance, "maintenance", true, book),
      line("Margin, proposed", 1, proposed.maintenance, "maintenance", false, book),
      line(`${third.name}, today`, 2, third.today, "loss", true, lost),
      { ...line(`${third.name}, proposed`, 2, third.proposed, "loss", false, lost), areaStyle: { color: MARKERS.loss, opacity: 0.12 } },
    ],
  };
}

/** Whether shortfalls of these sizes are worth a picture of their own. */
export function hasShortfall({ today, proposed, fundStart }: CrashPath): boolean {
  return largestOf([today.shortfall, proposed.shortfall]) >= 0.01 * fundStart;
}

function thirdPanel(path: CrashPath): { heading: string; name: string; today: readonly number[]; proposed: readonly number[] } {
  const { today, proposed } = path;
  if (hasShortfall(path)) return { heading: "Shortfall", name: "Shortfall", today: today.shortfall, proposed: proposed.shortfall };
  return {
    heading: "Liquidated notional, cumulated",
    name: "Liquidated",
    today: cumulated(today.liquidatedNotional),
    proposed: cumulated(proposed.liquidatedNotional),
  };
}

function cumulated(values: readonly number[]): number[] {
  let total = 0;
  return values.map((value) => {
    total += value;
    return total;
  });
}

interface Panel {
  readonly title: number;
  readonly legend: number;
  readonly top: number;
  readonly height: number;
}

/** Where the three panels lie: a heading, its legend (beside it, or below on a phone), the plot; the axis below the last. */
function layout(size: Size): readonly [Panel, Panel, Panel] {
  const heads = size.narrow ? [44, 84, 64] : [30, 30, 30];
  const plots = size.height - heads[0] - heads[1] - heads[2] - 2 * 26 - 32;
  const shares = [0.22, 0.48, 0.3];
  let at = 4;
  const panels = shares.map((part, index) => {
    const height = Math.floor(plots * part);
    const panel = { title: at, legend: size.narrow ? at + 20 : at + 1, top: at + heads[index], height };
    at = panel.top + height + 26;
    return panel;
  });
  return panels as [Panel, Panel, Panel] & Panel[];
}

/** The legend of a panel's lines: the line alone, so that a dash can be seen. */
function lines(panel: Panel, size: Size, names: readonly string[]): Record<string, unknown> {
  return { ...legend(names, { top: panel.legend, ...(size.narrow ? { left: 0 } : { right: 14 }) }, 26), itemStyle: { opacity: 0 } };
}

function hourAxis(startHour: number, hours: number, panel: number, size: Size): Record<string, unknown> {
  const last = panel === 2;
  const every = 24 * (size.narrow ? 4 : 2);
  return {
    type: "category",
    gridIndex: panel,
    boundaryGap: false,
    data: Array.from({ length: hours }, (_, hour) => shortDay(startHour + hour)),
    axisLine: { lineStyle: { color: MARKERS.line } },
    axisTick: { show: last, interval: every - 1, lineStyle: { color: MARKERS.line } },
    axisLabel: { ...TEXT, show: last, interval: every - 1, showMinLabel: true, alignMinLabel: "left" },
    splitLine: { show: false },
  };
}

function line(name: string, panel: number, values: readonly number[], meaning: Meaning, dashed: boolean, unit: MoneyUnit): Record<string, unknown> {
  return {
    name,
    type: "line",
    xAxisIndex: panel,
    yAxisIndex: panel,
    silent: true,
    symbol: "none",
    data: values.map((value) => inUnit(value, unit)),
    itemStyle: { color: MARKERS[meaning] },
    lineStyle: { color: MARKERS[meaning], width: dashed ? 1.5 : 2.25, type: dashed ? [5, 4] : "solid", opacity: dashed ? 0.8 : 1 },
  };
}

function priceLine(asset: string, index: readonly (number | null)[], rank: number): Record<string, unknown> {
  return {
    name: asset,
    type: "line",
    xAxisIndex: 0,
    yAxisIndex: 0,
    silent: true,
    symbol: "none",
    data: index.map((value) => (value === null ? null : Number(value.toPrecision(5)))),
    itemStyle: { color: MARKERS[rank === 0 ? "ink" : "today"] },
    lineStyle: { color: MARKERS[rank === 0 ? "ink" : "today"], width: 1.5, type: PRICE_DASHES[rank % PRICE_DASHES.length] },
  };
}

const PRICE_DASHES = ["solid", "solid", [2, 2], [8, 3], [1, 3]] as const;

function largestOf(lists: readonly (readonly number[])[]): number {
  let largest = 0;
  for (const list of lists) for (const value of list) largest = Math.max(largest, Math.abs(value));
  return largest;
}
