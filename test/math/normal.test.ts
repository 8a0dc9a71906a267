import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CDF_TABLE, tableCdf } from "../../sim/math/cdf-table.ts";
import { normalCdf, normalPdf, normalQuantile } from "../../sim/math/normal.ts";
import cases from "./cases/normal.json" with { type: "json" };
import quantiles from "./cases/normal-quantile.json" with { type: "json" };

const relative = (value: number, exact: number) => (exact === 0 ? Math.abs(value) : Math.abs(value / exact - 1));

describe("the normal distribution", () => {
  it("has a distribution function accurate to 1e-15 relative, far into the left tail", () => {
    for (const [x, cdf] of cases.rows) expect(relative(normalCdf(x), cdf), `x = ${x}`).toBeLessThan(1.1e-15);
  });

  it("has a density accurate to 5e-16 relative", () => {
    for (const [x, , pdf] of cases.rows) expect(relative(normalPdf(x), pdf), `x = ${x}`).toBeLessThan(5e-16);
  });

  it("has a quantile accurate to 1e-15 relative, with tails down to 1e-300", () => {
    for (const [p, x] of quantiles.rows) expect(relative(normalQuantile(p), x), `p = ${p}`).toBeLessThan(1e-15);
  });

  it("is symmetric and monotone", () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: 1e-6, max: 1, noNaN: true }), (x, step) => {
        expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 15);
        expect(normalCdf(x + step)).toBeGreaterThanOrEqual(normalCdf(x));
      }),
    );
  });

  it("ends in 0, 1 and NaN", () => {
    expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(-41), normalCdf(0), normalCdf(41), normalCdf(Number.POSITIVE_INFINITY)]).toEqual([0, 0, 0.5, 1, 1]);
    expect([normalPdf(-41), normalPdf(Number.POSITIVE_INFINITY)]).toEqual([0, 0]);
    expect([normalCdf(Number.NaN), normalPdf(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
  });

  it.each([0, 1, -0.1, 1.1, Number.NaN])("refuses the quantile of %s", (p) => {
    expect(() => normalQuantile(p)).toThrow(expect.objectContaining({ code: "PROBABILITY_INVALID" }));
  });
});

describe("the table of the normal distribution", () => {
  it("is within 4e-13 of the function everywhere, and at the ends outside", () => {
    let worst = 0;
    for (let i = 0; i <= 60_000; i++) {
      const x = -9.5 + (19 * i) / 60_000;
      worst = Math.max(worst, Math.abs(tableCdf(x) - normalCdf(x)));
    }
    expect(worst).toBeLessThan(4e-13);
    expect(tableCdf(-100)).toBe(CDF_TABLE[0]);
    expect(tableCdf(100)).toBe(CDF_TABLE[CDF_TABLE.length - 2]);
  });

  it("holds the published values at its nodes", () => {
    for (const [x, cdf, pdf] of cases.rows.filter(([at]) => Math.abs(at) <= 9 && Number.isInteger(at * 256))) {
      const node = 2 * ((x + 9) * 256);
      expect(relative(CDF_TABLE[node], cdf)).toBeLessThan(1.1e-15);
      expect(relative(6 * CDF_TABLE[node + 1], pdf)).toBeLessThan(5e-16);
    }
    expect(CDF_TABLE.length).toBe(2 * 4609);
  });

  it("has the same bytes on every machine", () => {
    // 64-bit FNV-1a of the table's words, recorded when its values had been checked as above
    let hash = 0xcbf29ce484222325n;
    for (const word of new BigUint64Array(CDF_TABLE.buffer)) hash = ((hash ^ word) * 0x100000001b3n) & 0xffffffffffffffffn;
    expect(hash.toString(16)).toBe("d3d09a5d7f7dde9d");
  });
});
