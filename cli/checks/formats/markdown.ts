import { changeRows } from "../../report/sections/changes.ts";
import { headlinesView } from "../../report/sections/headlines.ts";
import { escapeMarkdown, visibleLine } from "../../report/text.ts";
import { CHECKS } from "../index.ts";
import { type FolderReport, failingFirst, headlineOf, type Outcome, type Problem } from "../outcome.ts";
import { exitCodeOf } from "../run.ts";

/** The most that a comment of a pull request holds, in characters; counted here in bytes of UTF-8, which are never fewer. */
export const COMMENT_BYTES = 65_536;

/** The most that the summary of a step holds. */
export const SUMMARY_BYTES = 1 << 20;

/** The first line of every comment: by it the comment of the last run is found again and replaced. */
export const COMMENT_MARKER = "<!-- ballast-check -->";

/** Room for the sentence that says what was left out. */
const TAIL_BYTES = 400;

const WORD = { 0: "✓ passes", 3: "✗ fails a check", 4: "✗ breaches a risk gate", 5: "✗ has no evidence that holds" } as const;

/**
 * The outcome as Markdown for a pull request or a step's summary: the verdict, every proposal in one line, then each with its parameters and figures before
 * and after, what was found and what was not checked. Those that fail come first; what does not fit is left out, and said to be.
 *
 * @param bytes the most that it may be long, in bytes of UTF-8
 * @example markdownFormat(outcome, COMMENT_BYTES)
 */
export function markdownFormat(outcome: Outcome, bytes: number = COMMENT_BYTES): string {
  const { reports, problems, compared } = outcome;
  const ordered = failingFirst(reports);
  const head = [
    COMMENT_MARKER,
    `## Ballast: ${text(headlineOf(outcome))}`,
    ...(compared?.yardstick.length ? [yardstick(compared.yardstick)] : []),
    ...(compared?.removed.length ? [`Removed, so not checked: ${compared.removed.slice(0, SHOWN).map(code).join(", ")}${more(compared.removed.length)}.`] : []),
  ].join("\n\n");
  return fitted(head, [...overview(ordered, problems), ...problems.map(unreadable), ...ordered.flatMap(sectionOf)], bytes);
}

/** How many names a sentence lists. */
const SHOWN = 20;

function more(of: number): string {
  return of > SHOWN ? ` and ${of - SHOWN} more` : "";
}

function yardstick(files: readonly string[]): string {
  return `> [!WARNING]\n> This change also moves what proposals are measured by: ${files.slice(0, SHOWN).map(code).join(", ")}${more(files.length)}. Every proposal is checked again, under the new ones.`;
}

/** Something that is shown whole or not at all. */
interface Piece {
  readonly markdown: string;
  readonly what: "proposal" | "finding" | "detail";
  /** Follows the piece before without an empty line. */
  readonly tight?: boolean;
}

function overview(reports: readonly FolderReport[], problems: readonly Problem[]): Piece[] {
  if (reports.length + problems.length < 2) return [];
  const rows = [
    ...problems.map(({ proposal, code: name }) => row([code(proposal), `✗ could not be read (${code(name)})`, "", ""])),
    ...reports.map(({ proposal, findings }) => {
      const errors = findings.filter(({ severity }) => severity === "error").length;
      return row([code(proposal), WORD[exitCodeOf(findings)], String(errors), String(findings.length - errors)]);
    }),
  ];
  const header = [row(["Proposal", "", "Errors", "Warnings"]), row(["---", "---", "--:", "--:"])].join("\n");
  return [{ markdown: header, what: "detail" }, ...rows.map((markdown): Piece => ({ markdown, what: "detail", tight: true }))];
}

function unreadable({ proposal, code: name, message, fix, where }: Problem): Piece {
  const place = [where.file, where.line, where.column].filter((part) => part !== undefined).join(":");
  return { markdown: `### ✗ ${code(proposal)} could not be read\n\n- **${code(name)}** at ${code(place)}: ${text(message)} ${text(fix)}`, what: "proposal" };
}

function sectionOf(report: FolderReport): Piece[] {
  const { proposal, findings, checked, notChecked, subject } = report;
  const heading: Piece = { markdown: `### ${WORD[exitCodeOf(findings)]}: ${text(subject.title)}\n\n${code(proposal)}`, what: "proposal" };
  const gaps = notChecked.map(({ what, why }) => `- ${text(what)}: ${text(why)}`);
  return [
    heading,
    { markdown: changesTable(report), what: "detail" },
    ...found(report),
    ...figures(report),
    {
      markdown: details(
        `${checked.length} checks ran`,
        checked.map(({ check, looked }) => `- ${code(check)}: ${text(looked)}`),
      ),
      what: "detail",
    },
    { markdown: details("What was not checked", gaps), what: "detail" },
  ];
}

function changesTable({ subject }: FolderReport): string {
  const rows = changeRows(subject).map(({ key, label, from, to, rawFrom, rawTo, directionWord, ramp }) =>
    row([`**${text(label)}**<br>${code(key)}`, `${from} (${rawFrom})`, `**${to}** (${rawTo})`, directionWord, ramp]),
  );
  return [row(["Parameter", "Before", "After", "Direction", "Takes effect"]), row(["---", "---", "---", "---", "---"]), ...rows].join("\n");
}

function found({ findings }: FolderReport): Piece[] {
  return CHECKS.flatMap(({ id, why, incident }) => {
    const own = findings.filter(({ check }) => check === id);
    const lines = own.map(({ severity, message, where }): Piece => {
      const place = where?.line === undefined ? "" : ` (${code(`${where.file}:${where.line}`)})`;
      return { markdown: `- ${severity === "error" ? "✗ **error**" : "⚠ **warning**"} ${code(id)}${place}: ${text(message)}`, what: "finding", tight: true };
    });
    const [first] = lines;
    if (first === undefined) return [];
    const fixes = [...new Set(own.map(({ fix }) => fix))].map((fix) => `  *What to do:* ${text(fix)}`);
    const reason: Piece = { markdown: [...fixes, `  *Why:* ${text(why)} *Seen:* ${text(incident)}`].join("\n"), what: "detail", tight: true };
    return [{ ...first, tight: false }, ...lines.slice(1), reason];
  });
}

/** What the change does to a crash, from the evidence; nothing of evidence that was not checked, or that the check found wrong. */
function figures({ findings, checked, subject }: FolderReport): Piece[] {
  const sound = checked.some(({ check }) => check === "evidence") && findings.every(({ check }) => check !== "evidence");
  if (subject.evidence === undefined || !sound) return [];
  const rows = headlinesView(subject.evidence).rows.map(({ label, today, proposed, change, word }) =>
    row([text(label), today, `**${proposed}**`, change, word]),
  );
  if (rows.length === 0) return [];
  return [{ markdown: [row(["", "Before", "After", "Change", "So it"]), row(["---", "--:", "--:", "--:", "---"]), ...rows].join("\n"), what: "detail" }];
}

function fitted(head: string, pieces: readonly Piece[], bytes: number): string {
  let written = head;
  let size = Buffer.byteLength(head);
  const left = { proposal: 0, finding: 0, detail: 0 };
  for (const { markdown, what, tight } of pieces) {
    const part = `${tight === true ? "\n" : "\n\n"}${markdown}`;
    const length = Buffer.byteLength(part);
    // Once a finding is left out, all that follow are: nobody should wonder which.
    if (size + length > bytes - TAIL_BYTES || left[what] > 0) left[what] += 1;
    else {
      written += part;
      size += length;
    }
  }
  const named = Object.entries({ proposals: left.proposal, findings: left.finding, details: left.detail }).filter(([, number]) => number > 0);
  if (named.length === 0) return `${written}\n`;
  return `${written}\n\n**Left out, because it would be too long:** ${named.map(([what, number]) => `${number} ${what}`).join(", ")}. \`ballast check --format json\` has all of it.\n`;
}

function details(summary: string, lines: readonly string[]): string {
  return `<details><summary>${summary}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A name with an @ would call somebody. */
function text(value: string): string {
  return escapeMarkdown(value).replaceAll("@", "@&#8203;");
}

function code(value: string): string {
  return `\`${visibleLine(value).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
