import { type Judged, POWER_RUNS, RUNS, type Subject, TESTS, type TestName } from "../../sim/validation/index.ts";
import { count, percent } from "../report/format.ts";
import { cardTable, html, icon, type Markup, plainTable, type Row } from "../report/html/parts.ts";
import type { Validation } from "./run.ts";
import { section } from "./sections.ts";
import { pText } from "./text.ts";

/** Test by test over all portfolios, with what each could have found; every statistic of every portfolio below. */
export function testsSection(validation: Validation): Markup {
  const rows = (["margin", "draws"] as Subject[]).flatMap((of) =>
    (Object.keys(TESTS) as TestName[]).flatMap((test) => {
      const all = validation.portfolios.flatMap(({ tests: own }) => own.filter((one) => one.of === of && one.test === test));
      return all.length === 0 ? [] : [testRow(of, test, all)];
    }),
  );
  const matrix = validation.portfolios.flatMap(({ name, tests: own }) =>
    own.map(({ of, test, statistic, pValue, pTooLittle, pAdjusted, power, decides, why }) => [
      `${name}, ${of}`,
      TESTS[test],
      statistic === null ? (why ?? "") : statistic.toPrecision(4),
      pText(pValue),
      pText(pTooLittle),
      decides ? pText(pAdjusted) : `${pText(pAdjusted)} (does not decide)`,
      power === null ? "–" : percent(power),
    ]),
  );
  return section(
    "tests",
    "Tests",
    html`<p class="lead">“Not rejected” is not “safe”: the power says how often a test, alone and at 5 %, would find a model that is wrong as described. Where it is low, silence means little.</p>
${cardTable(
  "Lowest p: evidence of too little margin only, over all portfolios. A model that is careful on purpose fails the two-sided form of most; that form stands in the table below",
  [
    { label: "Test" },
    { label: "Looks for" },
    { label: "Power", number: true },
    { label: "Below 5 %", number: true },
    { label: "Lowest p, corrected", number: true },
    { label: "Result" },
  ],
  rows,
)}
<details><summary>Every statistic of every portfolio</summary>${plainTable(
      `p, two-sided: by the published law. p, too little: exact, or of ${count(RUNS)} histories drawn; corrected by Holm over all tests that decide. Power from ${count(POWER_RUNS)} histories where no closed form is known`,
      ["Portfolio", "Test", "Statistic", "p, two-sided", "p, too little", "p, corrected", "Power"],
      matrix,
    )}</details>`,
  );
}

function testRow(of: Subject, test: TestName, all: readonly Judged[]): Row {
  const run = all.filter((one) => one.pTooLittle !== null);
  const deciding = run.filter(({ decides }) => decides);
  const powers = deciding.map(({ power }) => power ?? 0);
  const lowest = Math.min(1, ...deciding.map(({ pAdjusted }) => pAdjusted ?? 1));
  const rejected = deciding.filter((one) => one.rejected).length;
  const held = run.filter((one) => !one.decides && one.rejected).length;
  const result =
    run.length === 0
      ? html`<span class="muted">not run</span>`
      : rejected > 0
        ? html`<span class="status fail">${icon("fail")} rejects ${String(rejected)}</span>`
        : html`<span class="status pass">${icon("pass")} none</span>${held > 0 ? html`<span class="sub warn">${String(held)} where the floor covers</span>` : undefined}`;
  return {
    head: html`${TESTS[test]} <span class="sub">of ${of === "margin" ? (test === "coverage" ? "maintenance margin" : "the requirement") : "the historical draws"}</span>`,
    cells: [
      html`<span class="sub">${run[0]?.alternative ?? "not run"}</span>`,
      html`<span>${rangeText(powers)}</span>`,
      html`<span>${deciding.filter(({ pTooLittle }) => (pTooLittle ?? 1) < 0.05).length} <span class="muted">of ${deciding.length}</span></span>`,
      html`<span>${deciding.length === 0 ? "–" : pText(lowest)}</span>`,
      html`<span>${result}</span>`,
    ],
    worst: rejected > 0,
  };
}

function rangeText(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const [least, most] = [percent(Math.min(...values)), percent(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}
