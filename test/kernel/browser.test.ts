import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { launchChromium } from "../chromium.ts";
import { datasetText, replayed } from "./replayed.ts";
import { workload } from "./workload.ts";

const ROOT = resolve(import.meta.dirname, "../..");

let browser: Browser;
let page: Page;
let dataset: string;
beforeAll(async () => {
  dataset = datasetText(await loadDataset());
  browser = await launchChromium();
  page = await browser.newPage();
  // The sources as they are, less their types, from an origin that exists only inside this page.
  await page.route("http://ballast.test/**", async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>kernel</title>" });
    if (path === "/dataset") return route.fulfill({ contentType: "application/json", body: dataset });
    return route.fulfill({ contentType: "text/javascript", body: stripTypeScriptTypes(await readFile(resolve(ROOT, `.${path}`), "utf8")) });
  });
  await page.goto("http://ballast.test/");
}, 60_000);
afterAll(() => browser?.close());

test("the engine's arithmetic has the same bits in a browser, WebAssembly included", async () => {
  const inNode = workload();
  expect(inNode.wasm).toBe(inNode.twin);
  expect(await page.evaluate("import('http://ballast.test/test/kernel/workload.ts').then(({ workload }) => workload())")).toEqual(inNode);
});

test("a whole replay gives the same bytes in a browser", async () => {
  const inNode = replayed(dataset);
  expect(JSON.parse(inNode).notionalLiquidated).toBeGreaterThan(0);
  const inPage = await page.evaluate(`Promise.all([import('http://ballast.test/test/kernel/replayed.ts'), fetch('/dataset').then((found) => found.text())])
    .then(([{ replayed }, text]) => replayed(text))`);
  expect(inPage).toBe(inNode);
}, 60_000);
