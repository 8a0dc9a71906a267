import { type FindingCode, validateChanges } from "../../sim/parameters/index.ts";
import type { Emit } from "./check.ts";
import type { CheckContext } from "./context.ts";

/**
 * Emits what the parameter rules (the same that the contract enforces) say about the declared changes, as far as it has one
 * of the codes named. One check each asks for its own codes, so that policy and voter can tell a step from a stale draft.
 *
 * @returns what was looked at, as `ETH.volBuffer 2500 → 3000`
 */
export function emitRules({ proposal }: CheckContext, emit: Emit, codes: readonly FindingCode[]): string {
  for (const { code, message, fix, revert } of validateChanges(proposal.base, proposal.changes)) {
    if (codes.includes(code)) emit({ message: `${message} The chain would refuse it: ${revert.error}.`, fix });
  }
  return changesInWords(proposal);
}

/** The declared changes as `ETH.volBuffer 2500 → 3000`; of many the first few. */
export function changesInWords({ changes }: CheckContext["proposal"]): string {
  const named = changes.slice(0, SHOWN).map(({ scope, name, from, to }) => `${scope}.${name} ${from} → ${to}`);
  const more = changes.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const SHOWN = 3;
