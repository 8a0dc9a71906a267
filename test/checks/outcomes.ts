import type { Finding } from "../../cli/checks/check.ts";
import { CHECKS } from "../../cli/checks/index.ts";
import type { FolderReport, Outcome } from "../../cli/checks/outcome.ts";

/** What a hostile proposal might get into a finding: a command for the runner, markup, control characters, the end of a CDATA section, non-BMP text. */
export const HOSTILE = 'a "quoted" <b>&amp;</b> ]]> 100 %\r\n::error title=x,file=y::owned\u0000\u001b[31m \ud83d\ude80\ud800 \ufffe \u202e @everyone | `x`';

export function finding(rest: Partial<Finding> = {}): Finding {
  return { check: "bounds", severity: "error", message: "too much", fix: "less", kind: "check", proposal: "proposals/0001-a", ...rest };
}

/** A report whose other checks all ran. */
export function report(findings: readonly Finding[], rest: Partial<FolderReport> = {}): FolderReport {
  const proposal = rest.proposal ?? "proposals/0001-a";
  const off = new Set(rest.off ?? []);
  return {
    proposal,
    findings,
    checked: CHECKS.filter(({ id }) => !off.has(id) && !findings.some(({ check, couldNotRun }) => check === id && couldNotRun === true)).map(({ id }) => ({
      check: id,
      looked: "1 change",
    })),
    notChecked: [{ what: "The calendar", why: "Nobody looked." }],
    subject: { title: "Raise the ETH volatility buffer", changes: [{ scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 86_400 }] },
    ...rest,
  };
}

export function outcome(reports: readonly FolderReport[], rest: Partial<Outcome> = {}): Outcome {
  return { reports, problems: [], ...rest };
}

/** `errors` and `warnings` findings, each with words of its own, over a hundred proposals. */
export function many(errors: number, warnings: number, words = ""): Outcome {
  const reports = Array.from({ length: 100 }, (_, p) => {
    const proposal = `proposals/${String(p + 1).padStart(4, "0")}-x`;
    const of = (count: number, severity: "error" | "warn") =>
      Array.from({ length: Math.floor(count / 100) + (p < count % 100 ? 1 : 0) }, (_, i) =>
        finding({ proposal, severity, message: `finding ${i} of kind ${i % 7}: ${words}`, where: { file: `${proposal}/proposal.yaml`, line: 1 + (i % 9) } }),
      );
    return report([...of(errors, "error"), ...of(warnings, "warn")], { proposal });
  });
  return outcome(reports);
}
