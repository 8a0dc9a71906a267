import type { JudgedPortfolio, Windows } from "../../sim/validation/index.ts";
import { MARKERS } from "../report/charts/palette.ts";
import { legend, TEXT, valueAxis } from "../report/charts/parts.ts";
import type { ChartOption, Size } from "../report/charts/render.ts";
import { day } from "../report/format.ts";

/** Share of days beyond margin, with its exact 95 % interval, portfolio by portfolio; the line is what may be. */
export function coverageOption(portfolios: readonly JudgedPortfolio[], allowed: number, size: Size): ChartOption {
  const names = portfolios.map(({ name }) => name).toReversed();
  const percent = (fraction: number) => Number((100 * fraction).toPrecision(4));
  const rows = portfolios.toReversed();
  const top = Math.max(2 * allowed, ...portfolios.map(({ margin }) => 1 - margin.interval.low));
  return {
    grid: { left: size.narrow ? 138 : 168, right: 18, top: 12, bottom: 44 },
    xAxis: valueAxis({ min: 0, max: Math.ceil(percent(top) * 2) / 2, name: "Days beyond margin, %", nameLocation: "middle", nameGap: 28 }),
    yAxis: {
      type: "category",
      data: names,
      axisLine: { lineStyle: { color: MARKERS.line } },
      axisTick: { show: false },
      axisLabel: { ...TEXT, interval: 0, fontSize: size.narrow ? 11 : 12 },
    },
    series: [
      ...rows.map(({ name, margin, rejected }) => ({
        type: "line",
        silent: true,
        symbol: "none",
        data: [
          [percent(1 - margin.interval.high), name],
          [percent(1 - margin.interval.low), name],
        ],
        lineStyle: { color: rejected ? MARKERS.loss : MARKERS.today, width: 2.5 },
      })),
      {
        type: "scatter",
        silent: true,
        symbolSize: 9,
        data: rows.map(({ name, margin, rejected }) => ({
          value: [percent(1 - margin.covered), name],
          symbol: rejected ? "diamond" : "circle",
          itemStyle: { color: rejected ? MARKERS.loss : MARKERS.proposed },
        })),
        markLine: {
          silent: true,
          symbol: "none",
          label: { formatter: `allowed ${percent(allowed)} %`, color: MARKERS.muted, fontSize: 11, position: "insideEndTop" },
          lineStyle: { color: MARKERS.loss, width: 1.5, type: "solid" },
          data: [{ xAxis: percent(allowed) }],
        },
      },
    ],
  };
}

/** One day of one portfolio: what stood against its losses, and what it lost. */
export interface PathDay {
  readonly hour: number;
  readonly margin: number;
  readonly loss: number;
}

export function pathOf(hours: readonly number[], { profit, cover }: Windows, isPrimary: (hour: number) => boolean): PathDay[] {
  return [...hours.keys()].filter((i) => isPrimary(hours[i]) && !Number.isNaN(profit[i])).map((i) => ({ hour: hours[i], margin: cover[i], loss: -profit[i] }));
}

/** Margin over time and the losses it stood against; gains are left out, losses beyond it are crosses. */
export function pathOption(path: readonly PathDay[], size: Size): ChartOption {
  const percent = (fraction: number) => Number((100 * fraction).toPrecision(4));
  const points = (beyond: boolean) => path.flatMap(({ loss, margin }, i) => (loss > 0 && loss > margin === beyond ? [[i, percent(loss)]] : []));
  const every = Math.max(1, Math.floor(path.length / (size.narrow ? 4 : 9)));
  return {
    legend: { ...legend(["Margin", "Loss over the horizon", "Loss beyond margin"], { top: 0, left: 0 }, 14), width: size.width - 8 },
    grid: { left: 44, right: 14, top: size.narrow ? 58 : 36, bottom: 30 },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: path.map(({ hour }) => day(hour).slice(0, 7)),
      axisLine: { lineStyle: { color: MARKERS.line } },
      axisTick: { interval: every - 1, lineStyle: { color: MARKERS.line } },
      axisLabel: { ...TEXT, interval: every - 1 },
      splitLine: { show: false },
    },
    yAxis: valueAxis({ min: 0 }),
    series: [
      {
        name: "Margin",
        type: "line",
        silent: true,
        symbol: "none",
        data: path.map(({ margin }) => percent(margin)),
        itemStyle: { color: MARKERS.maintenance },
        lineStyle: { color: MARKERS.maintenance, width: 1.75 },
      },
      {
        name: "Loss over the horizon",
        type: "scatter",
        silent: true,
        symbol: "circle",
        symbolSize: 3,
        itemStyle: { color: MARKERS.proposed, opacity: 0.7 },
        data: points(false),
      },
      { name: "Loss beyond margin", type: "scatter", silent: true, symbol: CROSS, symbolSize: 11, itemStyle: { color: MARKERS.loss }, data: points(true) },
    ],
  };
}

/** A diagonal cross, as an outline that can be filled. */
const CROSS = "path://M1 0L5 4L9 0L10 1L6 5L10 9L9 10L5 6L1 10L0 9L4 5L0 1Z";
