import type { Check } from "./check.ts";
import { emitRules } from "./rules.ts";

export const coupled: Check = {
  id: "coupled",
  title: "The whole set is sound after the change",
  why: "Each value may be legal while together they are not: what counts is the requirement they make.",
  incident:
    "Aave CAPO, March 2026: ratio and timestamp each in bounds, the effective price 2.85 % off, about USD 26 M liquidated. Moonwell, February 2026: a feed without its factor.",
  fix: "Change coupled parameters together and gently: the message names the rule.",
  severity: "error",
  kind: "check",
  run: (context, emit) => emitRules(context, emit, ["coupled"]),
};
