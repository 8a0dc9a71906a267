import { expect, test } from "vitest";
import { renderHtml } from "../../cli/report/html.ts";
import { renderMarkdown } from "../../cli/report/markdown.ts";
import { reportView } from "../../cli/report/view.ts";
import { CRASHES } from "./fixtures/outcomes.ts";
import { MARKET, madeUpEvidence, PROPOSAL } from "./fixtures/proposal.ts";

type Outcome = ReturnType<typeof madeUpEvidence>["outcomes"][number]["outcome"];

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");
const QUIET = { auctionsUnsold: 0, auctionsRestarted: 0, accountsDeleveraged: 0, notionalDeleveraged: 0, deleveragingUnfairness: 0 };

/** The report on two crashes and two seeds, with figures by crash, set and seed instead of the made-up ones. */
function fundOf(figures: (crash: string, set: "baseline" | "proposed", seed: number) => Partial<Outcome>) {
  const evidence = madeUpEvidence({ crashes: CRASHES.slice(0, 2), seeds: [1, 2] });
  const outcomes = evidence.outcomes.map((entry) => ({
    ...entry,
    outcome: { ...entry.outcome, ...QUIET, fundStart: 1_000_000, ...figures(entry.crash, entry.set, entry.seed) },
  }));
  const view = reportView(PROPOSAL, { ...evidence, outcomes }, MARKET);
  return { view, fund: view.fund! };
}

test("the fund stands beside what it would have needed: the mean over the seeds, of the crash that needs most", () => {
  const target = { "2020-03-12 baseline": [2e6, 4e6], "2020-03-12 proposed": [3e6, 4e6], "2021-02-22 baseline": [5e6, 5e6], "2021-02-22 proposed": [1e6, 2e6] };
  const { fund } = fundOf((crash, set, seed) => ({
    insuranceTarget: target[`${crash} ${set}` as keyof typeof target][seed - 1],
    leastSolvencyIndex: seed === 1 ? null : set === "baseline" ? 0.4 : 0.25,
  }));
  expect(plain(fund.sentence)).toBe(
    "The insurance fund starts with USD 1.00 M. To cover the two worst accounts, and the tail of all accounts together, at every hour looked at, it would have needed USD 3.50 M in Black Thursday (March 2020), 3.5 times as much; under today's values at most USD 5.00 M. The least solvency index is 0.25, in Black Thursday (March 2020).",
  );
  expect(fund.rows.map(({ worst, cells }) => [worst, ...cells.map(({ label, today, proposed }) => plain(`${label}: ${today}, ${proposed}`))])).toEqual([
    [true, "Fund needed: USD 3.00 M, USD 3.50 M", "Solvency index: 0.40, 0.25"],
    [false, "Fund needed: USD 5.00 M, USD 1.50 M", "Solvency index: 0.40, 0.25"],
  ]);
});

test("a fund that is enough, and a system in which nobody falls short, are said to be", () => {
  const { fund } = fundOf(() => ({ insuranceTarget: 900_000, leastSolvencyIndex: null }));
  expect(plain(fund.sentence)).toMatch(
    /needed USD 900 k in .*, which it holds; under today's values as much\. In no scenario of any crash does an account fall short\.$/,
  );
  expect(fund.rows[0].cells[1].proposed).toBe("none short");
  expect(plain(fundOf(() => ({ fundStart: 0, insuranceTarget: 1 })).fund.sentence)).toContain("and it holds nothing");
});

test("auctions that ran out and deleveraging are shown where there were any, and only there", () => {
  const labels = (figures: Parameters<typeof fundOf>[0]) => fundOf(figures).fund.rows[1].cells.map(({ label }) => label);
  expect(labels(() => ({}))).toEqual(["Fund needed", "Solvency index"]);
  expect(labels((crash) => ({ auctionsUnsold: crash === "2020-03-12" ? 1 : 0 }))).toEqual(["Fund needed", "Solvency index", "Unsold auctions"]);
  const deleveraged = (crash: string, set: string, seed: number) =>
    crash === "2020-03-12" && set === "proposed"
      ? { auctionsRestarted: 2, accountsDeleveraged: 4 + seed, notionalDeleveraged: 50_000 * seed, deleveragingUnfairness: seed / 10 }
      : {};
  const { view, fund } = fundOf(deleveraged);
  expect(fund.rows[0].cells.slice(2).map(({ label, today, proposed }) => plain(`${label}: ${today} → ${proposed}`))).toEqual([
    "Restarts: 0 → 2",
    "Deleveraged: 0 → 5.5",
    "Notional closed: USD 0 → USD 75.0 k",
    // The worst seed's, as a mean would hide it behind seeds without any.
    "Unfairness: 0 % → 20.0 %",
  ]);
  expect(renderHtml(view)).toMatch(/<section id="fund"[\s\S]*Unfairness/);
  expect(plain(renderMarkdown(view))).toContain("| Crash | Fund needed | Solvency index | Restarts | Deleveraged | Notional closed | Unfairness |");
});

test("keepers, latency, depth and who answers a margin call are said to be assumptions", () => {
  const gap = reportView(PROPOSAL, madeUpEvidence(), MARKET).gaps.find(({ title }) => title.startsWith("Who buys"));
  for (const word of ["keepers", "late", "price", "deep", "margin call", "assumptions"]) expect(gap?.text).toContain(word);
});
