import { beforeAll, describe, expect, it } from "vitest";
import { type RehearsalPassed, rehearse } from "../../chain/index.ts";
import { calendar } from "../../cli/checks/calendar.ts";
import { holidayOn } from "../../cli/checks/holidays.ts";
import { runChecks } from "../../cli/checks/run.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { onChainProposal } from "../../cli/proposal/payload.ts";
import { POLICY as POLICY_SHAPE } from "../../cli/proposal/policy.ts";
import { contextOf, GOOD, POLICY, proposalFolder } from "./world.ts";

describe("holidays", () => {
  // European Central Bank, T2 calendar for 2026. The latest Easter Sunday of the Gregorian calendar is a 25 April (2038), the earliest a 22 March (2285).
  it.each([
    ["2026-01-01", "New Year's Day"],
    ["2026-04-03", "Good Friday"],
    ["2026-04-06", "Easter Monday"],
    ["2026-05-01", "Labour Day"],
    ["2026-12-25", "Christmas Day"],
    ["2026-12-26", "the day after Christmas"],
    ["2024-03-29", "Good Friday"],
    ["2025-04-21", "Easter Monday"],
    ["2027-03-29", "Easter Monday"],
    ["2038-04-26", "Easter Monday"],
    ["2285-03-20", "Good Friday"],
  ])("%s is %s", (day, name) => {
    expect(holidayOn(day)).toBe(name);
  });
  it.each(["2026-04-04", "2026-04-05", "2026-04-07", "2026-12-24", "2026-07-04", "2027-04-05"])("%s is none", (day) => {
    expect(holidayOn(day)).toBeUndefined();
  });
});

// Delays of a new deployment (chain/settings.ts): a day before the vote, five to vote, two in the timelock.
describe("when the vote ends and when it is executed", { timeout: 60_000 }, () => {
  let proposal: Proposal;
  let passed: RehearsalPassed;
  beforeAll(async () => {
    proposal = (await proposalFolder(GOOD)).proposal;
    const rehearsal = await rehearse(proposal.base, onChainProposal(proposal.payload!));
    if (!rehearsal.ok) throw new Error(rehearsal.message);
    passed = rehearsal;
  });
  const report = (at: string, governance: unknown = {}) => {
    const policy = POLICY_SHAPE.parse({ ...POLICY, governance }) as typeof POLICY;
    return runChecks([calendar], contextOf(proposal, { policy, now: () => Date.parse(at) / 1000, rehearsal: () => Promise.resolve(passed) }));
  };
  const messages = async (...args: Parameters<typeof report>) => (await report(...args)).findings.map(({ message }) => message);

  it("has nothing against working days, and says when everything is", async () => {
    const { findings, checked } = await report("2026-11-24T12:00Z");
    expect(findings).toEqual([]);
    expect(checked[0].looked).toBe(
      "proposed Tue 2026-11-24 12:00 UTC: voting from Wed 2026-11-25 12:00 UTC to Mon 2026-11-30 12:00 UTC (up to 2 days later after a late quorum), execution from Wed 2026-12-02 12:00 UTC",
    );
  });
  it("Compound 289: a vote that ends on a Sunday, and an execution on one", async () => {
    expect(await report("2026-11-23T12:00Z")).toMatchObject({
      findings: [{ severity: "warn", message: "Proposed now, the vote ends on Sun 2026-11-29 12:00 UTC, which is a weekend." }],
    });
    expect(await messages("2026-11-20T12:00Z")).toEqual([
      "Proposed now, the timelock lets the execution through on Sat 2026-11-28 12:00 UTC, which is a weekend.",
    ]);
  });
  it("a vote over Christmas, by its name, and one that has hardly a working day in it", async () => {
    expect((await messages("2026-12-19T12:00Z")).join("\n")).toMatch(/the vote ends on Fri 2026-12-25 12:00 UTC, which is Christmas Day/);
    // From Thursday noon over three days of holidays, by a policy that names the 24th and the 28th too.
    const rest = { holidays: ["2026-12-24", "2026-12-28", "2026-12-29"] };
    expect((await messages("2026-12-23T12:00Z", rest)).join("\n")).toMatch(/has 0 working days in it/);
  });
  it("in the policy's time zone: a Friday evening here is a Saturday there", async () => {
    // 2026-11-27T22:00Z, a Friday, is Saturday morning at 7 in Tokyo (UTC+9).
    expect(await messages("2026-11-21T22:00Z")).toEqual([
      "Proposed now, the timelock lets the execution through on Sun 2026-11-29 22:00 UTC, which is a weekend.",
    ]);
    expect(await messages("2026-11-21T22:00Z", { timeZone: "Asia/Tokyo" })).toEqual([
      "Proposed now, the vote ends on Sat 2026-11-28 07:00 Asia/Tokyo, which is a weekend.",
    ]);
  });
  it("holidays of the policy's own, and its staffed hours: Sky casts from 14 to 21 UTC", async () => {
    expect(await messages("2026-11-24T12:00Z", { holidays: ["2026-11-30"], staffedHours: [14, 21] })).toEqual([
      "Proposed now, the vote ends on Mon 2026-11-30 12:00 UTC, which is a holiday by the policy.",
      "The timelock lets the execution through at Wed 2026-12-02 12:00 UTC; somebody is there from 14 to 21 h.",
    ]);
    expect(await messages("2026-11-24T14:00Z", { staffedHours: [14, 21] })).toEqual([]);
    expect(await messages("2026-11-24T21:00Z", { staffedHours: [14, 21] })).toHaveLength(1);
  });
  it("refuses a time zone that does not exist", () => {
    expect(() => POLICY_SHAPE.parse({ ...POLICY, governance: { timeZone: "Mars/Olympus" } })).toThrow(/IANA/);
  });
});
