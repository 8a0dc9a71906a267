import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAmount } from "../../cli/proposal/amount.ts";
import { labelOf } from "../../cli/proposal/labels.ts";
import { formatAmount, formatDuration } from "../../cli/proposal/units.ts";
import { PARAMETERS, type Unit } from "../../sim/parameters/index.ts";

const read = (written: string, unit: Unit) => readAmount({ written, quoted: false }, unit, {});

describe("an amount is read exactly, in its own unit or in one that fits", () => {
  test.for([
    ["3000", "bps", 3_000],
    ["3000 bps", "bps", 3_000],
    ["30 %", "bps", 3_000],
    ["30%", "bps", 3_000],
    ["12.5 %", "bps", 1_250],
    // 1.15 × 100 is 114.99999999999999 in floating point.
    ["1.15 %", "bps", 115],
    ["0", "bps", 0],
    ["1 d", "seconds", 86_400],
    ["1d", "seconds", 86_400],
    ["6 h", "seconds", 21_600],
    ["30 min", "seconds", 1_800],
    ["1.5 h", "seconds", 5_400],
    ["90", "seconds", 90],
    ["730 days", "days", 730],
    ["600 M USD", "usdThousands", 600_000],
    ["600 MUSD", "usdThousands", 600_000],
    ["2 BUSD", "usdThousands", 2_000_000],
    ["4 /year", "bpsPerYear", 40_000],
    ["1", "choice", 1],
  ] as const)("%s in %s is %d", ([written, unit, expected]) => {
    expect(read(written, unit)).toBe(expected);
  });

  test("what is written for people reads back as the same integer", () => {
    const writable = PARAMETERS.filter(
      ({ unit }) => unit === "bps" || unit === "seconds" || unit === "days" || unit === "usdThousands" || unit === "bpsPerYear",
    );
    fc.assert(
      fc.property(fc.constantFrom(...writable), fc.nat(1_099_511_627_775), ({ unit, min, max }, seed) => {
        const value = min + (seed % (max - min + 1));
        expect(read(formatAmount(value, unit), unit)).toBe(value);
      }),
    );
  });

  test("no text makes it do anything but give a non-negative integer or refuse by code", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eExX_, %a-z]{1,12}$/)), fc.constantFrom<Unit>("bps", "seconds", "choice"), (text, unit) => {
        try {
          expect(Number.isSafeInteger(read(text, unit)) && read(text, unit) >= 0).toBe(true);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^(VALUE|UNIT|NUMBER)_/);
        }
      }),
    );
  });
});

describe("an amount is shown without rounding", () => {
  test.for([
    [2_500, "bps", "25 %"],
    [2_555, "bps", "25.55 %"],
    [86_400, "seconds", "1 day"],
    [5_400, "seconds", "90 minutes"],
    [0, "seconds", "0 seconds"],
    [1, "days", "1 day"],
    [600_000, "usdThousands", "600 M USD"],
    [1_500_000, "usdThousands", "1.5 B USD"],
    [1_099_511_627_775, "usdThousands", "1099511627775 k USD"],
    [40_000, "bpsPerYear", "4 a year"],
  ] as const)("%d %s is %s", ([value, unit, text]) => {
    expect(formatAmount(value, unit)).toBe(text);
  });

  test("durations take the largest unit that divides them", () => {
    expect([60, 61, 3_600, 172_800].map(formatDuration)).toEqual(["1 minute", "61 seconds", "1 hour", "2 days"]);
  });

  test("every parameter of the table has a name in words, no two the same", () => {
    const labels = PARAMETERS.map(({ name }) => labelOf({ scope: "protocol", name }));
    expect(labels.filter((label, index) => label === PARAMETERS[index].name)).toEqual(["lookback"]);
    expect(new Set(labels).size).toBe(labels.length);
  });
});
