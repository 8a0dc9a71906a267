import { beforeAll, describe, expect, it } from "vitest";
import type { CheckContext } from "../../cli/checks/context.ts";
import { freshness, unseenMarket } from "../../cli/checks/freshness.ts";
import { runChecks } from "../../cli/checks/run.ts";
import { loadDataset } from "../../cli/dataset/load.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { POLICY as POLICY_SHAPE } from "../../cli/proposal/policy.ts";
import type { History } from "../../sim/market/index.ts";
import { contextOf, GOOD, POLICY, proposalFolder } from "./world.ts";

const DAY = 24;

describe("how old the evidence is", () => {
  let proposal: Proposal;
  let bound: History;
  beforeAll(async () => {
    // Only that there is evidence matters here; that it is honest is another check's business.
    proposal = { ...(await proposalFolder(GOOD)).proposal, evidence: {} as Evidence };
    bound = (await loadDataset()).history;
  });
  /** The evidence's own history, gone on for some days: each asset's price times so much an hour. */
  function later(days: number, factors: Readonly<Record<string, (hour: number) => number>> = {}): History {
    const closes = bound.closes.map((old, a) => {
      const next = new Float64Array(bound.hours + days * DAY);
      next.set(old);
      // What trades under a perpetual's name is not in the history; each asset here has a last price.
      for (let i = bound.hours; i < next.length; i++) next[i] = old[bound.hours - 1] * (factors[bound.assets[a]]?.(i - bound.hours + 1) ?? 1);
      return next;
    });
    return { ...bound, hours: bound.hours + days * DAY, closes };
  }
  const report = (at: string, newer?: History, limits: unknown = {}, rest: Partial<CheckContext> = {}) =>
    runChecks(
      [freshness],
      contextOf(proposal, {
        policy: POLICY_SHAPE.parse({ ...POLICY, freshness: limits }) as typeof POLICY,
        now: () => Date.parse(at) / 1000,
        closes: () => Promise.resolve({ bound, ...(newer === undefined ? {} : { newer }) }),
        ...rest,
      }),
    );
  const messages = async (...args: Parameters<typeof report>) => (await report(...args)).findings.map(({ message }) => message);

  // data/lookback/2025.csv ends with the hour 2025-10-31T23:00Z; the lookback of a new protocol is 730 days (docs/parameters.md).
  it("is said, counted from the end of the data, and may be the lookback at most", async () => {
    const young = await report("2026-11-24T12:00Z");
    expect(young.findings).toEqual([]);
    expect(young.checked[0].looked).toBe("the data end on 2025-11-01, 388 days before this check; no newer prices were given (`--data`)");
    expect(await messages("2027-11-01T00:00Z")).toEqual([]);
    expect(await report("2027-11-02T00:00Z")).toMatchObject({
      findings: [{ severity: "error", kind: "evidence", message: "The data of the evidence end on 2025-11-01, 731 days before this check; 730 are allowed." }],
    });
  });
  it("may be what the policy allows", async () => {
    expect(await messages("2025-11-08T00:00Z", undefined, { dataAgeDays: 7 })).toEqual([]);
    expect(await messages("2025-11-08T01:00Z", undefined, { dataAgeDays: 7 })).toEqual([expect.stringMatching(/7 days before this check; 7 are allowed/)]);
  });
  it("cannot be negative", async () => {
    expect(await messages("2025-10-31T23:00Z")).toEqual([expect.stringMatching(/end on 2025-11-01, after the day of the check \(2025-10-31\)/)]);
  });
  it("is missing where there is no evidence at all: exit 5", async () => {
    const { evidence: _, ...bare } = proposal;
    expect(await report("2026-11-24T12:00Z", undefined, {}, { proposal: bare })).toMatchObject({ findings: [{ severity: "error", kind: "evidence" }] });
  });

  it("a market that stands where it stood has nothing against it, and is told", async () => {
    const { findings, checked } = await report("2026-11-24T12:00Z", later(10));
    expect(findings).toEqual([]);
    expect(checked[0].looked).toMatch(/since then, to 2025-11-11: BTC 0\s%, ETH 0\s%/);
    expect([unseenMarket(true), unseenMarket(false)]).toMatchObject([[], [{ what: expect.stringMatching(/market has moved/) }]]);
  });
  it("a price beyond the range that the margin grid spans has: 16 % for ETH, 25 % for SOL", async () => {
    const drift = (total: number) => (hour: number) => (1 + total) ** Math.min(1, hour / (20 * DAY));
    expect(await messages("2026-11-24T12:00Z", later(20, { ETH: drift(-0.15), SOL: drift(0.24) }))).toEqual([]);
    expect(await messages("2026-11-24T12:00Z", later(20, { ETH: drift(-0.17), SOL: drift(0.26) }))).toEqual([
      expect.stringMatching(/ETH has moved by −17\.0\s% since the data of the evidence end; 16\.0\s% is allowed/),
      expect.stringMatching(/SOL has moved by 26\.0\s%/),
    ]);
    expect(await messages("2026-11-24T12:00Z", later(20, { ETH: drift(-0.06) }), { spotMove: 0.05 })).toHaveLength(1);
  });
  it("a volatility that has more than doubled has too, though the price came back", async () => {
    // Up and down by 4 % each hour: about 370 % a year.
    const shaken = (hour: number) => (hour % 2 === 0 ? 1 : 1.04);
    expect(await messages("2026-11-24T12:00Z", later(10, { BTC: shaken }))).toEqual([
      expect.stringMatching(/The volatility of BTC is [0-9.]+ times what it was when the data of the evidence end; 2 is allowed/),
    ]);
    expect(await messages("2026-11-24T12:00Z", later(10, { BTC: shaken }), { volatilityRatio: 100 })).toEqual([]);
  });
  it("prices that are not newer, or lack an underlying, say nothing, and so fail", async () => {
    expect(await messages("2026-11-24T12:00Z", bound)).toEqual([expect.stringMatching(/prices given end on 2025-11-01; the evidence's own end on 2025-11-01/)]);
    const whole = later(1);
    const kept = whole.assets.map((asset, a) => ({ asset, closes: whole.closes[a] })).filter(({ asset }) => asset !== "LINK");
    const lacking = { ...whole, assets: kept.map(({ asset }) => asset), closes: kept.map(({ closes }) => closes) };
    expect(await messages("2026-11-24T12:00Z", lacking)).toEqual([expect.stringMatching(/prices given have no price of LINK/)]);
  });
});
