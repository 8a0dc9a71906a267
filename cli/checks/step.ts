import type { Check } from "./check.ts";
import { emitRules } from "./rules.ts";

export const step: Check = {
  id: "step",
  title: "No step is larger than allowed",
  why: "A large move leaves holders no time to react and voters no chance to stop the second half.",
  incident:
    "Venus, May 2021: a vote raised the collateral factor of XVS to 80 %; ten days later USD 95 M were unpaid. Aave CAPO, March 2026: a rate limit per field existed, and the jump went through a pair of fields.",
  fix: "Split the change over several proposals, or move less.",
  severity: "error",
  kind: "check",
  run: (context, emit) => emitRules(context, emit, ["step"]),
};
