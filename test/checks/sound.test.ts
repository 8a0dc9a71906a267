import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rehearse } from "../../chain/index.ts";
import { type ProposalAttack, proposalAttack } from "../../cli/attack/proposal.ts";
import { evidenceText } from "../../cli/backtest/assemble.ts";
import { contextOf as hashesOf } from "../../cli/backtest/context.ts";
import { runBacktests } from "../../cli/backtest/run.ts";
import type { CheckContext, CheckMarket } from "../../cli/checks/context.ts";
import { CHECKS, runChecks } from "../../cli/checks/index.ts";
import { DEFAULT_DATASET, loadDataset } from "../../cli/dataset/load.ts";
import { readManifest } from "../../cli/dataset/manifest.ts";
import { addressesOf } from "../../cli/proposal/deployment.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { buildPayload, onChainProposal, payloadFiles, readPayloadTexts } from "../../cli/proposal/payload.ts";
import { loadPolicy, type Policy } from "../../cli/proposal/policy.ts";
import { createDrawMemory } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/index.ts";
import { type Change, initialParameters } from "../../sim/parameters/index.ts";
import { loosensAny, soundBatches, yamlOf } from "./sound.ts";
import { contextOf, NOW, proposalFolder, writePayload, writeVoters } from "./world.ts";

const COUNT = 60;
const SEED = 20_261_130;

/**
 * What is real and what is small: the gates are those of proposals/policy.yaml, number for number; the evidence is a real backtest, of one crash, ten accounts,
 * one seed and 80 scenarios, for all sixty in one pool of threads, which gives each the bytes it has alone. Of every tenth the replays are run again. Each
 * payload lives its whole life on an embedded chain of its own. Crashes off the list are not replayed: another test does that.
 */
const SMALL = {
  crashes: ["2018-11-14-bch-hash-war"],
  book: { population: "default", accounts: 10 },
  seeds: [1],
  counts: { filtered: 64, stressed: 16 },
} as const;
const REPLAYED_AGAIN = 10;

interface Sound {
  readonly changes: readonly Change[];
  readonly proposal: Proposal;
}

describe(`${COUNT} sound proposals`, { timeout: 600_000 }, () => {
  let policy: Policy;
  let all: readonly Sound[];
  let again: readonly Evidence[];
  let market: CheckMarket;
  let attack: ProposalAttack | undefined;
  let closes: Awaited<ReturnType<CheckContext["closes"]>>;
  let crashes: readonly string[];
  beforeAll(async () => {
    const shipped = await loadPolicy(join(import.meta.dirname, "../../proposals/policy.yaml"));
    policy = { ...shipped, ...SMALL, crashes: [...SMALL.crashes], seeds: [...SMALL.seeds], holdout: { crashes: 0 } };
    const dataset = await loadDataset();
    closes = { bound: dataset.history };
    const own = createMarket(dataset);
    market = { market: own, crashes: dataset.crashes, memory: createDrawMemory(own) };
    crashes = (await readManifest(DEFAULT_DATASET)).crashes.map(({ id }) => id);

    const batches = soundBatches(initialParameters(), COUNT, SEED);
    const drafts = await Promise.all(batches.map(async (changes, i) => ({ changes, ...(await proposalFolder(yamlOf(changes, i + 1))) })));
    // What could be taken is a figure here, so that it is the same whatever is proposed.
    await writeVoters(dirname(drafts[0].folder));
    attack = await proposalAttack(drafts[0].folder, drafts[0].proposal);
    const subject = { policy, policyFolder: dirname(drafts[0].folder) };
    const found = await runBacktests(
      subject,
      drafts.map(({ proposal }) => proposal),
    );
    again = await runBacktests(
      subject,
      drafts.filter((_, i) => i % REPLAYED_AGAIN === 0).map(({ proposal }) => proposal),
    );
    all = await Promise.all(
      drafts.map(async ({ changes, folder, proposal }, i) => {
        await writeFile(join(folder, "evidence.json"), evidenceText(found[i]));
        await writePayload(folder, payloadFiles(buildPayload(proposal, found[i].root)));
        return { changes, proposal: await loadProposal(folder) };
      }),
    );
  }, 600_000);

  function contextFor({ proposal }: Sound, i: number): CheckContext {
    const second = i % REPLAYED_AGAIN === 0 ? again[i / REPLAYED_AGAIN] : undefined;
    return contextOf(proposal, {
      policy,
      payloadTexts: async () => (await readPayloadTexts(proposal.folder)) ?? {},
      sampling: { replays: second === undefined ? 0 : 2, nonce: "sound" },
      today: () => hashesOf({ proposal, policy, policyFolder: dirname(proposal.folder) }),
      replayAgain: async (tasks) => ({
        outcomes: (second?.outcomes ?? []).filter(({ crash, set, seed }) =>
          tasks.some((task) => task.crash === crash && task.set === set && task.seed === seed),
        ),
        executionShocks: second?.executionShocks ?? [],
      }),
      rehearsal: once(() => rehearse(proposal.base, onChainProposal(proposal.payload!), { addresses: addressesOf(proposal.deployment) })),
      now: () => NOW,
      closes: () => Promise.resolve(closes),
      market: () => Promise.resolve(market),
      // Each stands in a workspace of its own.
      neighbours: () => Promise.resolve([]),
      attack: () => Promise.resolve(attack),
      crashIds: () => Promise.resolve(crashes),
      replayHeldOut: () => Promise.resolve([]),
    });
  }

  it("are all different, and of every kind: tighter and looser, one change and several, at once and ramped", () => {
    expect(new Set(all.map(({ proposal }) => JSON.stringify(proposal.changes))).size).toBe(COUNT);
    const kinds: readonly ((sound: Sound) => boolean)[] = [
      ({ changes }) => loosensAny(changes),
      ({ changes }) => !loosensAny(changes),
      ({ changes }) => changes.length === 1,
      ({ changes }) => changes.length > 1,
      ({ changes }) => changes[0].rampSeconds === 0,
      ({ changes }) => changes[0].rampSeconds > 0,
    ];
    for (const isOfKind of kinds) expect(all.filter(isOfKind).length).toBeGreaterThanOrEqual(5);
    const names = new Set(all.flatMap(({ changes }) => changes.map(({ name }) => name)));
    expect(names.size).toBeGreaterThanOrEqual(20);
    for (const { changes, proposal } of all) expect(proposal.changes).toEqual(changes);
  });

  it("pass every check that looks at them, with not one false alarm", async () => {
    const alarms: string[] = [];
    for (const [i, sound] of all.entries()) {
      const { findings, checked } = await runChecks(CHECKS, contextFor(sound, i), policy.checks);
      for (const { check, severity, message } of findings) alarms.push(`${i + 1}: ${check} ${severity}: ${message}`);
      if (checked.length !== CHECKS.length) alarms.push(`${i + 1}: ${CHECKS.length - checked.length} checks could not run`);
    }
    expect(alarms).toEqual([]);
  });
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
