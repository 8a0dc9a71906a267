import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../sim/math/index.ts";
import { blockBootstrap } from "../../sim/validation/bootstrap.ts";
import { holm } from "../../sim/validation/holm.ts";

test("Holm: the figures of R's p.adjust", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
  [0.03, 0.06, 0.06, 0.02].forEach((value, i) => {
    expect(adjusted[i]).toBeCloseTo(value, 14);
  });
});

test("Holm never lowers a p-value, keeps their order, and stays at or below Bonferroni", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (pValues) => {
      const adjusted = holm(pValues);
      for (let i = 0; i < pValues.length; i++) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(pValues[i]);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, pValues.length * pValues[i]) + 1e-12);
        for (let j = 0; j < i; j++) if (pValues[j] < pValues[i]) expect(adjusted[j]).toBeLessThanOrEqual(adjusted[i]);
      }
    }),
  );
});

test("the bootstrap holds the rate in 95 of 100 samples of independent days, and is wider where days come in clusters", () => {
  const random = createRandom("bootstrap");
  const interval = (beyond: number[]) => blockBootstrap({ windows: beyond.map(() => 1), beyond }, createRandom(String(beyond.length)));
  let held = 0;
  for (let run = 0; run < 60; run++) {
    const { low, high } = interval(Array.from({ length: 400 }, () => (random.uniform() < 0.1 ? 1 : 0)));
    if (low <= 0.1 && 0.1 <= high) held++;
  }
  // 60 samples: 57 expected; below 48 has a probability of one in ten thousand for a true 95 %, and blocks of a finite sample cost a little
  expect(held).toBeGreaterThan(47);
  const clustered = Array.from({ length: 400 }, (_, d) => (Math.floor(d / 10) % 10 === 3 ? 1 : 0));
  const apart = Array.from({ length: 400 }, (_, d) => (d % 10 === 3 ? 1 : 0));
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  expect(width(interval(clustered))).toBeGreaterThan(3 * width(interval(apart)));
});
