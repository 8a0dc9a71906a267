import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { attackFacts } from "../../cli/attack/facts.ts";
import type { ProposalAttack } from "../../cli/attack/proposal.ts";
import { renderHtml } from "../../cli/report/html.ts";
import { renderMarkdown } from "../../cli/report/markdown.ts";
import { reportView } from "../../cli/report/view.ts";
import { mostProfitable, routes } from "../../sim/governance/index.ts";
import { MARKET, madeUpEvidence, PROPOSAL } from "./fixtures/proposal.ts";

const HEADING = "Who could pass a harmful change, and what it would cost";
const file = fileURLToPath(new URL("../../proposals/governance.yaml", import.meta.url));
const evidence = madeUpEvidence();
const plain = (text: string) => text.replaceAll("\u00a0", " ").replaceAll("\u202f", " ");

async function attack(valueUsd: number, proposedUsd = valueUsd): Promise<ProposalAttack> {
  const today = await attackFacts(file, { valueUsd });
  const value = { ...today.situation.value, extractableUsd: proposedUsd };
  return { today, proposed: { extractableUsd: proposedUsd, mostProfitable: mostProfitable(routes({ ...today.situation, value })) ?? null } };
}

const viewOf = (found: ProposalAttack | undefined) => reportView(PROPOSAL, evidence, MARKET, undefined, undefined, undefined, found);

test("the section says first whether an attack pays, then every way with its cost and return, in both forms of the report", async () => {
  const view = viewOf(await attack(20e6));
  expect(plain(view.attack?.sentence ?? "")).toMatch(/^The cheapest route, .*, costs USD .* and returns USD .*: not profitable\.$/);
  expect(view.attack?.tone).toBe("pass");
  expect(view.attack?.rows).toHaveLength(7);
  for (const page of [renderMarkdown(view), renderHtml(view)]) {
    expect(page).toContain(HEADING);
    for (const { label, cost } of view.attack?.rows ?? []) {
      expect(page).toContain(label);
      expect(page).toContain(cost);
    }
    expect(page).toContain("invented for the example workspace");
  }
  expect(view.gaps.some(({ title }) => title === "Who could pass a harmful change")).toBe(false);
});

test("an attack that pays is marked, and so is a proposal that makes one pay", async () => {
  const paying = viewOf(await attack(1e9));
  expect(paying.attack).toMatchObject({ tone: "warn" });
  expect(paying.attack?.rows.some(({ tone }) => tone === "warn")).toBe(true);
  expect(renderMarkdown(paying)).toContain(`## ${HEADING}\n\n⚠ The cheapest route`);
  expect(viewOf(await attack(1_000, 1e9)).attack).toMatchObject({ tone: "warn" });
});

test("a route that cannot be gone has no price but a reason", async () => {
  const rows = viewOf(await attack(1)).attack?.rows ?? [];
  const borrowing = rows.find(({ label }) => label === "Borrowing votes");
  expect(borrowing).toMatchObject({ cost: "–", returns: "–", profit: "–", tone: "muted" });
  expect(borrowing?.note).toContain("a snapshot does not see a flash loan");
});

test("without governance.yaml there is no such section, and the gap is said", () => {
  const view = viewOf(undefined);
  expect(view.attack).toBeUndefined();
  expect(renderMarkdown(view)).not.toContain(HEADING);
  expect(renderHtml(view)).not.toContain(HEADING);
  expect(view.gaps.some(({ title }) => title === "Who could pass a harmful change")).toBe(true);
});

test("the same files give the same bytes", async () => {
  const [one, other] = [viewOf(await attack(20e6)), viewOf(await attack(20e6))];
  expect(renderHtml(one)).toBe(renderHtml(other));
  expect(renderMarkdown(one)).toBe(renderMarkdown(other));
});

test("what a source says cannot pass for a part of the report", async () => {
  const found = await attack(1);
  const hostile = {
    ...found,
    today: { ...found.today, sources: [{ part: "token", source: "<script>alert(1)</script> **bold** [x](javascript:y)\n# Passes" }] },
  };
  const html = renderHtml(viewOf(hostile));
  expect(html).not.toContain("<script>");
  expect(renderMarkdown(viewOf(hostile))).not.toMatch(/^# Passes/m);
  expect(renderMarkdown(viewOf(hostile))).not.toContain("**bold**");
});
