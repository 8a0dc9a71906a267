import { describe, expect, it } from "vitest";
import type { ExecutionShock } from "../../sim/replay/index.ts";
import { type Gate, judge, METRICS, summarise } from "../../sim/verdict/index.ts";
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
    { coverage: 0.98, meanMarginRate: 0.22, largestFiveDayRise: 0.2 },
  ),
  pair(
    "storm",
    { shortfallPeak: 100, coverage: 0.97, meanMarginRate: 0.4, largestFiveDayRise: 0.5 },
    { shortfallPeak: 400, coverage: 0.94, meanMarginRate: 0.4, largestFiveDayRise: 0.6 },
  ),
];
const evidence = { pairs, executionShock: shock };
const value = (id: string) => judge({ [id]: { max: 0, severity: "warn" } }, evidence).gates[0];

describe("the metrics of a verdict", () => {
  // By hand from the two pairs above, with a fund of 1 000.
  it.each([
    ["shortfall.worst", 0.4, "storm"],
    ["shortfall.increase", 0.3, "storm"],
    ["coverage.worst", 0.94, "storm"],
    ["coverage.mean", 0.96, undefined],
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
      const { gates, verdict } = judge({ [id]: anything }, { pairs: [] });
      expect(gates[0]).toMatchObject({ value: null, pass: false });
      expect(verdict).toBe("fail");
    }
    expect(judged("coverage.worst", { min: 0, severity: "error" }, { pairs: [pair("unseen", {}, { coverageObservations: 0 })] }).verdict).toBe("fail");
    for (const id of ["coverage.best", "toString", "constructor", "__proto__"]) {
      expect(judge(Object.fromEntries([[id, anything]]), evidence).gates[0]).toMatchObject({ value: null, pass: false });
    }
  });

  it("fails on a number that is none, even if only one crash has it", () => {
    const broken = [...pairs, pair("broken", {}, { shortfallPeak: Number.NaN })];
    for (const id of ["shortfall.worst", "shortfall.increase"]) {
      expect(judge({ [id]: { max: 1e9, severity: "error" } }, { pairs: broken }).gates[0]).toMatchObject({ value: null, pass: false, crash: "broken" });
    }
  });

  it("fails a shortfall where there is no fund to hold it against", () => {
    const result = judged("shortfall.worst", { max: 1e9, severity: "error" }, { pairs: [pair("bare", { fundStart: 0 }, { fundStart: 0, shortfallPeak: 1 })] });
    expect(result.gates[0]).toMatchObject({ value: null, pass: false });
  });

  it("that is missing stops nothing, so a policy without an error gate fails", () => {
    expect(judge({}, evidence).verdict).toBe("fail");
    expect(judge({ "coverage.worst": { min: 0, severity: "warn" } }, evidence).verdict).toBe("fail");
  });
});

describe("the summary", () => {
  it("names the worst crash and what changed in it", () => {
    const verdict = judge({ "shortfall.worst": { max: 0.1, severity: "error" }, "coverage.mean": { min: 0.99, severity: "warn" } }, evidence);
    expect(summarise(verdict, evidence)).toMatchObject({
      verdict: "fail",
      breached: ["shortfall.worst"],
      warned: ["coverage.mean"],
      worstCrash: "storm",
      shortfall: { baseline: 0.1, proposed: 0.4 },
      fiveDayRise: { baseline: 0.5, proposed: 0.6 },
    });
  });

  it("names the least covered crash where none has a shortfall, and nothing where there is none", () => {
    const dry = [pair("a", {}, { coverage: 0.99 }), pair("b", {}, { coverage: 0.97 })];
    expect(summarise(judge({}, { pairs: dry }), { pairs: dry }).worstCrash).toBe("b");
    expect(summarise(judge({}, { pairs: [] }), { pairs: [] })).toMatchObject({ worstCrash: null, shortfall: null, marginRate: null, accountsLiquidated: null });
  });
});
