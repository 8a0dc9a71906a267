import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedShortfall, tailLength, valueAtRisk } from "../../sim/math/expected-shortfall.ts";
import { normalQuantile } from "../../sim/math/normal.ts";

/** The definition, slowly: sort, then whole and fractional tail weights. */
function naive(losses: readonly number[], confidenceBps: number): { shortfall: number; valueAtRisk: number } {
  const sorted = [...losses].sort((a, b) => b - a);
  // in ten-thousandths of a loss, so that it is exact
  let left = losses.length * (10_000 - confidenceBps);
  const mass = left;
  let total = 0;
  for (const loss of sorted) {
    const weight = Math.min(left, 10_000);
    total += (loss * weight) / 10_000;
    left -= weight;
  }
  const ascending = sorted.toReversed();
  return { shortfall: (total * 10_000) / mass, valueAtRisk: ascending[Math.ceil((confidenceBps * losses.length) / 10_000) - 1] ?? ascending[0] };
}

const shortfall = (losses: readonly number[], bps: number) => expectedShortfall(Float64Array.from(losses), losses.length, bps);
const atRisk = (losses: readonly number[], bps: number) => valueAtRisk(Float64Array.from(losses), losses.length, bps);

const loss = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const sample = fc.array(loss, { minLength: 1, maxLength: 200 });
const confidence = fc.integer({ min: 1, max: 9_999 });
const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a), Math.abs(b)));

describe("expected shortfall and value at risk", () => {
  it("weigh the fraction of the next loss: 512 scenarios at 99 % are 5.12 losses", () => {
    const losses = Array.from({ length: 512 }, (_, i) => i + 1);
    expect(tailLength(512, 9_900)).toBe(6);
    close(shortfall(losses, 9_900), (512 + 511 + 510 + 509 + 508 + 0.12 * 507) / 5.12);
    expect(atRisk(losses, 9_900)).toBe(507);
  });

  it("follow the textbook on whole tails", () => {
    expect(shortfall([1, 2, 3, 4], 5_000)).toBe(3.5);
    expect(shortfall([1, 2, 3, 4], 7_500)).toBe(4);
    expect(atRisk([1, 2, 3, 4], 7_500)).toBe(3);
    // less than one loss in the tail: the worst one is all there is
    expect(shortfall([5, 7, 6], 9_900)).toBe(7);
    expect(shortfall([5, 7, 6], 0)).toBe(6);
  });

  it("count the tail exactly where floating point does not: 10 000 losses at 99.9 % are 10, not 10 and a bit", () => {
    expect(10_000 * (1 - 0.999)).not.toBe(10);
    expect(shortfall([...new Array(9_990).fill(0), ...new Array(10).fill(1)], 9_990)).toBe(1);
  });

  it("equal the slow definition", () => {
    fc.assert(
      fc.property(sample, confidence, (losses, bps) => {
        const expected = naive(losses, bps);
        close(shortfall(losses, bps), expected.shortfall);
        expect(atRisk(losses, bps)).toBe(expected.valueAtRisk);
      }),
    );
  });

  it("are close to the closed form for the uniform and the normal distribution", () => {
    const n = 100_000;
    const grid = Array.from({ length: n }, (_, i) => (i + 0.5) / n);
    // uniform on (0, 1): (1 + α)/2; normal: φ(z)/(1 − α), 2.665214 at 99 % and 3.367090 at 99.9 %
    expect(shortfall(grid, 9_900)).toBeCloseTo(0.995, 9);
    expect(atRisk(grid, 9_900)).toBeCloseTo(0.99, 4);
    const normals = grid.map(normalQuantile);
    expect(Math.abs(shortfall(normals, 9_900) - 2.665214)).toBeLessThan(1e-3);
    expect(Math.abs(shortfall(normals, 9_990) - 3.36709)).toBeLessThan(2e-3);
    expect(Math.abs(atRisk(normals, 9_900) - 2.326348)).toBeLessThan(1e-3);
  });

  it("are homogeneous and move with a constant", () => {
    fc.assert(
      fc.property(sample, confidence, fc.double({ min: 0, max: 100, noNaN: true }), loss, (losses, bps, factor, shift) => {
        close(
          shortfall(
            losses.map((x) => factor * x),
            bps,
          ),
          factor * shortfall(losses, bps),
        );
        close(
          shortfall(
            losses.map((x) => x + shift),
            bps,
          ),
          shortfall(losses, bps) + shift,
        );
      }),
    );
  });

  it("are subadditive (expected shortfall), as value at risk is not", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(loss, loss), { minLength: 1, maxLength: 100 }), confidence, (pairs, bps) => {
        const joint = shortfall(
          pairs.map(([a, b]) => a + b),
          bps,
        );
        const apart =
          shortfall(
            pairs.map(([a]) => a),
            bps,
          ) +
          shortfall(
            pairs.map(([, b]) => b),
            bps,
          );
        expect(joint).toBeLessThanOrEqual(apart + 1e-9 * Math.max(1, Math.abs(apart)));
      }),
    );
    // two bonds that default in different scenarios, 4 % each
    const first = Array.from({ length: 100 }, (_, i) => (i < 4 ? 100 : 0));
    const second = Array.from({ length: 100 }, (_, i) => (i >= 96 ? 100 : 0));
    const both = first.map((x, i) => x + second[i]);
    expect(atRisk(both, 9_500)).toBeGreaterThan(atRisk(first, 9_500) + atRisk(second, 9_500));
    expect(shortfall(both, 9_500)).toBeLessThanOrEqual(shortfall(first, 9_500) + shortfall(second, 9_500));
  });

  it("do not depend on the order of the losses, to the bit", () => {
    fc.assert(
      fc.property(sample, confidence, fc.infiniteStream(fc.nat()), (losses, bps, keys) => {
        const shuffled = losses.map((x) => ({ x, key: keys.next().value as number })).sort((a, b) => a.key - b.key);
        expect(
          shortfall(
            shuffled.map(({ x }) => x),
            bps,
          ),
        ).toBe(shortfall(losses, bps));
      }),
    );
  });

  it("never put the shortfall below the value at risk, nor above the worst loss", () => {
    fc.assert(
      fc.property(sample, confidence, (losses, bps) => {
        const slack = 1e-9 * Math.max(1, ...losses.map(Math.abs));
        expect(shortfall(losses, bps)).toBeGreaterThanOrEqual(atRisk(losses, bps) - slack);
        expect(shortfall(losses, bps)).toBeLessThanOrEqual(Math.max(...losses) + slack);
      }),
    );
  });

  it("read only the first losses and leave them alone, with a scratch buffer or without", () => {
    const losses = Float64Array.of(3, 1, 2, 1e9);
    const scratch = new Float64Array(64).fill(1e12);
    expect(expectedShortfall(losses, 3, 5_000, scratch)).toBe(expectedShortfall(losses, 3, 5_000));
    expect(expectedShortfall(losses, 3, 5_000)).toBeCloseTo((3 + 0.5 * 2) / 1.5, 12);
    expect([...losses]).toEqual([3, 1, 2, 1e9]);
  });

  it("refuse what is not a risk", () => {
    const refuse = (code: string, run: () => unknown) => expect(run).toThrow(expect.objectContaining({ code }));
    refuse("LOSSES_INVALID", () => shortfall([], 9_900));
    refuse("LOSSES_INVALID", () => shortfall([1, Number.NaN, 3], 5_000));
    refuse("LOSSES_INVALID", () => shortfall([9, 8, 7, Number.NaN], 9_000));
    refuse("LOSSES_INVALID", () => expectedShortfall(Float64Array.of(1), 2, 9_900));
    refuse("LOSSES_INVALID", () => expectedShortfall(new Float64Array(100), 100, 9_000, new Float64Array(3)));
    for (const bps of [10_000, -1, 99.5, Number.NaN]) refuse("CONFIDENCE_INVALID", () => shortfall([1], bps));
  });
});
