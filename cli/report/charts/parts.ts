import { MARKERS } from "./palette.ts";

/** The unit a chart's money is written in, so that its axes carry short numbers. */
export interface MoneyUnit {
  readonly name: string;
  readonly scale: number;
}

/** The unit in which the largest of some amounts has one to three digits before the point. */
export function moneyUnit(largest: number): MoneyUnit {
  const size = Math.abs(largest);
  if (size >= 1e9) return { name: "USD bn", scale: 1e9 };
  if (size >= 1e6) return { name: "USD M", scale: 1e6 };
  return size >= 1e3 ? { name: "USD k", scale: 1e3 } : { name: "USD", scale: 1 };
}

/** Six significant digits: finer than a pixel, and short in the file. */
export function inUnit(value: number, unit: MoneyUnit): number {
  return Number((value / unit.scale).toPrecision(6));
}

export const TEXT = { color: MARKERS.muted, fontSize: 12 } as const;

/** A legend that cannot be clicked. */
export function legend(names: readonly string[], place: Record<string, number>, itemWidth: number): Record<string, unknown> {
  return {
    data: names,
    padding: 0,
    itemWidth,
    itemHeight: 10,
    itemGap: 16,
    selectedMode: false,
    textStyle: { ...TEXT },
    ...place,
  };
}

/** A panel's heading. */
export function heading(text: string, left: number, top: number): Record<string, unknown> {
  return { text, left, top, padding: 0, textStyle: { color: MARKERS.ink, fontSize: 13, fontWeight: 600 } };
}

/** A value axis that stays in the background. */
export function valueAxis(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "value",
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...TEXT },
    splitLine: { lineStyle: { color: MARKERS.line, width: 1 } },
    nameTextStyle: { ...TEXT },
    ...more,
  };
}
