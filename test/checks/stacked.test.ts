import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { stackProposals } from "../../chain/index.ts";
import { conflictsOf } from "../../cli/checks/conflicts.ts";
import { ordersOf } from "../../cli/checks/orders.ts";
import { type Neighbour, neighboursIn, othersThan } from "../../cli/checks/pending.ts";
import { runChecks } from "../../cli/checks/run.ts";
import { stacked } from "../../cli/checks/stacked.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { onChainProposal } from "../../cli/proposal/payload.ts";
import { loadPolicy } from "../../cli/proposal/policy.ts";
import { forged } from "./forged.ts";
import { contextOf, proposalFolder } from "./world.ts";

const proposing = async (changes: string) => (await proposalFolder(`title: T\nauthor: A\nchanges:\n  ${changes}\n`)).proposal;

/** What the check says, on a real embedded chain, and what it says it looked at. */
async function said(proposal: Proposal, others: Readonly<Record<string, Proposal>>, notPending: readonly Neighbour[] = []) {
  const pending = Object.entries(others).map(([name, other]): Neighbour => ({ name, proposal: other, notPending: undefined }));
  const { findings, checked } = await runChecks(
    [stacked],
    contextOf(proposal, {
      neighbours: async () => [...pending, ...notPending],
      stack: (all) =>
        stackProposals(
          proposal.base,
          all.map((one) => onChainProposal(one.payload!)),
        ),
    }),
  );
  return { messages: findings.map(({ message }) => message), looked: checked[0]?.looked ?? "" };
}

describe("stacked", { timeout: 120_000 }, () => {
  it("finds two proposals that change the same value: whoever is second reverts, both ways round", async () => {
    const { messages } = await said(await proposing("ETH.volBuffer: 30 %"), { "0002-other": await proposing("ETH.volBuffer: 27 %") });
    expect(messages).toEqual([
      "After it, 0002-other reverts: RiskParameters_Stale(ETH, volBuffer, 2500, 3000).",
      "After 0002-other, it reverts: RiskParameters_Stale(ETH, volBuffer, 2500, 2700).",
    ]);
  });

  it("finds three that break a coupled rule only together", async () => {
    // 1350/1600 · 0.96 · 12000/12500 leaves 77.8 % of the reference requirement, and 80 % have to stay; each two of them leave 81 % or more.
    const { messages, looked } = await said(await proposing("ETH.spotRange: 1350"), {
      "0002-buffer": await proposing("ETH.volBuffer: 20 %"),
      "0003-initial": await proposing("protocol.initialMargin: 120 %"),
    });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^After 0002-buffer, then 0003-initial, it reverts: RiskParameters_RequirementMovedTooFar\(ETH/);
    expect(looked).toMatch(/^all 6 orders of it and 0002-buffer, 0003-initial$/);
  });

  it("has nothing against proposals that touch other values, of the same asset too", async () => {
    const { messages, looked } = await said(await proposing("ETH.volBuffer: 30 %"), {
      "0002-haircut": await proposing("BTC.haircut: 22 %"),
      "0003-jumps": await proposing("ETH.jumpMean: 800"),
      "0004-fee": await proposing("protocol.keeperFee: 110"),
    });
    expect(messages).toEqual([]);
    expect(looked).toMatch(/^all 24 orders/);
  });

  it("blames nobody for what reverts by itself, and leaves out what cannot come to a vote", async () => {
    const stale = await proposing("ETH.volBuffer: 30 %");
    const broken = await proposing("ETH.volBuffer: 41 %"); // beyond its step
    const { messages, looked } = await said(stale, { "0002-broken": broken }, [
      { name: "0003-failed", proposal: await proposing("ETH.volBuffer: 27 %"), notPending: "its evidence fails" },
    ]);
    expect(messages).toEqual([]);
    expect(looked).toMatch(/0002-broken was left out, it reverts by itself \(RiskParameters_StepTooLarge/);
    expect(looked).toMatch(/0003-failed was left out, its evidence fails$/);
  });

  it("is not stopped by another whose calldata nobody can decode: no governor takes it", async () => {
    const other = await proposing("BTC.haircut: 22 %");
    const padded = forged(other, { calldatas: [`${other.payload!.governor.calldatas[0]}00`] });
    const { messages, looked } = await said(await proposing("ETH.volBuffer: 30 %"), { "0002-padded": padded });
    expect({ messages, looked }).toEqual({
      messages: [],
      looked: "it goes through alone; 0002-padded was left out, it reverts by itself (RiskParameters_CallTrailingBytes(1))",
    });
  });

  it("puts the nearest six of many on the chain, and holds the others against the rules", async () => {
    const names = [
      "jumpMean: 700",
      "jumpVol: 2300",
      "jumpIntensity: 9000",
      "minVolUp: 4100",
      "volRangeUp: 5100",
      "volRangeDown: 2600",
      "shortOptionMinimum: 60",
    ];
    const others = Object.fromEntries(await Promise.all(names.map(async (name, i) => [`000${i + 2}-btc`, await proposing(`BTC.${name}`)] as const)));
    const { messages, looked } = await said(await proposing("ETH.volBuffer: 30 %"), { ...others, "0010-clash": await proposing("ETH.volBuffer: 27 %") });
    expect(messages).toContainEqual(expect.stringMatching(/^After 0010-clash, it reverts: RiskParameters_Stale/));
    expect(looked).toMatch(/^18 orders.*2.others held against the parameter rules alone: 0007-btc, 0008-btc/);
  });

  it("has failed when the proposal itself does not go through", async () => {
    const { messages } = await said(await proposing("ETH.volBuffer: 41 %"), { "0002-other": await proposing("BTC.haircut: 22 %") });
    expect(messages).toEqual([expect.stringMatching(/Could not run.*RiskParameters_StepTooLarge/)]);
  });

  it("takes for pending what has a payload and evidence that passes the gates", async () => {
    const root = resolve(import.meta.dirname, "../../proposals");
    const found = await neighboursIn(root, await loadPolicy(resolve(root, "policy.yaml")));
    expect(found.map(({ name, notPending }) => [name, notPending])).toEqual([
      ["0001-raise-eth-vol-buffer", undefined],
      ["0002-free-trapped-margin", "its evidence fails the policy's gates"],
      ["0003-raise-keeper-fee", undefined],
    ]);
    expect(othersThan(`${root}/0001-raise-eth-vol-buffer/`, found).map(({ name }) => name)).toEqual(["0002-free-trapped-margin", "0003-raise-keeper-fee"]);
  });
});

describe("orders", () => {
  it("are all of them up to four proposals: n!", () => {
    for (const [count, factorial] of [
      [1, 1],
      [2, 2],
      [3, 6],
      [4, 24],
    ]) {
      const orders = ordersOf(count, "seed");
      expect(new Set(orders.map(String)).size).toBe(factorial);
      expect(orders).toHaveLength(factorial);
    }
  });
  it("are drawn beyond: each pair both ways, the same for the same seed, others for another", () => {
    const orders = ordersOf(6, "a");
    for (let other = 1; other < 6; other++)
      expect(orders).toEqual(
        expect.arrayContaining([
          [0, other],
          [other, 0],
        ]),
      );
    expect(orders.slice(10).map((order) => [...order].sort())).toEqual(Array.from({ length: 6 }, () => [0, 1, 2, 3, 4, 5]));
    expect(ordersOf(6, "a")).toEqual(orders);
    expect(ordersOf(6, "b")).not.toEqual(orders);
  });
});

describe("conflicts", () => {
  it("are named by the fewest it takes, and not blamed on the proposal where others are enough", () => {
    const runs = [
      { order: [1, 2, 0], refused: [undefined, "clash", "late"] },
      { order: [1, 0, 2], refused: [undefined, "late", "clash"] },
      { order: [0, 1, 2], refused: [undefined, undefined, "clash"] },
    ];
    expect(conflictsOf(runs)).toEqual([{ refused: 0, after: [1], reason: "late" }]);
  });
});
