import { beforeAll, describe, expect, it } from "vitest";
import type { Task, TaskOutcome } from "../../cli/backtest/assemble.ts";
import { replayTasks } from "../../cli/backtest/pool.ts";
import { poolOptions } from "../../cli/backtest/run.ts";
import type { CheckContext } from "../../cli/checks/context.ts";
import { holdout, unseenCrashes } from "../../cli/checks/holdout.ts";
import { runChecks } from "../../cli/checks/run.ts";
import { DEFAULT_DATASET } from "../../cli/dataset/load.ts";
import { readManifest } from "../../cli/dataset/manifest.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { POLICY as POLICY_SHAPE } from "../../cli/proposal/policy.ts";
import { contextOf, GOOD, POLICY, proposalFolder } from "./world.ts";

const GATES = { "coverage.worst": { min: 0.5 }, "coverage.decrease": { max: 0.005 }, "capital.increase": { max: 0 } };
/** Far beyond a step, and what a backtest does not ask about: half of everything that margins ether. */
const LOOSE = `title: Free trapped margin
author: Somebody
changes:
  protocol.confidence: 90 %
  protocol.stressWeight: 0
  protocol.horizon: 1 h
  ETH.volBuffer: 0
  BTC.volBuffer: 0
  ETH.spotRange: 2 %
  BTC.spotRange: 2 %
`;

describe("crashes that the verdict does not rest on", { timeout: 120_000 }, () => {
  let crashes: readonly string[];
  let tight: Proposal;
  let loose: Proposal;
  beforeAll(async () => {
    crashes = (await readManifest(DEFAULT_DATASET)).crashes.map(({ id }) => id);
    tight = (await proposalFolder(GOOD)).proposal;
    loose = (await proposalFolder(LOOSE)).proposal;
  });
  const policyWith = (rest: object) => POLICY_SHAPE.parse({ ...POLICY, gates: GATES, ...rest }) as typeof POLICY;
  async function report(proposal: Proposal, rest: Partial<CheckContext> = {}, policy = policyWith({})) {
    const asked: Task[] = [];
    const context = contextOf(
      { ...proposal, evidence: { root: `0x${"12".repeat(32)}` } as Evidence },
      {
        policy,
        crashIds: () => Promise.resolve(crashes),
        replayHeldOut: async (tasks) => {
          asked.push(...tasks);
          return (await replayTasks(await poolOptions({ proposal, policy, policyFolder: proposal.folder }), tasks)).outcomes;
        },
        ...rest,
      },
    );
    return { ...(await runChecks([holdout], context)), asked };
  }
  const none: Partial<CheckContext> = { replayHeldOut: () => Promise.resolve([]) };

  it("have nothing against a change that tightens", async () => {
    const { findings, checked, asked } = await report(tight);
    expect(findings).toEqual([]);
    expect(checked[0].looked).toMatch(/^2\sreplays of 20[0-9-]+-[a-z0-9-]+, none on the policy's list$/);
    expect(asked).toHaveLength(2);
    expect(POLICY.crashes).not.toContain(asked[0].crash);
  });
  it("tell of a change that gives coverage up, with both figures, as a warning", async () => {
    const { findings } = await report(loose, {}, policyWith({ holdout: { crashes: 5 } }));
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.slice(0, 1)).toMatchObject([
      {
        severity: "warn",
        kind: "gate",
        message: expect.stringMatching(
          /^In 20[0-9-]+-[a-z0-9-]+, which is not on the policy's list, coverage\.decrease is 0\.\d+ with the change and 0 without; the limit is 0\.005\.$/,
        ),
      },
    ]);
  });
  it("are not blamed on the change where they are as bad without it", async () => {
    // No crash of the data covers more than every account-day: both sides fail this gate.
    const { findings } = await report(tight, {}, policyWith({ gates: { "coverage.worst": { min: 1.1 } } }));
    expect(findings).toEqual([]);
  });
  it("tell of a metric that has no value with the change, though it has one without", async () => {
    const replayHeldOut: CheckContext["replayHeldOut"] = async (tasks) => {
      const { outcomes } = await replayTasks(await poolOptions({ proposal: tight, policy: policyWith({}), policyFolder: tight.folder }), tasks);
      return outcomes.map((one): TaskOutcome => (one.set === "proposed" ? { ...one, outcome: { ...one.outcome, coverageObservations: 0 } } : one));
    };
    const { findings } = await report(tight, { replayHeldOut });
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/coverage\.worst is unknown with the change/),
      expect.stringMatching(/coverage\.decrease is unknown/),
    ]);
  });

  it("are the same for the same evidence, others for other evidence, and all where every replay is run again", async () => {
    const named = async (root: string, rest: Partial<CheckContext> = {}, policy = policyWith({})) => {
      const asked: Task[] = [];
      const evidence = { root } as Evidence;
      const replayHeldOut: CheckContext["replayHeldOut"] = async (tasks) => {
        asked.push(...tasks);
        return [];
      };
      await runChecks([holdout], contextOf({ ...tight, evidence }, { policy, crashIds: () => Promise.resolve(crashes), replayHeldOut, ...rest }));
      return asked;
    };
    expect(await named("0xaa")).toEqual(await named("0xaa"));
    const draws = await Promise.all(Array.from({ length: 40 }, (_, i) => named(`0x${i}`)));
    expect(new Set(draws.map(([task]) => task.crash)).size).toBeGreaterThan(5);
    const all = await named("0xaa", { sampling: { replays: Number.POSITIVE_INFINITY, nonce: "" } }, policyWith({ seeds: [1, 2] }));
    expect(all).toHaveLength((crashes.length - 1) * 2 * 2);
    expect(await named("0xaa", {}, policyWith({ holdout: { crashes: 3 } }))).toHaveLength(6);
  });
  it("are said to be missing where the policy's list leaves none, and asked for by nobody where the policy asks for none", async () => {
    const every = policyWith({ crashes: [...crashes] });
    expect((await report(tight, none, every)).findings).toMatchObject([
      { severity: "warn", message: expect.stringMatching(/wants 1\scrash held out, but its list leaves 0/) },
    ]);
    const { findings, checked } = await report(tight, none, policyWith({ holdout: { crashes: 0 } }));
    expect([findings, checked[0].looked]).toEqual([[], "no crash was replayed: the policy asks for none"]);
  });
  it("stand in the list of what was not checked, as far as they were not drawn", () => {
    const sampling = { replays: 4, nonce: "" };
    expect(unseenCrashes({ policy: POLICY, sampling }, crashes)).toMatchObject([{ what: "19 of the 20 crashes outside the policy's list" }]);
    expect(unseenCrashes({ policy: POLICY, sampling: { ...sampling, replays: Number.POSITIVE_INFINITY } }, crashes)).toEqual([]);
  });
});
