import { describe, expect, it } from "vitest";
import { requireCrash } from "../../cli/backtest/crashes.ts";
import { sampleBy } from "../../cli/backtest/sample.ts";
import { departuresOf, settingsOf } from "../../cli/backtest/settings.ts";
import { POLICY } from "../checks/world.ts";

const policy = {
  ...POLICY,
  crashes: ["a", "b", "c", "d"],
  seeds: [1, 2],
  book: { population: "default" as const, accounts: 500, seed: 7 },
  counts: { filtered: 512, stressed: 128 },
};

describe("what a backtest replays", () => {
  it("is the policy's own unless it is told otherwise", () => {
    expect(settingsOf(policy)).toEqual({ crashes: policy.crashes, seeds: [1, 2], counts: policy.counts, book: policy.book });
    expect(departuresOf({})).toEqual([]);
  });
  it("is 3 crashes, 100 accounts and 128 scenarios when quick", () => {
    expect(settingsOf(policy, { quick: true })).toMatchObject({ crashes: ["a", "b", "c"], counts: { filtered: 128 }, book: { accounts: 100, seed: 7 } });
  });
  it("takes crashes and seed from the command line, a crash once", () => {
    expect(settingsOf(policy, { crashes: ["x", "y", "x"], seed: 9, quick: true })).toMatchObject({ crashes: ["x", "y"], seeds: [9] });
  });
  it.each([
    [{ crashes: ["a"] }, ["--crash"]],
    [{ seed: 0 }, ["--seed"]],
    [{ quick: true, data: "elsewhere" }, ["--quick", "--data"]],
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
