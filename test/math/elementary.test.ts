import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exp } from "../../sim/math/exp.ts";
import { log } from "../../sim/math/log.ts";
import { power } from "../../sim/math/power.ts";
import expCases from "./cases/exp.json" with { type: "json" };
import logCases from "./cases/log.json" with { type: "json" };
import powerCases from "./cases/power.json" with { type: "json" };

const bits = new Float64Array(1);
const words = new BigInt64Array(bits.buffer);

/** Distance to the next double up from |x|. */
function ulp(x: number): number {
  bits[0] = Math.abs(x);
  words[0] += 1n;
  return bits[0] - Math.abs(x);
}

/** Error in units in the last place of a value against an exact value given as nearest + rest. Subtracts scaled, as the rest may be subnormal. */
function error(value: number, nearest: number, rest: number): number {
  const unit = ulp(nearest);
  return Math.abs((value - nearest) / unit - rest / unit);
}

const worst = (errors: number[]) => errors.reduce((most, next) => (next > most || Number.isNaN(next) ? next : most), 0);

describe("exp", () => {
  it("is within 0.51 units in the last place of the exact value, 0.76 where subnormal", () => {
    const normal = expCases.rows.filter(([, nearest]) => nearest >= 2.3e-308);
    const subnormal = expCases.rows.filter(([, nearest]) => nearest < 2.3e-308);
    expect(worst(normal.map(([x, nearest, rest]) => error(exp(x), nearest, rest)))).toBeLessThan(0.51);
    expect(subnormal.length).toBeGreaterThan(3);
    expect(worst(subnormal.map(([x, nearest]) => Math.abs(exp(x) - nearest) / 5e-324))).toBeLessThanOrEqual(1);
  });

  it("agrees with a series in exact rational arithmetic for random arguments", () => {
    const scale = 1n << 200n;
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (x) => {
        // x is an integer over 2^1074; below 2^-60 the series is 1 + x to more digits than asked for
        const fixed = BigInt(Math.trunc(x * 2 ** 100)) * (scale >> 100n);
        const rounded = Number(fixed) / Number(scale);
        let term = scale;
        let total = 0n;
        for (let n = 1n; term !== 0n && term !== -1n; n++) {
          total += term;
          term = (term * fixed) / (n * scale);
        }
        const nearest = Number(total) / Number(scale);
        const rest = Number(total - (BigInt(nearest * 2 ** 60) << 140n)) / Number(scale);
        return error(exp(rounded), nearest, rest) < 0.51;
      }),
      { numRuns: 300 },
    );
  });

  it("is within 2 units of the engine's own, everywhere", () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709, noNaN: true }), (x) => Math.abs(exp(x) - Math.exp(x)) <= 2 * ulp(Math.exp(x))),
      { numRuns: 3000 },
    );
  });

  it("keeps its special values", () => {
    expect([exp(0), exp(-0), exp(Number.NEGATIVE_INFINITY), exp(-746), exp(5e-324)]).toEqual([1, 1, 0, 0, 1]);
    expect([exp(Number.POSITIVE_INFINITY), exp(709.782712893385)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(exp(709.782712893384)).toBe(1.7976931348622732e308);
    expect(exp(-745.1332191019411)).toBe(5e-324);
    expect(exp(Number.NaN)).toBeNaN();
  });

  it("rounds rightly where engines differ from each other", () => {
    // exact: 80297.29844280957295; one browser's Math.exp gives …957, several other engines' …958
    expect(exp(11.293491256066408)).toBe(80297.29844280957);
  });
});

describe("log", () => {
  it("is within 0.8 units in the last place of the exact value", () => {
    expect(worst(logCases.rows.map(([x, nearest, rest]) => error(log(x), nearest, rest)))).toBeLessThan(0.8);
  });

  it("is within 2 units of the engine's own, everywhere", () => {
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: 1.7976931348623157e308, noNaN: true }), (x) => Math.abs(log(x) - Math.log(x)) <= 2 * ulp(Math.log(x))),
      { numRuns: 3000 },
    );
  });

  it("keeps its special values", () => {
    expect([log(0), log(-0), log(Number.POSITIVE_INFINITY)]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(log(1)).toBe(0);
    expect([log(-1), log(Number.NaN), log(Number.NEGATIVE_INFINITY)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe("power", () => {
  it("is within 0.51 units in the last place of the exact value, 0.76 where subnormal", () => {
    const normal = powerCases.rows.filter(([, , nearest]) => nearest >= 2.3e-308);
    const subnormal = powerCases.rows.filter(([, , nearest]) => nearest < 2.3e-308);
    expect(worst(normal.map(([base, exponent, nearest, rest]) => error(power(base, exponent), nearest, rest)))).toBeLessThan(0.51);
    expect(worst(subnormal.map(([base, exponent, nearest]) => Math.abs(power(base, exponent) - nearest) / 5e-324))).toBeLessThanOrEqual(1);
  });

  it("is exact where the result is a double", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 6 }), (base, exponent) => power(base, exponent) === base ** exponent));
    expect(power(10, -5)).toBe(0.00001);
    expect(power(5, -4)).toBe(0.0016);
  });

  it("agrees with Math.pow on every pair of special values", () => {
    const specials = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      3,
      -3,
      0.5,
      -0.5,
      1 / 3,
      2 ** 53,
      -(2 ** 53) - 2,
      -(2 ** 52) - 1,
      5e-324,
      1e-300,
      1e300,
      -1e300,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    const differing = specials.flatMap((base) =>
      specials.filter((exponent) => !Object.is(power(base, exponent), base ** exponent)).map((exponent) => [base, exponent]),
    );
    expect(differing).toEqual([]);
  });
});
