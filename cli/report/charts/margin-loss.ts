import { MARKERS } from "./palette.ts";
import { inUnit, legend, moneyUnit, valueAxis } from "./parts.ts";
import type { ChartOption, Size } from "./render.ts";

/** One day of one crash: the hour whose loss came closest to its margin, or went furthest beyond it. USD. */
export interface MarginLossPoint {
  readonly crash: string;
  readonly hour: number;
  /** Maintenance margin of the whole book at that hour. */
  readonly margin: number;
  /** What the accounts that lost, lost over the horizon from then on; a gain covers nobody else. */
  readonly loss: number;
}

export interface MarginLoss {
  readonly today: readonly MarginLossPoint[];
  readonly proposed: readonly MarginLossPoint[];
}

/**
 * Loss over the horizon (up) against the margin held for it (right). On the diagonal the loss eats the whole margin; above
 * it somebody else pays. Days beyond the line are crosses, not dots.
 */
export function marginLossOption(data: MarginLoss, size: Size): ChartOption {
  const all = [...data.today, ...data.proposed];
  const largest = Math.max(1, ...all.map((point) => Math.max(point.margin, point.loss)));
  const unit = moneyUnit(largest);
  const top = roundUp(largest / unit.scale);
  const points = (list: readonly MarginLossPoint[], beyond: boolean) =>
    list.filter(({ loss, margin }) => loss > 0 && loss > margin === beyond).map(({ margin, loss }) => [inUnit(margin, unit), inUnit(loss, unit)]);
  return {
    legend: { ...legend(["Today", "Proposed", "Beyond, today", "Beyond, proposed"], { top: 0, left: 0 }, 12), width: size.width - 8 },
    grid: { left: 52, right: 16, top: size.narrow ? 58 : 34, bottom: 46, containLabel: false },
    xAxis: valueAxis({ min: 0, max: top, interval: top / 4, name: `Maintenance margin, ${unit.name}`, nameLocation: "middle", nameGap: 30 }),
    yAxis: valueAxis({ min: 0, max: top, interval: top / 4, name: `Loss over the horizon, ${unit.name}`, nameLocation: "middle", nameGap: 36 }),
    series: [
      {
        name: "limit",
        type: "line",
        silent: true,
        symbol: "none",
        data: [
          [0, 0],
          [top, top],
        ],
        lineStyle: { color: MARKERS.loss, width: 1.5 },
        areaStyle: { color: MARKERS.loss, opacity: 0.06, origin: "end" },
      },
      scatter("Today", points(data.today, false), {
        symbol: "circle",
        symbolSize: 6,
        itemStyle: { color: "transparent", borderColor: MARKERS.today, borderWidth: 1.25 },
      }),
      scatter("Proposed", points(data.proposed, false), { symbol: "circle", symbolSize: 6, itemStyle: { color: MARKERS.proposed, opacity: 0.75 } }),
      scatter("Beyond, today", points(data.today, true), { symbol: CROSS, symbolSize: 9, itemStyle: { color: MARKERS.today } }),
      scatter("Beyond, proposed", points(data.proposed, true), { symbol: CROSS, symbolSize: 10, itemStyle: { color: MARKERS.loss } }),
    ],
  };
}

/** A diagonal cross, as an outline that can be filled. */
const CROSS = "path://M1 0L5 4L9 0L10 1L6 5L10 9L9 10L5 6L1 10L0 9L4 5L0 1Z";

function scatter(name: string, data: readonly (readonly number[])[], style: Record<string, unknown>): Record<string, unknown> {
  return { name, type: "scatter", silent: true, data, ...style };
}

/** The next value an axis can end on without an odd last tick. */
function roundUp(value: number): number {
  let step = 1;
  while (step * 10 < value) step *= 10;
  while (step >= value) step /= 10;
  for (const factor of [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8]) if (factor * step >= value) return Number((factor * step).toPrecision(4));
  return 10 * step;
}
