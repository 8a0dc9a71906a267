import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { launchChromium } from "../chromium.ts";
import { workload } from "./workload.ts";

const ROOT = resolve(import.meta.dirname, "../..");

test("the engine's arithmetic has the same bits in a browser, WebAssembly included", async () => {
  const inNode = workload();
  expect(inNode.wasm).toBe(inNode.twin);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    // The sources as they are, less their types, from an origin that exists only inside this page.
    await page.route("http://ballast.test/**", async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === "/") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>kernel</title>" });
      return route.fulfill({ contentType: "text/javascript", body: stripTypeScriptTypes(await readFile(resolve(ROOT, `.${path}`), "utf8")) });
    });
    await page.goto("http://ballast.test/");
    expect(await page.evaluate("import('http://ballast.test/test/kernel/workload.ts').then(({ workload }) => workload())")).toEqual(inNode);
  } finally {
    await browser.close();
  }
});
