import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckMarket } from "../../cli/checks/context.ts";
import { jointMargin } from "../../cli/checks/joint-margin.ts";
import { loadDataset } from "../../cli/dataset/load.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { createDrawMemory } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/index.ts";
import { applyChanges, type Change, validateChanges, valueOf } from "../../sim/parameters/index.ts";
import { contextOf, find, GOOD, POLICY, proposalFolder } from "./world.ts";

const PROPOSALS = resolve(import.meta.dirname, "../../proposals");

let good: Proposal;
let market: CheckMarket;
beforeAll(async () => {
  good = (await proposalFolder(GOOD)).proposal;
  const dataset = await loadDataset();
  const own = createMarket(dataset);
  market = { market: own, crashes: dataset.crashes, memory: createDrawMemory(own) };
}, 120_000);

const messages = async (proposal: Proposal, limits = {}) =>
  (await find(jointMargin, contextOf(proposal, { policy: { ...POLICY, limits }, market: async () => market }))).map(({ message }) => message);

function changed(to: Readonly<Record<string, number>>): Proposal {
  const changes = Object.entries(to).map(([key, value]): Change => {
    const [scope, name] = key.split(".") as [string, string];
    return { scope, name, from: valueOf(good.base, { scope, name }), to: value, rampSeconds: 86_400 };
  });
  expect(validateChanges(good.base, changes)).toEqual([]);
  return { ...good, changes, after: applyChanges(good.base, changes) };
}

describe("the margin that is really asked for", { timeout: 120_000 }, () => {
  it("CAPO: catches changes that are each within bounds and step, sound together by every coupled rule, and take a third of the margin", async () => {
    const together = await loadProposal(resolve(PROPOSALS, "0002-free-trapped-margin"));
    expect(validateChanges(together.base, together.changes)).toEqual([]);
    expect(await messages(together)).toEqual([
      expect.stringMatching(/needs .* today and .* after the change: −[34]\d\.\d %, at most −25 % is allowed; \d+.others move/),
    ]);
    // One by one most of them would pass: it is what they do together.
    for (const { scope, name, to } of together.changes.filter((change) => change.name !== "riskMeasure"))
      expect([name, await messages(changed({ [`${scope}.${name}`]: to }))]).toEqual([name, []]);
  });

  it("leaves the kept proposal alone that raises one buffer, and changes no engine reads", async () => {
    expect(await messages(good)).toEqual([]);
    expect(await messages(changed({ "protocol.keeperFee": 110, "ETH.openInterestCap": 700_000 }))).toEqual([]);
  });

  it("lets the largest single steps pass that the chain takes, down and up", async () => {
    for (const step of [
      { "protocol.horizon": 64_800 },
      { "protocol.confidence": 9_850 },
      { "protocol.stressWeight": 5_000 },
      { "ETH.volBuffer": 4_000 },
      { "SOL.spotRange": 3_500 },
    ])
      expect([step, await messages(changed(step))]).toEqual([step, []]);
  });

  it("is exactly as strict as the limit: initial margin is 125 % of maintenance, at 120 % every unhedged portfolio needs 4 % less", async () => {
    const lower = changed({ "protocol.initialMargin": 12_000 });
    expect(await messages(lower, { marginDecrease: 0.040_001 })).toEqual([]);
    expect(await messages(lower, { marginDecrease: 0.039_999 })).toEqual([expect.stringMatching(/−4 %, at most −4 % is allowed/)]);
  });

  it("counts a haircut with what it is taken off from: 20 % to 35 % asks for 0.80 / 0.65 of the coin", async () => {
    const dearer = changed({ "ETH.haircut": 3_500 });
    expect(await messages(dearer, { marginIncrease: 0.8 / 0.65 - 1 + 1e-6 })).toEqual([]);
    expect(await messages(dearer, { marginIncrease: 0.8 / 0.65 - 1 - 1e-6 })).toEqual([expect.stringMatching(/brought in ETH: \+23\.1 %/)]);
  });

  it("is a risk gate: exit 4, and missing evidence where the market cannot be read", async () => {
    const together = await loadProposal(resolve(PROPOSALS, "0002-free-trapped-margin"));
    expect(await find(jointMargin, contextOf(together, { market: async () => market }))).toMatchObject([{ kind: "gate", severity: "error" }]);
    expect(await find(jointMargin, contextOf(good))).toMatchObject([{ kind: "evidence", severity: "error", message: expect.stringMatching(/Could not run/) }]);
  });
});
