import type { Rules, Situation } from "../../sim/governance/index.ts";

const DAY = 86_400;

/** A plain governor: one day of delay, five of voting, two of timelock. */
export const RULES: Rules = {
  weight: "snapshot",
  votingDelaySeconds: DAY,
  votingPeriodSeconds: 5 * DAY,
  proposalThreshold: 1_000,
  quorumVotes: 40_000,
  approval: 0.5,
  lateQuorumExtensionSeconds: 0,
  timelockDelaySeconds: 2 * DAY,
  earlyDecision: null,
};

/** A million tokens of ten dollars in a market without impact; nothing can be borrowed or bribed, nobody watches. Tests say what differs. */
export const SITUATION: Situation = {
  supply: 1_000_000,
  rules: RULES,
  token: { priceUsd: 10, floatVotes: 0, dailyVolumeUsd: 1_000_000, dailyVolatility: 0, discoveryFall: 0.3 },
  guardian: null,
  turnout: { mean: 0.1, deviation: 0 },
  voters: { against: 1, deceived: 0, mobilisable: 0, mobilisationSeconds: DAY, fatigue: 1 },
  delegates: [],
  borrowable: [],
  bribes: [],
  coalition: { members: [], paymentUsd: 0 },
  attacker: { capitalUsd: Number.POSITIVE_INFINITY, certainty: 0.9, attempts: 1, attemptUsd: 0, swingSeconds: 300 },
  value: { extractableUsd: 0, treasuryUsd: 0, exitPerHour: 0, dynamicTimelock: null },
};

/** The situation with parts of it replaced. */
export function situation(
  parts: { readonly [Part in keyof Situation]?: Situation[Part] extends object | null ? Partial<Situation[Part]> | Situation[Part] : Situation[Part] },
): Situation {
  const merged = Object.entries(parts).map(([part, value]) => {
    const before = SITUATION[part as keyof Situation];
    const plain = typeof value === "object" && value !== null && !Array.isArray(value) && before !== null && part !== "turnout";
    return [part, plain ? { ...(before as object), ...(value as object) } : value];
  });
  return { ...SITUATION, ...Object.fromEntries(merged) };
}
