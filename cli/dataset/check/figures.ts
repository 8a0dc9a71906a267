import { BallastError } from "../../../sim/errors.ts";
import { describeSeries } from "../content.ts";
import { type KnownOutlier, type ManifestFile, type ManifestSeries, type Series, UNITS } from "../manifest.ts";
import { findOutliers } from "../outliers.ts";
import { smilesOf } from "../smiles.ts";
import type { Table } from "../table.ts";
import { timeText } from "../time.ts";
import { type Finding, findingOf } from "./finding.ts";

/**
 * Checks the figures of one file: prices above zero, high and low around open and close, whole bars, values in the range
 * of their unit, outliers nobody has vouched for, and that coverage and gaps are what the manifest says.
 */
export function checkFigures(file: string, listed: ManifestFile, table: Table, known: readonly KnownOutlier[]): Finding[] {
  const missing = listed.series.flatMap((series) => series.columns).filter((name) => !table.names.includes(name));
  const unlisted = table.names.filter((name) => !listed.series.some((series) => series.columns.includes(name)));
  if (missing.length + unlisted.length > 0) {
    return [
      {
        code: "DATASET_COLUMNS_DISAGREE",
        severity: "error",
        message: `The columns are not those of the manifest: ${[...missing.map((name) => `${name} is missing`), ...unlisted.map((name) => `${name} is not listed`)].join(", ")}.`,
        where: { file, line: 1 },
        fix: "Restore the file or the manifest; a renamed column is another figure.",
      },
    ];
  }
  return listed.series.flatMap((series) => [
    ...checkCoverage(file, series, table),
    ...checkRange(file, series, table),
    ...checkSmile(file, series, table),
    ...checkBars(file, series, table),
    ...checkOutliers(file, listed.path, series, table, known),
  ]);
}

function checkCoverage(file: string, series: ManifestSeries, table: Table): Finding[] {
  const found = describeSeries(series, table);
  const same = found.first === series.first && found.last === series.last && found.missing === series.missing && found.gaps.join() === series.gaps.join();
  if (same) return [];
  return [
    {
      code: "DATASET_COVERAGE_DISAGREES",
      severity: "error",
      message: `${series.asset} runs from ${found.first} to ${found.last} with ${found.missing} ${table.step}(s) missing in ${found.gaps.length} gap(s); the manifest says ${series.first} to ${series.last}, ${series.missing} in ${series.gaps.length}.`,
      where: { file, field: series.asset },
      fix: "Restore the file or the manifest: a gap that appears or disappears is a change of the data.",
    },
  ];
}

/** Widest plausible range of a unit; outside it the figure is in another unit (DVOL in points, gas in wei). */
const RANGES: Readonly<Record<string, readonly [min: number, max: number, hint: string]>> = {
  [UNITS.volatility]: [0.01, 5, "A volatility is a decimal here: 0.65 is 65 % a year. Divide vol points by 100."],
  [UNITS.funding]: [0.9, 1.1, "Funding is 1 + the rate paid every eight hours: 1.0001 is 0.01 %."],
  [UNITS.smile]: [1e-14, 100, "Years to expiry, total variance and its slopes are plain numbers: import the chain again."],
  [UNITS.gas]: [1e-4, 1e4, "Gas is in gwei here: divide wei by 1e9."],
};
const PRICE_RANGE = [1e-9, 1e8, "A price is in whole units of the quote currency."] as const;
const TURNOVER_RANGE = [0, 1e13, "Turnover is in whole units of the quote currency."] as const;

function checkRange(file: string, series: Series, table: Table): Finding[] {
  const [min, max, hint] = RANGES[series.unit] ?? (series.unit.endsWith(UNITS.perDay) ? TURNOVER_RANGE : PRICE_RANGE);
  const findings: Finding[] = [];
  for (const name of series.columns.filter((column) => !column.endsWith(".volume"))) {
    const column = table.columns[table.names.indexOf(name)];
    for (let row = 0; row < table.rows; row++) {
      const value = column[row];
      if (Number.isNaN(value) || (value >= min && value <= max && (value > 0 || min === 0))) continue;
      const where = { file, line: row + 2, field: name, value: String(value) };
      if (value <= 0)
        findings.push({
          code: "DATASET_NOT_POSITIVE",
          severity: "error",
          message: `${name} is not above zero.`,
          where,
          fix: "Leave the cell empty where nothing traded.",
        });
      else findings.push({ code: "DATASET_UNIT_IMPLAUSIBLE", severity: "error", message: `${name} cannot be in ${series.unit}.`, where, fix: hint });
    }
  }
  return findings;
}

/** A surface that admits an arbitrage is none of this program's. */
function checkSmile(file: string, series: Series, table: Table): Finding[] {
  if (series.unit !== UNITS.smile) return [];
  try {
    smilesOf(file, { table });
    return [];
  } catch (error) {
    if (error instanceof BallastError) return [findingOf(error)];
    throw error;
  }
}

function checkBars(file: string, series: Series, table: Table): Finding[] {
  if (series.columns.length !== 5) return [];
  const [open, high, low, close, volume] = series.columns.map((name) => table.columns[table.names.indexOf(name)]);
  const findings: Finding[] = [];
  for (let row = 0; row < table.rows; row++) {
    const known = [open, high, low, close, volume].filter((column) => !Number.isNaN(column[row])).length;
    if (known === 0) continue;
    const where = { file, line: row + 2, field: series.asset, value: timeText(table.step, table.start + row) };
    if (known < 5) {
      findings.push({
        code: "DATASET_BAR_INCOMPLETE",
        severity: "error",
        message: `The ${series.asset} bar has ${known} of its 5 figures.`,
        where,
        fix: "A bar is whole or empty.",
      });
    } else if (high[row] < Math.max(open[row], close[row], low[row]) || low[row] > Math.min(open[row], close[row])) {
      const bar = `open ${open[row]}, high ${high[row]}, low ${low[row]}, close ${close[row]}`;
      findings.push({
        code: "DATASET_HIGH_BELOW_LOW",
        severity: "error",
        message: `The ${series.asset} bar contradicts itself: ${bar}.`,
        where,
        fix: "High is the largest and low the smallest of the four; look for swapped columns.",
      });
    }
  }
  return findings;
}

function checkOutliers(file: string, path: string, series: Series, table: Table, known: readonly KnownOutlier[]): Finding[] {
  return findOutliers(series, table)
    .filter((outlier) => !known.some((one) => one.file === path && one.column === outlier.column && one.at === timeText(table.step, table.start + outlier.row)))
    .map((outlier) => ({
      code: "DATASET_OUTLIER",
      severity: "warn" as const,
      message: `${outlier.column} at ${timeText(table.step, table.start + outlier.row)} is ${outlier.what}.`,
      where: { file, line: outlier.row + 2, field: outlier.column, value: String(outlier.value) },
      fix: "If it is real, say why under knownOutliers in the manifest; if not, remove it at the source and import again.",
    }));
}
