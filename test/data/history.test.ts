import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { History } from "../../sim/market/dataset.ts";
import { closeAt, indexOfHour, lastKnownClose, lastKnownDaily, lastKnownIndex } from "../../sim/market/history.ts";

const GAP = Number.NaN;
const history: History = {
  startHour: 100,
  hours: 5,
  assets: ["BTC", "ETH"],
  closes: [Float64Array.of(10, 11, GAP, GAP, 14), Float64Array.of(GAP, 1, 2, 3, 4)],
};

describe("the lookback", () => {
  it("finds the index of an hour, and -1 outside", () => {
    expect([99, 100, 104, 105, 100.5].map((hour) => indexOfHour(history, hour))).toEqual([-1, 0, 4, -1, -1]);
  });

  it("gives a bar's own close, NaN in a gap and outside", () => {
    expect([99, 100, 102, 104, 105].map((hour) => closeAt(history, "BTC", hour))).toEqual([GAP, 10, GAP, 14, GAP]);
  });

  it("knows at time t only bars that start before t, and looks back over a gap", () => {
    expect([100, 101, 102, 103, 104, 105, 500].map((t) => lastKnownClose(history, "BTC", t))).toEqual([GAP, 10, 11, 11, 11, 14, 14]);
    expect([100, 101, 102].map((t) => lastKnownClose(history, "ETH", t))).toEqual([GAP, GAP, 1]);
    expect(lastKnownIndex(history, "BTC", 104)).toBe(1);
  });

  it("gives the same when everything from t on is cut off or changed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: 1, max: 1e5, noNaN: true }), { nil: GAP }), { minLength: 1, maxLength: 40 }),
        fc.nat(45),
        (closes, offset) => {
          const t = 100 + offset;
          const whole: History = { startHour: 100, hours: closes.length, assets: ["BTC"], closes: [Float64Array.from(closes)] };
          const altered: History = { ...whole, closes: [Float64Array.from(closes, (close, i) => (100 + i >= t ? 1e9 : close))] };
          const kept = Math.min(closes.length, offset);
          const cut: History = { ...whole, hours: kept, closes: [Float64Array.from(closes.slice(0, kept))] };
          const known = lastKnownClose(whole, "BTC", t);
          expect(lastKnownClose(altered, "BTC", t)).toBe(known);
          expect(lastKnownClose(cut, "BTC", t)).toBe(known);
        },
      ),
    );
  });

  it("refuses an asset it does not have", () => {
    expect(() => closeAt(history, "DOGE", 100)).toThrow(expect.objectContaining({ code: "MARKET_ASSET_UNKNOWN" }));
  });
});

describe("a daily series", () => {
  it("is known from the end of its day on", () => {
    const series = { startDay: 10, values: Float64Array.of(0.5, GAP, 0.7) };
    expect([10 * 24, 11 * 24 - 1, 11 * 24, 12 * 24, 13 * 24 - 1, 13 * 24, 99 * 24].map((hour) => lastKnownDaily(series, hour))).toEqual([
      GAP,
      GAP,
      0.5,
      0.5,
      0.5,
      0.7,
      0.7,
    ]);
  });
});
