import { beforeAll, describe, expect, it } from "vitest";
import type { CheckMarket } from "../../cli/checks/context.ts";
import { smoke } from "../../cli/checks/smoke.ts";
import { smokeRun } from "../../cli/checks/smoke-run.ts";
import { loadDataset } from "../../cli/dataset/load.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { createDrawMemory } from "../../sim/margin/index.ts";
import { createMarket } from "../../sim/market/index.ts";
import { initialParameters, type ParameterSet, withValue } from "../../sim/parameters/index.ts";
import { contextOf, find, GOOD, proposalFolder } from "./world.ts";

let good: Proposal;
let market: CheckMarket;
beforeAll(async () => {
  good = (await proposalFolder(GOOD)).proposal;
  const dataset = await loadDataset();
  const own = createMarket(dataset);
  market = { market: own, crashes: dataset.crashes, memory: createDrawMemory(own) };
}, 120_000);

const under = (values: Readonly<Record<string, number>>): ParameterSet =>
  Object.entries(values).reduce((set, [key, value]) => {
    const [scope, name] = key.split(".") as [string, string];
    return withValue(set, { scope, name }, value);
  }, good.base);
const findings = (after: ParameterSet) => find(smoke, contextOf({ ...good, after }, { market: async () => market }));

describe("the day after the vote", { timeout: 180_000 }, () => {
  it("every market of a sound proposal opens, margins, liquidates and settles", async () => {
    expect(await findings(good.after)).toEqual([]);
    expect(smokeRun(market.market, market.crashes, good.after).markets.map(({ underlying }) => underlying)).toEqual(["BTC", "ETH", "SOL", "LINK", "AVAX"]);
  });

  it("Compound 117: catches a value that stops a market, though the chain would store it", async () => {
    // Two days of history have eight moves of a day, a quarter of a day apart, and 60 are needed for a quantile; a share of no volume closes no position.
    expect(await findings(under({ "protocol.lookback": 2 }))).toMatchObject([
      { severity: "error", kind: "check", message: expect.stringMatching(/^Could not run.*historical moves/) },
    ]);
    expect(await findings(under({ "protocol.participation": 0 }))).toMatchObject([
      { severity: "error", message: expect.stringMatching(/not a finite number/) },
    ]);
  });

  it("catches a liquidation nobody has a reason to buy: no discount, no fee", async () => {
    const found = await findings(under({ "protocol.liquidationDiscount": 0, "protocol.keeperFee": 0 }));
    expect(found.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^LINK: nothing is sold of an account with three fifths of its maintenance margin, within 74 hours/),
    );
  });

  it("catches a margin that is no number", async () => {
    expect(await findings(under({ "protocol.initialMargin": Number.NaN }))).toMatchObject([{ severity: "error" }]);
  });

  it("says which market it could not try, because no data has it", async () => {
    const doge = { ...initialParameters(), underlyings: { ...good.base.underlyings, DOGE: good.base.underlyings.ETH } };
    expect(await findings(doge)).toMatchObject([{ severity: "warn", message: expect.stringMatching(/^DOGE could not be tried/) }]);
  });
});
