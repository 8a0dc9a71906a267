import { canonicalJson } from "../backtest/canonical.ts";
import { judge } from "../backtest/verdict.ts";
import type { Check } from "./check.ts";
import { committedEvidence } from "./context.ts";

export const gates: Check = {
  id: "gates",
  title: "The proposal stays within the policy's limits",
  why: "A change can be well formed, within bounds and honestly described, and still leave the next crash uncovered.",
  incident: "dYdX, November 2023: USD 9 M of the insurance fund for one market. Hyperliquid, March 2025: leverage beyond what liquidation could clear.",
  fix: "Propose a smaller or a tighter change, and run the backtest again; the limits are in policy.yaml, and changing them is another vote.",
  severity: "error",
  kind: "gate",
  file: "evidence.json",
  run(context, emit) {
    const evidence = committedEvidence(context);
    // The verdict is not believed but said again, from the outcomes under today's policy.
    const judged = judge(context.policy.gates, evidence);
    for (const { id, value, low, high, bound, limit, severity, pass, crash } of judged.gates) {
      if (pass) continue;
      const where = crash === undefined ? "" : ` (${crash})`;
      const digits = (number: number) => String(Number(number.toPrecision(4)));
      const interval = low === null || high === null ? "" : `, 95 % interval ${digits(low)} to ${digits(high)}`;
      const found = value === null ? "" : `${digits(value)}${interval}`;
      const said =
        value === null
          ? `${id} could not be computed${where}, so it has failed`
          : `${id} is ${found}${where}; at ${bound === "max" ? "most" : "least"} ${limit} is allowed${interval === "" ? "" : ", and the interval has to keep it"}`;
      emit({ message: `${said}.`, severity });
    }
    if (judged.verdict !== evidence.verdict || canonicalJson(judged.gates) !== canonicalJson(evidence.gates)) {
      emit({
        message: "The verdict written in the evidence is not the one its outcomes give under the policy.",
        fix: "Run `ballast backtest` again.",
        kind: "evidence",
      });
    }
    return `${judged.gates.length} gates over ${evidence.outcomes.length} replays`;
  },
};
