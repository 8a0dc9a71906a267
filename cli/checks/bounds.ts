import type { Check } from "./check.ts";
import { emitRules } from "./rules.ts";

export const bounds: Check = {
  id: "bounds",
  title: "Every new value lies within its bounds",
  why: "Beyond its bounds a parameter means something nobody ever examined.",
  incident: "dYdX v3, November 2023 (YFI) and Hyperliquid, March 2025: margin parameters far looser than the market could bear.",
  fix: "Choose a value within the bounds of the parameter table.",
  severity: "error",
  kind: "check",
  run: (context, emit) => emitRules(context, emit, ["bounds"]),
};
