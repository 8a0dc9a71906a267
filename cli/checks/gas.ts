import { limitsOf } from "../proposal/limits.ts";
import { count, percent } from "../report/format.ts";
import type { Check } from "./check.ts";
import { executed } from "./executed.ts";

/** The most gas one transaction may have on Ethereum since the Fusaka fork of 3 December 2025 (EIP-7825): 2^24. */
export const TRANSACTION_GAS_CAP = 2 ** 24;

/** A receipt is net of refunds, of which a fifth of what was used can come back (EIP-3529); the limit has to hold what was used before. */
const BEFORE_REFUNDS = 5 / 4;

export const gas: Check = {
  id: "gas",
  title: "Every transaction of its life fits into a block, with room to spare",
  why: "A proposal that needs more gas than a transaction may have is voted through and can never be executed.",
  incident:
    "Practice: Aave's payloads have to stay below 95 % of the block gas limit. Ethereum capped a single transaction at 2^24 gas in December 2025 (EIP-7825).",
  fix: "Split the proposal into several, each with fewer changes; a shorter description makes proposing cheaper.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const { steps, surroundings } = await executed(context, "the gas it takes");
    const cap = Math.min(surroundings.blockGasLimit, TRANSACTION_GAS_CAP);
    const { gasShare } = limitsOf(context.policy);
    const sent = steps.flatMap(({ name, hash, gasUsed }) =>
      hash === undefined || gasUsed === undefined || name === "delegate" ? [] : [{ name, gas: gasUsed * BEFORE_REFUNDS }],
    );
    for (const { name, gas: needed } of sent) {
      if (needed <= gasShare * cap) continue;
      emit({
        message: `To ${name} it may take ${count(needed)} gas, ${percent(needed / cap)} of the ${count(cap)} that one transaction may have; ${percent(gasShare)} is allowed.`,
      });
    }
    const most = Math.max(...sent.map((one) => one.gas));
    return `${sent.map(({ name, gas: needed }) => `${name} ${count(needed)}`).join(", ")} gas before refunds, at most ${percent(most / cap)} of ${count(cap)}`;
  },
};
