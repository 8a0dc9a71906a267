import { describe, expect, it } from "vitest";
import { sampleBy } from "../../cli/backtest/sample.ts";
import { spreadSample } from "../../cli/checks/sampling.ts";

const range = (length: number) => Array.from({ length }, (_, i) => i);
const outcomes = range(10).flatMap((crash) =>
  (["baseline", "proposed"] as const).flatMap((set) => range(16).map((seed) => ({ crash: `crash-${crash}`, set, seed }))),
);
const isForged = ({ crash, set }: (typeof outcomes)[number]) => crash === "crash-3" && set === "proposed";
const share = (hits: (hash: string) => boolean) => range(600).filter((i) => hits(`0x${i}`)).length / 600;

describe("which replays are run again", () => {
  it("are as many as asked for, in order, none twice, each of another crash while there are enough", () => {
    for (const count of [1, 4, 10, 13]) {
      const sample = spreadSample("0xab", outcomes, count);
      expect(sample).toEqual(outcomes.filter((one) => sample.includes(one)));
      expect([sample.length, new Set(sample.map(({ crash }) => crash)).size]).toEqual([count, Math.min(count, 10)]);
    }
    expect(spreadSample("0xab", outcomes, Number.POSITIVE_INFINITY)).toEqual(outcomes);
  });

  it("hit a crash that was forged whole more often than draws from all alike: 4 of 10 crashes, three quarters of them as proposed", () => {
    // 4/10 · 3/4; against 1 − C(304, 4) / C(320, 4).
    expect(share((hash) => spreadSample(hash, outcomes, 4).some(isForged))).toBeCloseTo(0.3, 1);
    expect(share((hash) => sampleBy(hash, outcomes, 4).some(isForged))).toBeCloseTo(0.186, 1);
  });

  it("reach every outcome", () => {
    const reached = new Set(range(3_000).flatMap((i) => spreadSample(`0x${i}`, outcomes, 4)));
    expect(reached.size).toBe(outcomes.length);
  });

  it("are drawn from what there is, where a crash has only one set", () => {
    expect(spreadSample("0x1", [outcomes[0], outcomes[40]], 1)).toHaveLength(1);
    for (const i of range(20)) expect(spreadSample(`0x${i}`, outcomes.slice(0, 16), 2)).toHaveLength(2);
  });
});
