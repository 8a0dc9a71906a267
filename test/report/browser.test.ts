import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Attribution } from "../../cli/proposal/evidence.ts";
import { renderHtml } from "../../cli/report/html.ts";
import { reportView } from "../../cli/report/view.ts";
import { LEVELS } from "../../sim/verdict/index.ts";
import { launchChromium } from "../chromium.ts";
import { temporary } from "../temporary.ts";
import { HOSTILE } from "./fixtures/hostile.ts";
import { FAILING_GATES, MARKET, madeUpEvidence, PROPOSAL } from "./fixtures/proposal.ts";

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await temporary("browser");
  const write = (name: string, html: string) => writeFile(join(folder, `${name}.html`), html);
  // With everything a page can hold: intervals, words, gates with doubts, an attribution.
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  const gates = madeUpEvidence().gates.map((gate) => ({ ...gate, low: (gate.value ?? 0) - 0.003, high: (gate.value ?? 0) + 0.003 }));
  await write("passes", renderHtml(reportView(PROPOSAL, madeUpEvidence({ seeds, gates, attribution: ATTRIBUTION }), MARKET)));
  await write("fails", renderHtml(reportView(PROPOSAL, madeUpEvidence({ gates: FAILING_GATES, swapped: true }), MARKET)));
  await write("hostile", renderHtml(reportView(HOSTILE, madeUpEvidence(), MARKET)));
});
afterAll(async () => {
  await browser?.close();
});

const ATTRIBUTION: Attribution = {
  crashes: ["2020-03-12"],
  seeds: [1, 2],
  accounts: 60,
  counts: { filtered: 128, stressed: 32 },
  orders: 8,
  metrics: Object.keys(LEVELS).map((id) => ({
    id,
    total: 0.005,
    shares: ["ETH.volBuffer", "protocol.stressWeight"].map((key) => ({ key, value: 0.0025, low: -0.001, high: 0.006, standardError: 0.0004 })),
  })),
};

/** Opens a report and notes everything that would disturb its reader: messages, errors, requests, dialogs. */
async function open(name: string, width: number, colorScheme: "light" | "dark" = "light"): Promise<{ page: Page; noise: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const noise: string[] = [];
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on("console", (message) => noise.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    noise.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== address) noise.push(`request: ${request.url()}`);
  });
  await page.goto(address, { waitUntil: "load" });
  return { page, noise };
}

describe.each(["passes", "fails", "hostile"])("the report %s.html", (name) => {
  test.each([360, 700, 1280])("is quiet at %d px, asks for nothing and never scrolls sideways", async (width) => {
    const { page, noise } = await open(name, width);
    await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(noise).toEqual([]);
    await page.close();
  });

  test.each(["light", "dark"] as const)("can be read in %s: every text has the contrast WCAG AA asks for", async (scheme) => {
    const { page } = await open(name, 1280, scheme);
    const found = (await page.evaluate(CONTRASTS)) as { text: string; ratio: number; needed: number }[];
    expect(found.length).toBeGreaterThan(150);
    expect(found.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    await page.close();
  });
});

test("headings go down one step at a time, from one h1", async () => {
  const { page } = await open("passes", 1280);
  const levels = (await page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((each) => Number(each.tagName[1]))")) as number[];
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  expect(levels.length).toBeGreaterThan(9);
  expect(levels.every((level, index) => index === 0 || level <= levels[index - 1] + 1)).toBe(true);
  await page.close();
});

test.each([
  [1280, "wide"],
  [360, "narrow"],
] as const)("at %d px three charts are shown, with names and a table beside each", async (width, kind) => {
  const { page } = await open("passes", width);
  const charts =
    (await page.evaluate(`[...document.querySelectorAll("figure svg[role=img]")].filter((each) => each.getBoundingClientRect().width > 0).map((each) => ({
    kind: each.parentElement.className,
    width: each.getBoundingClientRect().width,
    marks: each.querySelectorAll("path").length,
    named: each.getAttribute("aria-labelledby").split(" ").every((id) => document.getElementById(id)?.textContent.length > 10),
    table: each.closest("section").querySelector("details table caption") !== null,
    letters: Math.min(...[...each.querySelectorAll("text")].map((text) => text.getBoundingClientRect().height)),
  }))`)) as { kind: string; width: number; marks: number; named: boolean; table: boolean; letters: number }[];
  expect(charts.map((chart) => chart.kind)).toEqual([kind, kind, kind]);
  for (const chart of charts) {
    expect(chart).toMatchObject({ named: true, table: true });
    expect(chart.marks).toBeGreaterThan(10);
    expect(chart.width).toBeGreaterThan(300);
    expect(chart.letters).toBeGreaterThan(9);
  }
  await page.close();
});

test("every table has a caption and says what its cells are about; no id is used twice", async () => {
  const { page } = await open("fails", 1280);
  expect(
    await page.evaluate(`({
      bare: [...document.querySelectorAll("main section > .scroll table, details table")].filter((table) => !table.caption || !table.querySelector("th[scope=col]") || !table.querySelector("th[scope=row]")).length,
      twice: [...document.querySelectorAll("[id]")].map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index),
      broken: [...document.querySelectorAll('a[href^="#"]')].filter((link) => !document.querySelector(link.getAttribute("href"))).length,
    })`),
  ).toEqual({ bare: 0, twice: [], broken: 0 });
  await page.close();
});

/**
 * In the page: every visible text's contrast with what is behind it, as WCAG 2.2 computes it (relative luminance, 4.5 : 1,
 * 3 : 1 for large text). Layers with an alpha are composed.
 */
const CONTRASTS = `(() => {
  const parse = (color) => {
    const parts = color.match(/-?[\\d.]+(?:e-?\\d+)?/g)?.map(Number) ?? [0, 0, 0, 0];
    const scale = color.startsWith("color(") ? 255 : 1;
    return { rgb: parts.slice(0, 3).map((part) => part * scale), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const over = (top, below) => top.rgb.map((part, index) => part * top.alpha + below[index] * (1 - top.alpha));
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(parse(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (rgb) => rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === "" || element.getClientRects().length === 0 || element.closest("title,desc,style,.unseen")) continue;
    const style = getComputedStyle(element);
    const background = behind(element);
    const ink = over(parse(element.ownerSVGElement ? style.fill : style.color), background);
    const [light, dark] = [luminance(ink), luminance(background)].sort((a, b) => b - a);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    found.push({ text: text.slice(0, 60), ratio: (light + 0.05) / (dark + 0.05), needed: large ? 3 : 4.5 });
  }
  return found;
})()`;
