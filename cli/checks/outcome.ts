import type { Change } from "../../sim/parameters/index.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Finding, Place } from "./check.ts";
import type { NotChecked } from "./not-checked.ts";
import { type CheckReport, exitCodeOf } from "./run.ts";

/** What `check` says of one proposal. */
export interface FolderReport extends CheckReport {
  readonly notChecked: readonly NotChecked[];
  /** What it is about, for the formats that show it. */
  readonly subject: { readonly title: string; readonly changes: readonly Change[]; readonly evidence?: Evidence | undefined };
}

/** A proposal that could not be looked at: no proposal to check, or a defect of Ballast. Never a pass. */
export interface Problem {
  readonly proposal: string;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly where: Place;
  readonly exit: number;
  /** What was thrown. */
  readonly error: unknown;
}

/** The code of a defect of Ballast itself. */
export const INTERNAL = "INTERNAL";

/** What the proposals of a run were held against with `--changed`. */
export interface Comparison {
  readonly ref: string;
  /** How many proposals there are, changed or not. */
  readonly of: number;
  /** Changed files that every proposal is measured by: the gate itself is being moved. */
  readonly yardstick: readonly string[];
  /** Folders of proposals that are there no more. */
  readonly removed: readonly string[];
}

/** One run of `check`: what every format is made from. */
export interface Outcome {
  readonly reports: readonly FolderReport[];
  readonly problems: readonly Problem[];
  readonly compared?: Comparison | undefined;
}

/** Exit code of a run: what could not be looked at before what was found (DESIGN §8). */
export function exitOf({ reports, problems }: Pick<Outcome, "reports" | "problems">): number {
  return problems[0]?.exit ?? exitCodeOf(reports.flatMap(({ findings }) => findings));
}

const RANK: Readonly<Record<Finding["kind"], number>> = { check: 0, evidence: 1, gate: 2 };

/** Findings, the gravest first: errors before warnings, then in the order of the exit codes; else as they came. */
export function gravestFirst(reports: readonly FolderReport[]): Finding[] {
  const rank = ({ severity, kind }: Finding) => (severity === "error" ? 0 : 3) + RANK[kind];
  return reports.flatMap(({ findings }) => findings).sort((a, b) => rank(a) - rank(b));
}

/** Proposals, those that fail first; else as they were named. */
export function failingFirst(reports: readonly FolderReport[]): FolderReport[] {
  const fails = ({ findings }: FolderReport) => (exitCodeOf(findings) === 0 ? 1 : 0);
  return [...reports].sort((a, b) => fails(a) - fails(b));
}

/** Where a finding is, as far as is known: its proposal at least. */
export function placeOfFinding({ where, proposal }: Pick<Finding, "where" | "proposal">): Place {
  return where ?? { file: proposal };
}

/** The outcome in one sentence. @example headlineOf(outcome) // "1 of 3 proposals fails: 2 errors, 1 warning." */
export function headlineOf({ reports, problems, compared }: Outcome): string {
  const findings = reports.flatMap((report) => report.findings);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const failing = reports.filter((report) => exitCodeOf(report.findings) !== 0).length + problems.length;
  const all = reports.length + problems.length;
  if (all === 0)
    return compared === undefined
      ? "Nothing was checked."
      : `No proposal differs from ${compared.ref}; nothing was checked (${count(compared.of, "proposal")} there).`;
  const counts = `${count(errors, "error")}, ${count(findings.length - errors, "warning")}${problems.length === 0 ? "" : `, ${problems.length} could not be read`}`;
  const against = compared === undefined ? "" : ` (changed against ${compared.ref}, of ${compared.of})`;
  return failing === 0
    ? `${count(all, "proposal")}${against}: none fails; ${counts}.`
    : `${failing} of ${count(all, "proposal")}${against} must not pass: ${counts}.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
