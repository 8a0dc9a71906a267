import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { evidenceText, type TaskOutcome } from "../../cli/backtest/assemble.ts";
import { attribute } from "../../cli/backtest/attribute.ts";
import { drawBook } from "../../cli/backtest/book.ts";
import { contextOf } from "../../cli/backtest/context.ts";
import { requireCrash } from "../../cli/backtest/crashes.ts";
import { runLeaf } from "../../cli/backtest/leaf.ts";
import { replayAll } from "../../cli/backtest/pool.ts";
import { poolOptions, runBacktest, runBacktests } from "../../cli/backtest/run.ts";
import { settingsOf } from "../../cli/backtest/settings.ts";
import { backtestCommand } from "../../cli/commands/backtest.ts";
import { loadDataset } from "../../cli/dataset/load.ts";
import { againstFolder } from "../../cli/peers/folder.ts";
import { peerParameters } from "../../cli/peers/scale.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { LIQUIDATION, LIQUIDATION_LOOKS, type LiquidationBlock, liquidationOf } from "../../cli/proposal/liquidation.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { loadPolicy, type Policy } from "../../cli/proposal/policy.ts";
import { policyText } from "../../cli/proposal/templates.ts";
import type { Crash } from "../../sim/market/dataset.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import { applyChanges } from "../../sim/parameters/index.ts";
import { createPeerEngine } from "../../sim/peers/index.ts";
import { checkLiquidationModel, DEFAULT_LIQUIDATION, type LiquidationModel, replay } from "../../sim/replay/index.ts";
import { estimate, shareOfFund } from "../../sim/verdict/index.ts";
import { GOOD, POLICY, proposalFolder } from "../checks/world.ts";
import { temporary } from "../temporary.ts";

/** Nobody bids: every auction ends unsold, by whatever road a replay is reached. */
const NOBODY: LiquidationBlock = LIQUIDATION.parse({ keepers: { keepers: [] }, lossSharing: "deleveraging" });
const policy: Policy = { ...POLICY, seeds: [1, 2], liquidation: NOBODY };

describe("the policy's model of liquidation", { timeout: 120_000 }, () => {
  // The block written out by hand, for the replay itself.
  const liquidation: LiquidationModel = { ...DEFAULT_LIQUIDATION, keepers: { ...DEFAULT_LIQUIDATION.keepers, keepers: [] }, lossSharing: "deleveraging" };
  let market: Market;
  let crash: Crash;
  let proposal: Proposal;
  let subject: { proposal: Proposal; policy: Policy; policyFolder: string };
  let evidence: Evidence;
  let expected: Pick<TaskOutcome["outcome"], "coverage" | "shortfallPeak" | "shortfallFinal" | "keeperProfit" | "auctionsUnsold" | "accountsDeleveraged">[];
  beforeAll(async () => {
    proposal = (await proposalFolder(GOOD)).proposal;
    subject = { proposal, policy, policyFolder: dirname(proposal.folder) };
    market = createMarket(await loadDataset());
    crash = requireCrash(market.dataset.crashes, policy.crashes[0]);
    expected = [proposal.base, proposal.after].flatMap((parameters) =>
      [1, 2].map((seed) => {
        const book = drawBook({ accounts: 10 }, seed);
        const found = replay({ market, crash, book, parameters, counts: policy.counts, seed, liquidation });
        const { coverage, shortfallPeak, shortfallFinal, keeperProfit, auctionsUnsold, accountsDeleveraged } = found;
        return { coverage, shortfallPeak, shortfallFinal, keeperProfit, auctionsUnsold, accountsDeleveraged };
      }),
    );
    for (const { keeperProfit } of expected) expect(keeperProfit).toBe(0);
    expect(expected.some(({ auctionsUnsold }) => auctionsUnsold > 0)).toBe(true);
    evidence = await runBacktest(subject);
  }, 120_000);

  it("is what a backtest, a check's sample, and a leaf are replayed with", async () => {
    expect(evidence.outcomes.map(({ outcome }) => outcome)).toMatchObject(expected);
    const pool = await poolOptions(subject);
    const sample = evidence.outcomes.slice(2).map(({ crash, set, seed }) => ({ crash, set, seed }));
    expect((await replayAll(pool, sample)).outcomes.map(({ outcome }) => outcome)).toMatchObject(expected.slice(2));
    expect(await runLeaf(pool, evidence, sample[1])).toMatchObject({ holds: true });
    // Under the default model the same leaf does not stand under the root.
    expect((await runLeaf(await poolOptions({ ...subject, policy: POLICY }), evidence, sample[1])).holds).toBe(false);
  });

  it("is what changes are told apart with", async () => {
    const base = proposal.base;
    const after = applyChanges(base, [
      { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 0 },
      { scope: "protocol", name: "initialMargin", from: 12_500, to: 13_500, rampSeconds: 0 },
    ]);
    const both = { ...subject, proposal: { base, after } };
    const settings = settingsOf(policy);
    const found = await attribute(await poolOptions(both), settings);
    const { outcomes } = await runBacktest(both);
    const worst = (set: string) => estimate(outcomes.filter((one) => one.set === set).map(({ outcome }) => shareOfFund(outcome))).value;
    expect(found?.metrics.find(({ id }) => id === "shortfall.worst")?.total).toBeCloseTo(worst("proposed") - worst("baseline"), 12);
  });

  it("is what peers are replayed with", async () => {
    await writeFile(join(subject.policyFolder, "policy.yaml"), JSON.stringify(policy));
    const found = { context: await contextOf(subject), outcomes: evidence.outcomes };
    const { outcomes, systems } = await againstFolder(proposal.folder, found, ["static"], {});
    const { factor, initialRatio } = systems.find(({ name }) => name === "static")!;
    const parameters = peerParameters(proposal.after, { initialRatio });
    const few = { filtered: 64, stressed: 16 };
    const engine = createPeerEngine("static", market, parameters, few, factor);
    for (const [i, seed] of [1, 2].entries()) {
      const own = replay({ market, crash, book: drawBook({ accounts: 10 }, seed), parameters, counts: few, seed, engine, liquidation });
      const { coverage, shortfallPeak, shortfallFinal, accountsLiquidated } = own;
      expect(outcomes[i]).toMatchObject({ seed, coverage, shortfallPeak, shortfallFinal, accountsLiquidated });
    }
    await writeFile(join(subject.policyFolder, "policy.yaml"), JSON.stringify(POLICY));
    expect((await againstFolder(proposal.folder, found, ["static"], {})).outcomes).not.toEqual(outcomes);
  });

  it("is under the evidence, by the policy's hash; and without one that hash is what it was", async () => {
    const [own, none] = await Promise.all([contextOf(subject), contextOf({ ...subject, policy: { ...policy, liquidation: undefined } })]);
    expect(own.policy).not.toBe(none.policy);
    const { liquidation: _, ...bare } = policy;
    expect((await contextOf({ ...subject, policy: bare })).policy).toBe(none.policy);
  });
});

describe("several proposals in one run", { timeout: 120_000 }, () => {
  it("have each the bytes they have alone, and share what is replayed today", async () => {
    const { proposal } = await proposalFolder(GOOD);
    const other = {
      base: proposal.base,
      after: applyChanges(proposal.base, [{ scope: "protocol", name: "confidence", from: 9_900, to: 9_950, rampSeconds: 0 }]),
    };
    const input = { policy: POLICY, policyFolder: dirname(proposal.folder) };
    let replays = 0;
    const onProgress = (_: number, of: number) => {
      replays = of;
    };
    const together = await runBacktests({ ...input, onProgress }, [proposal, other]);
    // Three sets and two changes, of one seed each: of four sets two are the same.
    expect(replays).toBe(5);
    for (const [i, one] of [proposal, other].entries()) {
      expect(evidenceText(together[i])).toBe(evidenceText(await runBacktest({ ...input, proposal: one })));
    }
  });
});

describe("liquidation: in policy.yaml", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporary("policy");
  });
  const read = async (text: string) => {
    await writeFile(join(folder, "policy.yaml"), text);
    return loadPolicy(join(folder, "policy.yaml"));
  };
  const uncommented = policyText()
    .split("\n")
    .map((line) => (/^# (liquidation:| {2,}\S)/.test(line) ? line.slice(2) : line))
    .join("\n");

  it("stands in the template as a comment that says what holds without it", async () => {
    expect((await read(policyText())).liquidation).toBeUndefined();
    const block = (await read(uncommented)).liquidation;
    expect(block).toBeDefined();
    expect(liquidationOf(block)).toEqual(DEFAULT_LIQUIDATION);
    expect(liquidationOf(undefined)).toEqual(DEFAULT_LIQUIDATION);
    expect(await readFile("proposals/policy.yaml", "utf8")).toBe(policyText());
  });

  it.each([
    ["slices: adaptive", "slices: adaptative", "FIELD_INVALID", "Use adaptive or pro-rata."],
    ["keepers: default", "keepers: defaults", "FIELD_INVALID", "Use default or outage."],
    ["keepers: default", "keepers: { outages: [{ fromHour: 0, hours: 1, share: 2 }] }", "FIELD_INVALID", "At most 1."],
    ["keepers: default", "keepers: { keeper: [] }", "FIELD_UNKNOWN", "Did you mean keepers?"],
    ["latencySeconds: 180", "latencySeconds: -1", "FIELD_INVALID", "At least 0."],
    ["confidence: 0", "confidence: 1", "FIELD_INVALID", "At most 1."],
    ["restartPauseMinutes: 10", "restartPauseMinutes: 1.5", "FIELD_INVALID", "Write a whole number."],
    ["lossSharing: pro-rata", "losSharing: pro-rata", "FIELD_UNKNOWN", "Did you mean lossSharing?"],
  ])("%s read as %s is refused with its line", async (sound, spoilt, code, fix) => {
    const line = uncommented.split("\n").findIndex((text) => text.includes(sound)) + 1;
    await expect(read(uncommented.replace(sound, spoilt))).rejects.toMatchObject({ code, fix, where: { line } });
  });

  it("takes nothing that the replay refuses, and everything it takes", () => {
    const { keepers, oracle } = DEFAULT_LIQUIDATION;
    const tried: object[] = [
      ...[0, -1, 0.5, 7].map((restartPauseMinutes) => ({ restartPauseMinutes })),
      ...[-0.1, 0, 0.99, 1].map((confidence) => ({ oracle: { ...oracle, confidence } })),
      ...[-1, 0, 0.5].map((latencySeconds) => ({ oracle: { ...oracle, latencySeconds } })),
      ...[-1, 0, 0.1].map((inventoryHalfLifeHours) => ({ keepers: { ...keepers, inventoryHalfLifeHours } })),
      ...[-1, 0].map((priorityPerAuction) => ({ keepers: { ...keepers, priorityPerAuction } })),
      ...[0.9, 1].map((largestPriority) => ({ keepers: { ...keepers, largestPriority } })),
      ...[-1, 0].map((inventoryUsd) => ({ keepers: { ...keepers, keepers: [{ inventoryUsd, latencyMinutes: 1 }] } })),
      ...[-1, 0, 0.5].map((latencyMinutes) => ({ keepers: { ...keepers, keepers: [{ inventoryUsd: 1, latencyMinutes }] } })),
      ...[-0.1, 0, 1, 1.1].map((share) => ({ keepers: { ...keepers, outages: [{ fromHour: 0, hours: 1, share }] } })),
    ];
    for (const part of tried) {
      const model = { ...DEFAULT_LIQUIDATION, ...part } as LiquidationModel;
      const refuses = () => checkLiquidationModel(model);
      const parsed = LIQUIDATION.safeParse(model);
      if (parsed.success) expect(refuses).not.toThrow();
      else expect(refuses).toThrow(expect.objectContaining({ code: "LIQUIDATION_MODEL_INVALID" }));
      if (parsed.success) expect(liquidationOf(parsed.data)).toEqual(model);
    }
  });

  it("can be departed from by name, on the command line too", () => {
    const { keepers } = settingsOf(POLICY, { liquidation: "outage" }).liquidation;
    expect(keepers.outages).toEqual([{ fromHour: 108, hours: 24, share: 0.8 }]);
    expect(settingsOf({ ...POLICY, liquidation: NOBODY }, { liquidation: "deleveraging" }).liquidation).toMatchObject({ lossSharing: "deleveraging" });
    const option = backtestCommand().options.find(({ long }) => long === "--liquidation");
    expect(option?.argChoices).toEqual(Object.keys(LIQUIDATION_LOOKS));
  });
});
