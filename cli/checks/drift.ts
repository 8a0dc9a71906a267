import { type Change, furthest, specOf } from "../../sim/parameters/index.ts";
import { limitsOf } from "../proposal/limits.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import type { CheckContext } from "./context.ts";
import { appliedChanges } from "./decode.ts";
import type { Neighbour } from "./pending.ts";

export const drift: Check = {
  id: "drift",
  title: "Many small steps have not become a walk",
  why: "Each step is within its limit and its cooldown; after a dozen of them nobody remembers where it began.",
  incident:
    "Practice: Aave's and Venus' risk stewards limit each update and its delay, and a value can walk as far as it likes. OpenZeppelin's RateLimiter exists for it.",
  fix: "Stay where the last votes left the parameter, or argue the whole way in one proposal; limits.driftSteps in policy.yaml says how far.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const { changes } = context.proposal;
    const { driftSteps, driftChanges } = limitsOf(context.policy);
    const earlier = executedBefore(context, await context.neighbours());
    let found = 0;
    for (const change of changes) {
      const spec = specOf(change.name);
      const way = wayTo(change, earlier).slice(0, driftChanges - 1);
      const origin = way.at(-1)?.from;
      if (spec === undefined || origin === undefined) continue;
      found += way.length;
      const direction = change.to > origin ? "up" : "down";
      if (spec.tighter === direction) continue;
      const allowed = driftSteps * Math.abs(furthest(spec, origin, direction) - origin);
      const moved = Math.abs(change.to - origin);
      if (moved <= allowed) continue;
      const path = [...way.map(({ from }) => from).reverse(), change.from, change.to].join(" → ");
      emit({
        message: `${change.scope}.${change.name} goes ${path} in ${plural(way.length + 1, "change")}: ${moved} together, and ${driftSteps} of its largest steps are ${allowed}.`,
      });
    }
    return `${plural(found, "earlier change")} of ${plural(changes.length, "parameter")}, as far as this folder's payloads explain the values in force`;
  },
};

/** Changes of earlier proposals of the folder, the latest first: what a payload applies, not what its proposal.yaml makes of today's base. */
function executedBefore({ proposal }: CheckContext, neighbours: readonly Neighbour[]): readonly Change[] {
  const own = nameOf(proposal.folder);
  return neighbours
    .filter(({ name }) => name < own)
    .sort((a, b) => (a.name < b.name ? 1 : -1))
    .flatMap(({ proposal: other }) => {
      if (other?.payload === undefined) return [];
      try {
        return appliedChanges(other.payload, proposal.deployment.riskParameters);
      } catch {
        return []; // what does not decode was never executed
      }
    });
}

/** How a value came to where the change begins: the change that ended there, the one before it, and so on, the latest first. */
function wayTo(change: Change, earlier: readonly Change[]): Change[] {
  const way: Change[] = [];
  let at = change.from;
  for (const one of earlier) {
    if (one.scope !== change.scope || one.name !== change.name || one.to !== at) continue;
    way.push(one);
    at = one.from;
  }
  return way;
}

function nameOf(folder: string): string {
  return (
    folder
      .split(/[\\/]/)
      .filter((part) => part !== "")
      .at(-1) ?? folder
  );
}
