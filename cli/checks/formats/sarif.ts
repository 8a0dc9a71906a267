import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { visible } from "../../report/text.ts";
import type { Check, Finding, Place } from "../check.ts";
import { CHECKS } from "../index.ts";
import { gravestFirst, type Outcome, type Problem, placeOfFinding } from "../outcome.ts";
import { pathIn } from "./path.ts";

/** The most results of one run that code scanning takes (and it shows the first 5 000). */
export const MOST_RESULTS = 25_000;

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/**
 * SARIF 2.1.0 for code scanning: a rule for each check, whose id is stable, with why it is there, what to do and the incident it knows; a result for each
 * finding, the gravest first, with a fingerprint that stays while numbers in it change. What could not be checked or read is a notification too.
 *
 * @param root the folder that file names are relative to, the checkout
 * @example sarifFormat(outcome, process.cwd())
 */
export function sarifFormat(outcome: Outcome, root: string, version: string): string {
  const all = gravestFirst(outcome.reports);
  const shown = all.slice(0, MOST_RESULTS);
  const fingerprint = fingerprinter(root);
  const notifications = [
    ...all.filter(({ couldNotRun }) => couldNotRun === true).map((finding) => brokenCheck(finding, root)),
    ...outcome.problems.map((problem) => unreadable(problem, root)),
    ...(all.length > shown.length ? [leftOut(all.length - shown.length)] : []),
  ];
  const run = {
    tool: { driver: { name: "Ballast", semanticVersion: version, rules: CHECKS.map(ruleOf) } },
    columnKind: "unicodeCodePoints",
    invocations: [
      {
        // False says that the results are not all there would be.
        executionSuccessful: notifications.every(({ level }) => level !== "error"),
        ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
      },
    ],
    originalUriBaseIds: { SRCROOT: { description: { text: "The checkout." } } },
    results: shown.map((finding) => resultOf(finding, root, fingerprint(finding))),
    properties: { notChecked: outcome.reports.flatMap(({ proposal, notChecked }) => notChecked.map((one) => ({ ...one, proposal }))) },
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 1)}\n`;
}

const INDEX = new Map(CHECKS.map(({ id }, i) => [id, i]));

function ruleOf({ id, title, why, incident, fix, severity, kind }: Check) {
  return {
    id,
    name: id.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: {
      text: `${why}\n\nWhat to do: ${fix}\n\nSeen: ${incident}`,
      markdown: `${why}\n\n**What to do.** ${fix}\n\n**Seen.** ${incident}`,
    },
    defaultConfiguration: { level: levelOf(severity) },
    properties: { tags: ["governance", kind], why, incident, fix },
  };
}

function resultOf(finding: Finding, root: string, fingerprint: string) {
  const { check, severity, message, fix, kind } = finding;
  const index = INDEX.get(check);
  return {
    ruleId: check,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: levelOf(severity),
    message: { text: visible(`${message} What to do: ${fix}`) },
    locations: [locationOf(placeOfFinding(finding), root)],
    partialFingerprints: { "ballastFinding/v1": fingerprint },
    properties: { kind, fix },
  };
}

function locationOf({ file, line, column }: Place, root: string) {
  return {
    physicalLocation: {
      artifactLocation: artifactOf(file, root),
      // Code scanning shows a result at a line: of a file alone, the first.
      region: { startLine: line ?? 1, ...(line === undefined || column === undefined ? {} : { startColumn: column }) },
    },
  };
}

function artifactOf(file: string, root: string): { uri: string; uriBaseId?: string } {
  const path = pathIn(root, file);
  if (path === undefined) return { uri: pathToFileURL(resolve(file)).href };
  return { uri: path.split("/").map(encodeURIComponent).join("/") || ".", uriBaseId: "SRCROOT" };
}

/**
 * The same finding has the same fingerprint from run to run: its check, its file and its words, without the numbers and hashes, which change with every
 * engine. Of several alike in one run each has its own.
 */
function fingerprinter(root: string): (finding: Finding) => string {
  const seen = new Map<string, number>();
  return (finding) => {
    const words = finding.message.replaceAll(/0x[0-9a-fA-F]+|[0-9]+/g, "#");
    const { uri } = artifactOf(placeOfFinding(finding).file, root);
    const key = JSON.stringify([finding.check, uri, words]);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return createHash("sha256").update(`${key}:${nth}`).digest("hex").slice(0, 32);
  };
}

function brokenCheck(finding: Finding, root: string) {
  const index = INDEX.get(finding.check);
  return {
    level: "error" as const,
    message: { text: visible(finding.message) },
    descriptor: { id: "CHECK_COULD_NOT_RUN" },
    associatedRule: { id: finding.check, ...(index === undefined ? {} : { index }) },
    locations: [locationOf(placeOfFinding(finding), root)],
  };
}

function unreadable({ code, message, fix, where }: Problem, root: string) {
  return { level: "error" as const, message: { text: visible(`${message} ${fix}`.trim()) }, descriptor: { id: code }, locations: [locationOf(where, root)] };
}

function leftOut(count: number) {
  const text = `${count} more findings are left out: a run takes ${MOST_RESULTS} results. The gravest are here; \`ballast check --format json\` has all.`;
  return { level: "warning" as const, message: { text }, descriptor: { id: "RESULTS_LEFT_OUT" } };
}

function levelOf(severity: Finding["severity"]): "error" | "warning" {
  return severity === "error" ? "error" : "warning";
}
