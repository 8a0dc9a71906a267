import { describe, expect, test } from "vitest";
import { recordOf } from "../../cli/backtest/record.ts";
import { DEFAULT_DATASET } from "../../cli/dataset/load.ts";
import { compareWithPeers } from "../../cli/peers/against.ts";
import { peersOf } from "../../cli/peers/names.ts";
import { AGAINST_OUTPUT } from "../../cli/peers/output.ts";
import { resultsOf } from "../../cli/peers/results.ts";
import { equalCapital, peerParameters } from "../../cli/peers/scale.ts";
import { againstText } from "../../cli/peers/text.ts";
import { createPeerEngine } from "../../sim/peers/index.ts";
import { DEFAULT_LIQUIDATION, replay, seededPopulation } from "../../sim/replay/index.ts";
import { BLACK_THURSDAY, market, parameters } from "../replay/world.ts";

const COUNTS = { filtered: 64, stressed: 16 };
const SEEDS = [1, 2];
const ACCOUNTS = 8;
const baseline = parameters();
const proposed = parameters({ "ETH.volBuffer": 3_000 });

const outcomes = (
  [
    ["baseline", baseline],
    ["proposed", proposed],
  ] as const
).flatMap(([set, own]) =>
  SEEDS.map((seed) => ({
    crash: BLACK_THURSDAY.id,
    set,
    seed,
    outcome: recordOf(
      replay({ market, crash: BLACK_THURSDAY, book: seededPopulation({ accounts: ACCOUNTS, seed }), parameters: own, counts: COUNTS, seed }),
      false,
    ),
  })),
);
const compare = (workers: number) =>
  compareWithPeers({
    datasetDir: DEFAULT_DATASET,
    book: { accounts: ACCOUNTS },
    baseline,
    proposed,
    counts: COUNTS,
    liquidation: DEFAULT_LIQUIDATION,
    peers: ["static", "derive-pmrm2"],
    crashes: [BLACK_THURSDAY.id],
    seeds: SEEDS,
    workers,
  });

describe("equal capital", () => {
  const opening = (initial: number, maintenance: number) => ({ initial, maintenance });
  const openings = [
    {
      proposed: opening(60, 50),
      baseline: opening(50, 40),
      span: opening(30, 25),
      static: opening(0, 0),
      "deribit-pm": opening(90, 72),
      "derive-pmrm2": opening(1, 1),
    },
    {
      proposed: opening(30, 24),
      baseline: opening(20, 16),
      span: opening(30, 25),
      static: opening(0, 0),
      "deribit-pm": opening(0, 0),
      "derive-pmrm2": opening(2, 1),
    },
  ];

  test("one factor per peer over all crashes, by what the books need as they open", () => {
    expect(equalCapital(openings, ["span", "deribit-pm"])).toEqual([
      { peer: "span", factor: 1.5, initialRatio: 1.2 },
      { peer: "deribit-pm", factor: 1, initialRatio: 1.25 },
    ]);
    expect(() => equalCapital(openings, ["static"])).toThrow(expect.objectContaining({ code: "PEER_ASKS_NOTHING" }));
  });

  test("margin calls ask for the peer's own initial margin, and a liquidation restores no more", () => {
    expect(baseline.protocol.liquidationTarget).toBe(11_500);
    expect(peerParameters(baseline, { initialRatio: 1.1 }).protocol).toEqual({ ...baseline.protocol, initialMargin: 11_000, liquidationTarget: 11_000 });
    expect(peerParameters(baseline, { initialRatio: 1.25 }).protocol).toMatchObject({ initialMargin: 12_500, liquidationTarget: 11_500 });
  });

  test("peers are named as they are, all at once, or refused with the nearest", () => {
    expect(peersOf("span, static,span")).toEqual(["span", "static"]);
    expect(peersOf("all")).toHaveLength(4);
    expect(() => peersOf("deribit")).toThrow(expect.objectContaining({ code: "PEER_UNKNOWN", fix: "Did you mean deribit-pm?" }));
  });
});

describe("a comparison with peers", () => {
  const byTwo = compare(2);

  test("every peer opens with our initial margin, ours stand as they were found, and a peer's figures are those of a replay under it", async () => {
    const document = AGAINST_OUTPUT.parse(resultsOf(await byTwo, outcomes));
    const { initialMargin } = document.equalCapital;
    expect(document.systems.map(({ name }) => name)).toEqual(["proposed", "baseline", "static", "derive-pmrm2"]);
    for (const { name, initialMargin: asked } of document.systems) if (name !== "baseline") expect(asked / initialMargin).toBeCloseTo(1, 12);
    const systems = document.crashes[0].systems as Required<(typeof document.crashes)[number]["systems"]>;
    for (const set of ["proposed", "baseline"] as const) {
      const own = outcomes.filter((entry) => entry.set === set).map(({ outcome }) => outcome.coverage);
      expect(systems[set].coverage.value).toBeCloseTo((own[0] + own[1]) / 2, 12);
    }
    // The same replays once more, each by itself.
    const { factor, initialRatio } = document.systems[2];
    const own = peerParameters(proposed, { initialRatio });
    const again = SEEDS.map((seed) => {
      const engine = createPeerEngine("static", market, own, COUNTS, factor);
      return replay({ market, crash: BLACK_THURSDAY, book: seededPopulation({ accounts: ACCOUNTS, seed }), parameters: own, counts: COUNTS, seed, engine });
    });
    expect(systems.static.coverage.value).toBeCloseTo((again[0].coverage + again[1].coverage) / 2, 12);
    expect(systems.static.shortfallFinal.value).toBeCloseTo((again[0].shortfallFinal + again[1].shortfallFinal) / 2, 6);
    // Two draws: the mean of the differences, and Student's t with one degree of freedom, 12.706, times half their distance.
    const ours = outcomes.filter(({ set }) => set === "proposed").map(({ outcome }) => outcome.coverage);
    const [first, second] = again.map(({ coverage }, i) => coverage - ours[i]);
    const { change } = systems.static.coverage;
    expect(change.value).toBeCloseTo((first + second) / 2, 12);
    expect(change.high! - change.value).toBeCloseTo((12.706204736 * Math.abs(first - second)) / 2, 9);
    expect(systems.proposed.coverage).toMatchObject({ change: { value: 0, low: 0, high: 0 }, says: "cannot tell" });
    expect(systems.static.accountsLiquidated).toBe((again[0].accountsLiquidated + again[1].accountsLiquidated) / 2);
    const text = againstText(document);
    expect(text).toMatch(/crash +proposed +today +static +derive-pmrm2/);
    expect(text).toContain(factor.toFixed(3));
  });

  test("the number of workers cannot be seen in it", async () => {
    expect(await compare(1)).toEqual(await byTwo);
  });
});
