import type { Check } from "./check.ts";
import { emitRules } from "./rules.ts";

export const cooldown: Check = {
  id: "cooldown",
  title: "No parameter changes again before its cooldown has passed, nor twice in one batch",
  why: "Many small steps in a row are one large step.",
  incident: "Risk stewards that limited each update and let a batch walk as far as it liked.",
  fix: "Wait for the cooldown, keep one change per parameter, and a ramp no longer than the cooldown.",
  severity: "error",
  kind: "check",
  run: (context, emit) => emitRules(context, emit, ["cooldown", "duplicate", "ramp"]),
};
