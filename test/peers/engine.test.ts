import { describe, expect, test } from "vitest";
import { createPeerEngine, PEER_NAMES, peerModel, peerStep } from "../../sim/peers/index.ts";
import { replay, seededPopulation } from "../../sim/replay/index.ts";
import { tableOf } from "../margin/book.ts";
import { BLACK_THURSDAY, COUNTS, market, parameters } from "../replay/world.ts";

const SET = parameters();
const HOUR = BLACK_THURSDAY.startHour + 100;
const BOOK = [
  { kind: "perp", underlying: "BTC" },
  { kind: "option", underlying: "BTC", right: "put", strike: 7_000, expiryHour: HOUR + 720 },
  { kind: "spot", underlying: "ETH" },
  { kind: "perp", underlying: "ETH" },
] as const;

describe("a peer in the place of our engine", () => {
  test.for(PEER_NAMES)("%s: requirements and margin rates are the peer's, scaled; marks, deltas and scenarios are ours", (name) => {
    const snapshot = market.snapshotAt(HOUR);
    const engine = createPeerEngine(name, market, SET, COUNTS, 1.5);
    const step = engine.step(snapshot, BOOK);
    const peer = peerStep(peerModel(name), snapshot, BOOK);
    const table = tableOf(BOOK, [
      [
        [0, 10],
        [1, -300],
        [2, 40],
      ],
      [],
      [[3, -80]],
    ]);
    const found = step.requirements(table);
    for (const account of [0, 1, 2]) {
      const { maintenance, initial } = peer.marginOf(table, account);
      expect(found.maintenance[account]).toBe(1.5 * maintenance);
      expect(found.initial[account]).toBe(1.5 * initial);
    }
    // One short perp of ETH: its maintenance over its notional is the rate.
    const { short } = engine.linearRates(snapshot, "ETH");
    expect(found.maintenance[2] / (80 * peer.instruments[3].mark)).toBeCloseTo(short, 12);
    expect(step.scenarios).toBeGreaterThan(COUNTS.filtered + COUNTS.stressed);
    BOOK.forEach((_, index) => {
      expect(step.deltas[index]).toBeCloseTo(peer.instruments[index].delta, 6);
      if (BOOK[index].kind !== "spot") expect(Math.abs(step.marks[index] - peer.instruments[index].mark)).toBeLessThan(1e-5);
    });
  });

  test("a replay runs unchanged under a peer: fixed ratios never move, nine times the margin leaves less uncovered", () => {
    const input = { market, crash: BLACK_THURSDAY, book: seededPopulation({ accounts: 12, seed: 3 }), parameters: SET, counts: COUNTS, seed: 3 };
    const under = (scale: number) => replay({ ...input, engine: createPeerEngine("static", market, SET, COUNTS, scale) });
    const [thin, thick] = [under(0.5), under(4.5)];
    expect(thin.largestOneDayRise).toBeCloseTo(0, 9);
    expect(thick.series.initial[0]).toBeGreaterThan(3 * thin.series.initial[0]);
    expect(thick.coverage).toBeGreaterThan(thin.coverage);
    expect(thick.shortfallFinal).toBeLessThanOrEqual(thin.shortfallFinal);
  });
});
