import pc from "picocolors";
import { LIVE_CHECKS } from "../live/checks/index.ts";
import { visibleLine } from "../report/text.ts";
import { CHECKS } from "./index.ts";
import type { NotChecked } from "./not-checked.ts";
import { type CheckReport, exitCodeOf } from "./run.ts";

const WORD = {
  0: "passes every check",
  3: "fails",
  4: "is sound, but breaches a risk gate",
  5: "has no evidence that holds today",
} as const;

/**
 * What the checks of one proposal found, for a terminal or a pipe: the verdict first, each check with what it looked at or what it
 * found and how to mend it, and last what was not checked at all.
 */
export function checkText(report: CheckReport & { readonly notChecked: readonly NotChecked[] }): string {
  const exit = exitCodeOf(report.findings);
  const off = report.off?.length ?? 0;
  // "Every check" would be too much to say where a policy has turned some of them off.
  const left = exit === 0 && off > 0 ? ` that the policy leaves on: ${off} of ${CHECKS.length} ${off === 1 ? "is" : "are"} off` : "";
  const headline = `${exit === 0 ? pc.green("✓") : pc.red("✗")} ${pc.bold(report.proposal)} ${WORD[exit]}${left}`;
  const ran = new Set([...report.findings, ...report.checked].map(({ check }) => check));
  const lines = [...CHECKS, ...LIVE_CHECKS.filter(({ id }) => ran.has(id))].flatMap(({ id, title, why, incident }) => {
    if (report.off?.includes(id) === true) return [`  ${pc.yellow("-")} ${id.padEnd(16)} ${title}${pc.dim(": off by the policy, not checked")}`];
    const findings = report.findings.filter(({ check }) => check === id);
    const looked = report.checked.find(({ check }) => check === id)?.looked;
    if (findings.length === 0) return [`  ${pc.green("✓")} ${id.padEnd(16)} ${title}${looked === undefined ? "" : pc.dim(`: ${visibleLine(looked)}`)}`];
    return [
      `  ${findings.some(({ severity }) => severity === "error") ? pc.red("✗") : pc.yellow("!")} ${pc.bold(id.padEnd(16))} ${title}`,
      ...findings.map(({ severity, message }) => `      ${severity === "error" ? pc.red("error") : pc.yellow("warn ")} ${visibleLine(message)}`),
      ...[...new Set(findings.map(({ fix }) => fix))].map((fix) => `      ${pc.dim(`fix   ${visibleLine(fix)}`)}`),
      `      ${pc.dim(`why   ${why}`)}`,
      `      ${pc.dim(`seen  ${incident}`)}`,
    ];
  });
  const gaps = report.notChecked.map(({ what, why }) => `  ◦ ${what}: ${pc.dim(why)}`);
  return [headline, "", ...lines, "", pc.bold("Not checked"), ...gaps].join("\n");
}
