import { expect, test } from "vitest";
import { costSafetyOption } from "../../cli/report/charts/cost-safety.ts";
import { crashPathOption } from "../../cli/report/charts/crash-path.ts";
import { marginLossOption } from "../../cli/report/charts/margin-loss.ts";
import { renderChart } from "../../cli/report/charts/render.ts";
import { SIZES } from "../../cli/report/html/charts.ts";
import { renderHtml } from "../../cli/report/html.ts";
import { renderMarkdown } from "../../cli/report/markdown.ts";
import { reportView } from "../../cli/report/view.ts";
import { MARKET, madeUpEvidence, PROPOSAL } from "./fixtures/proposal.ts";

// Sixteen seeds, as the shipped policy has: the golden files show intervals and words.
const SEEDS = Array.from({ length: 16 }, (_, i) => i + 1);
const evidence = madeUpEvidence({ seeds: SEEDS });
const view = reportView(PROPOSAL, evidence, MARKET);
const pictures = view.pictures!;
const { crashPath, square } = SIZES;

test("report.md", async () => {
  await expect(renderMarkdown(view)).toMatchFileSnapshot("golden/report.md.txt");
});

test.each([
  ["crash-path", pictures.crashPath, crashPath.wide, crashPathOption(pictures.crashPath.data, crashPath.wide)],
  ["margin-loss", pictures.marginLoss, square.wide, marginLossOption(pictures.marginLoss.data, square.wide)],
  ["cost-safety", pictures.costSafety, square.wide, costSafetyOption(pictures.costSafety.data, square.wide)],
] as const)("%s.svg", async (id, { title, takeaway }, size, option) => {
  await expect(renderChart(option, size, { id, title, text: takeaway })).toMatchFileSnapshot(`golden/${id}.svg`);
});

test("the same evidence gives the same bytes, however often and in whatever order", () => {
  const again = () => reportView(PROPOSAL, evidence, MARKET);
  const first = renderHtml(again());
  renderHtml(reportView({ ...PROPOSAL, title: "Another" }, madeUpEvidence({ seeds: [1, 2] }), MARKET));
  expect(renderHtml(again())).toBe(first);
  expect(renderMarkdown(again())).toBe(renderMarkdown(view));
});

test("options are plain data: a browser can be given the same", () => {
  for (const option of [
    crashPathOption(pictures.crashPath.data, crashPath.narrow),
    marginLossOption(pictures.marginLoss.data, square.narrow),
    costSafetyOption(pictures.costSafety.data, square.narrow),
  ]) {
    expect(JSON.parse(JSON.stringify(option))).toEqual(option);
  }
});
