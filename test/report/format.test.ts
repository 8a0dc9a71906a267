import fc from "fast-check";
import { expect, test } from "vitest";
import {
  count,
  day,
  interval,
  month,
  percent,
  percentChange,
  plural,
  points,
  share,
  shortDay,
  shortHash,
  trimmed,
  usd,
  usdChange,
} from "../../cli/report/format.ts";

/** What a reader sees, with the special spaces as plain ones. */
const plain = (text: string) => text.replaceAll("\u00a0", " ").replaceAll("\u202f", " ");

test.each([
  [0, "USD 0"],
  [0.4, "USD 0"],
  [-0.4, "USD 0"],
  [12, "USD 12"],
  [999.4, "USD 999"],
  [999.6, "USD 1.00 k"],
  [12_345, "USD 12.3 k"],
  [999_600, "USD 1.00 M"],
  [1_236_000, "USD 1.24 M"],
  [-840_000, "−USD 840 k"],
  [4_200_000_000, "USD 4.20 bn"],
  [1_234_000_000_000, "USD 1 234 bn"],
  [Number.NaN, "unknown"],
])("USD %d reads %s", (value, text) => expect(plain(usd(value))).toBe(text));

test("a difference shows its sign, and nothing shows none", () => {
  expect(plain(usdChange(1_200))).toBe("+USD 1.20 k");
  expect(plain(usdChange(-1_200))).toBe("−USD 1.20 k");
  expect(plain(usdChange(0.2))).toBe("USD 0");
  expect(plain(percentChange(0.04))).toBe("+4.00 %");
  expect(plain(percentChange(-0.04))).toBe("−4.00 %");
  expect(plain(percentChange(0))).toBe("0 %");
});

test.each([
  [0.128, "12.8 %"],
  [0.0128, "1.28 %"],
  [1.28, "128 %"],
  [12.345, "1 235 %"],
  [0.00004, "<0.01 %"],
  [-0.00004, "−<0.01 %"],
  [0.09996, "10.0 %"],
  [0.9999, "100 %"],
])("the fraction %d reads %s", (value, text) => expect(plain(percent(value))).toBe(text));

test("an interval says both its ends, nothing where they read the same, and its width where neither can be seen", () => {
  expect(plain(interval([0.0031, 0.0053], points))).toBe("+0.31 pp to +0.53 pp");
  expect(plain(interval([-0.02, 0.01], percent))).toBe("−2.00 % to 1.00 %");
  expect(interval([0.00311, 0.00312], points)).toBe("");
  expect(plain(interval([-0.00001, 0.00002], points))).toBe("within ±0.01 pp");
  expect(plain(interval([-0.00001, 0.00002], percentChange))).toBe("within ±0.01 %");
  expect(plain(points(-0.00001))).toBe("<0.01 pp");
  expect(plain(points(-0.0042))).toBe("−0.42 pp");
  expect(plain(points(0))).toBe("0 pp");
});

test.each([
  [0.9987, "99.87 %"],
  [0.99996, "99.99 %"],
  [1, "100 %"],
  [0, "0 %"],
])("the share %d reads %s: never better than it is", (value, text) => expect(plain(share(value))).toBe(text));

test("a share is never rounded up", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (parts) => {
      // In whole hundredths of a percent: 1.1 · 10 000 is not 11 000 in binary.
      const shown = Math.round(Number.parseFloat(plain(share(parts / 1_000_000))) * 100) * 100;
      return shown <= parts && parts - shown < 100;
    }),
  );
});

test("money keeps three significant digits whatever its size", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (value) => {
      const [, digits, unit] = /^USD ([\d. ]+?) ?(k|M|bn)?$/.exec(plain(usd(value))) ?? [];
      const scale = { k: 1e3, M: 1e6, bn: 1e9 }[unit ?? ""] ?? 1;
      const shown = Number(digits.replaceAll(" ", "")) * scale;
      return Math.abs(shown - value) <= Math.max(0.5, value * 0.00501);
    }),
  );
});

test("counts, nouns, days and hashes", () => {
  expect(plain(count(1_234_567))).toBe("1 234 567");
  expect(plain(plural(1, "crash", "crashes"))).toBe("1 crash");
  expect(plain(plural(0, "gate"))).toBe("0 gates");
  const hour = Date.UTC(2020, 2, 12, 10) / 3_600_000;
  expect([day(hour), shortDay(hour), month(hour)]).toEqual(["2020-03-12", "12 Mar", "March 2020"]);
  expect(shortHash(`0x${"0123456789abcdef".repeat(4)}`)).toBe("0x012345…cdef");
  expect(["10.0 %", "10.5 %", "0.50 %", "6.00 %", "100 %"].map(trimmed)).toEqual(["10 %", "10.5 %", "0.5 %", "6 %", "100 %"]);
});
