import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, cheapest, concentration, mobilised, purchaseCost, routes, turnoutBelow, turnoutQuantile, votesNeeded } from "../../sim/governance/index.ts";
import { SITUATION, situation } from "./world.ts";

const DAY = 86_400;

describe("buying votes", () => {
  const token = { priceUsd: 10, floatVotes: 1e6, dailyVolumeUsd: 4e6, dailyVolatility: 0.05, discoveryFall: 0.3 };

  it("costs the fall of the price where trading moves nothing", () => {
    expect(purchaseCost(1_000, { ...token, dailyVolatility: 0 })).toBeCloseTo(1_000 * 10 * 0.3, 9);
  });

  it("costs two thirds of the square-root displacement both ways besides", () => {
    // Q = USD 1 M, V = 4 M: displaced by 5 % · √¼ = 2.5 %; selling 0.7 M by 5 % · √0.175.
    const expected = 300_000 + (2 / 3) * 0.025 * 1e6 + (2 / 3) * 0.05 * Math.sqrt(0.175) * 0.7e6;
    expect(purchaseCost(100_000, token)).toBeCloseTo(expected, 4);
  });

  it("never costs less for more of it, and its marginal cost rises, beyond what can be sold again too", () => {
    const steps = Array.from({ length: 400 }, (_, i) => purchaseCost((i + 1) * 1e6, { ...token, dailyVolatility: 0.3 }));
    for (let i = 2; i < steps.length; i++) expect(steps[i] - steps[i - 1]).toBeGreaterThanOrEqual((steps[i - 1] - steps[i - 2]) * (1 - 1e-9));
  });
});

describe("the cheapest mix of sources", () => {
  const mixed = situation({
    token: { floatVotes: 100_000, dailyVolumeUsd: 1e5, dailyVolatility: 0.05 },
    borrowable: [
      { name: "dear", votes: 500, annualRate: 0, fee: 0.5, flashLoan: false, collateralRatio: 1.5 },
      { name: "cheap", votes: 300, annualRate: 0, fee: 0.001, flashLoan: false, collateralRatio: 1.5 },
    ],
    bribes: [{ votes: 400, priceUsd: 4 }],
  });

  it("is what trying every number of bought tokens finds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), (votes) => {
        const found = acquire(mixed, votes, ["buy", "borrow", "bribe"]);
        const steps = [...Array(300).fill(0.01), ...Array(400).fill(4), ...Array(500).fill(5)] as number[];
        let least = Number.POSITIVE_INFINITY;
        for (let bought = Math.max(0, votes - 1_200); bought <= votes; bought++) {
          const rest = steps.slice(0, votes - bought).reduce((sum, price) => sum + price, 0);
          least = Math.min(least, rest + (bought === 0 ? 0 : purchaseCost(bought, mixed.token)));
        }
        expect(found?.costUsd).toBeCloseTo(least, 5);
        expect(found?.pieces.reduce((sum, piece) => sum + piece.votes, 0)).toBe(votes);
        expect(found?.pieces.reduce((sum, piece) => sum + piece.costUsd, 0)).toBeCloseTo(found?.costUsd ?? 0, 6);
      }),
      { numRuns: 60 },
    );
  });

  it("is nothing where there are not so many", () => {
    expect(acquire(mixed, 101_200, ["buy", "borrow", "bribe"])).toBeDefined();
    expect(acquire(mixed, 101_201, ["buy", "borrow", "bribe"])).toBeUndefined();
  });

  it("pays loans and bribes at every try, and bought tokens once", () => {
    expect(acquire(mixed, 300, ["borrow"], 5)?.costUsd).toBeCloseTo(5 * 300 * 0.01, 9);
    expect(acquire(mixed, 300, ["buy"], 5)?.costUsd).toBeCloseTo(acquire(mixed, 300, ["buy"])?.costUsd ?? 0, 9);
  });
});

describe("the votes needed", () => {
  const meeting = { seenSeconds: 0, attempt: 1, certainty: 0.9, fromVoters: false };

  it("are one more than those against", () => {
    expect(votesNeeded(SITUATION, meeting).votes).toBe(100_001);
  });

  it("are what the quorum lacks where nobody is against", () => {
    expect(votesNeeded(situation({ voters: { against: 0, deceived: 0 }, turnout: { mean: 0.01, deviation: 0 } }), meeting).votes).toBe(30_000);
  });

  it("are never more than just over half of the supply", () => {
    expect(votesNeeded(situation({ turnout: { mean: 0.9, deviation: 0 } }), meeting).votes).toBe(500_001);
  });

  it("are fewer of voters who would have voted against: each counts twice where all vote", () => {
    const taken = votesNeeded(situation({ turnout: { mean: 0.4, deviation: 0 } }), { ...meeting, fromVoters: true }).majority;
    // n > 40 % of (1 000 000 − n)
    expect(taken).toBe(Math.floor(400_000 / 1.4) + 1);
  });

  it("rise with the time others have to answer, by 63 % of those who can be called within the mean time", () => {
    expect(mobilised(DAY, DAY)).toBeCloseTo(1 - Math.exp(-1), 12);
    const called = situation({ voters: { mobilisable: 0.2 } });
    expect(votesNeeded(called, { ...meeting, seenSeconds: DAY }).votes).toBe(Math.floor(100_000 + 200_000 * (1 - Math.exp(-1))) + 1);
  });

  it("rise with the certainty asked for where voters are against, by the normal quantile of their turnout", () => {
    const spread = situation({ turnout: { mean: 0.1, deviation: 0.02 } });
    expect(votesNeeded(spread, { ...meeting, certainty: 0.5 }).votes).toBe(100_001);
    expect(votesNeeded(spread, { ...meeting, certainty: 0.975 }).votes).toBe(Math.floor(1e6 * (0.1 + 0.02 * 1.959963984540054)) + 1);
  });
});

describe("turnout", () => {
  it("of a record is the least value that enough of it does not exceed", () => {
    const record = { history: [0.05, 0.01, 0.03, 0.02] };
    expect([0.25, 0.26, 0.5, 0.99].map((p) => turnoutQuantile(record, p))).toEqual([0.01, 0.02, 0.02, 0.05]);
    expect([0.01, 0.02, 0.06].map((share) => turnoutBelow(record, share))).toEqual([0, 0.25, 1]);
  });

  it("never leaves 0 to 1", () => {
    const wild = { mean: 0.1, deviation: 5 };
    expect([turnoutQuantile(wild, 0.01), turnoutQuantile(wild, 0.99)]).toEqual([0, 1]);
  });
});

describe("every route", () => {
  const rich = situation({
    token: { floatVotes: 400_000, dailyVolumeUsd: 1e6, dailyVolatility: 0.05 },
    voters: { against: 0.8, deceived: 0.1, mobilisable: 0.1, fatigue: 0.9 },
    turnout: { mean: 0.1, deviation: 0.03 },
    borrowable: [{ name: "pool", votes: 200_000, annualRate: 0.2, fee: 0, flashLoan: false, collateralRatio: 1.5 }],
    bribes: [{ votes: 300_000, priceUsd: 0.1 }],
    delegates: Array.from({ length: 40 }, (_, i) => ({ id: `d${i}`, votes: 10_000, delegators: 3, own: null })),
    coalition: { members: ["d3"], paymentUsd: 5_000 },
    attacker: { attempts: 5 },
    value: { extractableUsd: 5e6, treasuryUsd: 1e6, exitPerHour: 0.01 },
  });

  it("is there, in a fixed order, with its pieces adding up to its votes and to its cost", () => {
    const all = routes(rich);
    expect(all.map(({ kind }) => kind)).toEqual(["buy", "borrow", "bribe", "mix", "coalition", "apathy", "lateSwing"]);
    for (const { kind, pieces, votes, costUsd, impossible } of all) {
      expect(impossible, kind).toBeNull();
      const sum = pieces.reduce((total, piece) => total + piece.votes, 0);
      // A bribe's proposer brings the threshold besides; delegates come whole.
      expect(sum, kind).toBeGreaterThanOrEqual(votes);
      if (kind !== "coalition") expect(sum, kind).toBe(kind === "bribe" ? votes + 1_000 : votes);
      expect(
        pieces.reduce((total, piece) => total + piece.costUsd, 0),
        kind,
      ).toBeCloseTo(costUsd, 4);
    }
  });

  it("returns what users have not yet taken out, and the treasury", () => {
    const bought = routes(rich).find(({ kind }) => kind === "buy");
    // One day of delay, five of voting, two of timelock: 192 hours.
    expect(bought?.visibleSeconds).toBe(8 * DAY);
    expect(bought?.returnUsd).toBeCloseTo(1e6 + 5e6 * 0.99 ** 192, 2);
  });

  it("is not possible for somebody without the money", () => {
    expect(routes({ ...rich, attacker: { ...rich.attacker, capitalUsd: 100 } }).find(({ kind }) => kind === "buy")?.impossible).toContain("more money");
  });

  it("takes the collusion set free, and pays the others", () => {
    const pieces = routes(rich).find(({ kind }) => kind === "coalition")?.pieces ?? [];
    expect(pieces[0]).toEqual({ source: "d3", votes: 10_000, costUsd: 0 });
    expect(pieces.slice(1).every(({ costUsd }) => costUsd === 5_000)).toBe(true);
  });

  it("is executed never where so many users signal that they leave", () => {
    const locked = { ...rich, value: { ...rich.value, dynamicTimelock: { firstShare: 0.01, secondShare: 0.1, minSeconds: 5 * DAY, maxSeconds: 45 * DAY } } };
    expect(routes(locked).find(({ kind }) => kind === "buy")?.impossible).toContain("execution waits");
  });

  it("costs at least as much when everything that protects is raised", () => {
    const cost = (parts: typeof rich) => cheapest(routes(parts))?.costUsd ?? Number.POSITIVE_INFINITY;
    const base = cost(rich);
    expect(cost({ ...rich, rules: { ...rich.rules, quorumVotes: 200_000 } })).toBeGreaterThanOrEqual(base);
    expect(cost({ ...rich, rules: { ...rich.rules, proposalThreshold: 250_000 } })).toBeGreaterThanOrEqual(base);
    expect(cost({ ...rich, voters: { ...rich.voters, mobilisable: 0.3 } })).toBeGreaterThanOrEqual(base);
    expect(cost({ ...rich, bribes: [] })).toBeGreaterThanOrEqual(base);
  });
});

describe("concentration", () => {
  const delegates = [30, 30, 20, 10, 10].map((votes, i) => ({ id: `d${i}`, votes: votes * 1_000, delegators: 1, own: null }));

  it("counts the fewest who decide a vote at the mean turnout, and who reach the quorum", () => {
    // Half of a turnout of 100 000 is 50 000; the quorum is 40 000.
    expect(concentration(situation({ delegates }))).toEqual({ majority: 2, quorum: 2, largestShare: 0.3, topTenShare: 1 });
  });

  it("counts those who act together as one", () => {
    expect(concentration(situation({ delegates, coalition: { members: ["d0", "d1"] } }))).toMatchObject({ majority: 1, quorum: 1, largestShare: 0.6 });
  });

  it("says nothing where all listed are too few, or where none is", () => {
    expect(concentration(situation({ delegates: delegates.slice(3) }))).toMatchObject({ majority: null, quorum: null });
    expect(concentration(SITUATION)).toBeNull();
  });
});

describe("turnout is taken where it hurts", () => {
  const meeting = { seenSeconds: 0, attempt: 1, certainty: 0.975, fromVoters: false };
  const TWO_SIGMA = 1.959963984540054;

  it("low where the quorum needs those who abstain", () => {
    const quiet = situation({ turnout: { mean: 0.02, deviation: 0.005 }, voters: { against: 0, deceived: 0 } });
    expect(votesNeeded(quiet, meeting).votes).toBe(Math.ceil(40_000 - 1e6 * (0.02 - 0.005 * TWO_SIGMA)));
  });

  it("and bribed voters no longer help to the quorum themselves", () => {
    const quiet = situation({ turnout: { mean: 0.02, deviation: 0 }, voters: { against: 0, deceived: 0 } });
    // n ≥ 40 000 − 2 % of (1 000 000 − n)
    expect(votesNeeded(quiet, { ...meeting, fromVoters: true }).votes).toBe(Math.ceil(20_000 / 0.98));
  });

  it("low where more are deceived than against: they are the attacker's votes", () => {
    const deceived = situation({ turnout: { mean: 0.1, deviation: 0.02 }, voters: { against: 0.2, deceived: 0.8, mobilisable: 0.2 } });
    const low = 0.1 - 0.02 * TWO_SIGMA;
    const called = 200_000 * (1 - Math.exp(-1));
    expect(votesNeeded(deceived, { ...meeting, seenSeconds: DAY }).majority).toBe(Math.floor(called - 0.6 * low * 1e6) + 1);
  });

  it("and those who can be called are never more than stayed away", () => {
    const crowded = situation({ turnout: { mean: 0.3, deviation: 0 }, voters: { against: 0, deceived: 1, mobilisable: 1 } });
    expect(votesNeeded(crowded, { ...meeting, seenSeconds: 1_000 * DAY }).majority).toBe(400_001);
  });

  it("those who are called tire as the others do", () => {
    const tiring = situation({ turnout: { mean: 0, deviation: 0 }, voters: { against: 1, mobilisable: 0.2, fatigue: 0.5 } });
    expect(votesNeeded(tiring, { ...meeting, seenSeconds: 1_000 * DAY, attempt: 3 }).majority).toBe(50_001);
  });
});

describe("what a route is made of", () => {
  it("pays interest of an hour, and collateral meanwhile", () => {
    const lent = situation({ borrowable: [{ name: "pool", votes: 1_000, annualRate: 0.876, fee: 0, flashLoan: false, collateralRatio: 1.5 }] });
    const found = acquire(lent, 1_000, ["borrow"]);
    // 87.6 % a year is a hundredth of a percent an hour.
    expect(found?.costUsd).toBeCloseTo(1_000 * 10 * 0.0001, 9);
    expect(found?.capitalUsd).toBeCloseTo(15_000, 9);
  });

  it("pays a delegate for what the fall takes from its own tokens", () => {
    const owning = situation({
      turnout: { mean: 0, deviation: 0 },
      delegates: [{ id: "d0", votes: 50_000, delegators: 1, own: 1_000 }],
      coalition: { members: [], paymentUsd: 500 },
    });
    expect(routes(owning).find(({ kind }) => kind === "coalition")?.costUsd).toBeCloseTo(500 + 1_000 * 10 * 0.3, 9);
  });
});
