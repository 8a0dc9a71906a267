import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import { Interrupted } from "../backtest/interrupted.ts";
import type { Check, Finding, Remark, Setting } from "./check.ts";
import type { CheckContext } from "./context.ts";

/** What the checks of one proposal said. */
export interface CheckReport {
  readonly proposal: string;
  readonly findings: readonly Finding[];
  /** What each check looked at; one that could not run is not here but in the findings. */
  readonly checked: readonly { readonly check: string; readonly looked: string }[];
  /** Checks that the policy turns off: nobody looked. */
  readonly off?: readonly string[];
}

/**
 * Runs checks over one proposal and owns what they find: a check emits and has nothing to return or to forget. (Two public
 * governance checkers collected warnings in a list of their own and returned an empty one.)
 *
 * A check that throws, or says that it looked at nothing, becomes a finding of its own: what could not be checked has failed.
 *
 * @param severities what the policy says by check id: a severity, or `off` for a check that is not run; one that is `fixed` is run and keeps its own
 * @param onCheck called before each check, for progress
 * @example const { findings } = await runChecks(CHECKS, context, policy.checks)
 */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  severities: Readonly<Record<string, Setting>> = {},
  onCheck: (check: Check) => void = () => undefined,
): Promise<CheckReport> {
  const findings: Finding[] = [];
  const checked: { check: string; looked: string }[] = [];
  const off: string[] = [];
  for (const check of checks) {
    const severity = check.fixed === true ? "error" : (severities[check.id] ?? check.severity);
    if (severity === "off") {
      off.push(check.id);
      continue;
    }
    onCheck(check);
    const emit = (remark: Remark) => findings.push(findingOf(check, remark, severity, context.folder));
    // A check that could not run is never softened: a warning would say that something was seen.
    const failed = (remark: Remark) => findings.push({ ...findingOf(check, remark, "error", context.folder), severity: "error", couldNotRun: true });
    try {
      const looked = await check.run(context, emit);
      if (typeof looked === "string" && looked.trim() !== "") checked.push({ check: check.id, looked });
      else failed({ message: `${check.title}: the check looked at nothing, so it has failed.` });
    } catch (error) {
      // Ctrl-C says nothing about the proposal.
      if (error instanceof Interrupted) throw error;
      failed(couldNotRun(check, error));
    }
  }
  return { proposal: context.folder, findings, checked, ...(off.length === 0 ? {} : { off }) };
}

/** Exit code of DESIGN §8 for what was found: a fault of the proposal before missing evidence before a breached gate. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 3 | 4 | 5 {
  const has = (kind: Finding["kind"]) => findings.some((finding) => finding.severity === "error" && finding.kind === kind);
  if (has("check")) return 3;
  if (has("evidence")) return 5;
  return has("gate") ? 4 : 0;
}

function findingOf(check: Check, remark: Remark, severity: Finding["severity"], proposal: string): Finding {
  return {
    check: check.id,
    severity: check.fixed === true ? "error" : remark.severity === "warn" ? "warn" : severity,
    message: remark.message,
    fix: remark.fix ?? check.fix,
    kind: remark.kind ?? check.kind,
    proposal,
    where: { ...remark.where, file: join(proposal, remark.where?.file ?? check.file ?? "proposal.yaml") },
  };
}

function couldNotRun(check: Check, error: unknown): Remark {
  const message = `Could not run, so it has failed: ${error instanceof Error ? error.message : String(error)}`;
  const ballast = error instanceof BallastError ? error : undefined;
  const where = [ballast?.where.file, ballast?.where.line].filter((part) => part !== undefined).join(":");
  return {
    message: where === "" || message.includes(where) ? message : `${message} (${where})`,
    // Absent evidence leaves with its own code whichever check missed it; a gate nobody could judge is absent evidence.
    kind: check.kind === "gate" || ballast?.exit === 5 ? "evidence" : check.kind,
    ...(ballast === undefined || ballast.fix === "" ? {} : { fix: ballast.fix }),
  };
}
