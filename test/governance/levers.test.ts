import { describe, expect, it } from "vitest";
import { levers, type Situation, sensitivity } from "../../sim/governance/index.ts";
import { situation } from "./world.ts";

const DAY = 86_400;
const elasticity = (one: Situation, input: string) => sensitivity(one).find((found) => found.input === input)?.elasticity ?? Number.NaN;
const lever = (one: Situation, setting: string) => {
  const found = levers(one).find((other) => other.setting === setting);
  if (found === undefined) throw new Error(`no ${setting}`);
  return found;
};

describe("sensitivity", () => {
  const plain = situation({ token: { floatVotes: 100_000_000 }, voters: { against: 0.6 }, supply: 100_000_000 });

  it("of a purchase that moves nothing is 1 in price, turnout and fall, and nothing else matters", () => {
    for (const input of ["token price", "turnout", "share voting against", "fall on discovery"]) expect(elasticity(plain, input)).toBeCloseTo(1, 3);
    for (const input of ["traded volume", "voting delay", "quorum", "votes to borrow"]) expect(elasticity(plain, input)).toBeCloseTo(0, 9);
  });

  it("of what the square-root law alone costs is 3/2 in what is bought, −1/2 in volume, 1 in volatility", () => {
    const impact = situation({ supply: 100_000_000, token: { floatVotes: 100_000_000, discoveryFall: 0, dailyVolatility: 0.01, dailyVolumeUsd: 1e9 } });
    expect(elasticity(impact, "token price")).toBeCloseTo(1.5, 3);
    expect(elasticity(impact, "turnout")).toBeCloseTo(1.5, 3);
    expect(elasticity(impact, "traded volume")).toBeCloseTo(-0.5, 3);
    expect(elasticity(impact, "volatility")).toBeCloseTo(1, 3);
  });

  it("is not said where there is no route", () => {
    expect(sensitivity(situation({})).every((one) => one.elasticity === null)).toBe(true);
  });
});

describe("settings", () => {
  const called = situation({
    token: { floatVotes: 1_000_000 },
    voters: { mobilisable: 0.2, mobilisationSeconds: 5 * DAY },
    value: { extractableUsd: 1e6, exitPerHour: 0.002 },
    attacker: { swingSeconds: 5 * DAY },
    delegates: [2_500, 1_500, 1_200, 900].map((votes, i) => ({ id: `d${i}`, votes, delegators: 1, own: null })),
  });

  it("cost a day where they add one: a longer vote calls more of those who answer, a longer timelock lets more users leave", () => {
    expect(lever(called, "voting period")).toMatchObject({ frictionDays: 1 });
    expect(lever(called, "timelock")).toMatchObject({ costRaisedUsd: 0, frictionDays: 1 });
    expect(lever(called, "timelock").profitCutUsd ?? 0).toBeGreaterThan(0);
  });

  it("a quorum costs a whole proposal's time for the share of past votes it would have failed", () => {
    const record: Situation = { ...called, turnout: { history: [0.035, 0.045, 0.06, 0.2] } };
    // From 4 to 5 %: one of four; one day, five and two.
    expect(lever(record, "quorum").frictionDays).toBeCloseTo(8 / 4, 12);
  });

  it("a threshold costs it for the share of delegates who may propose no more", () => {
    // Of the three at 1 000 or above, two are below 2 000.
    expect(lever(called, "proposal threshold").frictionDays).toBeCloseTo((8 * 2) / 3, 12);
  });

  it("a guardian is not measured in days, and cuts what the attack brings", () => {
    const { frictionDays, raisedPerDayUsd, profitCutUsd } = lever(called, "guardian");
    expect([frictionDays, raisedPerDayUsd]).toEqual([null, null]);
    expect(profitCutUsd ?? 0).toBeGreaterThan(0);
  });

  it("come in the order of what a day of them raises", () => {
    const ranked = levers(called).flatMap(({ raisedPerDayUsd }) => raisedPerDayUsd ?? []);
    expect(ranked.length).toBeGreaterThan(3);
    expect(ranked).toEqual([...ranked].sort((a, b) => b - a));
  });

  it("are not judged where nothing can be attacked", () => {
    expect(levers(situation({}))).toEqual([]);
  });
});
