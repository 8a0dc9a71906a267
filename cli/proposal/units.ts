import type { Unit } from "../../sim/parameters/index.ts";

/** One way to write an amount: `30 %` is 30 × 100 of the table's basis points. */
interface WrittenUnit {
  readonly names: readonly string[];
  readonly factor: number;
}

/** The units each parameter unit may be written in; the first name of the first is the unit itself. */
// biome-ignore format: a table
const WRITTEN: Readonly<Record<Unit, readonly WrittenUnit[]>> = {
  bps: [{ names: ["bps", "bp"], factor: 1 }, { names: ["%"], factor: 100 }],
  seconds: [{ names: ["s", "second", "seconds"], factor: 1 }, { names: ["min", "minute", "minutes"], factor: 60 }, { names: ["h", "hour", "hours"], factor: 3_600 }, { names: ["d", "day", "days"], factor: 86_400 }],
  days: [{ names: ["d", "day", "days"], factor: 1 }],
  choice: [],
  usdThousands: [{ names: ["kUSD", "k USD"], factor: 1 }, { names: ["MUSD", "M USD"], factor: 1_000 }, { names: ["BUSD", "B USD"], factor: 1_000_000 }],
  bpsPerYear: [{ names: ["bps/year"], factor: 1 }, { names: ["/year", "a year"], factor: 10_000 }],
};

const NAMES: Readonly<Record<Unit, string>> = { bps: "bps", seconds: "s", days: "days", choice: "choice", usdThousands: "k USD", bpsPerYear: "bps/year" };

const MEANING: Readonly<Record<Unit, string>> = {
  bps: "basis points, 100 = 1 %",
  seconds: "seconds",
  days: "days",
  choice: "a choice by number",
  usdThousands: "thousands of USD",
  bpsPerYear: "times a year, 10000 = once",
};

/** What the choices of a parameter with unit "choice" are called. */
const CHOICES: Readonly<Record<string, readonly string[]>> = { riskMeasure: ["value at risk", "expected shortfall"] };

/** The factor of a unit as somebody writes it, or undefined where it does not fit the parameter's unit. */
export function unitFactor(unit: Unit, name: string): number | undefined {
  return WRITTEN[unit].find(({ names }) => names.includes(name.replace(/\s+/g, " ")))?.factor;
}

/** Whether any parameter may be written in this unit. */
export function isUnit(name: string): boolean {
  return Object.keys(WRITTEN).some((unit) => unitFactor(unit as Unit, name) !== undefined);
}

/** The names of the units an amount may be written in, without synonyms. */
export function unitNames(unit: Unit): string[] {
  return WRITTEN[unit].map(({ names }) => names[0]);
}

/** The unit as a short word: `bps`, `s`, `k USD`. */
export function unitName(unit: Unit): string {
  return NAMES[unit];
}

/** The unit in words: `basis points, 100 = 1 %`. */
export function unitMeaning(unit: Unit): string {
  return MEANING[unit];
}

/**
 * An amount as people read it: percent, days and hours, millions of USD. Exact: nothing is rounded.
 *
 * @param value a non-negative integer in `unit`
 * @param name the parameter, for those with named choices
 * @example formatAmount(2500, "bps") // "25 %"
 * @example formatAmount(600_000, "usdThousands") // "600 M USD"
 */
export function formatAmount(value: number, unit: Unit, name = ""): string {
  switch (unit) {
    case "bps":
      return `${value / 100} %`;
    case "seconds":
      return formatDuration(value);
    case "days":
      return `${value} ${value === 1 ? "day" : "days"}`;
    case "choice":
      return CHOICES[name]?.[value] ?? String(value);
    case "usdThousands":
      return formatThousands(value);
    case "bpsPerYear":
      return `${value / 10_000} a year`;
  }
}

/**
 * Seconds in the largest unit that divides them.
 *
 * @example formatDuration(86_400) // "1 day"
 * @example formatDuration(5_400) // "90 minutes"
 */
export function formatDuration(seconds: number): string {
  const [name, size] = (
    [
      ["day", 86_400],
      ["hour", 3_600],
      ["minute", 60],
    ] as const
  ).find(([, length]) => seconds !== 0 && seconds % length === 0) ?? ["second", 1];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** The raw integer with its unit, for the brackets behind the human form: `2500 bps`. A choice has none. */
export function formatRaw(value: number, unit: Unit): string {
  return unit === "choice" ? String(value) : `${value} ${unitName(unit)}`;
}

function formatThousands(value: number): string {
  for (const [size, name] of [
    [1_000_000, "B"],
    [1_000, "M"],
  ] as const) {
    if (value >= size && (value * 100) % size === 0) return `${value / size} ${name} USD`;
  }
  return `${value} k USD`;
}
