import type { Outcome } from "../outcome.ts";

/** One JSON document (schemas/check-output.schema.json): findings, what each check looked at, what was not checked, and what could not be read. */
export function jsonFormat({ reports, problems, compared }: Outcome): string {
  const document = {
    findings: reports.flatMap((report) => report.findings),
    checked: reports.flatMap(({ proposal, checked }) => checked.map((one) => ({ ...one, proposal }))),
    notChecked: reports.flatMap(({ proposal, notChecked }) => notChecked.map(({ what, why }) => ({ what, why, proposal }))),
    ...(problems.length === 0 ? {} : { problems: problems.map(({ error: _, ...problem }) => problem) }),
    ...(compared === undefined ? {} : { compared }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
