import type { Check } from "./check.ts";
import { emitRules } from "./rules.ts";

export const noOp: Check = {
  id: "no-op",
  title: "Every change changes something",
  why: "A vote that changes nothing costs attention, and hides among real ones.",
  incident: "Aave risk stewards had to reject zero and no-op updates (InvalidUpdateToZero) after accidental resets.",
  fix: "Leave the change out.",
  severity: "error",
  kind: "check",
  run: (context, emit) => emitRules(context, emit, ["no-op"]),
};
