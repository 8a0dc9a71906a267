import { type JudgedPortfolio, TESTS } from "../../sim/validation/index.ts";
import { count, day, percent, plural, share, trimmed } from "../report/format.ts";
import { cardTable, html, icon, type Markup, plainTable, trusted } from "../report/html/parts.ts";
import { STYLE } from "../report/html/style.ts";
import { coverageOption, type PathDay, pathOf, pathOption } from "./charts.ts";
import type { Validated, Validation } from "./run.ts";
import { chart, section } from "./sections.ts";
import { isPrimary } from "./span.ts";
import { testsSection } from "./tests-section.ts";
import { lowestOf, pText, verdictSentence } from "./text.ts";

/** Nothing is loaded and nothing runs; the charts' letters carry their size as a style. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const SIZES = {
  path: { wide: { width: 1040, height: 380, narrow: false }, narrow: { width: 340, height: 340, narrow: true } },
} as const;

/** What this page needs beyond the report's own style: wide tables of figures. */
const OWN_STYLE = "#portfolios tbody th{min-width:13rem}#tests td.number{white-space:normal}@media (max-width:700px){#portfolios tbody th{min-width:0}}";

/**
 * A validation as one page that needs nothing but itself: no script, no request, charts inside as SVG.
 *
 * @param command that gives the same again
 * @example validationHtml(await validate({ parameters }), "ballast validate")
 */
export function validationHtml(validated: Validated, command: string): string {
  const { validation } = validated;
  const passes = validation.verdict === "not rejected";
  const status = passes ? "pass" : "fail";
  const word = passes ? "Not rejected" : "Rejected";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${word}: validation of the margin model</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE + OWN_STYLE)}</style>
</head>
<body>
<div class="bar"><div class="wrap"><strong class="${status}">${icon(status)} ${word}</strong><span class="name" aria-hidden="true">Validation of the margin model</span>
<nav aria-label="Sections"><a href="#portfolios">Portfolios</a><a href="#tests">Tests</a><a href="#stability">Stability</a><a href="#not-checked">Not tested</a><a href="#reproduce">Reproduce</a></nav></div></div>
<main class="wrap">
${head(validation, status, word)}${coverage(validation)}${path(validated)}${portfolios(validation)}${testsSection(validation)}${closest(validation)}${stability(validation)}${notTested(validation)}${reproduce(validation, command)}</main>
<footer><div class="wrap"><p>Made by <code>ballast validate</code>. The same data and parameters give the same page, byte for byte; it loads nothing and runs no script.</p></div></footer>
</body>
</html>
`.markup;
}

function head(validation: Validation, status: "pass" | "fail", word: string): Markup {
  const { portfolios, tests, span, powerCorrected, confidenceBps } = validation;
  const least = portfolios.reduce((worst, one) => (one.margin.covered < worst.margin.covered ? one : worst));
  const days = Math.max(...portfolios.map((one) => one.days));
  const rest = verdictSentence(validation).replace(/^[A-Z ]+: /, "");
  return html`<header class="top"><p class="eyebrow">Was margin enough, day after day?</p>
<h1>Validation of the margin model</h1>
<p class="by">${day(span.firstHour)} to ${day(span.lastHour + span.horizonHours - 1)} · horizon ${String(span.horizonHours)} h · parameters <a class="hash" href="#reproduce">${validation.context.parameters.slice(0, 10)}</a></p>
<div class="verdict ${status}">${icon(status)}<p><b>${word}:</b> ${rest}</p></div>
<dl class="figures">
<div><dt>Least coverage</dt><dd class="value">${share(least.margin.covered)}</dd><dd class="was">asked ${trimmed(percent(confidenceBps / 10_000))}</dd><dd class="note">${least.title}: ${plural(least.margin.exceedances, "day")} beyond margin, ${least.margin.expected.toFixed(1)} allowed</dd></div>
<div><dt>Tests that decide</dt><dd class="value">${count(tests.deciding)}</dd><dd class="was">${count(tests.rejected)} reject</dd><dd class="note">${count(tests.below5Percent)} below 5 % before the correction; ${(0.05 * tests.deciding).toFixed(0)} would be by chance</dd></div>
<div><dt>Days</dt><dd class="value">${count(days)}</dd><dd class="was">${plural(portfolios.length, "portfolio")}</dd><dd class="note">windows that do not overlap, midnight to midnight UTC</dd></div>
<div><dt>Would be seen</dt><dd class="value">${percent(powerCorrected)}</dd><dd class="was">of the time</dd><dd class="note">exceedances twice as often, in the shortest sample, at 5 % over all tests together</dd></div>
</dl></header>
`;
}

function coverage({ portfolios, confidenceBps }: Validation): Markup {
  const allowed = 1 - confidenceBps / 10_000;
  const above = portfolios.filter(({ margin }) => 1 - margin.covered > allowed).length;
  return chart(
    "coverage",
    "Days beyond margin",
    above === 0
      ? "No portfolio lost more than its margin more often than it may."
      : `${plural(above, "portfolio")} lost more than the margin more often than allowed.`,
    "A dot is the share of days on which the loss over the horizon was larger than maintenance margin, the bar its exact 95 % interval, the line what may be.",
    { wide: { width: 1040, height: 70 + 24 * portfolios.length, narrow: false }, narrow: { width: 340, height: 70 + 23 * portfolios.length, narrow: true } },
    (size) => coverageOption(portfolios, allowed, size),
    {
      columns: ["Portfolio", "Days", "Beyond", "Share", "95 %, exact", "95 %, block bootstrap", "Windows at all hours", "Beyond, by hour of the day"],
      rows: portfolios.map(({ name, days, margin }) => [
        name,
        count(days),
        String(margin.exceedances),
        percent(1 - margin.covered),
        `${percent(1 - margin.interval.high)} to ${percent(1 - margin.interval.low)}`,
        `${percent(1 - margin.bootstrap.high)} to ${percent(1 - margin.bootstrap.low)}`,
        count(margin.windows),
        `${margin.byHour.fewest} to ${margin.byHour.most}`,
      ]),
    },
  );
}

function path({ validation, rolling, portfolios }: Validated): Markup {
  const ratio = ({ closest }: JudgedPortfolio) => (closest.length === 0 ? 0 : closest[0].loss / closest[0].margin);
  const worst = validation.portfolios.reduce((most, one) =>
    one.margin.exceedances > most.margin.exceedances || (one.margin.exceedances === most.margin.exceedances && ratio(one) > ratio(most)) ? one : most,
  );
  const index = portfolios.findIndex(({ name }) => name === worst.name);
  const days: PathDay[] = pathOf(rolling.hours, rolling.portfolios[index], (hour) => isPrimary(validation.span, hour));
  return chart(
    "path",
    `Day after day: ${worst.title}`,
    `It came closest of all to its margin, or went furthest beyond: ${plural(worst.margin.exceedances, "day")} of ${count(worst.days)} beyond.`,
    "The line is maintenance margin without its part for the cost of a liquidation; each point is a loss over the horizon that began that day, a cross one beyond margin. Per cent of the notional.",
    SIZES.path,
    (size) => pathOption(days, size),
    {
      columns: ["Day", "Loss", "Margin", "Loss over margin"],
      rows: worst.closest.map(({ hour, loss, margin }) => [day(hour), percent(loss), percent(margin), percent(loss / margin)]),
    },
  );
}

function portfolios({ portfolios }: Validation): Markup {
  return section(
    "portfolios",
    "Portfolios",
    html`${cardTable(
      "Each struck anew every day. VaR: days beyond the requirement with value at risk in place of expected shortfall. Draws: days beyond the value at risk of the historical draws alone",
      [
        { label: "Portfolio" },
        { label: "Margin", number: true },
        { label: "Covered", number: true },
        { label: "Beyond margin", number: true },
        { label: "VaR", number: true },
        { label: "Draws", number: true },
        { label: "Light" },
        { label: "Lowest p" },
        { label: "Result" },
      ],
      portfolios.map((portfolio) => {
        const { name, title, days, margin, valueAtRiskExceedances, drawsExceedances, meanRate, trafficLight, rejected, setByFloor } = portfolio;
        const lowest = lowestOf(portfolio);
        return {
          head: html`${title} <span class="sub"><code>${name}</code> · ${count(days)} days${setByFloor > 0.5 ? html` · the floor sets it on ${percent(setByFloor)} of them` : undefined}</span>`,
          cells: [
            html`<span>${percent(meanRate)}</span>`,
            html`<b>${share(margin.covered)}</b>`,
            html`<span>${margin.exceedances} <span class="muted">of ${margin.expected.toFixed(1)}</span></span>`,
            html`<span>${valueAtRiskExceedances}</span>`,
            html`<span>${count(drawsExceedances)}</span>`,
            html`<span class="status ${{ green: "pass", yellow: "warn", red: "fail" }[trafficLight.zone]}">${trafficLight.zone}</span>`,
            lowest === undefined
              ? html`<span>none was run</span>`
              : html`<span>${pText(lowest.pTooLittle)} <span class="sub">${TESTS[lowest.test]}${lowest.of === "draws" ? ", of the draws" : ""}</span></span>`,
            html`<span class="status ${rejected ? "fail" : "pass"}">${icon(rejected ? "fail" : "pass")} ${rejected ? "rejected" : "not rejected"}</span>`,
          ],
          worst: rejected,
        };
      }),
    )}`,
  );
}

function closest({ portfolios }: Validation): Markup {
  const events = portfolios
    .flatMap(({ title, closest: days }) => days.map((one) => ({ title, ...one })))
    .toSorted((a, b) => b.loss / b.margin - a.loss / a.margin)
    .slice(0, 15);
  return section(
    "closest",
    "The days that came closest",
    plainTable(
      "Loss over the horizon beside the margin held for it",
      ["Portfolio", "Window from", "Loss", "Margin", "Loss over margin"],
      events.map(({ title, hour, loss, margin }) => [title, day(hour), percent(loss), percent(margin), percent(loss / margin)]),
    ),
  );
}

function stability({ buffer, portfolios }: Validation): Markup {
  const ratio = (value: number) => value.toFixed(2);
  const own = plainTable(
    "Margin of each portfolio over the days",
    ["Portfolio", "Mean", "Largest rise in a day", "In five days", "Peak over trough"],
    portfolios.map(({ name, meanRate, procyclicality: moved }) => [
      name,
      percent(meanRate),
      percent(moved.largestOneDayRise),
      percent(moved.largestFiveDayRise),
      ratio(moved.peakToTrough),
    ]),
  );
  if (buffer === null) return section("stability", "How margin moves", own);
  const { withBuffer, withoutBuffer } = buffer;
  return section(
    "stability",
    "How margin moves",
    html`<p class="lead">The volatility buffer is charged while it is calm and released as volatility rises: rates of linear positions rose at most ${percent(withBuffer.largestOneDayRise)} in a day, ${percent(withoutBuffer.largestOneDayRise)} without it.</p>
${plainTable(
  "Margin rates of linear positions, long and short; the second figure is without the volatility buffer",
  ["Asset", "Mean rate, long", "Mean rate, short", "Largest rise in a day", "In five days", "Peak over trough"],
  buffer.assets.map((one) => [
    one.asset,
    percent(one.long),
    percent(one.short),
    `${percent(one.withBuffer.largestOneDayRise)} · ${percent(one.withoutBuffer.largestOneDayRise)}`,
    `${percent(one.withBuffer.largestFiveDayRise)} · ${percent(one.withoutBuffer.largestFiveDayRise)}`,
    `${ratio(one.withBuffer.peakToTrough)} · ${ratio(one.withoutBuffer.peakToTrough)}`,
  ]),
)}<details><summary>Every reference portfolio</summary>${own}</details>`,
  );
}

function notTested({ gaps }: Validation): Markup {
  return section(
    "not-checked",
    "What was not tested",
    html`<ul class="gaps">${gaps.map(({ what, why }) => html`<li><strong>${what}</strong>${why}</li>`)}</ul>`,
  );
}

function reproduce({ context }: Validation, command: string): Markup {
  const hashes = [
    ["Dataset", context.dataset],
    ["Engine", context.engine],
    ["Parameters", context.parameters],
  ] as const;
  return section(
    "reproduce",
    "Reproduce it",
    html`<pre tabindex="0">${command}</pre>
<dl class="hashes">${hashes.map(([label, hash]) => html`<dt>${label}</dt><dd class="hash">${hash}</dd>`)}</dl>`,
  );
}
