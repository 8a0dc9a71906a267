import { estimate } from "../../../sim/verdict/index.ts";
import type { Evidence } from "../../proposal/evidence.ts";
import { percent } from "../format.ts";
import type { ChangeRow } from "./changes.ts";

/** What happens to accounts that did nothing, in the block the change takes effect. */
export interface Execution {
  readonly sentence: string;
  readonly ramp: string;
}

export function executionOf(evidence: Evidence, changes: readonly ChangeRow[]): Execution {
  const { accounts, notional, maintenanceIncrease } = meanShock(evidence);
  const sentence =
    accounts > 0 || notional > 0
      ? `Were the new values in force at once, ${percent(accounts)} of accounts, with ${percent(notional)} of the notional, would become liquidatable by the change alone.`
      : "Were the new values in force at once, no account would become liquidatable by the change alone.";
  const ramps = [...new Set(changes.map(({ ramp }) => ramp))];
  const ramp =
    ramps.length === 1
      ? ramps[0] === "at once"
        ? "There is no ramp: the values change in the block of execution."
        : `The values move linearly ${ramps[0]}, so accounts have that long to react.`
      : "Each value has its own ramp: see the table of changes.";
  return { sentence: Number.isFinite(maintenanceIncrease) ? `${sentence} ${marginWords(maintenanceIncrease)}` : sentence, ramp };
}

/** Means over the seeds. */
export function meanShock({ executionShocks }: Pick<Evidence, "executionShocks">): { accounts: number; notional: number; maintenanceIncrease: number } {
  const mean = (of: (shock: Evidence["executionShocks"][number]["shock"]) => unknown) => estimate(executionShocks.map(({ shock }) => Number(of(shock)))).value;
  return {
    accounts: mean(({ accounts }) => accounts),
    notional: mean(({ notional }) => notional),
    maintenanceIncrease: mean(({ maintenanceIncrease }) => maintenanceIncrease),
  };
}

function marginWords(rise: number): string {
  if (Math.abs(rise) < 0.00005) return "The maintenance margin of the whole book would stay the same.";
  return `The maintenance margin of the whole book would ${rise > 0 ? "rise" : "fall"} by ${percent(Math.abs(rise))}.`;
}
