import type { Route, RouteKind } from "../../sim/governance/index.ts";
import { usd } from "../report/format.ts";
import type { AttackFacts } from "./facts.ts";

/** A route in words, as what somebody does. */
export const ROUTE_WORDS: Readonly<Record<RouteKind, string>> = {
  buy: "buying votes",
  borrow: "borrowing votes",
  bribe: "bribing voters",
  mix: "a mix of buying, borrowing and bribing",
  coalition: "a coalition of delegates",
  apathy: "waiting for a low turnout",
  lateSwing: "a swing in the last minutes",
};

export interface AttackVerdict {
  readonly profitable: boolean;
  readonly sentence: string;
}

/**
 * One sentence: the cheapest route, what it costs and brings, and whether any route pays.
 *
 * @example verdictOf(facts).sentence // "The cheapest route, borrowing votes, costs USD 1.20 M and returns USD 300 k: not profitable."
 */
export function verdictOf({ cheapest, mostProfitable }: Pick<AttackFacts, "cheapest" | "mostProfitable">): AttackVerdict {
  if (cheapest === null || mostProfitable === null)
    return { profitable: false, sentence: "None of the routes looked at can pass a harmful change: not profitable." };
  const { kind } = cheapest;
  const own = pays(cheapest);
  const start = `The cheapest route, ${ROUTE_WORDS[kind]}, costs ${usd(cheapest.costUsd)} and returns ${usd(cheapest.returnUsd)}: ${own ? "profitable" : "not profitable"}`;
  if (own || !pays(mostProfitable)) return { profitable: own, sentence: `${start}.` };
  const { kind: other, costUsd, returnUsd } = mostProfitable;
  return { profitable: true, sentence: `${start}; but ${ROUTE_WORDS[other]} is: ${usd(costUsd)} for ${usd(returnUsd)}.` };
}

function pays({ profitUsd }: Route): boolean {
  return profitUsd > 0;
}
