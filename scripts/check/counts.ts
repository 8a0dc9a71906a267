import { existsSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** How many tests passed and failed; a test file that does not load counts as one failed test. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Reads the report of `vitest --reporter=json`; there is none when vitest itself could not run. */
export function vitestCounts(reportFile: string): Counts {
  if (!existsSync(reportFile)) return NONE;
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length, skipped: report.numPendingTests + report.numTodoTests };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

/** Reads the summary that `hardhat test solidity` prints ("12 passing", "1 failing", "2 skipped"). */
export function solidityCounts(output: string): Counts {
  const count = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}\\b`, "m").exec(stripVTControlCharacters(output))?.[1] ?? 0);
  return { passed: count("passing"), failed: count("failing"), skipped: count("skipped") };
}

/** Lines and statements run by the tests, in per cent, from the report of `hardhat test --coverage`; NaN where it has no total. */
export function coverageTotals(output: string): readonly [lines: number, statements: number] {
  const total = /^║ Total\s*│\s*([\d.]+)\s*│\s*([\d.]+)/m.exec(stripVTControlCharacters(output));
  return [Number(total?.[1] ?? Number.NaN), Number(total?.[2] ?? Number.NaN)];
}

export function sum(...all: readonly Counts[]): Counts {
  return all.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }), NONE);
}
