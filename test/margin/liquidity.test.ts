import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createMarginEngine, type Requirements } from "../../sim/margin/index.ts";
import { displacementLoss, impactCost, SPIRAL_ROUNDS, toxicity } from "../../sim/margin/liquidity.ts";
import { createMarket, type Market, type Snapshot } from "../../sim/market/index.ts";
import { initialParameters, withValue } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";
import { thinnessFactor } from "../../sim/scenarios/thinness.ts";
import { tableOf } from "./book.ts";

const amounts = fc.double({ min: 1e-3, max: 1e12, noNaN: true });

// Donier & Bonart (arXiv 1412.4503), Y = 1: a hundredth of a day's volume moves the price by a tenth of a day's volatility.
test("a hundredth of a day's volume is marked a tenth of a day's volatility lower, and costs two thirds of that to sell", () => {
  const dayVolatility = 0.04;
  const loss = displacementLoss(1e7, 1e9, dayVolatility * Math.sqrt(365));
  expect(loss / 1e7).toBeCloseTo(0.1 * dayVolatility, 15);
  expect(impactCost(loss) / loss).toBeCloseTo(2 / 3, 15);
  expect(displacementLoss(0, 1e9, 0.6)).toBe(0);
});

describe("liquidation toxicity", () => {
  /** The end of the spiral, by bisection of what defines it: y² = 1 + S y / (K + S y). */
  const endOf = (risk: number, displacement: number) => {
    let [low, high] = [1, Math.SQRT2];
    for (let i = 0; i < 80; i++) {
      const y = (low + high) / 2;
      if (y * y > 1 + (displacement * y) / (risk + displacement * y)) high = y;
      else low = y;
    }
    return low;
  };
  const reached = (risk: number, displacement: number, rounds?: number) => (toxicity(risk, displacement, rounds) + impactCost(displacement)) / displacement;

  test("every round leaves at most an eighth of what was missing, from the careful side, whatever the size of the book", () => {
    fc.assert(
      fc.property(amounts, amounts, (risk, displacement) => {
        const end = endOf(risk, displacement);
        for (let rounds = 0; rounds <= SPIRAL_ROUNDS; rounds++) {
          const missing = reached(risk, displacement, rounds) - end;
          expect(missing).toBeGreaterThan(-1e-14);
          expect(missing).toBeLessThan((Math.SQRT2 - 1) / 8 ** rounds + 1e-14);
        }
      }),
    );
  });

  test("a book whose own sale is all of its risk sells twice: √2 times the displacement, and no more however large it is", () => {
    expect(reached(0, 1e6)).toBeCloseTo(Math.SQRT2, 14);
    expect(reached(1, 1e15)).toBeCloseTo(Math.SQRT2, 9);
    expect(Number.isFinite(toxicity(1e3, 1e300))).toBe(true);
  });

  test("a book small for its market is marked at the price its sale leaves: a third of the displacement on top of the cost", () => {
    expect(toxicity(1e6, 1)).toBeCloseTo(1 / 3, 5);
    expect(toxicity(1e6, 0)).toBe(0);
  });

  test("the requirement rises with the risk and with the displacement", () => {
    const requirement = (risk: number, displacement: number) => risk + impactCost(displacement) + toxicity(risk, displacement);
    fc.assert(
      fc.property(amounts, amounts, fc.double({ min: 1e-6, max: 1, noNaN: true }), (risk, displacement, more) => {
        const before = requirement(risk, displacement) * (1 - 1e-14);
        expect(requirement(risk * (1 + more), displacement)).toBeGreaterThanOrEqual(before);
        expect(requirement(risk, displacement * (1 + more))).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

describe("in a requirement", () => {
  const HOUR = Date.UTC(2024, 5, 3) / 3_600_000;
  let market: Market;
  let snapshot: Snapshot;
  let required: (of: Snapshot, lots: readonly number[]) => Requirements;
  beforeAll(async () => {
    market = createMarket(await loadDataset());
    const whole = market.snapshotAt(HOUR);
    snapshot = { ...whole, underlyings: whole.underlyings.filter(({ asset }) => asset === "BTC" || asset === "ETH") };
    const engine = createMarginEngine(market, initialParameters(), { filtered: 128, stressed: 32 });
    const instruments: Instrument[] = [
      { kind: "perp", underlying: "BTC" },
      { kind: "option", underlying: "ETH", right: "put", strike: 3_500, expiryHour: HOUR + 720 },
    ];
    required = (of, lots) => {
      const rows = lots.map((n) => [[0, n] as const, [1, -n] as const]);
      return engine.step(of, instruments).requirements(tableOf(instruments, rows));
    };
  });
  const withVolume = (recent: number, usual = 1): Snapshot => ({
    ...snapshot,
    underlyings: snapshot.underlyings.map((state) => {
      const dailyVolumeUsd = usual * state.dailyVolumeUsd;
      return { ...state, dailyVolumeUsd, recentVolumeUsd: recent * dailyVolumeUsd };
    }),
  });

  test("liquidity is its three parts, and each part of a book's rate rises with its size", () => {
    const sizes = [1e2, 1e4, 1e6, 1e8];
    const { extension, impact, toxicity: toxic, liquidity, deltaNotional } = required(snapshot, sizes);
    for (let a = 0; a < sizes.length; a++) {
      expect((extension[a] + impact[a] + toxic[a]) / liquidity[a]).toBeCloseTo(1, 12);
      expect(toxic[a]).toBeGreaterThan(0);
      if (a === 0) continue;
      expect(impact[a] / deltaNotional[a]).toBeGreaterThan(impact[a - 1] / deltaNotional[a - 1]);
      expect(toxic[a] / deltaNotional[a]).toBeGreaterThan(toxic[a - 1] / deltaNotional[a - 1]);
      expect(extension[a] / deltaNotional[a]).toBeGreaterThanOrEqual(extension[a - 1] / deltaNotional[a - 1]);
    }
  });

  test("a book too large for its market gets a finite requirement, more than all it holds", () => {
    const { maintenance, deltaNotional } = required(withVolume(1, 1e-9), [1e6]);
    expect(Number.isFinite(maintenance[0])).toBe(true);
    expect(maintenance[0]).toBeGreaterThan(deltaNotional[0]);
  });

  test("a market with less volume than usual never lowers a requirement, a smaller market neither; more than usual changes no shock", () => {
    const volumes = [2, 1, 0.9, 0.6, 0.44, 0.1, 0, Number.NaN].map((recent) => required(withVolume(recent), [10_000]));
    expect(volumes[0].core[0]).toBe(volumes[1].core[0]);
    for (const [i, later] of volumes.slice(1).entries()) expect(later.maintenance[0]).toBeGreaterThanOrEqual(volumes[i].maintenance[0]);
    expect(volumes[4].core[0]).toBeGreaterThan(1.3 * volumes[1].core[0]);
    const markets = [4, 1, 0.1, 0.001].map((usual) => required(withVolume(1, usual), [10_000]).maintenance[0]);
    for (const [i, later] of markets.slice(1).entries()) expect(later).toBeGreaterThan(markets[i]);
  });

  test("a longer horizon asks no less of a book that takes weeks to sell", () => {
    const maintenance = [43_200, 86_400, 172_800, 432_000].map((horizon) => {
      const engine = createMarginEngine(market, withValue(initialParameters(), { scope: "protocol", name: "horizon" }, horizon), {
        filtered: 128,
        stressed: 32,
      });
      const perp: Instrument[] = [{ kind: "perp", underlying: "ETH" }];
      return engine.step(snapshot, perp).requirements(tableOf(perp, [[[0, 4_000_000]]])).maintenance[0];
    });
    for (const [i, later] of maintenance.slice(1).entries()) expect(later).toBeGreaterThan(maintenance[i]);
  });

  test("a market that is not traded at all is an error, not a requirement", () => {
    for (const usual of [0, Number.NaN]) expect(() => required(withVolume(1, usual), [1])).toThrow(expect.objectContaining({ code: "VOLUME_UNKNOWN" }));
  });
});

test("shocks grow with the root of what is missing of the usual volume, by half at most, and never shrink", () => {
  expect(thinnessFactor(1e9, 0.64e9)).toBeCloseTo(1.25, 15);
  expect(thinnessFactor(1e9, 3e9)).toBe(1);
  for (const none of [0, 1, Number.NaN]) expect(thinnessFactor(1e9, none)).toBe(1.5);
});
