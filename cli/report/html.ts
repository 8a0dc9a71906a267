import { attackBody } from "./html/attack.ts";
import { chartSections } from "./html/charts.ts";
import { beforeAfter, cardTable, html, icon, type Markup, trusted } from "./html/parts.ts";
import { STYLE } from "./html/style.ts";
import { rationaleHtml } from "./rationale.ts";
import type { HeadlineRow } from "./sections/headlines.ts";
import type { Gap } from "./sections/not-checked.ts";
import type { ReportView } from "./view.ts";

/** Nothing is loaded and nothing runs; the charts' letters carry their size as a style. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The report as one page that needs nothing but itself: no script, no request, charts inside as SVG.
 *
 * @example renderHtml(reportView(proposal, evidence, market))
 */
export function renderHtml(view: ReportView): string {
  const { verdict, title } = view;
  const status = verdict.pass ? "pass" : "fail";
  const charts = view.pictures === undefined ? undefined : chartSections(view.pictures);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${verdict.symbol} ${verdict.word}: ${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<div class="bar"><div class="wrap"><strong class="${status}">${icon(status)} ${verdict.word}</strong><span class="name" aria-hidden="true">${title}</span>
<nav aria-label="Sections"><a href="#changes">Changes</a><a href="#effect">Effect</a><a href="#gates">Gates</a><a href="#crashes">Crashes</a><a href="#not-checked">Not checked</a><a href="#reproduce">Reproduce</a></nav></div></div>
<main class="wrap">
${head(view)}${changes(view)}${effect(view)}${attribution(view)}${gates(view)}${charts?.worst}${crashes(view)}${fund(view)}${peers(view)}${charts?.pair}${execution(view)}${edge(view)}${attack(view)}${checks(view)}${notChecked(view)}${rationale(view)}${reproduce(view)}${links(view)}</main>
<footer><div class="wrap"><p>Made by <code>ballast report</code> from evidence.json. The same evidence gives the same page, byte for byte; the page loads nothing and runs no script.</p></div></footer>
</body>
</html>
`.markup;
}

function head({ title, author, verdict, figures, headlines, reproduce }: ReportView): Markup {
  const status = verdict.pass ? "pass" : "fail";
  return html`<header class="top"><p class="eyebrow">Crash test of a parameter change</p>
<h1><bdi>${title}</bdi></h1>
<p class="by">Proposed by <bdi>${author}</bdi> · evidence <a class="hash" href="#reproduce">${reproduce.hashes[0].short}</a></p>
<div class="verdict ${status}">${icon(status)}<div><p><b>${verdict.word}:</b> ${verdict.rest}</p><p class="sure">${headlines.sentence}</p></div></div>
<dl class="figures">${figures.map(
    ({ label, today, proposed, note, change }) =>
      html`<div><dt>${label}</dt><dd class="value">${proposed}${change === "worse" && today !== "" ? html` <span class="tag fail">worse</span>` : undefined}</dd><dd class="was">${today === "" ? undefined : `today ${today}`}</dd><dd class="note">${note}</dd></div>`,
  )}</dl></header>
`;
}

function changes({ changes }: ReportView): Markup {
  const tone = { tighter: "pass", looser: "warn", neither: "muted" };
  return section(
    "changes",
    "What changes",
    cardTable(
      "Before and after in human units; below, as it stands on chain",
      [{ label: "Parameter" }, { label: "Today" }, { label: "Proposed" }, { label: "Direction" }, { label: "Takes effect" }],
      changes.map((row) => ({
        head: html`${row.label} <span class="sub"><code>${row.key}</code></span><span class="sub">${row.doc}</span>`,
        cells: [
          html`<span><span class="big">${row.from}</span> <span class="sub">${row.rawFrom}</span></span>`,
          html`<span><span class="big">${row.to}</span> <span class="sub">${row.rawTo}</span></span>`,
          html`<span><span class="status ${tone[row.direction]}">${row.directionWord}</span>${row.replayed ? undefined : html` <span class="sub warn">not read by any replay</span>`}</span>`,
          html`<span>${row.ramp}</span>`,
        ],
      })),
    ),
  );
}

function effect({ headlines: { rows, note } }: ReportView): Markup | undefined {
  if (rows.length === 0) return undefined;
  return section(
    "effect",
    "What it does",
    html`${cardTable(
      "Means over the seeds; the bar is the change with its 95 % interval, the line in it is no change",
      [{ label: "Figure" }, { label: "Today", number: true }, { label: "Proposed", number: true }, { label: "Change" }, { label: "So it" }],
      rows.map((row) => ({
        head: html`${row.label} <span class="sub">${row.meaning}</span>`,
        cells: [
          html`<span>${row.today}</span>`,
          html`<b>${row.proposed}</b>`,
          html`<span class="${row.tone}"><b>${row.change}</b>${errorBar(row.bar)}<span class="sub">${row.interval === "" ? "one seed: no interval" : row.interval}</span></span>`,
          html`<span class="status ${row.tone}">${row.wordText}</span>`,
        ],
      })),
    )}<p class="small">${note}</p>`,
  );
}

/** A change with its interval around no change, each figure on a scale of its own. The same stands beside it in words. */
function errorBar(bar: HeadlineRow["bar"]): Markup | undefined {
  if (bar === undefined) return undefined;
  const at = (value: number) => `${(50 + (46 * value) / bar.scale).toFixed(1)}%`;
  return trusted(
    `<span class="errorbar" style="display:block;--low:${at(bar.low)};--high:${at(bar.high)};--at:${at(bar.value)}" aria-hidden="true"><i></i><em></em><b></b></span>`,
  );
}

function attribution({ attribution }: ReportView): Markup | undefined {
  if (attribution === undefined) return undefined;
  const { columns, rows, note } = attribution;
  return section(
    "attribution",
    "Which change does what",
    html`${cardTable(
      "The share of each change in what all do together",
      [{ label: "Change" }, ...columns.map((label) => ({ label, number: true }))],
      rows.map(({ label, key, cells }) => ({
        head: html`${label}${key === "" ? undefined : html` <span class="sub"><code>${key}</code></span>`}`,
        cells: cells.map(
          ({ value, interval }) => html`<span><b>${value}</b>${interval === "" ? undefined : html`<span class="sub">${interval}</span>`}</span>`,
        ),
      })),
    )}<p class="small">${note}</p>`,
  );
}

function gates({ gates, verdict }: ReportView): Markup {
  return section(
    "gates",
    "Gates",
    cardTable(
      verdict.gates,
      [{ label: "Gate" }, { label: "Found", number: true }, { label: "Allowed", number: true }, { label: "Used of the limit" }, { label: "Result" }],
      gates.map((gate) => ({
        head: html`${gate.label} <span class="sub">${gate.meaning}</span>`,
        cells: [
          html`<span><b>${gate.value}</b>${gate.interval === "" ? undefined : html`<span class="sub">${gate.interval}</span>`}</span>`,
          html`<span>${gate.limit}</span>`,
          html`<span class="${gate.status}">${meter(gate.used, gate.usedRange)}<span class="sub">${gate.room}</span></span>`,
          html`<span class="status ${gate.status}">${icon(gate.status)} ${gate.word}</span>`,
        ],
      })),
    ),
  );
}

/** How much of a limit is used, by what the gate is judged on; the mark is the limit, the thin bar the interval. The same stands beside it in words. */
function meter(used: number | null, range: readonly [number, number] | null): Markup | undefined {
  if (used === null) return undefined;
  const scale = Math.max(1.25, Math.min(used, 4) * 1.05);
  const part = (value: number) => `${((100 * Math.min(value, scale)) / scale).toFixed(1)}%`;
  const [low, high] = range ?? [used, used];
  const ends = high - low > 0.005 ? "<em></em>" : "";
  return trusted(
    `<span class="meter" style="display:block;--used:${part(used)};--limit:${part(1)};--low:${part(low)};--high:${part(high)}" aria-hidden="true"><i></i>${ends}<b></b></span>`,
  );
}

function crashes({ crashes, crashNote }: ReportView): Markup {
  if (crashes.length === 0) return section("crashes", "Every crash", html`<p>The evidence compares no crash.</p>`);
  return section("crashes", "Every crash", html`${crashTable(crashes, "worst")}<p class="small">${crashNote}</p>`);
}

function fund({ fund }: ReportView): Markup | undefined {
  if (fund === undefined) return undefined;
  return section("fund", "The insurance fund and liquidations", html`<p>${fund.sentence}</p>${crashTable(fund.rows, "most")}<p class="small">${fund.note}</p>`);
}

function crashTable(crashes: ReportView["crashes"], mark: string): Markup {
  return cardTable(
    "Today → proposed, by crash",
    [{ label: "Crash" }, ...crashes[0].cells.map(({ label }) => ({ label, number: true }))],
    crashes.map(({ title, day, worst, cells }) => ({
      head: html`${title} ${worst ? html`<span class="tag fail">${mark}</span>` : undefined}<span class="sub">${day}</span>`,
      cells: cells.map(({ today, proposed, change }) => beforeAfter(today, proposed, change)),
      worst,
    })),
  );
}

function peers({ peers }: ReportView): Markup | undefined {
  if (peers === undefined) return undefined;
  const tone = { better: "pass", worse: "fail" };
  return section(
    "peers",
    "Against other margin models",
    html`${cardTable(
      "Coverage and shortfall by crash, at equal capital",
      [{ label: "Crash" }, ...peers.columns.map((label) => ({ label, number: true }))],
      peers.rows.map(({ title, day, cells }) => ({
        head: html`${title} <span class="sub">${day}</span>`,
        cells: cells.map(
          ({ coverage, shortfall, change }) =>
            html`<span><b>${coverage}</b><span class="sub">${shortfall}</span>${change === "same" ? undefined : html`<span class="tag ${tone[change]}">${change}</span>`}</span>`,
        ),
      })),
    )}<p class="small">${peers.note}</p>`,
  );
}

function execution({ execution }: ReportView): Markup {
  return section("execution", "On execution", html`<p>${execution.sentence} ${execution.ramp}</p>`);
}

function edge({ edge }: ReportView): Markup {
  return section(
    "edge",
    "How far to the edge",
    html`<p>${edge.sentence}</p>${cardTable(
      "Sudden moves that exhaust the insurance fund; below the change, its 95 % interval",
      [{ label: "All at once" }, { label: "Today" }, { label: "Proposed" }, { label: "Distance", number: true }, { label: "So it" }],
      edge.rows.map(({ label, today, proposed, change, interval, wordText, tone }) => ({
        head: html`${label}`,
        cells: [
          html`<span>${today}</span>`,
          html`<b>${proposed}</b>`,
          html`<span>${change}${interval === "" ? undefined : html`<span class="sub">${interval}</span>`}</span>`,
          html`<span class="status ${tone}">${wordText}</span>`,
        ],
      })),
    )}<p class="small">${edge.note}</p>`,
  );
}

function attack({ attack }: ReportView): Markup | undefined {
  return attack === undefined ? undefined : section("attack", "Who could pass a harmful change, and what it would cost", attackBody(attack));
}

function checks({ checks }: ReportView): Markup | undefined {
  if (checks === undefined) return undefined;
  const items = checks.findings.map(({ check, severity, message }) => {
    const status = severity === "error" ? "fail" : "warn";
    return html`<li><span class="${status}">${icon(status)}</span> <code>${check}</code> ${message}</li>`;
  });
  return section("checks", "Checks", html`<p>${checks.sentence}</p>${items.length === 0 ? undefined : html`<ul class="findings">${items}</ul>`}`);
}

function notChecked({ gaps }: ReportView): Markup {
  const data = gaps.filter(({ title }) => title === DATA);
  const own = gaps.filter(({ title }) => title !== DATA);
  const item = ({ title, text, touchesChange }: Gap) =>
    html`<li${trusted(touchesChange ? ' class="touches"' : "")}><strong>${touchesChange ? html`<span class="warn">${icon("warn")}</span> ` : undefined}${title}</strong>${text}</li>`;
  const notes = html`<li class="data"><details><summary>What the dataset says about itself (${data.length} notes)</summary><ul>${data.map(({ text }) => html`<li>${text}</li>`)}</ul></details></li>`;
  return section("not-checked", "What was not checked", html`<ul class="gaps">${own.map(item)}${data.length === 0 ? undefined : notes}</ul>`);
}

const DATA = "The data";

function rationale({ rationale }: ReportView): Markup {
  if (rationale === "") return section("rationale", "Rationale", html`<p>The author gave none.</p>`);
  return section(
    "rationale",
    "Rationale",
    html`<p class="muted">In the author's words; Ballast checked none of it.</p><div class="prose">${trusted(rationaleHtml(rationale))}</div>`,
  );
}

function reproduce({ reproduce }: ReportView): Markup {
  return section(
    "reproduce",
    "Reproduce it",
    html`<p>Anyone with the repository gets the same result, bit for bit.</p>
<pre tabindex="0">${reproduce.commands.map(({ command, what }, index) => html`${index > 0 ? "\n" : ""}<span class="muted"># ${what}</span>\n${command}`)}</pre>
<dl class="hashes">${reproduce.hashes.map(({ label, full }) => html`<dt>${label}</dt><dd class="hash">${full}</dd>`)}</dl>`,
  );
}

function links({ links }: ReportView): Markup | undefined {
  if (links.length === 0) return undefined;
  const items = links.map(({ text, href }) =>
    href === undefined
      ? html`<li>${text} <span class="muted">(not a web address: not linked)</span></li>`
      : html`<li><a href="${href}" rel="noopener noreferrer nofollow">${text}</a></li>`,
  );
  return section("links", "Links", html`<ul>${items}</ul>`);
}

function section(id: string, title: string, body: Markup): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>
${body}</section>
`;
}
