import { describe, expect, it } from "vitest";
import type { ExecutionShock } from "../../sim/replay/index.ts";
import { type Gate, judge, judgedValue, METRICS } from "../../sim/verdict/index.ts";
import { pair } from "./outcomes.ts";

const shock: ExecutionShock = {
  hour: 0,
  accounts: 0.02,
  notional: 0.05,
  accountsTotal: 100,
  newlyLiquidatable: 2,
  notionalTotal: 1_000,
  newlyLiquidatableNotional: 50,
  maintenanceIncrease: 0.1,
  top: [],
};
const pairs = [
  pair(
    "calm",
    { shortfallPeak: 0, coverage: 1, meanMarginRate: 0.2, largestFiveDayRise: 0.1 },
    { accountsLiquidated: 3, coverage: 0.98, meanMarginRate: 0.22, largestFiveDayRise: 0.2 },
  ),
  pair(
    "storm",
    { shortfallPeak: 100, coverage: 0.97, meanMarginRate: 0.4, largestFiveDayRise: 0.5 },
    { shortfallPeak: 400, coverage: 0.94, meanMarginRate: 0.4, largestFiveDayRise: 0.6 },
  ),
];
const evidence = { pairs, shocks: [{ seed: 1, shock }] };
const value = (id: string) => judge({ [id]: { max: 0, severity: "warn" } }, evidence).gates[0];

describe("the metrics of a verdict", () => {
  // By hand from the two pairs above, with a fund of 1 000.
  it.each([
    ["shortfall.worst", 0.4, "storm"],
    ["shortfall.increase", 0.3, "storm"],
    ["coverage.worst", 0.94, "storm"],
    ["coverage.mean", 0.96, undefined],
    ["coverage.decrease", 0.03, "storm"],
    ["liquidated.mean", 0.15, undefined],
    ["margin.rate", 0.31, undefined],
    ["capital.increase", 0.05, undefined],
    ["procyclicality.fiveDayRise", 0.6, "storm"],
    ["procyclicality.increase", 0.2, undefined],
    ["executionShock.accounts", 0.02, undefined],
    ["executionShock.notional", 0.05, undefined],
  ])("%s is %d, from %s", (id, expected, crash) => {
    expect(value(id).value).toBeCloseTo(expected, 12);
    expect(value(id).crash).toBe(crash);
  });

  it("each say what they are", () => {
    for (const { doc } of Object.values(METRICS)) expect(doc).toMatch(/^[A-Z].*\.$/);
  });
});

describe("a gate", () => {
  const judged = (id: string, gate: Gate, on: Parameters<typeof judge>[1] = evidence) => judge({ [id]: gate }, on);

  it("passes at its limit and fails beyond it, from above and from below", () => {
    expect(judged("executionShock.accounts", { max: 0.02, severity: "error" }).verdict).toBe("pass");
    expect(judged("executionShock.accounts", { max: 0.0199, severity: "error" }).verdict).toBe("fail");
    expect(judged("coverage.worst", { min: 0.94, severity: "error" }).verdict).toBe("pass");
    expect(judged("coverage.worst", { min: 0.9401, severity: "error" }).verdict).toBe("fail");
  });

  it("that only warns fails no verdict", () => {
    const gates = { "coverage.worst": { min: 0.99, severity: "warn" }, "coverage.mean": { min: 0.9, severity: "error" } } as const;
    const { verdict, gates: results } = judge(gates, evidence);
    expect(verdict).toBe("pass");
    expect(results.map(({ id, pass }) => [id, pass])).toEqual([
      ["coverage.worst", false],
      ["coverage.mean", true],
    ]);
  });

  it("fails without evidence: no replay, no execution shock, no observation, an unknown metric, a name every object has", () => {
    const anything = { max: Number.MAX_VALUE, severity: "error" } as const;
    for (const id of Object.keys(METRICS)) {
      const { gates, verdict } = judge({ [id]: anything }, { pairs: [], shocks: [] });
      expect(gates[0]).toMatchObject({ value: null, pass: false });
      expect(verdict).toBe("fail");
    }
    expect(judged("coverage.worst", { min: 0, severity: "error" }, { pairs: [pair("unseen", {}, { coverageObservations: 0 })], shocks: [] }).verdict).toBe(
      "fail",
    );
    for (const id of ["coverage.best", "toString", "constructor", "__proto__"]) {
      expect(judge(Object.fromEntries([[id, anything]]), evidence).gates[0]).toMatchObject({ value: null, pass: false });
    }
  });

  it("fails on a number that is none, even if only one crash has it", () => {
    const broken = [...pairs, pair("broken", {}, { shortfallPeak: Number.NaN })];
    for (const id of ["shortfall.worst", "shortfall.increase"]) {
      expect(judge({ [id]: { max: 1e9, severity: "error" } }, { pairs: broken, shocks: [] }).gates[0]).toMatchObject({
        value: null,
        pass: false,
        crash: "broken",
      });
    }
  });

  it("fails a shortfall where there is no fund to hold it against", () => {
    const result = judged(
      "shortfall.worst",
      { max: 1e9, severity: "error" },
      { pairs: [pair("bare", { fundStart: 0 }, { fundStart: 0, shortfallPeak: 1 })], shocks: [] },
    );
    expect(result.gates[0]).toMatchObject({ value: null, pass: false });
  });

  it("that is missing stops nothing, so a policy without an error gate fails", () => {
    expect(judge({}, evidence).verdict).toBe("fail");
    expect(judge({ "coverage.worst": { min: 0, severity: "warn" } }, evidence).verdict).toBe("fail");
  });
});

describe("a gate over several seeds", () => {
  // Coverage 0.95, 0.96, 0.97: mean 0.96, s = 0.01, t(0.975, 2) = 4.302653 (NIST: 4.303), half width 4.302653 · 0.01 / √3 = 0.0248414.
  const seeds = [0.95, 0.96, 0.97].flatMap((coverage, i) => [
    pair("calm", {}, { coverage: 1 }, i + 1),
    pair("storm", { coverage: 0.9 }, { coverage, shortfallPeak: 10 * i }, i + 1),
  ]);
  const several = { pairs: seeds, shocks: [] };
  const judged = (id: string, gate: Gate) => judge({ [id]: gate }, several).gates[0];

  it("has their mean and its 95 % interval, cut where the metric ends", () => {
    const found = judged("coverage.worst", { min: 0.93, severity: "error" });
    expect(found).toMatchObject({ crash: "storm", pass: true });
    expect(found.value).toBeCloseTo(0.96, 12);
    expect(found.low).toBeCloseTo(0.9351586, 6);
    expect(found.high).toBeCloseTo(0.9848414, 6);
    // Shortfalls of 0, 1 and 2 % of the fund: the interval would begin below nothing.
    expect(judged("shortfall.worst", { max: 1, severity: "error" }).low).toBe(0);
  });

  it("is judged on the end that is nearer to its limit, not on the mean", () => {
    expect(judged("coverage.worst", { min: 0.95, severity: "error" })).toMatchObject({ pass: false });
    expect(judged("shortfall.worst", { max: 0.02, severity: "error" })).toMatchObject({ pass: false });
    expect(judged("shortfall.worst", { max: 0.0349, severity: "error" })).toMatchObject({ pass: true });
    expect(judgedValue({ value: 2, low: 1, high: 3, bound: "max" })).toBe(3);
    expect(judgedValue({ value: 2, low: 1, high: 3, bound: "min" })).toBe(1);
  });

  it("has no interval with one seed, and is then judged on its value", () => {
    const one = judge({ "coverage.worst": { min: 0.94, severity: "error" } }, evidence).gates[0];
    expect(one).toMatchObject({ low: null, high: null, pass: true });
  });

  it("fails where one seed has no number, or lacks a crash that the others have, or has it twice", () => {
    const anything = { max: 1e9, severity: "error" } as const;
    const broken = [pair("calm", {}, {}, 4), pair("storm", {}, { shortfallPeak: Number.NaN }, 4)];
    expect(judge({ "shortfall.worst": anything }, { pairs: [...seeds, ...broken], shocks: [] }).gates[0]).toMatchObject({
      value: null,
      pass: false,
      crash: "storm",
    });
    for (const uneven of [seeds.slice(0, -1), [...seeds, seeds[0]]]) {
      expect(judge({ "capital.increase": anything }, { pairs: uneven, shocks: [] }).gates[0]).toMatchObject({ value: null, pass: false });
    }
  });

  it("takes the execution shock of each seed, and fails where one was not looked at", () => {
    const gate = { "executionShock.accounts": { max: 1, severity: "error" } } as const;
    const shocks = [0.01, 0.02, 0.03].map((accounts, i) => ({ seed: i + 1, shock: { ...shock, accounts } }));
    expect(judge(gate, { pairs: seeds, shocks }).gates[0].value).toBeCloseTo(0.02, 12);
    expect(judge(gate, { pairs: seeds, shocks: shocks.slice(1) }).gates[0]).toMatchObject({ value: null, pass: false });
  });
});
