import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decayFactor, OUTAGE_KEEPERS } from "../../sim/liquidation/index.ts";
import { attest, changeAttested, counting, createAttestations, newest, reattest, scaleAttested } from "../../sim/replay/attestation.ts";
import { DEFAULT_LIQUIDATION, type LiquidationModel, replay, seededPopulation } from "../../sim/replay/index.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { createVenue, decay, openVenue, roomFor } from "../../sim/replay/venue.ts";
import { account, BLACK_THURSDAY, book, COUNTS, market, parameters, repriced } from "./world.ts";

/** One keeper who carries anything, at once, at the day's gas; prices without delay; slices of everything. */
const PLAIN: LiquidationModel = {
  ...DEFAULT_LIQUIDATION,
  slices: "pro-rata",
  keepers: { keepers: [{ inventoryUsd: 1e15, latencyMinutes: 0 }], inventoryHalfLifeHours: 1, priorityPerAuction: 0, largestPriority: 1, outages: [] },
  oracle: { latencySeconds: 0, confidence: 0 },
};
type Input = Parameters<typeof startSimulation>[0];
const start = (accounts: Input["book"]["accounts"], liquidation: LiquidationModel, world: Partial<Input> = {}) =>
  startSimulation({ market, crash: BLACK_THURSDAY, book: book(accounts, 1e6), parameters: parameters(), counts: COUNTS, seed: 1, liquidation, ...world })
    .simulation;

describe("an attestation", () => {
  const none = (values: readonly number[]) => new Float64Array(values.length);
  const losses = (...values: number[]) => ({ losses: Float64Array.from(values), minimum: none(values), rest: none(values) });

  it("counts until its lifetime has run out, by the clock and not by steps: hours, five minutes, a gap of a day", () => {
    const attestations = createAttestations(5_400, losses(1), 0, 100);
    const at = (hour: number, lost: number) => {
      attest(attestations, losses(lost), 0, hour);
      return counting(attestations).parts.losses[0];
    };
    // An hour and a half: at 101 the first still counts, at 102 it does not.
    expect([at(101, 2), at(102, 3)]).toEqual([1, 2]);
    // Steps of five minutes: 18 of them fill the lifetime, and the one that is exactly as old as it counts.
    const counts = Array.from({ length: 20 }, (_, k) => at(102 + (k + 1) / 12, 10 + k));
    expect(counts.slice(0, 6)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(counts.slice(6, 18)).toEqual(new Array(12).fill(3));
    expect(counts.slice(18)).toEqual([10, 11]);
    expect(at(128, 99)).toBe(99);
  });

  it("is scaled by what was sold and replaced by what settled, whenever it was made; what a lot of USDC asks for is not scaled", () => {
    const attestations = createAttestations(7_200, losses(8, 8), 3, 0);
    attest(attestations, losses(4, 4), 2, 1);
    scaleAttested(attestations, 0, 0.5);
    reattest(attestations, Uint8Array.of(0, 1));
    expect(attestations.records.map(({ parts }) => [...parts.losses])).toEqual([
      [4, 4],
      [2, 4],
    ]);
    expect(attestations.records.map(({ usdcLot }) => [...usdcLot])).toEqual([
      [3, 2],
      [2, 2],
    ]);
  });

  it("of another portfolio is that portfolio's own, at the level the attestation had: half of today's once, half of today's again", () => {
    const attestations = createAttestations(7_200, { losses: Float64Array.of(4), minimum: Float64Array.of(1), rest: Float64Array.of(1) }, 3, 0);
    attest(attestations, { losses: Float64Array.of(9), minimum: Float64Array.of(0), rest: Float64Array.of(1) }, 2, 1);
    // Without its hedge a short option asks for its minimum, which nothing of what was attested knew.
    changeAttested(attestations, 0, 10, { losses: 12, minimum: 16, rest: 4 });
    expect(counting(attestations).parts).toEqual({ losses: Float64Array.of(6), minimum: Float64Array.of(8), rest: Float64Array.of(2) });
    expect(newest(attestations).parts).toEqual({ losses: Float64Array.of(12), minimum: Float64Array.of(16), rest: Float64Array.of(4) });
  });
});

describe("the venue", () => {
  const hours = fc.integer({ min: 1, max: 36 });

  it("forgets an impact by elapsed time: the same after an hour in twelve steps or in one", () => {
    fc.assert(
      fc.property(hours, (length) => {
        const [one, many] = [createVenue(1), createVenue(1)];
        for (const venue of [one, many]) venue.down[0] = 0.01;
        decay(one, length);
        for (let step = 0; step < 12 * length; step++) decay(many, 1 / 12);
        expect(many.down[0] / one.down[0]).toBeCloseTo(1, 9);
        expect(one.down[0]).toBeCloseTo(0.01 * decayFactor(length), 12);
      }),
    );
  });

  it("keeps in mind what was unwound within the hour: all of it forgotten after one step of an hour, eleven twelfths left after five minutes", () => {
    const venue = createVenue(1);
    venue.unwoundUsd[0] = 1_200;
    decay(venue, 1 / 12);
    expect(venue.unwoundUsd[0]).toBeCloseTo(1_100, 9);
    decay(venue, 1);
    expect(venue.unwoundUsd[0]).toBe(0);
  });

  it("takes a fiftieth at a depth of 2 %, and the same order moves it √50 times as far", () => {
    const [full, thin] = [1, 0.02].map((depthFactor) => {
      const venue = createVenue(1);
      openVenue(venue, 0, { dailyVolatility: 0.05, dailyVolumeUsd: 1e9, stepVolumeUsd: 4e7, participation: 0.1, depthFactor });
      return venue;
    });
    expect([full.roomUsd[0], thin.roomUsd[0]]).toEqual([4e6, 8e4]);
    expect(roomFor(thin, Float64Array.of(8e5))).toBeCloseTo(0.1, 12);
    expect(full.liquidity[0].dailyVolumeUsd / thin.liquidity[0].dailyVolumeUsd).toBeCloseTo(50, 9);
  });
});

describe("an auction that runs out", () => {
  const long = account("long", [{ kind: "perp", underlying: "BTC", notionalUsd: 300_000 }], { USDC: 1 }, { cushion: 1.02 });
  const nobody: LiquidationModel = { ...PLAIN, keepers: { ...PLAIN.keepers, keepers: [] } };

  it("starts again after a pause, at no discount: every 31 + 10 minutes while nobody comes", () => {
    const simulation = start([long], nobody);
    const { auctions } = simulation;
    let open = 0;
    while (simulation.hour < BLACK_THURSDAY.startHour + 160) {
      advance(simulation);
      if (auctions.minutes[0] < 0 && auctions.restarted === 0) continue;
      if (auctions.minutes[0] < 0) break;
      open++;
      // Minutes 0 to 30 are looked at, then ten pass.
      expect(auctions.restarted).toBe(Math.floor((60 * open + 10) / 41));
      if (open > 6) break;
    }
    expect(open).toBeGreaterThan(3);
    expect(auctions.unsold).toBe(1);
    expect(auctions.notional).toBe(0);
  });

  it("is sold by the first keeper that comes back, at a discount of its new start", () => {
    const firstSale = (simulation: ReturnType<typeof start>) => {
      while (simulation.auctions.notional === 0 && simulation.hour < BLACK_THURSDAY.startHour + 200) advance(simulation);
      return simulation.hour - BLACK_THURSDAY.startHour;
    };
    const soon = firstSale(start([long], PLAIN));
    const late = start([long], { ...PLAIN, keepers: { ...PLAIN.keepers, outages: [{ fromHour: 0, hours: soon + 4, share: 1 }] } });
    expect(firstSale(late)).toBe(soon + 4);
    expect(late.auctions.restarted).toBeGreaterThan(0);
  });
});

describe("who takes part", () => {
  const population = { ...seededPopulation({ accounts: 80, seed: 1 }) };
  const run = (liquidation: LiquidationModel) =>
    replay({ market, crash: BLACK_THURSDAY, book: population, parameters: parameters(), counts: COUNTS, seed: 1, liquidation });

  it("decides: with four of five keepers offline through the crash and little to carry, more runs out unsold and the rest sells at a larger discount", () => {
    const few = { ...OUTAGE_KEEPERS, keepers: OUTAGE_KEEPERS.keepers.map((one) => ({ ...one, inventoryUsd: one.inventoryUsd / 4_000 })) };
    const [all, strained] = [run(DEFAULT_LIQUIDATION), run({ ...DEFAULT_LIQUIDATION, keepers: few })];
    expect(strained.auctionsRestarted).toBeGreaterThan(all.auctionsRestarted);
    expect(strained.notionalLiquidated).toBeLessThan(all.notionalLiquidated);
  });

  it("is never offered more than it carries: what keepers hold stays within their limits at every step", () => {
    const tight: LiquidationModel = {
      ...DEFAULT_LIQUIDATION,
      keepers: { ...DEFAULT_LIQUIDATION.keepers, keepers: [20_000, 5_000].map((inventoryUsd) => ({ inventoryUsd, latencyMinutes: 1 })) },
    };
    const simulation = start(population.accounts, tight);
    let largest = 0;
    while (simulation.hour < BLACK_THURSDAY.startHour + 200) {
      advance(simulation);
      // Rounded down to whole lots, or up where all that is wanted fits: by a lot of BTC at most.
      for (const [k, usd] of simulation.keepers.carriedUsd.entries()) expect(usd).toBeLessThan([20_000, 5_000][k] + 1_000);
      largest = Math.max(largest, simulation.keepers.carriedUsd[0]);
    }
    expect(largest).toBeGreaterThan(15_000);
  });
});

describe("the protocol's prices", () => {
  /** The real closes, without funding: nothing but prices moves an account. */
  const world = repriced(BLACK_THURSDAY, (_, __, real) => real);
  const people = ["BTC", "ETH"].map((underlying) =>
    account(underlying, [{ kind: "perp", underlying, notionalUsd: 200_000 }], { USDC: 0.6, ETH: 0.4 }, { cushion: 3 }),
  );

  it("an hour old are those of the step before: equity at them, worth at the market's", () => {
    const simulation = start(people, { ...PLAIN, oracle: { latencySeconds: 3_600, confidence: 0 } }, world);
    const { accounts } = simulation;
    let before = accounts.worth.slice();
    for (let step = 1; step < 120; step++) {
      advance(simulation);
      if (step > 1) for (const a of [0, 1]) expect(accounts.seenWorth[a]).toBeCloseTo(before[a], 6);
      before = accounts.worth.slice();
    }
    expect(accounts.seenWorth[0]).not.toBe(accounts.worth[0]);
  });

  it("half an hour old lie half way", () => {
    const simulation = start(people, { ...PLAIN, oracle: { latencySeconds: 1_800, confidence: 0 } }, world);
    const { accounts } = simulation;
    let before = accounts.worth.slice();
    for (let step = 1; step < 60; step++) {
      advance(simulation);
      for (const a of [0, 1]) expect(accounts.seenWorth[a]).toBeCloseTo((before[a] + accounts.worth[a]) / 2, 6);
      before = accounts.worth.slice();
    }
  });

  it("that lag sell too late: an account that is bankrupt at the market still stands as solvent, and nobody buys it", () => {
    const fall = repriced(BLACK_THURSDAY, (asset, index, real) => (asset === "ETH" && index >= 100 ? real / 20 : real));
    const long = account("long", [{ kind: "perp", underlying: "ETH", notionalUsd: 300_000 }]);
    const [quick, slow] = [0, 3_600].map((latencySeconds) => start([long], { ...PLAIN, oracle: { latencySeconds, confidence: 0 } }, fall));
    for (const simulation of [quick, slow]) while (simulation.hour < BLACK_THURSDAY.startHour + 101) advance(simulation);
    expect(quick.auctions.liquidated[0]).toBe(1);
    expect(quick.accounts.holdings.lots[0]).toBeLessThan(slow.accounts.holdings.lots[0]);
    expect(slow.accounts.worth[0]).toBeLessThan(0);
    expect(slow.accounts.seenWorth[0]).toBeGreaterThan(0);
  });

  it("with a width ask for that width of the net delta more, and never for less", () => {
    const [sure, unsure] = [0, 0.02].map((confidence) => start(people, { ...PLAIN, oracle: { latencySeconds: 0, confidence } }));
    for (let step = 1; step < 50; step++) {
      const view = advance(sure);
      advance(unsure);
      const { holdings, universe, coinLots } = sure.accounts;
      const spots = view?.snapshot.underlyings.map(({ spot }) => spot) ?? [];
      for (const a of [0, 1]) {
        const net = spots.map(() => 0);
        for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
          const u = universe.underlying[holdings.instrument[e]];
          // USDC has no spot.
          if (u < spots.length) net[u] += holdings.lots[e] * (view?.step.deltas[holdings.instrument[e]] ?? 0) * spots[u];
        }
        const [plain, wide] = [sure, unsure].map(({ attestations }) => newest(attestations).parts.rest[a]);
        expect(wide - plain).toBeCloseTo(0.02 * net.reduce((sum, usd) => sum + Math.abs(usd), 0), 4);
        expect(coinLots[1][a]).toBeGreaterThan(0);
      }
    }
  });
});

describe("a model of liquidation that is none", () => {
  it.each([
    ["oracle.latencySeconds", { oracle: { latencySeconds: -1, confidence: 0 } }],
    ["oracle.confidence", { oracle: { latencySeconds: 0, confidence: 1 } }],
    ["restartPauseMinutes", { restartPauseMinutes: 2.5 }],
    ["lossSharing", { lossSharing: "nobody" as never }],
    ["slices", { slices: "" as never }],
    ["deleveraging", { deleveraging: "all" as never }],
  ])("is refused at its %s", (field, change: Partial<LiquidationModel>) => {
    expect(() => start([], { ...PLAIN, ...change })).toThrow(
      expect.objectContaining({ code: "LIQUIDATION_MODEL_INVALID", where: expect.objectContaining({ field }) }),
    );
  });
});
