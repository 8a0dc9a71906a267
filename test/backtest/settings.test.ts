import { describe, expect, it } from "vitest";
import { requireCrash } from "../../cli/backtest/crashes.ts";
import { sampleBy } from "../../cli/backtest/sample.ts";
import { departuresOf, settingsOf } from "../../cli/backtest/settings.ts";
import { DEFAULT_LIQUIDATION } from "../../sim/replay/index.ts";
import { POLICY } from "../checks/world.ts";

const policy = {
  ...POLICY,
  crashes: ["a", "b", "c", "d"],
  seeds: [1, 2],
  book: { population: "default" as const, accounts: 500 },
  counts: { filtered: 512, stressed: 128 },
};

describe("what a backtest replays", () => {
  it("is the policy's own unless it is told otherwise", () => {
    expect(settingsOf(policy)).toEqual({
      crashes: policy.crashes,
      seeds: [1, 2],
      counts: policy.counts,
      book: policy.book,
      liquidation: DEFAULT_LIQUIDATION,
      gates: policy.gates,
      notJudged: [],
    });
    expect(departuresOf({})).toEqual([]);
  });
  it("is 3 crashes, 4 seeds of 60 accounts and 128 scenarios when quick", () => {
    const many = { ...policy, seeds: [5, 6, 7, 8, 9] };
    expect(settingsOf(many, { quick: true })).toMatchObject({
      crashes: ["a", "b", "c"],
      seeds: [5, 6, 7, 8],
      counts: { filtered: 128 },
      book: { accounts: 60 },
    });
  });
  it("takes crashes and seed from the command line, a crash once", () => {
    expect(settingsOf(policy, { crashes: ["x", "y", "x"], seed: 9, quick: true })).toMatchObject({ crashes: ["x", "y"], seeds: [9] });
    expect(settingsOf(policy, { seeds: 3 }).seeds).toEqual([1, 2, 3]);
  });
  it("judges a gate over all crashes only where all of the policy's are replayed, and no others", () => {
    const gates = { "coverage.mean": { min: 0.99, severity: "error" }, "coverage.decrease": { max: 0.01, severity: "error" } } as const;
    const of = (crashes?: string[], quick?: boolean) => settingsOf({ ...policy, gates }, { crashes, quick }).notJudged;
    expect(of()).toEqual([]);
    expect(of(["d", "c", "b", "a"])).toEqual([]);
    expect(of(["a", "b", "c"])).toEqual(["coverage.mean"]);
    expect(of(["a", "b", "c", "d", "e"])).toEqual(["coverage.mean"]);
    expect(of(undefined, true)).toEqual(["coverage.mean"]);
  });
  it.each([
    [{ crashes: ["a"] }, ["--crash"]],
    [{ seed: 0 }, ["--seed"]],
    [{ seeds: 8 }, ["--seeds"]],
    [{ quick: true, data: "elsewhere" }, ["--quick", "--data"]],
    [{ liquidation: "outage" as const }, ["--liquidation"]],
  ])("names every departure: %o", (departures, names) => {
    expect(departuresOf(departures)).toEqual(names);
  });
});

describe("a crash by its id", () => {
  const crashes = [{ id: "2020-03-12-black-thursday" }, { id: "2022-05-07-terra" }];
  it.each([
    ["2020-03-12-black-thirsday", "Did you mean 2020-03-12-black-thursday?"],
    ["terra", "Did you mean 2022-05-07-terra?"],
    ["zzz", "Run `ballast data list` for the crashes there are."],
    ["", "Run `ballast data list` for the crashes there are."],
  ])("that does not exist, %s: %s", (id, fix) => {
    expect(() => requireCrash(crashes, id)).toThrow(expect.objectContaining({ code: "CRASH_UNKNOWN", fix, exit: 2 }));
  });
});

describe("a sample by hash", () => {
  const items = Array.from({ length: 20 }, (_, i) => i);
  it("is the same for everybody, in the order of the list, without repetition", () => {
    const sample = sampleBy("0xab", items, 5);
    expect(sample).toEqual(sampleBy("0xab", items, 5));
    expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
    expect(sample).toHaveLength(5);
  });
  it("is another one for another hash, and in the end reaches every item", () => {
    const reached = new Set(Array.from({ length: 200 }, (_, i) => sampleBy(`0x${i}`, items, 2)).flat());
    expect(reached.size).toBe(20);
  });
  it("is everything when the list is short", () => {
    expect(sampleBy("0xab", [3, 1], 5)).toEqual([3, 1]);
  });
});
