import type { Finding } from "../check.ts";
import { CHECKS } from "../index.ts";
import type { FolderReport, Outcome, Problem } from "../outcome.ts";
import { element, xmlText } from "./xml.ts";

/** One test case of a suite, as markup, and what it counts as. */
interface Case {
  readonly markup: string;
  readonly is: "passed" | "failure" | "error" | "skipped";
}

/**
 * JUnit XML: a suite for each proposal, a test case for each check. An error of a check is a failure, a check that could not run an error, one that the
 * policy turns off skipped; warnings stand in a passed case's output. A proposal that could not be read is a suite with one error.
 */
export function junitFormat({ reports, problems }: Outcome): string {
  const suites = [
    ...reports.map((report) => suite(report.proposal, casesOf(report))),
    ...problems.map((problem) => suite(problem.proposal, [unreadable(problem)])),
  ];
  const total = (is: Case["is"]) => suites.reduce((sum, { cases }) => sum + cases.filter((one) => one.is === is).length, 0);
  const tests = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  const counts = { tests, failures: total("failure"), errors: total("error"), skipped: total("skipped") };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", { name: "ballast check", ...counts }, `\n${suites.map(({ markup }) => markup).join("")}`)}\n`;
}

function suite(name: string, cases: readonly Case[]): { readonly markup: string; readonly cases: readonly Case[] } {
  const of = (is: Case["is"]) => cases.filter((one) => one.is === is).length;
  const counts = { tests: cases.length, failures: of("failure"), errors: of("error"), skipped: of("skipped") };
  return { cases, markup: `${element("testsuite", { name, ...counts }, `\n${cases.map(({ markup }) => `${markup}\n`).join("")}`)}\n` };
}

function casesOf({ proposal, findings, checked, off }: FolderReport): Case[] {
  return CHECKS.flatMap(({ id, title, why, incident }): Case[] => {
    const attributes = { classname: proposal, name: `${id}: ${title}` };
    if (off?.includes(id) === true) {
      const content = element("skipped", { message: `The policy turns this check off (checks.${id}: off).` });
      return [{ markup: element("testcase", attributes, content), is: "skipped" }];
    }
    const own = findings.filter(({ check }) => check === id);
    const errors = own.filter(({ severity }) => severity === "error");
    const notes = own.filter(({ severity }) => severity === "warn");
    const looked = checked.find(({ check }) => check === id)?.looked;
    // A check nobody ran is none that passed.
    if (own.length === 0 && looked === undefined) return [];
    const output = [...(looked === undefined ? [] : [`Looked at: ${looked}`]), ...notes.map((finding) => `Warning: ${finding.message} (${finding.fix})`)];
    const content = [
      ...errors.map((finding) =>
        element(finding.couldNotRun === true ? "error" : "failure", { message: finding.message, type: id }, xmlText(details(finding, why, incident))),
      ),
      ...(output.length === 0 ? [] : [element("system-out", {}, xmlText(output.join("\n")))]),
    ];
    const is = errors.some(({ couldNotRun }) => couldNotRun === true) ? "error" : errors.length > 0 ? "failure" : "passed";
    return [{ markup: element("testcase", attributes, content.join("")), is }];
  });
}

function details({ message, fix, where }: Finding, why: string, incident: string): string {
  const place = [where?.file, where?.line, where?.column].filter((part) => part !== undefined).join(":");
  return [message, `At: ${place}`, `Fix: ${fix}`, `Why: ${why}`, `Seen: ${incident}`].join("\n");
}

function unreadable({ proposal, code, message, fix, where }: Problem): Case {
  const place = [where.file, where.line, where.column].filter((part) => part !== undefined).join(":");
  const content = element("error", { message, type: code }, xmlText([message, `At: ${place}`, `Fix: ${fix}`].join("\n")));
  return { markup: element("testcase", { classname: proposal, name: "The proposal can be read" }, content), is: "error" };
}
