import { ROUTE_WORDS, verdictOf } from "../attack/verdict.ts";
import { usd } from "../report/format.ts";
import type { Check } from "./check.ts";

export const attackCost: Check = {
  id: "attack-cost",
  title: "Passing a harmful change costs more than it brings",
  why: "Whoever can buy, borrow or bribe a vote for less than a looser margin lets them take will, whatever this proposal says.",
  incident:
    "LobbyFi, April 2025: 19.3 M votes of Arbitrum for 5 ETH, a prize of 66. Compound 289, July 2024: USD 24 M of treasury by a margin of 48 555 votes.",
  fix: "Raise what an attack costs: `ballast attack` says which setting raises it most for how much friction.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const attack = await context.attack();
    if (attack === undefined) {
      emit({ message: "Nobody knows: no governance.yaml stands beside the policy.", fix: "Write one with your own figures: docs/attack.md has an example." });
      return "nothing to judge it by";
    }
    const { today, proposed } = attack;
    const { profitable, sentence } = verdictOf(today);
    if (profitable) emit({ message: sentence });
    const { mostProfitable: route, extractableUsd } = proposed;
    if (!profitable && route !== null && route.profitUsd > 0) {
      emit({
        message: `Once it is in force, ${ROUTE_WORDS[route.kind]} pays: ${usd(route.costUsd)} for ${usd(route.returnUsd)}.`,
        fix: "Propose a tighter change.",
      });
    }
    const possible = today.routes.filter(({ impossible }) => impossible === null).length;
    return `${possible} of ${today.routes.length} routes are possible; what a harmful change could take from users is ${usd(today.situation.value.extractableUsd)} today, ${usd(extractableUsd)} once it is in force`;
  },
};
