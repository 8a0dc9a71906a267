import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../sim/math/index.ts";
import { estimate, headlinesOf, wordFor } from "../../sim/verdict/index.ts";
import { pair } from "./outcomes.ts";

describe("an estimate over seeds", () => {
  // Student (1908), "The probable error of a mean", §9: the additional hours of sleep by two drugs, ten patients; the paired difference has
  // mean 1.58 and, in R's t.test(sleep), the 95 % interval 0.7001142 to 2.4598858.
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  it("is the paired t interval of Student's own data", () => {
    const { value, interval, draws } = estimate(second.map((hours, i) => hours - first[i]));
    expect(value).toBeCloseTo(1.58, 12);
    expect(interval?.low).toBeCloseTo(0.7001142, 6);
    expect(interval?.high).toBeCloseTo(2.4598858, 6);
    expect(draws).toBe(10);
  });

  it("holds the true mean in 95 of 100 samples of 16 normal draws", () => {
    const random = createRandom("coverage of the interval");
    const samples = 4_000;
    let held = 0;
    for (let i = 0; i < samples; i++) {
      const { interval } = estimate(Array.from({ length: 16 }, () => 3 + 2 * random.normal()));
      if (interval !== undefined && interval.low <= 3 && interval.high >= 3) held++;
    }
    // Binomial: three standard deviations are √(0.95 · 0.05 / 4 000) · 3 = 1.03 %.
    expect(Math.abs(held / samples - 0.95)).toBeLessThan(0.0104);
  });

  it("has no width where all draws agree, no interval from one draw, and no value from none or from what is no number", () => {
    expect(estimate([0.1, 0.1, 0.1])).toEqual({ value: 0.1, interval: { low: 0.1, high: 0.1 }, draws: 3 });
    expect(estimate([0.1])).toEqual({ value: 0.1, interval: undefined, draws: 1 });
    for (const draws of [[], [1, Number.NaN], [1, Number.POSITIVE_INFINITY]]) expect(estimate(draws)).toMatchObject({ value: Number.NaN, interval: undefined });
  });

  it("does not depend on the order of the draws by more than rounding, and moves with them", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 }), (draws) => {
        const there = estimate(draws);
        const back = estimate([...draws].reverse());
        const moved = estimate(draws.map((draw) => draw + 2));
        expect(back.interval?.low).toBeCloseTo(there.interval?.low ?? Number.NaN, 12);
        expect(moved.interval?.high).toBeCloseTo((there.interval?.high ?? Number.NaN) + 2, 12);
      }),
    );
  });
});

describe("the word for a change", () => {
  it.each([
    [[0.01, 0.011, 0.012], "up", "improves"],
    [[0.01, 0.011, 0.012], "down", "worsens"],
    [[-0.01, -0.011, -0.012], "down", "improves"],
    [[0.01, 0.02, 0.03], "up", "cannot tell"],
    [[-0.01, 0.01, 0.02], "up", "cannot tell"],
    [[0, 0, 0], "up", "cannot tell"],
    // Sure, and so small that a reader sees nothing of it.
    [[0.000041, 0.000042, 0.000043], "up", "cannot tell"],
    [[0.01], "up", "cannot tell"],
    [[], "up", "cannot tell"],
  ] as const)("of the differences %o, where %s is good, is: %s", (differences, good, word) => {
    expect(wordFor(estimate(differences), good)).toBe(word);
  });
});

describe("the headlines", () => {
  // Coverage differs more between seeds than a change moves it: only within a seed can the change be told.
  const pairs = [0.9, 0.93, 0.96].flatMap((coverage, i) => [
    pair("storm", { coverage, meanMarginRate: 0.2 }, { coverage: coverage + 0.01 + i * 0.0002, meanMarginRate: 0.22 + i * 0.001 }, i + 1),
  ]);
  const of = (id: string) => headlinesOf({ pairs, shocks: [] }).find((one) => one.id === id);

  it("compare within each seed: levels whose intervals overlap, and a change that is sure", () => {
    const coverage = of("coverage.worst");
    expect(coverage?.baseline.interval?.high).toBeGreaterThan(coverage?.proposed.interval?.low ?? 1);
    expect(coverage?.change.value).toBeCloseTo(0.0102, 12);
    expect(coverage?.word).toBe("improves");
    expect(of("margin.rate")?.word).toBe("worsens");
    expect(of("shortfall.worst")?.word).toBe("cannot tell");
  });

  it("are the other way round for the opposite change", () => {
    const opposite = headlinesOf({ pairs: pairs.map((one) => ({ ...one, baseline: one.proposed, proposed: one.baseline })), shocks: [] });
    expect(opposite.find(({ id }) => id === "coverage.worst")?.word).toBe("worsens");
    expect(opposite.find(({ id }) => id === "margin.rate")?.word).toBe("improves");
  });

  it("cannot tell anything from nothing", () => {
    for (const headline of headlinesOf({ pairs: [], shocks: [] })) expect(headline.word).toBe("cannot tell");
  });
});
