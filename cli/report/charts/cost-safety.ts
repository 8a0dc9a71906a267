import { MARKERS } from "./palette.ts";
import { inUnit, legend, moneyUnit, valueAxis } from "./parts.ts";
import type { ChartOption, Size } from "./render.ts";

/** What the change costs and what it buys, crash by crash. */
export interface CostSafety {
  /**
   * What stands for safety: the change of the largest shortfall, USD; or, where shortfalls hardly change, that of the share of
   * accounts liquidated. Negative is safer.
   */
  readonly measure: "shortfall" | "liquidations";
  readonly points: readonly CostSafetyPoint[];
}

export interface CostSafetyPoint {
  readonly title: string;
  /** Relative change of the mean margin rate, 0.05 = 5 % more margin. */
  readonly cost: number;
  readonly safety: number;
  /** 95 % intervals of both over the seeds; left out with one seed. */
  readonly costInterval?: readonly [number, number] | undefined;
  readonly safetyInterval?: readonly [number, number] | undefined;
  readonly worst: boolean;
}

/**
 * Each crash by what the change costs (right: more margin) and what it does to safety (down: safer). Up and right is paying
 * more to lose more; the worst crash is a diamond. A cross of thin bars behind a mark is its 95 % interval.
 */
export function costSafetyOption({ measure, points }: CostSafety, size: Size): ChartOption {
  const money = moneyUnit(Math.max(...points.map((point) => Math.abs(point.safety)), 0));
  const unit = measure === "shortfall" ? money : { name: "% of accounts", scale: 0.01 };
  const subject = measure === "shortfall" ? "shortfall" : "liquidated";
  const safety = rangeOf(points.flatMap((point) => [point.safety, ...(point.safetyInterval ?? [])].map((value) => value / unit.scale)));
  const cost = rangeOf(points.flatMap((point) => [point.cost, ...(point.costInterval ?? [])].map((value) => value * 100)));
  // All names would cover each other: the largest changes are named, and the few that go against the others.
  const largest = points.toSorted((a, b) => Math.abs(b.safety) - Math.abs(a.safety)).slice(0, 3);
  const better = points.filter((point) => point.safety < 0);
  const against = points.filter((point) => (better.length * 2 > points.length ? point.safety > 0 : point.safety < 0));
  // A name on the zero line would be struck through by it, and says nothing: that crash hardly changed.
  const visible = ((safety.max - safety.min) * unit.scale) / 25;
  const named = new Set([
    ...[...largest, ...against.slice(0, 3)].filter((point) => Math.abs(point.safety) >= visible),
    ...points.filter((point) => point.worst),
  ]);
  const series = (worst: boolean) => ({
    name: worst ? "Worst crash" : "Crash",
    type: "scatter",
    silent: true,
    symbol: worst ? "diamond" : "circle",
    symbolSize: worst ? 15 : 9,
    itemStyle: { color: MARKERS[worst ? "loss" : "proposed"], opacity: worst ? 1 : 0.85 },
    data: points
      .filter((point) => point.worst === worst)
      .map((point) => ({
        value: [Number((point.cost * 100).toPrecision(5)), inUnit(point.safety, unit)],
        label: {
          show: named.has(point),
          formatter: shortened(point.title, size.narrow ? 20 : 26).replaceAll(/[{}]/g, ""),
          position: point.cost * 100 > (cost.min + cost.max) / 2 ? "left" : "right",
        },
      })),
    label: { color: MARKERS[worst ? "ink" : "muted"], fontSize: 11.5, fontWeight: worst ? 600 : 400, distance: 7 },
    labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
  });
  const bars = points.flatMap((point) => barsOf(point, unit));
  const guide = { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: MARKERS.muted, width: 1, type: "solid" } };
  return {
    legend: legend(["Crash", "Worst crash", ...(bars.length > 0 ? [INTERVAL] : [])], { top: 0, left: 0 }, 12),
    grid: { left: 52, right: 16, top: 34, bottom: 46, containLabel: false },
    xAxis: valueAxis({ ...cost, name: `Change of the mean margin rate, %${size.narrow ? "" : " (right: dearer)"}`, nameLocation: "middle", nameGap: 30 }),
    yAxis: valueAxis({ ...safety, name: `Change of ${subject}, ${unit.name} (down: safer)`, nameLocation: "middle", nameGap: 38 }),
    series: [
      { ...series(false), markLine: { ...guide, data: [{ xAxis: 0 }, { yAxis: 0 }] } },
      series(true),
      ...(bars.length === 0
        ? []
        : [
            {
              name: INTERVAL,
              type: "line",
              silent: true,
              symbol: "none",
              z: 1,
              data: bars,
              itemStyle: { color: MARKERS.today },
              lineStyle: { color: MARKERS.today, width: 1.25 },
            },
          ]),
    ],
  };
}

const INTERVAL = "95 % interval";

/** Both intervals of a crash as lines, each ended by a gap. */
function barsOf({ cost, safety, costInterval, safetyInterval }: CostSafetyPoint, unit: { readonly name: string; readonly scale: number }): (number | null)[][] {
  const x = (value: number) => Number((value * 100).toPrecision(5));
  const y = (value: number) => inUnit(value, unit);
  const gap = [null, null];
  return [
    ...(costInterval === undefined ? [] : [...costInterval.map((end) => [x(end), y(safety)]), gap]),
    ...(safetyInterval === undefined ? [] : [...safetyInterval.map((end) => [x(cost), y(end)]), gap]),
  ];
}

/** A range that holds zero and all values, with some air on both sides and ends on whole steps. */
function rangeOf(values: readonly number[]): Range {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const width = Math.max(high - low, 0.4);
  let step = 0.01;
  while (step * 100 < width) step *= 10;
  step = [1, 2, 5, 10, 20, 50].map((factor) => factor * step).find((size) => size * 5 >= width) ?? width;
  // Two decimals more than a step has: sums of steps must not end in …0001.
  const rounded = (value: number) => Number(value.toFixed(4));
  return { min: rounded(step * Math.floor((low - width / 8) / step)), max: rounded(step * Math.ceil((high + width / 8) / step)), interval: rounded(step) };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}
