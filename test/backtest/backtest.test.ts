import { dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { evidenceText, leavesOf, rootOf } from "../../cli/backtest/assemble.ts";
import { canonicalJson } from "../../cli/backtest/canonical.ts";
import { Interrupted } from "../../cli/backtest/interrupted.ts";
import { rootOfHashes, runLeaf } from "../../cli/backtest/leaf.ts";
import { merkleRoot, proofOf, standsUnder } from "../../cli/backtest/merkle.ts";
import { poolOptions, runBacktest } from "../../cli/backtest/run.ts";
import { documentOf, summariesOf } from "../../cli/backtest/summary.ts";
import { EVIDENCE, type Evidence } from "../../cli/proposal/evidence.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
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
    expect(evidence.leaves.map(({ kind }) => kind)).toEqual(["context", ...evidence.outcomes.map(() => "outcome"), "shock"]);
    const leaf = leavesOf(evidence)[3];
    expect(standsUnder(evidence.root, leaf, proofOf(leavesOf(evidence), leaf))).toBe(true);
  });

  it("lets one replay be run again and held against the root, without the others", async () => {
    const options = await poolOptions({ ...subject, workers: 1 });
    const task = { crash: policy.crashes[0], set: "proposed", seed: 2 } as const;
    const { root, leaves } = evidence;
    expect(rootOfHashes(leaves.map(({ hash }) => hash))).toBe(root);
    const run = await runLeaf(options, { root, leaves }, task);
    expect(run).toMatchObject({ holds: true, claimed: leaves[4].hash, outcome: evidence.outcomes[3] });
    const forged = leaves.map((leaf, i) => (i === 1 ? { ...leaf, hash: root } : leaf));
    expect((await runLeaf(options, { root, leaves: forged }, task)).holds).toBe(false);
    expect((await runLeaf(options, { root, leaves }, { ...task, seed: 3 })).holds).toBe(false);
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

  it("is summed up by crash: the mean over its seeds and their range", () => {
    const [first] = summariesOf(evidence);
    const calls = [0, 1].map((i) => evidence.outcomes[i].outcome.marginCalls);
    expect(first.baseline).toMatchObject({ seeds: [1, 2], marginCalls: (calls[0] + calls[1]) / 2 });
    expect(JSON.stringify(documentOf(evidence, 1.234))).not.toContain("series");
    expect(Object.keys(documentOf(evidence, 1.234))).toEqual(["hash", "verdict", "gates", "crashes", "engine", "dataset", "seconds"]);
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
