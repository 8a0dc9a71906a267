import { expect, test } from "vitest";
import type { Attribution, GateResult } from "../../cli/proposal/evidence.ts";
import { share } from "../../cli/report/format.ts";
import { isAbout, reportView } from "../../cli/report/view.ts";
import type { OutcomeSeries } from "../../sim/replay/outcome.ts";
import { CRASHES } from "./fixtures/outcomes.ts";
import { FAILING_GATES, MARKET, madeUpEvidence, PROPOSAL } from "./fixtures/proposal.ts";

const ONE_SEED = { low: null, high: null };
const SIXTEEN = Array.from({ length: 16 }, (_, i) => i + 1);
const plain = (text: string) => text.replaceAll("\u00a0", " ").replaceAll("\u202f", " ");

test("the verdict is one sentence that names the worst crash, what it loses before and after, and the price", () => {
  const view = reportView(PROPOSAL, madeUpEvidence(), MARKET);
  expect(plain(view.verdict.sentence)).toMatch(
    /^Passes: all 9 gates within limits; in Black Thursday \(March 2020\), the worst of 10 crashes, the shortfall falls from USD 2\.41 M to USD 1\.19 M and coverage rises from 99\.40 % to 99\.58 %, for 6 % more margin\.$/,
  );
  expect(view.verdict).toMatchObject({ pass: true, symbol: "✓", word: "Passes" });
});

test("a failure says which gates, and breached ones come first in the list", () => {
  const view = reportView(PROPOSAL, madeUpEvidence({ gates: FAILING_GATES, swapped: true }), MARKET);
  expect(plain(view.verdict.sentence)).toMatch(
    /^Fails: the worst crash's shortfall is 80\.4 % of the insurance fund, at most 50 % is allowed \(2 of 9 gates breached\); in Black Thursday \(March 2020\), .* rises from USD 1\.19 M to USD 2\.41 M .*, with 5\.7 % less margin\.$/,
  );
  expect(view.gates.map(({ word }) => word)).toEqual(["Breached", "Breached", "Warning", ...Array(6).fill("Within")]);
  expect(plain(view.verdict.gates)).toBe("2 of 9 gates breached. 1 warning, which does not fail the verdict.");
});

test("a warning alone passes, and is said", () => {
  const gates = FAILING_GATES.filter(({ id }) => !id.startsWith("shortfall."));
  expect(plain(reportView(PROPOSAL, madeUpEvidence({ gates }), MARKET).verdict.sentence)).toMatch(
    /^Passes: 6 of 7 gates within limits, 1 warning \(the change of the five-day rise of margin\); /,
  );
});

test("where nothing falls short, the crash with the least coverage is the worst", () => {
  const crashes = CRASHES.map((crash) => ({ ...crash, shortfall: [0, 0] as const }));
  const view = reportView(PROPOSAL, madeUpEvidence({ crashes }), MARKET);
  // Coverage of the made-up outcomes falls with the fall of the price; Black Thursday fell furthest: 1 − 0.54 / 90 · 0.7.
  expect(plain(view.verdict.sentence)).toContain(
    "in Black Thursday (March 2020), the worst of 10 crashes, no account falls short and coverage rises from 99.40 % to 99.58 %",
  );
  expect(view.crashes.filter(({ worst }) => worst).map(({ title }) => title)).toEqual(["Black Thursday"]);
});

test("a worst crash in which nobody falls short does not hide the shortfall of another", () => {
  const crashes = CRASHES.map((crash) => ({ ...crash, shortfall: crash.title.includes("Terra") ? ([2, 39] as const) : ([0, 0] as const) }));
  const gates: GateResult[] = [
    { id: "coverage.worst", value: 0.994, limit: 0.99, bound: "min", severity: "error", pass: true, crash: "2020-03-12", low: null, high: null },
  ];
  const { sentence } = reportView(PROPOSAL, madeUpEvidence({ crashes, gates }), MARKET).verdict;
  expect(plain(sentence)).toMatch(
    /^Passes: its one gate within limits; in Black Thursday .*, no account falls short \(elsewhere by USD 39 at most\) and coverage /,
  );
});

test("a changed parameter reads in human units, with its direction and its raw value", () => {
  const [buffer, weight] = reportView(PROPOSAL, madeUpEvidence(), MARKET).changes;
  expect(buffer).toMatchObject({ key: "ETH.volBuffer", label: "ETH volatility buffer", direction: "tighter", directionWord: "▲ tighter", replayed: true });
  expect([buffer.from, buffer.to, buffer.rawFrom, buffer.rawTo, buffer.ramp].map(plain)).toEqual(["25 %", "30 %", "2500 bps", "3000 bps", "over 3 days"]);
  expect(plain(weight.to)).toBe("35 %");
});

test("direction follows the parameter's safe side, not the sign", () => {
  const change = (scope: string, name: string, from: number, to: number) => ({ scope, name, from, to, rampSeconds: 0 });
  const changes = [change("protocol", "participation", 1_000, 800), change("protocol", "confidence", 9_900, 9_850), change("protocol", "decay", 9_700, 9_750)];
  const view = reportView({ ...PROPOSAL, changes }, madeUpEvidence(), MARKET);
  expect(view.changes.map(({ direction }) => direction)).toEqual(["tighter", "looser", "neither"]);
  expect(view.changes[0].ramp).toBe("at once");
});

test("a gate tells its value, its limit and how much of it is used", () => {
  const { gates } = reportView(PROPOSAL, madeUpEvidence(), MARKET);
  const of = (id: string) => gates.find((gate) => gate.id === id);
  expect(plain(of("shortfall.worst")?.room ?? "")).toBe("79.1 % of the limit");
  // Uncovered 0.42 % of at most 1 %.
  expect(of("coverage.worst")?.used).toBeCloseTo(0.42);
  expect([of("coverage.worst")?.value, of("coverage.worst")?.limit].map((text) => plain(text ?? ""))).toEqual(["99.58 %", "at least 99 %"]);
  expect(of("procyclicality.increase")?.used).toBe(0);
});

test("a metric that could not be computed is a breach that says so", () => {
  const gates = [{ id: "coverage.mean", value: null, bound: "min" as const, limit: 0.98, severity: "error" as const, pass: false, low: null, high: null }];
  const [gate] = reportView(PROPOSAL, madeUpEvidence({ gates }), MARKET).gates;
  expect(gate).toMatchObject({ value: "not computed", word: "Breached", used: null, room: "could not be computed, which is a failure" });
});

test("over several seeds figures are means, and a change has a word where the seeds leave no doubt", () => {
  const one = reportView(PROPOSAL, madeUpEvidence(), MARKET);
  const evidence = madeUpEvidence({ seeds: SIXTEEN });
  const many = reportView(PROPOSAL, evidence, MARKET);
  const mean = (set: string) =>
    evidence.outcomes.filter((entry) => entry.crash === "2020-03-12" && entry.set === set).reduce((sum, { outcome }) => sum + outcome.coverage / 16, 0);
  const coverage = many.crashes[0].cells.find(({ label }) => label === "Coverage");
  expect(coverage?.proposed).toBe(share(mean("proposed")));
  expect(coverage?.change).toBe("better");
  expect(one.crashes[0].cells.map(({ change }) => change)).toEqual(Array(5).fill("same"));
  const words = Object.fromEntries(many.headlines.rows.map(({ id, word }) => [id, word]));
  expect(words).toEqual({
    "shortfall.worst": "improves",
    "coverage.worst": "improves",
    "coverage.mean": "improves",
    "liquidated.mean": "improves",
    "margin.rate": "worsens",
    "procyclicality.fiveDayRise": "improves",
  });
  expect(plain(many.headlines.sentence)).toMatch(
    /^Over 16 seeds it improves the worst crash's shortfall, .* and the five-day rise of margin; it worsens the margin asked for\.$/,
  );
  expect(one.headlines.sentence).toBe("With one seed there is no interval: whether any difference is more than chance cannot be told.");
  expect(one.headlines.rows.every(({ word, interval, bar }) => word === "cannot tell" && interval === "" && bar === undefined)).toBe(true);
});

test("a change says its points, its interval and what follows; the bar is on the figure's own scale", () => {
  const { rows } = reportView(PROPOSAL, madeUpEvidence({ seeds: SIXTEEN }), MARKET).headlines;
  const [shortfall, coverage] = rows;
  // (1.187 − 2.413) / 3 of the fund, times a draw whose mean over these seeds is 0.91.
  expect(plain(shortfall.change)).toMatch(/^−3[678]\.\d pp$/);
  expect(plain(shortfall.interval)).toMatch(/^−37\.\d pp to −36\.\d pp$/);
  expect(shortfall).toMatchObject({ wordText: "Improves", tone: "pass" });
  expect(shortfall.bar?.scale).toBe(-(shortfall.bar?.low ?? 0));
  // 0.54 / 90 · 0.3 = 0.18 points.
  expect(plain(coverage.change)).toMatch(/^\+0\.1[678] pp$/);
  expect(plain(coverage.interval)).toBe("narrower than 0.01 pp");
});

test("a gate whose value keeps the limit and whose interval does not is breached, and says why", () => {
  const gates = [
    {
      id: "coverage.worst",
      value: 0.915,
      low: 0.893,
      high: 0.937,
      bound: "min" as const,
      limit: 0.9,
      severity: "error" as const,
      pass: false,
      crash: "2020-03-12",
    },
  ];
  const view = reportView(PROPOSAL, madeUpEvidence({ gates, seeds: [1, 2] }), MARKET);
  expect(plain(view.verdict.sentence)).toMatch(
    /^Fails: the worst crash's coverage is 91\.50 %, but its 95 % interval goes down to 89\.30 %, and at least 90 % is asked for \(1 of 1 gate breached\)/,
  );
  expect(view.gates[0].used).toBeCloseTo(1.07, 10);
  expect(view.gates[0].usedRange?.[0]).toBeCloseTo(0.63, 10);
  expect(plain(view.gates[0].interval)).toBe("89.30 % to 93.70 %");
});

test("a run that departs from its policy does not pass: nothing of what it looked at is breached", () => {
  const look = { departures: ["--quick"], notJudged: ["coverage.mean"] };
  const { verdict } = reportView(PROPOSAL, madeUpEvidence(), MARKET, undefined, look);
  expect(verdict).toMatchObject({ word: "Nothing breached", pass: true });
  expect(verdict.gates).toContain("This run departs from the policy (--quick): it is a look, and no evidence to vote on. Not judged: Coverage, mean");
  const failing = madeUpEvidence({ gates: FAILING_GATES, swapped: true });
  expect(reportView(PROPOSAL, failing, MARKET, undefined, look).verdict.word).toBe("Fails");
});

test("several changes are told apart, or it is said that they were not", () => {
  const share = (key: string, value: number) => ({ key, value, low: value - 0.001, high: value + 0.001, standardError: 0 });
  const attribution: Attribution = {
    crashes: ["2020-03-12"],
    seeds: [1, 2],
    accounts: 60,
    counts: { filtered: 128, stressed: 32 },
    orders: 0,
    metrics: [{ id: "coverage.worst", total: 0.005, shares: [share("ETH.volBuffer", 0.004), share("protocol.stressWeight", 0.001)] }],
  };
  const view = reportView(PROPOSAL, madeUpEvidence({ attribution }), MARKET);
  expect(view.attribution?.rows.map(({ label, cells }) => [label, plain(cells[0].value), plain(cells[0].interval)])).toEqual([
    ["ETH volatility buffer", "+0.40 pp", "+0.30 pp to +0.50 pp"],
    ["Stress weight", "+0.10 pp", "0 pp to +0.20 pp"],
    ["All changes together", "+0.50 pp", ""],
  ]);
  const gap = "Which change does what";
  expect(view.gaps.map(({ title }) => title)).not.toContain(gap);
  expect(reportView(PROPOSAL, madeUpEvidence(), MARKET).gaps.map(({ title }) => title)).toContain(gap);
});

test("what a seed draws is said, and what no interval holds", () => {
  const titles = (evidence: ReturnType<typeof madeUpEvidence>) => reportView(PROPOSAL, evidence, MARKET).gaps.map(({ title }) => title);
  expect(titles(madeUpEvidence())).toContain("One seed");
  const several = madeUpEvidence({ seeds: [1, 2] });
  expect(titles(several)).not.toContain("One seed");
  expect(titles(several)).toContain("What no interval holds");
  const file = { ...several, context: { ...several.context, drawn: "answers" as const } };
  expect(reportView(PROPOSAL, file, MARKET).headlines.note).toContain("The accounts are the file's");
  expect(plain(reportView(PROPOSAL, several, MARKET).crashNote)).toContain("means of 2 seeds");
});

test("what was not checked comes from the table, the evidence and the dataset", () => {
  const changes = [{ scope: "ETH", name: "openInterestCap", from: 600_000, to: 500_000, rampSeconds: 0 }];
  const evidence = madeUpEvidence();
  const quick = { ...evidence, context: { ...evidence.context, counts: { filtered: 128, stressed: 32 } } };
  const { gaps } = reportView({ ...PROPOSAL, changes }, quick, { ...MARKET, hash: "0xother" });
  const text = gaps.map(({ title, text: words }) => plain(`${title}: ${words}`)).join("\n");
  expect(text).toContain("ETH open interest cap has no effect in these replays");
  expect(text).toContain("open interest cap (openInterestCap)");
  expect(text).toContain("128 filtered and 32 stressed scenarios instead of 512 and 128");
  expect(text).toContain("2 replayed crashes lie before any index: Black Thursday, February 2021 flash crash.");
  expect(text).toContain("1 crash not replayed: In the dataset, but not in the policy's list: Sell-off after the Bakkt launch (2019-09-24).");
  expect(text).toContain("Prices move once an hour, at its close, and every five minutes on the day itself of October 2025 cascade: a wick in between");
  expect(text).toContain(
    "Funding of perpetuals is known of BTC from 2019-09-11, of ETH from 2020-06-01: where it is not, none is paid, as for some assets in Black Thursday.",
  );
  expect(text).toContain("People who do something");
  expect(text).toContain("Another dataset");
  expect(text).toContain("Daily DVOL hides peaks.");
  expect(gaps.slice(0, 2).every(({ touchesChange }) => touchesChange)).toBe(true);
});

test("evidence for other values is not about this proposal", () => {
  expect(isAbout(PROPOSAL, madeUpEvidence())).toBe(true);
  expect(isAbout({ ...PROPOSAL, after: PROPOSAL.base }, madeUpEvidence())).toBe(false);
});

test("a chart's marks are the data: the worst hour of each day, and days beyond the margin counted", () => {
  const { pictures } = reportView(PROPOSAL, madeUpEvidence(), MARKET);
  const points = pictures?.marginLoss.data.proposed ?? [];
  const beyond = points.filter(({ loss, margin }) => loss > margin).length;
  expect(beyond).toBeGreaterThan(0);
  expect(plain(pictures?.marginLoss.takeaway ?? "")).toContain(`on ${beyond} of ${points.length} crash days`);
  const evidence = madeUpEvidence();
  const { series } = evidence.outcomes.find(({ crash, set }) => crash === "2020-03-12" && set === "proposed")!.outcome as { series: OutcomeSeries };
  const worst = Math.max(...series.horizonLoss.map((loss, hour) => (loss ?? 0) / series.maintenance[hour]));
  expect(Math.max(...points.filter(({ crash }) => crash === "2020-03-12").map(({ loss, margin }) => loss / margin))).toBeCloseTo(worst, 12);
});

test("the worst crash is the one that comes nearest to a limit on losses", () => {
  const gates = [
    { id: "shortfall.worst", value: 0.1, bound: "max" as const, limit: 0.5, severity: "error" as const, pass: true, crash: "2020-03-12", ...ONE_SEED },
    { id: "coverage.worst", value: 0.94, bound: "min" as const, limit: 0.95, severity: "error" as const, pass: false, crash: "2022-11-06", ...ONE_SEED },
    { id: "procyclicality.fiveDayRise", value: 9, bound: "max" as const, limit: 1, severity: "warn" as const, pass: false, crash: "2021-05-19", ...ONE_SEED },
  ];
  const view = reportView(PROPOSAL, madeUpEvidence({ gates }), MARKET);
  expect(view.crashes.filter(({ worst }) => worst).map(({ title }) => title)).toEqual(["FTX collapse"]);
  expect(plain(view.verdict.sentence)).toMatch(
    /^Fails: the worst crash's coverage is 94\.00 %, at least 95 % is asked for \(1 of 3 gates breached\); in FTX collapse/,
  );
});

test("where shortfalls hardly change, the chart of safety shows who is liquidated instead", () => {
  const crashes = CRASHES.map((crash) => ({ ...crash, shortfall: [40, 39] as const }));
  const { pictures } = reportView(PROPOSAL, madeUpEvidence({ crashes }), MARKET);
  expect(pictures?.costSafety.data.measure).toBe("liquidations");
  expect(plain(pictures?.costSafety.takeaway ?? "")).toBe("Shortfalls hardly change; the number of accounts liquidated falls in 10 crashes.");
  expect(plain(pictures?.crashPath.reading ?? "")).toContain("The shortfall never exceeded USD 40, less than a hundredth of the insurance fund");
  expect(reportView(PROPOSAL, madeUpEvidence(), MARKET).pictures?.costSafety.data.measure).toBe("shortfall");
});

test("a proposal with a failed check does not pass, whatever its crash test says", () => {
  const finding = { check: "deceptive-text", severity: "error" as const, message: "The title holds\u202e U+202E." };
  const view = reportView(PROPOSAL, madeUpEvidence(), MARKET, {
    findings: [finding, { ...finding, severity: "warn" }],
    checked: [{ check: "bounds" }, { check: "cooldown" }],
  });
  expect(view.verdict.pass).toBe(false);
  expect(plain(view.verdict.sentence)).toMatch(/^Fails: 1 check failed \(deceptive-text\); all 9 gates within limits; in Black Thursday/);
  expect(plain(view.checks?.sentence ?? "")).toBe("2 checks ran; 1 failed, 1 warning.");
  expect(view.checks?.findings[0].message).toBe("The title holds⟨U+202E⟩ U+202E.");
});
