import { expect, test } from "vitest";
import { renderHtml } from "../../cli/report/html.ts";
import { renderMarkdown } from "../../cli/report/markdown.ts";
import { reportView } from "../../cli/report/view.ts";
import { HOSTILE } from "./fixtures/hostile.ts";
import { MARKET, madeUpEvidence } from "./fixtures/proposal.ts";

const market = { ...MARKET, crashes: MARKET.crashes.map((crash) => ({ ...crash, title: `${crash.title}<script>alert(4)</script>"'` })) };
const view = reportView(HOSTILE, madeUpEvidence(), market);
const page = renderHtml(view);
const markdown = renderMarkdown(view);

test("no script, no handler, no address but http and https gets into the page", () => {
  expect(page).not.toMatch(/<script/i);
  expect(page).not.toMatch(/<(?:iframe|object|embed|form|img|base)\b/i);
  // Handlers as attributes of a real tag; within text they are only words.
  expect(page.replaceAll(/&lt;.*?&gt;/gs, "")).not.toMatch(/<[^>]*\son\w+=/i);
  const addresses = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
  expect(addresses.filter((address) => !/^(?:#[\w-]+|https?:\/\/[^\s"<>]+|data:,)$/.test(address))).toEqual([]);
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
});

test("the policy of the page allows nothing to be loaded", () => {
  expect(page).toContain("default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;");
});

test("direction marks are shown, not obeyed", () => {
  expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
  expect(page).toContain("⟨U+202E⟩");
  expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
});

test("in Markdown the author can neither open a table cell, nor a heading, nor HTML, nor an address", () => {
  // The two others are comments between the commands.
  expect(markdown.match(/^# .*/gm)).toEqual([expect.stringMatching(/^# Raise/), expect.stringMatching(/^# decodes/), expect.stringMatching(/^# runs/)]);
  expect(markdown.match(/^## Gates$/gm)).toHaveLength(1);
  const tags = [...markdown.matchAll(/<(?!https?:\/\/)\/?([a-z]+)/gi)].map(([, tag]) => tag);
  expect([...new Set(tags)].sort()).toEqual(["br", "details", "summary"]);
  expect(markdown).not.toMatch(/(?<!\\)\]\(javascript:/);
  expect(markdown).toContain("not a web address: not linked");
  const rationale = markdown.slice(markdown.indexOf("## Rationale"), markdown.indexOf("## Reproduce it")).split("\n").slice(4, -2);
  expect(rationale.every((line) => line.startsWith(">"))).toBe(true);
});
