import { describe, expect, it } from "vitest";
import { cheapest, type Probability, type RouteKind, routes, type Situation, simulateVote } from "../../sim/governance/index.ts";
import { situation } from "./world.ts";

const RUNS = 4_000;
const DAY = 86_400;

const delegates = (count: number, votes: number) => Array.from({ length: count }, (_, i) => ({ id: `d${i}`, votes, delegators: 1, own: null }));

/** A million votes over a thousand delegates, of whom a tenth takes part on average, give or take two hundredths. */
const crowd = situation({
  delegates: delegates(1_000, 1_000),
  turnout: { mean: 0.1, deviation: 0.02 },
  token: { floatVotes: 1_000_000 },
  attacker: { certainty: 0.9 },
});

/** The same votes over so many more that who comes hardly adds to what turnout does. */
const fine = { ...crowd, delegates: delegates(10_000, 100) };

function simulated(one: Situation, kind: RouteKind, runs = RUNS) {
  const route = routes(one).find((other) => other.kind === kind);
  const found = simulateVote(one, route, runs, "test");
  if (found?.with == null) throw new Error("nothing simulated");
  return { ...found, with: found.with };
}

/** Within four standard errors: a chance of one in sixteen thousand to be wrong about a right one. */
function expectNear({ value }: Probability, expected: number, runs = RUNS): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(4 * Math.sqrt((expected * (1 - expected)) / runs) + 1e-12);
}

describe("a simulated vote", () => {
  it("is what binomial probabilities say of a few delegates: two of three have to come for the quorum", () => {
    const three = situation({
      delegates: delegates(3, 50_000),
      rules: { quorumVotes: 100_000 },
      turnout: { mean: 0.06, deviation: 0 },
      voters: { against: 0, deceived: 1 },
    });
    // Each comes with 60 000 / 150 000.
    const found = simulateVote(three, undefined, RUNS, "three");
    expect(found?.with).toBeNull();
    if (found !== undefined) expectNear(found.without.passes, 3 * 0.4 * 0.4 * 0.6 + 0.4 ** 3);
  });

  it("is won as surely as the attack was sized for", () => {
    const { with: attacked, without } = simulated(crowd, "buy");
    // Who comes adds a little to what turnout does: 1 000 · √(1 000 · 0.1 · 0.9) votes beside 20 000.
    const spread = Math.sqrt(20_000 ** 2 + 1_000 ** 2 * 1_000 * 0.1 * 0.9);
    const sure = 0.5 * (1 + erf((1.2815515655446004 * 20_000) / spread / Math.SQRT2));
    expect(sure).toBeLessThan(0.9);
    expect(Math.abs(attacked.passes.value - sure)).toBeLessThan(0.02);
    expect(without.passes.value).toBe(0);
  });

  it("gives the exact interval: none of 4 000 is at most one in a thousand", () => {
    const { interval } = simulated(crowd, "buy").without.passes;
    expect(interval.low).toBe(0);
    // Clopper and Pearson: 1 − 0.025^(1/4000)
    expect(interval.high).toBeCloseTo(1 - 0.025 ** (1 / RUNS), 9);
  });

  it("is the same for the same seed, and another for another", () => {
    const route = cheapest(routes(crowd));
    const again = (seed: string) => simulateVote(crowd, route, 200, seed);
    expect(again("one")).toEqual(again("one"));
    expect(again("one")).not.toEqual(again("two"));
  });

  it("is cancelled as often as the guardian acts, where it has the time", () => {
    const guarded = (responseSeconds: number) =>
      simulated({ ...crowd, attacker: { ...crowd.attacker, certainty: 0.999 }, guardian: { responseSeconds, acts: 0.7 } }, "buy").with;
    const { passes, executes } = guarded(DAY);
    expectNear({ ...executes, value: executes.value / passes.value }, 0.3);
    const late = guarded(30 * DAY);
    expect(late.executes).toEqual(late.passes);
  });

  it("is answered by rational delegates who see the attack: sized against them it is won, sized as if there were none it is lost", () => {
    const alert = { ...fine, voters: { ...fine.voters, mobilisable: 0.2 } };
    expectNear(simulated(alert, "buy", 1_000).with.passes, 0.89, 1_000);
    const blind = routes(fine).find(({ kind }) => kind === "buy");
    expect(simulateVote(alert, blind, 500, "blind")?.with?.passes.value).toBeLessThan(0.01);
  });

  it("is won in the last minutes at least as surely as asked for, with the extension spent", () => {
    const alert = { ...fine, voters: { ...fine.voters, mobilisable: 0.2 }, rules: { ...fine.rules, lateQuorumExtensionSeconds: 2 * DAY } };
    const { with: attacked } = simulated(alert, "lateSwing", 1_000);
    expect(attacked.passes.value).toBeGreaterThan(0.85);
    expect(attacked.meanTally.abstain).toBeGreaterThan(0);
  });

  it("is won by waiting at least as surely as asked for", () => {
    const waiting = { ...crowd, attacker: { ...crowd.attacker, attempts: 10 } };
    expect(routes(waiting).find(({ kind }) => kind === "apathy")?.attempts).toBeGreaterThan(1);
    expect(simulated(waiting, "apathy").with.passes.value).toBeGreaterThan(0.85);
  });

  it("meets voters who tire, and those who could be called as well: the third try of the same proposal is won, never the first two", () => {
    const tiring = {
      ...fine,
      turnout: { mean: 0.1, deviation: 0 },
      voters: { ...fine.voters, mobilisable: 0.1, mobilisationSeconds: 1, fatigue: 0.5 },
      token: { ...fine.token, floatVotes: 60_000 },
      attacker: { ...fine.attacker, attempts: 3 },
    };
    // 200 000 against the first, 100 000 against the second, 50 000 against the third: each give or take who comes.
    const route = routes(tiring).find(({ kind }) => kind === "apathy");
    expect([route?.attempts, route?.votes]).toEqual([3, 50_001]);
    if (route === undefined) return;
    const roomy = { ...route, votes: 60_000 };
    expect(simulateVote(tiring, roomy, 200, "tired")?.with?.passes.value).toBe(1);
    expect(simulateVote(tiring, { ...roomy, attempts: 2 }, 200, "tired")?.with?.passes.value).toBe(0);
    const awake = { ...tiring, voters: { ...tiring.voters, fatigue: 1 } };
    expect(simulateVote(awake, roomy, 200, "tired")?.with?.passes.value).toBe(0);
  });

  it("counts what votes beyond the listed delegates by its mean", () => {
    const few = { ...crowd, delegates: delegates(10, 10_000), turnout: { mean: 0.2, deviation: 0 }, voters: { ...crowd.voters, against: 0.5, deceived: 0.3 } };
    const { meanTally } = simulated(few, "buy").without;
    // All of the 100 000 listed come, and 100 000 more.
    expect(meanTally.for + meanTally.against + meanTally.abstain).toBeCloseTo(200_000, 6);
    expect(Math.abs(meanTally.for - 60_000)).toBeLessThan(2_000);
    expect(Math.abs(meanTally.against - 100_000)).toBeLessThan(2_000);
  });

  it("counts a coalition's own votes, and takes bribed votes from those who would have voted", () => {
    const paid = {
      ...crowd,
      coalition: { members: [], paymentUsd: 10 },
      bribes: [{ votes: 500_000, priceUsd: 1 }],
      token: { ...crowd.token, floatVotes: 5_000 },
    };
    const coalition = simulated(paid, "coalition").with;
    expect(coalition.passes.value).toBeGreaterThan(0.8);
    const bribed = simulated(paid, "bribe").with;
    expect(bribed.passes.value).toBeGreaterThan(0.8);
    // A tenth of what was not bribed comes, against.
    const needed = routes(paid).find(({ kind }) => kind === "bribe")?.votes ?? 0;
    expect(bribed.meanTally.against).toBeCloseTo(0.1 * (1e6 - needed), -4);
  });

  it("is not held where no delegate is listed", () => {
    expect(simulateVote({ ...crowd, delegates: [] }, cheapest(routes(crowd)), 10, "none")).toBeUndefined();
  });
});

/** Abramowitz and Stegun 7.1.26, to 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  return 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-x * x);
}
