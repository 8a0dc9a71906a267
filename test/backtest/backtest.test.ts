import { dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { evidenceText, leavesOf, rootOf } from "../../cli/backtest/assemble.ts";
import { attribute } from "../../cli/backtest/attribute.ts";
import { canonicalJson, hashOf } from "../../cli/backtest/canonical.ts";
import { Interrupted } from "../../cli/backtest/interrupted.ts";
import { leafNamed, runLeaf } from "../../cli/backtest/leaf.ts";
import { merkleRoot, proofOf, standsUnder } from "../../cli/backtest/merkle.ts";
import { poolOptions, runBacktest } from "../../cli/backtest/run.ts";
import { settingsOf } from "../../cli/backtest/settings.ts";
import { BACKTEST_OUTPUT, documentOf, summariesOf } from "../../cli/backtest/summary.ts";
import { EVIDENCE, type Evidence } from "../../cli/proposal/evidence.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { applyChanges } from "../../sim/parameters/index.ts";
import { GOOD, POLICY, proposalFolder } from "../checks/world.ts";

// One crash, two seeds and ten accounts: the same code as the whole run, in a second or two.
const policy = { ...POLICY, seeds: [1, 2] };

describe("a backtest", { timeout: 120_000 }, () => {
  let proposal: Proposal;
  let subject: Parameters<typeof runBacktest>[0];
  let evidence: Evidence;
  beforeAll(async () => {
    proposal = (await proposalFolder(GOOD)).proposal;
    subject = { proposal, policy, policyFolder: dirname(proposal.folder) };
    evidence = await runBacktest({ ...subject, workers: 2 });
  }, 120_000);

  it("has the same bytes with one worker as with two", async () => {
    expect(evidenceText(await runBacktest({ ...subject, workers: 1 }))).toBe(evidenceText(evidence));
  });

  it("replays every crash under both sets for every seed, in the policy's order", () => {
    expect(evidence.outcomes.map(({ crash, set, seed }) => `${crash.slice(0, 4)} ${set} ${seed}`)).toEqual([
      "2020 baseline 1",
      "2020 baseline 2",
      "2020 proposed 1",
      "2020 proposed 2",
    ]);
    for (const { crash, seed, outcome } of evidence.outcomes) expect(outcome).toMatchObject({ crash, seed });
  });

  it("binds context, outcomes and shock under one root, each leaf to be checked alone", () => {
    expect(merkleRoot(leavesOf(evidence))).toBe(evidence.root);
    expect(evidence.leaves.map(({ kind }) => kind)).toEqual(["context", ...evidence.outcomes.map(() => "outcome"), "shock", "shock"]);
    expect(evidence.leaves.slice(-2).map(({ seed }) => seed)).toEqual([1, 2]);
    const leaf = leavesOf(evidence)[3];
    expect(standsUnder(evidence.root, leaf, proofOf(leavesOf(evidence), leaf))).toBe(true);
  });

  it("lets one replay be run again and held against the root, without the others", async () => {
    const options = await poolOptions({ ...subject, workers: 1 });
    const task = { crash: policy.crashes[0], set: "proposed", seed: 2 } as const;
    const { root, leaves } = evidence;
    const run = await runLeaf(options, { root, leaves }, task);
    expect(run).toMatchObject({ holds: true, claimed: leaves[4].hash, outcome: evidence.outcomes[3] });
    const forged = leaves.map((leaf, i) => (i === 1 ? { ...leaf, hash: root } : leaf));
    expect((await runLeaf(options, { root, leaves: forged }, task)).holds).toBe(false);
    expect(await runLeaf(options, { root, leaves }, { ...task, seed: 3 })).toMatchObject({ holds: false, claimed: undefined, proof: [] });
    expect(standsUnder(root, leavesOf(evidence)[4], run.proof)).toBe(true);
    expect(leafNamed(`${task.crash}/proposed/2`)).toEqual(task);
    for (const name of ["", "a/proposed", "a/proposed/-1", "a/other/1", "../a/proposed/1", "a/proposed/01"]) {
      expect(() => leafNamed(name)).toThrow(expect.objectContaining({ code: "LEAF_UNKNOWN", exit: 2 }));
    }
  });

  it("survives being written and read, byte for byte", () => {
    const read = EVIDENCE.parse(JSON.parse(evidenceText(evidence)));
    expect(evidenceText(read)).toBe(evidenceText(evidence));
    expect(rootOf(read)).toBe(evidence.root);
  });

  it("has another root for other parameters, and the same outcome for the same replay", async () => {
    const swapped = await runBacktest({ ...subject, seed: 1, proposal: { base: proposal.after, after: proposal.base } });
    expect(swapped.root).not.toBe(evidence.root);
    expect(canonicalJson(swapped.outcomes[0].outcome)).toBe(canonicalJson(evidence.outcomes[2].outcome));
    expect(canonicalJson(swapped.outcomes[1].outcome)).toBe(canonicalJson(evidence.outcomes[0].outcome));
  });

  it("draws other accounts for every seed, the same ones for both sets, whatever the seeds beside it", async () => {
    const [first, second] = evidence.outcomes.map(({ outcome }) => outcome);
    expect(first.meanMarginRate).not.toBe(second.meanMarginRate);
    expect(first.fundStart).not.toBe(second.fundStart);
    expect([evidence.outcomes[2].outcome.fundStart, evidence.outcomes[3].outcome.fundStart]).toEqual([first.fundStart, second.fundStart]);
    expect(evidence.executionShocks[0].shock.notionalTotal).not.toBe(evidence.executionShocks[1].shock.notionalTotal);
    expect(evidence.context.drawn).toBe("accounts");
    // Alone it is the first of its run, whose hourly path is kept; its figures and the hash of that path are the same.
    const alone = await runBacktest({ ...subject, seed: 2 });
    const { series, ...figures } = alone.outcomes[0].outcome;
    expect(figures).toEqual(second);
    expect(hashOf(series)).toBe(second.seriesHash);
    expect(alone.context.book).not.toBe(evidence.context.book);
  });

  it("keeps the hourly path of the first seed, and of the others its hash", () => {
    expect(evidence.outcomes.map(({ outcome }) => outcome.series !== undefined)).toEqual([true, false, true, false]);
    for (const { outcome } of evidence.outcomes) if (outcome.series !== undefined) expect(hashOf(outcome.series)).toBe(outcome.seriesHash);
    expect(new Set(evidence.outcomes.map(({ outcome }) => outcome.seriesHash)).size).toBe(4);
  });

  it("is summed up by crash: the mean over its seeds and its interval", () => {
    const [first] = summariesOf(evidence);
    const rates = [0, 1].map((i) => evidence.outcomes[i].outcome.meanMarginRate);
    const { meanMarginRate, intervals } = first.baseline;
    expect(meanMarginRate).toBeCloseTo((rates[0] + rates[1]) / 2, 12);
    // Of two draws: s / √2 is half their distance, and t(0.975, 1) is 12.7062 (NIST: 12.706).
    expect((intervals.meanMarginRate[1] - (meanMarginRate ?? 0)) / (Math.abs(rates[0] - rates[1]) / 2)).toBeCloseTo(12.7062, 4);
    const document = documentOf(evidence, { departures: [], notJudged: [], seconds: 1.234 });
    expect(BACKTEST_OUTPUT.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
    expect(JSON.stringify(document)).not.toContain("series");
    expect(document).toMatchObject({ hash: evidence.root, seconds: 1.23, seeds: [1, 2], evidence: true });
    expect(document.headlines.map(({ says }) => says)).toEqual(Array(6).fill(expect.stringMatching(/^(improves|worsens|cannot tell)$/)));
  });

  it("replays every crash of the dataset when asked for all, and judges only what it can", () => {
    const settings = settingsOf({ ...policy, gates: { ...policy.gates, "coverage.mean": { min: 0.5, severity: "error" } } }, { crashes: ["all"] }, ["a", "b"]);
    expect(settings).toMatchObject({ crashes: ["a", "b"], notJudged: ["coverage.mean"], gates: policy.gates });
  });

  it("attributes several changes, under the root, so that the shares add up", async () => {
    const base = proposal.base;
    const after = applyChanges(base, [
      { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 0 },
      { scope: "protocol", name: "initialMargin", from: 12_500, to: 13_500, rampSeconds: 0 },
      { scope: "protocol", name: "keeperFee", from: 100, to: 110, rampSeconds: 0 },
    ]);
    const one = await runBacktest({ ...subject, proposal: { base, after }, attribute: true });
    expect(one.leaves.at(-1)?.kind).toBe("attribution");
    const { metrics, orders } = one.attribution!;
    expect(orders).toBe(0);
    for (const { total, shares } of metrics) {
      expect(shares.map(({ key }) => key).sort()).toEqual(["ETH.volBuffer", "protocol.initialMargin", "protocol.keeperFee"]);
      expect(shares.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(total, 10);
    }
    // Both raise what is asked for; what a keeper is paid has no part in it.
    const rate = Object.fromEntries(metrics.find(({ id }) => id === "margin.rate")!.shares.map(({ key, value }) => [key, value]));
    expect(rate["ETH.volBuffer"]).toBeGreaterThan(0);
    expect(rate["protocol.initialMargin"]).toBeGreaterThan(0);
    expect(Math.abs(rate["protocol.keeperFee"])).toBeLessThan(rate["ETH.volBuffer"] / 10);
    // One change has nothing to be told apart from.
    expect(await attribute(await poolOptions(subject), settingsOf(policy, { quick: true }))).toBeUndefined();
    expect(evidenceText(EVIDENCE.parse(JSON.parse(evidenceText(one))))).toBe(evidenceText(one));
  });

  it("refuses a crash that does not exist before it starts", async () => {
    await expect(runBacktest({ ...subject, crashes: ["2020-03-12-black-thirsday"] })).rejects.toMatchObject({
      code: "CRASH_UNKNOWN",
      exit: 2,
      fix: "Did you mean 2020-03-12-black-thursday?",
    });
  });

  it("carries what a worker refuses, with its code and its fix", async () => {
    const tooFew = { ...policy, counts: { filtered: 16, stressed: 16 } };
    await expect(runBacktest({ ...subject, policy: tooFew })).rejects.toMatchObject({
      name: "BallastError",
      code: "SCENARIOS_TOO_FEW",
      exit: 2,
      fix: expect.stringMatching(/./),
    });
  });

  it("can be interrupted: the workers end, and nothing comes back", async () => {
    const controller = new AbortController();
    const running = runBacktest({ ...subject, signal: controller.signal, onProgress: () => controller.abort(new Interrupted()) });
    await expect(running).rejects.toBeInstanceOf(Interrupted);
  });
});
