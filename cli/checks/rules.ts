import { type FindingCode, validateChanges } from "../../sim/parameters/index.ts";
import type { Emit, Place } from "./check.ts";
import type { CheckContext } from "./context.ts";

/**
 * Emits what the parameter rules (the same that the contract enforces) say about the declared changes, as far as it has one
 * of the codes named. One check each asks for its own codes, so that policy and voter can tell a step from a stale draft.
 *
 * @returns what was looked at, as `ETH.volBuffer 2500 → 3000`
 */
export function emitRules({ proposal }: CheckContext, emit: Emit, codes: readonly FindingCode[]): string {
  for (const { code, message, fix, revert, scope, name } of validateChanges(proposal.base, proposal.changes)) {
    if (codes.includes(code)) emit({ message: `${message} The chain would refuse it: ${revert.error}.`, fix, ...placeOf(proposal, { scope, name }) });
  }
  return changesInWords(proposal);
}

/** Where in proposal.yaml a change stands, for a remark about it; nothing where it is about no single change. */
export function placeOf(
  { places }: Pick<CheckContext["proposal"], "places">,
  { scope, name }: { readonly scope?: string | undefined; readonly name?: string | undefined },
): { readonly where?: Place } {
  const place = places[`${scope}.${name}`];
  return place === undefined ? {} : { where: { file: "proposal.yaml", line: place.line, column: place.column } };
}

/** The declared changes as `ETH.volBuffer 2500 → 3000`; of many the first few. */
export function changesInWords({ changes }: CheckContext["proposal"]): string {
  const named = changes.slice(0, SHOWN).map(({ scope, name, from, to }) => `${scope}.${name} ${from} → ${to}`);
  const more = changes.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const SHOWN = 3;
