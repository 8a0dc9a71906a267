import { randomUUID } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import { visible } from "../../report/text.ts";
import type { Finding, Place } from "../check.ts";
import { gravestFirst, headlineOf, type Outcome, placeOfFinding } from "../outcome.ts";
import { checkText } from "../text.ts";
import { pathIn } from "./path.ts";

/** What GitHub shows of one step: so many errors, so many warnings, so many notices; it drops the rest without a word. */
export const ANNOTATIONS_PER_LEVEL = 10;

type Level = "error" | "warning" | "notice";

/**
 * Workflow commands for GitHub Actions: the gravest ten errors and ten warnings as annotations, a notice of how many more there are, and the whole text in
 * the log. While the text is printed commands are off: a proposal cannot give orders to the runner.
 *
 * @param root the checkout: annotations name files relative to it
 * @param token ends the pause; nobody who writes a proposal may know it
 */
export function githubFormat(outcome: Outcome, root: string, token: string = randomUUID()): string {
  const { reports, problems, compared } = outcome;
  const all = gravestFirst(reports);
  const within = (place: Place): Place => ({ ...place, file: pathIn(root, place.file) ?? place.file });
  const of = (severity: Finding["severity"], level: Level) =>
    all
      .filter((finding) => finding.severity === severity)
      .map((finding) => command(level, within(placeOfFinding(finding)), finding.check, `${finding.message} ${finding.fix}`));
  const errors = [...problems.map(({ where, code, message, fix }) => command("error", within(where), code, `${message} ${fix}`)), ...of("error", "error")];
  const moved =
    compared?.yardstick.map((file) => command("warning", { file }, "yardstick", "Every proposal is measured by this file, and it changes here.")) ?? [];
  const warnings = [...moved, ...of("warn", "warning")];
  const shown = [...errors.slice(0, ANNOTATIONS_PER_LEVEL), ...warnings.slice(0, ANNOTATIONS_PER_LEVEL)];
  const dropped = [
    [errors.length - ANNOTATIONS_PER_LEVEL, "errors"],
    [warnings.length - ANNOTATIONS_PER_LEVEL, "warnings"],
  ].filter(([number]) => (number as number) > 0);
  const notice =
    dropped.length === 0
      ? []
      : [
          command(
            "notice",
            undefined,
            "ballast",
            `${dropped.map(([number, what]) => `${number} more ${what}`).join(" and ")} have no annotation: GitHub shows ten of a kind. The log and the job summary have all.`,
          ),
        ];
  const log = stripVTControlCharacters([headlineOf(outcome), ...reports.map(checkText)].join("\n\n"));
  return [`::stop-commands::${token}`, visible(log), `::${token}::`, ...shown, ...notice, ""].join("\n");
}

/**
 * A workflow command. `%`, CR and LF are escaped in the message, `:` and `,` too in what stands before it.
 *
 * @example command("error", { file: "a.yaml", line: 3 }, "bounds", "50 % is too much") // "::error title=bounds,file=a.yaml,line=3::50 %25 is too much"
 */
export function command(level: Level, place: Place | undefined, title: string, message: string): string {
  const properties = Object.entries({ title, file: place?.file, line: place?.line, col: place?.column })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${level} ${properties.join(",")}::${data(message)}`;
}

function data(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
