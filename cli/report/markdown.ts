import type { PictureTable } from "./sections/pictures.ts";
import { escapeMarkdown as text } from "./text.ts";
import type { ReportView } from "./view.ts";

/**
 * The report as GitHub-flavoured Markdown: for a forum, a pull request or a terminal. Charts are in report.html; their one
 * sentence is here.
 *
 * @example renderMarkdown(reportView(proposal, evidence, market))
 */
export function renderMarkdown(view: ReportView): string {
  return `${[
    `# ${text(view.title)}`,
    `**${view.verdict.symbol} ${view.verdict.word}:** ${text(view.verdict.rest)}`,
    `Proposed by ${text(view.author)}. Result ${code(view.reproduce.hashes[0].short)}.`,
    text(view.headlines.sentence),
    figures(view),
    "## What changes",
    changes(view),
    ...headlines(view),
    ...attribution(view),
    "## Gates",
    view.verdict.gates,
    gates(view),
    "## Every crash",
    crashes(view),
    view.crashNote,
    ...fund(view),
    ...peers(view),
    ...pictures(view),
    "## On execution",
    `${view.execution.sentence} ${view.execution.ramp}`,
    ...edge(view),
    ...attack(view),
    ...checks(view),
    "## What was not checked",
    view.gaps.map(({ title, text: words, touchesChange }) => `- ${touchesChange ? "**⚠** " : ""}**${text(title)}.** ${text(words)}`).join("\n"),
    ...rationale(view),
    "## Reproduce it",
    reproduce(view),
    ...links(view),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function edge({ edge }: ReportView): string[] {
  const rows = edge.rows.map(({ label, today, proposed, change, interval, wordText }) => [
    `**${text(label)}**`,
    text(today),
    `**${text(proposed)}**`,
    interval === "" ? change : `${change}<br>${interval}`,
    wordText,
  ]);
  return ["## How far to the edge", text(edge.sentence), table(["All at once", "Today", "Proposed", "Distance", "So it"], rows), text(edge.note)];
}

function attack({ attack }: ReportView): string[] {
  if (attack === undefined) return [];
  const rows = attack.rows.map(({ label, votes, cost, returns, profit, note }) => [`**${text(label)}**`, votes, cost, returns, `**${profit}**`, text(note)]);
  return [
    "## Who could pass a harmful change, and what it would cost",
    `${attack.tone === "warn" ? "⚠ " : ""}${text(attack.sentence)} ${text(attack.stake)}`,
    table(["By", "Votes needed", "Costs", "Returns", "Profit", ""], rows),
    attack.lines.map((line) => `- ${text(line)}`).join("\n"),
    text(attack.note),
  ];
}

function figures({ figures }: ReportView): string {
  return table(
    ["", "Today", "Proposed", ""],
    figures.map(({ label, today, proposed, note }) => [text(label), today, `**${proposed}**`, text(note)]),
  );
}

function changes({ changes }: ReportView): string {
  return table(
    ["Parameter", "Today", "Proposed", "Direction", "Takes effect"],
    changes.map((row) => [
      `**${text(row.label)}**<br>${code(row.key)}`,
      `${row.from} (${row.rawFrom})`,
      `**${row.to}** (${row.rawTo})`,
      `${row.directionWord}${row.replayed ? "" : "<br>⚠ not read by any replay"}`,
      row.ramp,
    ]),
  );
}

function headlines({ headlines: { rows, note } }: ReportView): string[] {
  if (rows.length === 0) return [];
  const heading = ["", "Today", "Proposed", "Change", "95 % interval", "So it"];
  const body = rows.map((row) => [`**${text(row.label)}**: ${text(row.meaning)}`, row.today, row.proposed, row.change, row.interval, `**${row.word}**`]);
  return ["## What it does", table(heading, body), text(note)];
}

function attribution({ attribution }: ReportView): string[] {
  if (attribution === undefined) return [];
  const { columns, rows, note } = attribution;
  const body = rows.map(({ label, key, cells }) => [
    key === "" ? `**${text(label)}**` : `**${text(label)}**<br>${code(key)}`,
    ...cells.map(({ value, interval }) => (interval === "" ? value : `${value}<br>${interval}`)),
  ]);
  return ["## Which change does what", table(["Change", ...columns], body), text(note)];
}

function gates({ gates }: ReportView): string {
  const symbols = { pass: "✓", fail: "✗", warn: "⚠" };
  return table(
    ["", "Gate", "Value", "Limit", ""],
    gates.map((gate) => [
      `${symbols[gate.status]} ${gate.word}`,
      `**${text(gate.label)}**: ${text(gate.meaning)}`,
      gate.interval === "" ? gate.value : `${gate.value}<br>${gate.interval}`,
      gate.limit,
      gate.room,
    ]),
  );
}

function crashes({ crashes }: ReportView): string {
  return crashes.length === 0 ? "The evidence compares no crash." : crashTable(crashes, "worst");
}

function fund({ fund }: ReportView): string[] {
  return fund === undefined ? [] : ["## The insurance fund and liquidations", text(fund.sentence), crashTable(fund.rows, "most"), text(fund.note)];
}

function crashTable(crashes: ReportView["crashes"], mark: string): string {
  return table(
    ["Crash", ...crashes[0].cells.map(({ label }) => label)],
    crashes.map(({ title, day, worst, cells }) => [
      `${worst ? `**▶ ${mark}: ` : ""}${text(title)}${worst ? "**" : ""}<br>${day}`,
      ...cells.map((cell) => (cell.today === cell.proposed ? cell.proposed : `${cell.today} → **${cell.proposed}**`)),
    ]),
  );
}

function peers({ peers }: ReportView): string[] {
  if (peers === undefined) return [];
  const { columns, rows, note } = peers;
  const words = { better: "<br>better", worse: "<br>worse", same: "" };
  const body = rows.map(({ title, day, cells }) => [
    `${text(title)}<br>${day}`,
    ...cells.map(({ coverage, shortfall, change }) => `${coverage}<br>${shortfall}${words[change]}`),
  ]);
  return ["## Against other margin models", table(["Crash", ...columns], body), text(note)];
}

function pictures({ pictures }: ReportView): string[] {
  if (pictures === undefined) return [];
  return [pictures.crashPath, pictures.marginLoss, pictures.costSafety].flatMap(({ title, takeaway, reading, table: data }) => [
    `## ${text(title)}`,
    `${text(takeaway)} ${text(reading)}`,
    `<details><summary>${text(data.caption)}</summary>\n\n${pictureTable(data)}\n\n</details>`,
  ]);
}

function pictureTable({ columns, rows }: PictureTable): string {
  return table(
    columns,
    rows.map((row) => row.map(text)),
  );
}

function checks({ checks }: ReportView): string[] {
  if (checks === undefined) return [];
  const list = checks.findings.map(({ check, severity, message }) => `- ${severity === "error" ? "✗" : "⚠"} ${code(check)}: ${text(message)}`);
  return ["## Checks", checks.sentence, list.join("\n")];
}

/** Quoted, so that nothing in it can pass for a part of the report. */
function rationale({ rationale }: ReportView): string[] {
  if (rationale === "") return ["## Rationale", "The author gave none."];
  const quoted = rationale
    .replaceAll("<", "&lt;")
    // A picture would tell its server who reads the report.
    .replaceAll("![", "!\\[")
    // Only http and https: not every renderer refuses the rest.
    .replaceAll(/\]\((?!\s*https?:\/\/)/gi, "]\\(")
    .replaceAll(/^(\s*\[[^\]\n]*\]):(?!\s*https?:\/\/)/gim, "$1\\:")
    .split("\n")
    .map((line) => `> ${line}`.trimEnd());
  return ["## Rationale", "*In the author's words; Ballast checked none of it.*", quoted.join("\n")];
}

function reproduce({ reproduce }: ReportView): string {
  const commands = reproduce.commands.map(({ command, what }) => `# ${what}\n${command}`).join("\n");
  return `\`\`\`sh\n${commands}\n\`\`\`\n\n${table(
    ["", "Hash"],
    reproduce.hashes.map(({ label, full }) => [label, code(full)]),
  )}`;
}

function links({ links }: ReportView): string[] {
  if (links.length === 0) return [];
  return [
    "## Links",
    links.map(({ text: words, href }) => `- ${href === undefined ? `${text(words)} (not a web address: not linked)` : `<${href}>`}`).join("\n"),
  ];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Names and hashes of our own making, in code font; a backtick in one would end it. */
function code(value: string): string {
  return `\`${value.replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
