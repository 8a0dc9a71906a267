import { describe, expect, test } from "vitest";
import { createRandom } from "../../sim/math/index.ts";
import { clustered, drawHits, drawTransitions, earliness, lawOf, probabilityAtLeast, tooMany, tooSoon } from "../../sim/validation/directed.ts";
import { dynamicQuantile } from "../../sim/validation/dynamic-quantile.ts";
import { exceedancesOf } from "../../sim/validation/exceedances.ts";
import { createLaws } from "../../sim/validation/laws.ts";
import { independence, proportionOfFailures } from "../../sim/validation/likelihood-ratio.ts";
import { binomialPower } from "../../sim/validation/portfolio-tests.ts";

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe("one direction", () => {
  test("too few exceedances are no evidence, too many are as Kupiec counts them", () => {
    expect(tooMany(1000, 3, 0.01)).toBe(0);
    expect(tooMany(1000, 20, 0.01)).toBe(proportionOfFailures(1000, 20, 0.01).statistic);
  });

  test("exceedances that keep apart are no evidence, clusters are as Christoffersen counts them", () => {
    expect(clustered({ n00: 900, n01: 50, n10: 50, n11: 0 })).toBe(0);
    const pairs = { n00: 900, n01: 40, n10: 40, n11: 10 };
    expect(clustered(pairs)).toBe(independence(pairs).statistic);
  });

  test("long waits are no evidence, short ones are", () => {
    expect(tooSoon([100, 250, 400], 0.01)).toBe(0);
    expect(tooSoon([1], 0.01)).toBeCloseTo(-2 * Math.log(0.01), 12);
  });

  test("the first day with an exceedance is geometric", () => expect(earliness(5, 0.01)).toBeCloseTo(1 - 0.99 ** 5, 14));

  test("a model with fewer exceedances than it may, and none of them foreseeable, has no directed quantile statistic worth the name", () => {
    const random = createRandom("quiet");
    const valueAtRisk = Float64Array.from({ length: 2000 }, () => 0.1 + 0.02 * random.uniform());
    const quiet = new Uint8Array(2000);
    expect(dynamicQuantile(quiet, valueAtRisk, 0.01).directed).toBe(0);
    const crowded = Uint8Array.from(quiet, (_, t) => (t > 1000 && t < 1050 ? 1 : 0));
    expect(dynamicQuantile(crowded, valueAtRisk, 0.01).directed).toBeGreaterThan(100);
  });
});

describe("histories of a model that is right", () => {
  test("hold exceedances as often as they should, on days of their own", () => {
    const random = createRandom("right");
    const hits = drawHits(400_000, 0.01, random);
    // four standard errors
    expect(Math.abs(sum(hits) - 4_000)).toBeLessThan(4 * Math.sqrt(400_000 * 0.01 * 0.99));
    const { n10, n11 } = exceedancesOf(hits).transitions;
    expect(Math.abs(n11 / (n10 + n11) - 0.01)).toBeLessThan(4 * Math.sqrt((0.01 * 0.99) / 4_000));
  });

  test("with a memory of one day hold as many, in rows", () => {
    const first = (0.01 * (1 - 0.1)) / 0.99;
    const hits = drawHits(400_000, first, createRandom("rows"), 0.1);
    expect(sum(hits) / 400_000).toBeCloseTo(0.01, 3);
    const { n01, n00, n10, n11 } = exceedancesOf(hits).transitions;
    expect(n11 / (n10 + n11)).toBeCloseTo(0.1, 1);
    expect(n01 / (n00 + n01)).toBeCloseTo(first, 3);
  });

  test("pairs of days put at random add up, and are as often neighbours as chance has it", () => {
    const random = createRandom("pairs");
    let neighbours = 0;
    for (let run = 0; run < 2_000; run++) {
      const { n00, n01, n10, n11 } = drawTransitions(500, 20, random);
      expect(n00 + n01 + n10 + n11).toBe(499);
      expect(Math.abs(n01 - n10)).toBeLessThanOrEqual(1);
      neighbours += n11;
    }
    // 499 pairs of neighbours, each taken with probability 20·19 / (500·499)
    expect(neighbours / 2_000).toBeCloseTo((499 * 20 * 19) / (500 * 499), 1);
  });

  test("a p-value is never nought, counts equals, and is a whole part of the draws", () => {
    const law = lawOf(
      4,
      (() => {
        const values = [3, 1, 2, 2];
        return () => values.pop() as number;
      })(),
    );
    expect([0, 1.5, 2, 3, 9].map((statistic) => probabilityAtLeast(law, statistic))).toEqual([1, 4 / 5, 4 / 5, 2 / 5, 1 / 5]);
  });
});

test("a right model is rejected by no drawn test more often than one in twenty times, a wrong one as often as the power says", () => {
  const laws = createLaws(0.01, "size");
  const random = createRandom("histories");
  const rejections = (probability: number) => {
    const seen = { independence: 0, conditional: 0, mixed: 0 };
    for (let run = 0; run < 400; run++) {
      const found = exceedancesOf(drawHits(1_000, probability, random));
      for (const name of ["independence", "conditional", "mixed"] as const) if (laws[name](found) <= 0.05) seen[name]++;
    }
    return seen;
  };
  // 20 of 400 expected, 36 is four standard errors above
  for (const seen of Object.values(rejections(0.01))) expect(seen).toBeLessThan(37);
  const wrong = rejections(0.02);
  const powers = laws.powers(1_000);
  for (const name of ["conditional", "mixed"] as const) expect(Math.abs(wrong[name] / 400 - powers[name])).toBeLessThan(0.11);
});

test("the power of the binomial test, by hand: 250 days at 99 % need six, twice the rate gives six or more with 38 %", () => {
  // P(X ≥ 6) = 4.1 %, P(X ≥ 5) = 10.8 % at 1 % (BCBS 22, table 2); at 2 % P(X ≥ 6) = 0.3840 (scipy 1.17 binom.sf)
  expect(binomialPower(250, 0.01)).toBeCloseTo(0.384, 3);
});
