import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { evidenceText, rootOf } from "../../cli/backtest/assemble.ts";
import { contextOf as hashesOf } from "../../cli/backtest/context.ts";
import { replayAll } from "../../cli/backtest/pool.ts";
import { poolOptions, runBacktest } from "../../cli/backtest/run.ts";
import { sampleBy } from "../../cli/backtest/sample.ts";
import type { CheckContext } from "../../cli/checks/context.ts";
import { evidence as evidenceCheck } from "../../cli/checks/evidence.ts";
import { gates } from "../../cli/checks/gates.ts";
import { exitCodeOf } from "../../cli/checks/run.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { buildPayload, payloadFiles } from "../../cli/proposal/payload.ts";
import { contextOf, find, GOOD, POLICY, proposalFolder, writePayload } from "./world.ts";

describe("what a proposal rests on", { timeout: 120_000 }, () => {
  let proposal: Proposal;
  let found: Evidence;
  let replays: CheckContext["replayAgain"];
  let today: CheckContext["today"];
  beforeAll(async () => {
    const { folder, proposal: draft } = await proposalFolder(GOOD);
    const subject = { proposal: draft, policy: POLICY, policyFolder: dirname(folder) };
    found = await runBacktest(subject);
    await writeFile(join(folder, "evidence.json"), evidenceText(found));
    await writePayload(folder, payloadFiles(buildPayload(draft, found.root)));
    proposal = await loadProposal(folder);
    // Really replayed, once for each sample: what an honest replay gives does not depend on who claims what.
    const known = new Map<string, ReturnType<typeof replays>>();
    replays = (tasks) => {
      const key = JSON.stringify(tasks.map(({ crash, set, seed }) => [crash, set, seed]));
      const replayed = known.get(key) ?? poolOptions(subject).then((options) => replayAll(options, tasks));
      known.set(key, replayed);
      return replayed;
    };
    today = () => hashesOf(subject);
  }, 120_000);

  /** The evidence as somebody else would have it, its text that of an honest writer unless another is given. */
  const contextWith = (changed: Evidence, rest: Partial<CheckContext> = {}) =>
    contextOf({ ...proposal, evidence: changed }, { evidenceText: () => Promise.resolve(evidenceText(changed)), replayAgain: replays, today, ...rest });
  const messages = async (context: CheckContext) => (await find(evidenceCheck, context)).map(({ message }) => message).join("\n");
  /** With everything that a careful forger would recompute. */
  const resigned = (changed: Evidence): Evidence => ({ ...changed, root: rootOf(changed) });
  const edited = (edit: (outcome: Evidence["outcomes"][number]["outcome"]) => object): Evidence => ({
    ...found,
    outcomes: found.outcomes.map((entry) => (entry.set === "proposed" ? { ...entry, outcome: { ...entry.outcome, ...edit(entry.outcome) } } : entry)),
  });

  it("holds, for the evidence a backtest wrote", async () => {
    const context = contextOf(proposal, { replayAgain: replays, today });
    expect(await find(evidenceCheck, context)).toEqual([]);
    expect(await find(gates, context)).toEqual([]);
  });

  it("is missing, when there is no evidence: exit 5, for the gates too", async () => {
    const { evidence: _, ...bare } = proposal;
    const findings = [...(await find(evidenceCheck, contextOf(bare))), ...(await find(gates, contextOf(bare)))];
    expect(findings).toMatchObject([
      { kind: "evidence", severity: "error" },
      { kind: "evidence", severity: "error" },
    ]);
    expect(exitCodeOf(findings)).toBe(5);
  });

  it.each(["dataset", "engine", "book", "policy", "parametersBefore", "parametersAfter"] as const)(
    "is stale, when %s is another one today: exit 5",
    async (field) => {
      const context = contextWith(found, { today: async () => ({ ...(await today()), [field]: `0x${"00".repeat(32)}` }) });
      const findings = await find(evidenceCheck, context);
      expect(findings).toEqual([expect.objectContaining({ kind: "evidence", message: expect.stringMatching(/stale/) })]);
      expect(exitCodeOf(findings)).toBe(5);
    },
  );

  it("is forged, when a figure was edited", async () => {
    expect(await messages(contextWith(edited(({ coverage }) => ({ coverage: coverage * 0.999 }))))).toMatch(/have the root/);
  });
  it("is forged, when a figure was edited and everything signed again: the replay says otherwise", async () => {
    const forgery = resigned(edited(({ marginCalls }) => ({ marginCalls: marginCalls + 1 })));
    expect(await messages(contextWith(forgery))).toMatch(/replays to 0x[0-9a-f]{64}, the evidence says/);
  });
  it("is forged, when the forger tried until the result hash alone would have chosen the honest replay", async () => {
    let forgery = found;
    // What whoever writes the file can compute: with one of two replays looked at, a few attempts are enough.
    for (let step = 1; forgery === found || sampleBy(forgery.root, forgery.outcomes, 1)[0]?.set !== "baseline"; step++) {
      forgery = resigned(edited(({ marginCalls }) => ({ marginCalls: marginCalls + step })));
    }
    const said = await Promise.all(Array.from({ length: 16 }, (_, i) => messages(contextWith(forgery, { sampling: { replays: 1, nonce: `drawn ${i}` } }))));
    expect(said.some((text) => /replays to/.test(text))).toBe(true);
    expect(await messages(contextWith(forgery, { sampling: { replays: Number.POSITIVE_INFINITY, nonce: "any" } }))).toMatch(/replays to/);
  });
  it("is forged, when an hour of a series was edited", async () => {
    const forgery = resigned(
      edited(({ series }) => ({ series: series && { ...series, shortfall: series.shortfall.map((value, i) => (i === 7 ? value + 1 : value)) } })),
    );
    expect(await messages(contextWith(forgery))).toMatch(/replays to/);
  });
  it("is forged, when the execution shock was edited", async () => {
    const executionShocks = found.executionShocks.map(({ seed, shock }) => ({ seed, shock: { ...shock, accounts: 0.5 } }));
    expect(await messages(contextWith(resigned({ ...found, executionShocks })))).toMatch(/execution shock of seed 1 is not what the engine finds/);
    expect(await messages(contextWith(resigned({ ...found, executionShocks: [...found.executionShocks, { ...executionShocks[0], seed: 2 }] })))).toMatch(
      /not those of the policy's seeds/,
    );
  });
  it("is forged, when crashes were left out, or given twice", async () => {
    expect(await messages(contextWith(resigned({ ...found, outcomes: found.outcomes.slice(1) })))).toMatch(/not those of the policy's crashes/);
    expect(await messages(contextWith(resigned({ ...found, outcomes: found.outcomes.toReversed() })))).toMatch(/not those of the policy's crashes/);
  });
  it("is forged, when one crash stands under another's name", async () => {
    const forgery = resigned({
      ...found,
      outcomes: found.outcomes.map((entry) => ({ ...entry, outcome: { ...entry.outcome, crash: "2024-08-05-yen-carry" } })),
    });
    expect(await messages(contextWith(forgery))).toMatch(/is that of 2024-08-05-yen-carry/);
  });
  it("is forged, when the list of leaves was edited", async () => {
    const leaves = found.leaves.map((leaf, i) => (i === 1 ? { ...leaf, hash: found.root } : leaf));
    expect(await messages(contextWith({ ...found, leaves }))).toMatch(/list of leaf hashes/);
  });
  it("any byte of the file counts: forty of them, spread over it, changed one at a time", async () => {
    const text = evidenceText(found);
    const quick = { replayAgain: () => Promise.resolve({ outcomes: [], executionShocks: found.executionShocks }) };
    for (let at = 0; at < text.length; at += Math.ceil(text.length / 40)) {
      const spoilt = `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
      const read = await Promise.resolve()
        .then(() => JSON.parse(spoilt) as Evidence)
        .catch(() => undefined);
      // What is not JSON any more is refused on reading.
      if (read === undefined) continue;
      expect(await messages(contextWith(found, { ...quick, evidenceText: () => Promise.resolve(spoilt) })), `byte ${at}`).toMatch(/byte for byte/);
    }
  });

  it("is not what the vote names, when the payload was built on other evidence", async () => {
    const payload = buildPayload(proposal, `0x${"12".repeat(32)}`);
    const said = await messages({ ...contextWith(found), proposal: { ...proposal, payload } });
    expect(said).toMatch(/The description names the evidence 0x1212/);
    expect(said).toMatch(/The calldata names the evidence 0x1212/);
  });

  it("breaches a gate: exit 4, and the crash is named", async () => {
    const policy = { ...POLICY, gates: { "coverage.worst": { min: 2, severity: "error" as const } } };
    const judged = { ...found, gates: [{ ...found.gates[0], limit: 2, pass: false }], verdict: "fail" as const };
    const findings = await find(gates, { ...contextWith(judged), policy });
    expect(findings).toMatchObject([
      { kind: "gate", severity: "error", message: expect.stringMatching(/coverage\.worst is .* \(2020-03-12-black-thursday\); at least 2 is allowed/) },
    ]);
    expect(exitCodeOf(findings)).toBe(4);
  });
  it("breaches a gate of severity warn: said, and exit 0", async () => {
    const policy = { ...POLICY, gates: { ...POLICY.gates, "coverage.mean": { min: 2, severity: "warn" as const } } };
    const warned = await runGates(policy);
    expect(warned).toMatchObject([{ severity: "warn" }]);
    expect(exitCodeOf(warned)).toBe(0);
  });
  it("does not let a verdict be written by hand", async () => {
    const findings = await find(gates, contextWith({ ...found, verdict: "fail" }));
    expect(findings).toMatchObject([{ kind: "evidence", message: expect.stringMatching(/not the one its outcomes give/) }]);
  });

  async function runGates(policy: typeof POLICY) {
    const { judge } = await import("../../cli/backtest/verdict.ts");
    const { gates: results, verdict } = judge(policy.gates, found);
    return find(gates, { ...contextWith({ ...found, gates: [...results], verdict }), policy });
  }
});
