import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { has, MOST_EXACT, shapleyPlan, shapleyValues } from "../../sim/verdict/index.ts";

const values = (players: number, game: (mask: number) => number, options?: { samples?: number; seed?: number }) =>
  shapleyValues(shapleyPlan(players, options), game).map(({ value }) => value);
const members = (mask: number, players: number) => Array.from({ length: players }, (_, i) => i).filter((i) => has(mask, i));
/** Any game of so many players, from a list of random values. */
const game = (players: number) =>
  fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2 ** players, maxLength: 2 ** players }).map((list) => (mask: number) => list[mask]);

describe("Shapley values", () => {
  // The glove game, one left glove and two right ones, a pair is worth 1: Shapley values 2/3, 1/6, 1/6 (Osborne and Rubinstein 1994, §14.4).
  it("of the glove game are two thirds and twice a sixth", () => {
    const gloves = (mask: number) => (has(mask, 0) && mask > 1 ? 1 : 0);
    expect(values(3, gloves).map((value) => value.toFixed(12))).toEqual([2 / 3, 1 / 6, 1 / 6].map((value) => value.toFixed(12)));
  });

  // Littlechild and Owen (1973): who needs a runway of length c shares each stretch with all who need at least as much.
  it.each([3, 5, 7])("of the airport game with %i players are its closed form, sampled ones within their error", (players) => {
    const cost = (mask: number) => Math.max(0, ...members(mask, players).map((i) => i + 1));
    const shares = shapleyValues(shapleyPlan(players, { samples: 400 }), cost);
    shares.forEach(({ value, standardError }, i) => {
      const expected = Array.from({ length: i + 1 }, (_, stretch) => 1 / (players - stretch)).reduce((sum, part) => sum + part, 0);
      expect(standardError > 0).toBe(players > MOST_EXACT);
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(4 * standardError + 1e-12);
    });
  });

  it("add up to the whole, of any game, played out or sampled", () => {
    for (const players of [1, 2, 4, 7]) {
      fc.assert(
        fc.property(game(players), fc.integer(), (of, seed) => {
          const sum = values(players, of, { samples: 3, seed }).reduce((total, one) => total + one, 0);
          expect(sum).toBeCloseTo(of(2 ** players - 1) - of(0), 8);
        }),
        { numRuns: 20 },
      );
    }
  });

  it("are the same for two who do the same, nothing for one who does nothing, and additive over games", () => {
    fc.assert(
      fc.property(game(3), game(3), (of, other) => {
        // Players 0 and 1 count alike, player 3 does not count.
        const symmetric = (mask: number) => of((has(mask, 0) || has(mask, 1) ? 1 : 0) + (has(mask, 0) && has(mask, 1) ? 2 : 0) + (has(mask, 2) ? 4 : 0));
        const [first, second, , dummy] = values(4, symmetric);
        expect(first).toBeCloseTo(second, 10);
        expect(dummy).toBeCloseTo(0, 10);
        const together = values(3, (mask) => of(mask) + 2 * other(mask));
        const [a, b] = [values(3, of), values(3, other)];
        together.forEach((value, i) => {
          expect(value).toBeCloseTo(a[i] + 2 * b[i], 9);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("need every coalition up to five players, and no more than the sampled orders pass through beyond", () => {
    expect(shapleyPlan(2).coalitions).toEqual([0, 1, 2, 3]);
    expect(shapleyPlan(5).coalitions).toHaveLength(32);
    const sampled = shapleyPlan(12, { samples: 8, seed: 3 });
    expect(sampled.coalitions.length).toBeLessThanOrEqual(8 * 11 + 2);
    expect(sampled.coalitions).toEqual(shapleyPlan(12, { samples: 8, seed: 3 }).coalitions);
    expect(sampled.coalitions).not.toEqual(shapleyPlan(12, { samples: 8, seed: 4 }).coalitions);
    expect(sampled.coalitions.at(-1)).toBe(2 ** 12 - 1);
    expect(sampled.coalitions[0]).toBe(0);
  });

  it("are refused of nobody, of half a player, and from one order", () => {
    for (const players of [0, 1.5, 33]) expect(() => shapleyPlan(players)).toThrow(expect.objectContaining({ code: "SHAPLEY_PLAYERS_INVALID" }));
    expect(() => shapleyPlan(6, { samples: 1 })).toThrow(expect.objectContaining({ code: "SHAPLEY_SAMPLES_INVALID" }));
  });
});
