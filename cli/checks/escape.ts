import { type Address, isAddressEqual, zeroAddress } from "viem";
import type { Steward } from "../../chain/index.ts";
import type { Change, ParameterSpec } from "../../sim/parameters/index.ts";
import { specOf } from "../../sim/parameters/index.ts";
import { governanceLimits } from "../proposal/governance-policy.ts";
import type { Check } from "./check.ts";
import { duration, governanceOf, governorSeconds } from "./governance.ts";

export const escape: Check = {
  id: "escape",
  title: "A loosening that does harm can be taken back before it has done it",
  why: "A vote that takes eight days cannot stop a loss that takes four minutes. Only a way that is faster, and can do nothing but tighten, can.",
  incident:
    "Moonwell MIP-X43, February 2026: seen four minutes after the execution, mended by a vote of five days, USD 1.78 M of bad debt. Compound 62, September 2021: everyone could watch, nobody could stop it for seven days.",
  fix: "Have a steward with a council that may tighten (RiskSteward), not paused; or split the change and ramp it.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const { before, after } = await governanceOf(context);
    const { blockSeconds } = governanceLimits(context.policy);
    const vote = governorSeconds(after.votingDelay + after.votingPeriod, after, blockSeconds) + after.timelockDelay;
    const { changes, deployment } = context.proposal;
    const slow = changes.flatMap((change) => {
      const spec = specOf(change.name);
      return spec !== undefined && loosens(change, spec) ? [{ ...change, reverse: Math.max(vote, spec.cooldown) }] : [];
    });
    const closed = whyClosed(after.steward, deployment.riskSteward);
    // Taking the way out is worth a word whatever else the proposal does.
    if (closed !== undefined && whyClosed(before.steward, deployment.riskSteward) === undefined) {
      emit({ message: `Once this proposal is executed nothing can be tightened faster than by a vote: ${closed}.` });
    }
    const late = closed === undefined ? [] : slow.filter(({ reverse, rampSeconds }) => reverse > rampSeconds);
    // One remark for all that take as long: a proposal may loosen twenty values.
    for (const [reverse, group] of Map.groupBy(late, ({ reverse }) => reverse)) {
      const soonest = Math.min(...group.map(({ rampSeconds }) => rampSeconds));
      const names = group.map(({ scope, name }) => `${scope}.${name}`);
      emit({
        message: `Looser ${soonest === 0 ? "at once" : `within ${duration(soonest)}`}: ${names.join(", ")}. A vote takes it back after ${duration(reverse)}, and there is no faster way: ${closed}.`,
      });
    }
    const way = closed ?? `the steward ${after.steward.address} tightens at once, up to ${after.steward.stepBps / 100} % of a vote's step`;
    return `${slow.length === 0 ? "nothing is loosened" : `${slow.length} loosened`}; to reverse it by a vote takes ${duration(vote)}; ${way}`;
  },
};

/** Why nobody can tighten without a vote, as the end of a sentence; undefined where somebody can. */
function whyClosed({ address, hasCode, council, paused, stepBps }: Steward, named: Address): string | undefined {
  if (!hasCode) return "there is no steward";
  if (!isAddressEqual(address, named)) return `the registry's steward is ${address}, the deployment names ${named}`;
  if (isAddressEqual(council, zeroAddress)) return "the steward has no council";
  if (paused) return "the steward is paused";
  return stepBps === 0 ? "the steward may take no step" : undefined;
}

/**
 * Whether a change takes a parameter away from its safe side. One without a safe side cannot be said to.
 *
 * @example loosens({ scope: "ETH", name: "volBuffer", from: 2500, to: 2000, rampSeconds: 0 }, specOf("volBuffer")!) // true
 */
export function loosens({ from, to }: Change, { tighter }: ParameterSpec): boolean {
  return tighter === "up" ? to < from : tighter === "down" ? to > from : false;
}
