import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { validationHtml } from "../../cli/validate/html.ts";
import { type Validated, validate } from "../../cli/validate/run.ts";
import { verdictSentence } from "../../cli/validate/text.ts";
import { QUICK_COUNTS } from "../../sim/margin/index.ts";
import { initialParameters } from "../../sim/parameters/index.ts";
import { launchChromium } from "../chromium.ts";
import { temporary } from "../temporary.ts";

const day = (iso: string) => Date.parse(iso) / 86_400_000;

let browser: Browser;
let folder: string;
let found: Validated;
let rejected: Validated;

beforeAll(async () => {
  [browser, folder, found] = await Promise.all([
    launchChromium(),
    temporary("validation"),
    validate({
      parameters: initialParameters(),
      firstDay: day("2022-10-20"),
      lastDay: day("2022-11-20"),
      portfolios: ["btc-long", "btc-straddle-long", "btc-against-eth"],
      daily: true,
      counts: QUICK_COUNTS,
      workers: 1,
    }),
  ]);
  rejected = asRejected(found);
  for (const [name, validated] of Object.entries({ found, rejected }))
    await writeFile(join(folder, `${name}.html`), validationHtml(validated, "ballast validate"));
}, 120_000);
afterAll(async () => {
  await browser?.close();
});

/** The same with the first portfolio's coverage rejected: what the page says of it is under test here, not the finding. */
function asRejected({ validation, ...rest }: Validated): Validated {
  const [first, ...others] = validation.portfolios;
  const [coverage, ...tests] = first.tests;
  const portfolio = { ...first, rejected: true, tests: [{ ...coverage, pTooLittle: 1e-6, pAdjusted: 1e-4, rejected: true, decides: true }, ...tests] };
  return { ...rest, validation: { ...validation, verdict: "rejected", tests: { ...validation.tests, rejected: 1 }, portfolios: [portfolio, ...others] } };
}

test.each([
  ["found", 1280, "light"],
  ["found", 390, "dark"],
  ["rejected", 390, "light"],
] as const)("%s.html at %d px in %s is quiet, asks for nothing and never scrolls sideways", { timeout: 60_000 }, async (name, width, colorScheme) => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  const noise: string[] = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== address) noise.push(request.url());
  });
  await page.goto(address, { waitUntil: "load" });
  await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  expect(noise).toEqual([]);
  expect(
    await page.evaluate(`({
      bare: [...document.querySelectorAll("table")].filter((table) => !table.caption || !table.querySelector("th[scope=col]") || !table.querySelector("th[scope=row]")).length,
      twice: [...document.querySelectorAll("[id]")].map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index),
      broken: [...document.querySelectorAll('a[href^="#"]')].filter((link) => !document.querySelector(link.getAttribute("href"))).length,
      unnamed: [...document.querySelectorAll("figure svg")].filter((svg) => !svg.getAttribute("aria-labelledby")?.split(" ").every((id) => document.getElementById(id)?.textContent.length > 10)).length,
      charts: [...document.querySelectorAll("figure svg")].filter((svg) => svg.getBoundingClientRect().width > 0).length,
      headings: document.querySelectorAll("h1").length,
    })`),
  ).toEqual({ bare: 0, twice: [], broken: 0, unnamed: 0, charts: 2, headings: 1 });
  await page.close();
});

test("the verdict stands first, in words, with what it rests on", () => {
  expect(verdictSentence(found.validation)).toMatch(/^NOT REJECTED: none of \d+ tests on 3\s.*99\s% is asked.*twice the exceedances would be seen/);
  expect(verdictSentence(rejected.validation)).toMatch(
    /^REJECTED: too little margin by 1\stest of \d+: btc-long \(Coverage of maintenance margin \(binomial\)\)\./,
  );
  for (const validated of [found, rejected]) expect(validationHtml(validated, "ballast validate")).not.toMatch(/NaN|undefined|Infinity|<script/);
});

test("a test that was not run is no pass: the page says so", () => {
  const unrun = found.validation.portfolios.flatMap(({ tests }) => tests).filter(({ pTooLittle }) => pTooLittle === null);
  expect(unrun.length).toBeGreaterThan(0);
  expect(found.validation.tests.notRun).toBe(unrun.length);
  expect(validationHtml(found, "ballast validate")).toContain("not run");
});

test("the same validation is the same page, byte for byte", () => expect(validationHtml(found, "x")).toBe(validationHtml(structuredClone(found), "x")));
