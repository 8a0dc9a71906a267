import { limitsOf } from "../proposal/limits.ts";
import { formatDuration } from "../proposal/units.ts";
import { percent, plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { committedEvidence } from "./context.ts";

export const ramp: Check = {
  id: "ramp",
  title: "A change that would make accounts liquidatable takes its time",
  why: "A vote must not liquidate people in one block: a ramp gives everybody the time to add collateral.",
  incident: "Aave CAPO, March 2026: 34 accounts liquidated at once, USD 26 M. Moonwell, February 2026: executed at 18:01, noticed at 18:05.",
  fix: "Set `ramp: 1 d` or more in proposal.yaml, and run `ballast backtest` and `ballast build` again.",
  severity: "error",
  kind: "check",
  run(context, emit) {
    const { changes } = context.proposal;
    const { executionShocks } = committedEvidence(context);
    const { shockWithoutRamp, rampSeconds } = limitsOf(context.policy);
    // The seed in which it is worst: a change has to be bearable for one book, not on average.
    const accounts = Math.max(...executionShocks.map(({ shock }) => shock.accounts));
    const notional = Math.max(...executionShocks.map(({ shock }) => shock.notional));
    const shortest = Math.min(...changes.map((change) => change.rampSeconds));
    const shock = `${percent(accounts)} of accounts and ${percent(notional)} of notional`;
    if (!(accounts <= shockWithoutRamp && notional <= shockWithoutRamp) && shortest < rampSeconds) {
      emit({
        message: `In one block it would make ${shock} liquidatable, and it arrives ${shortest === 0 ? "at once" : `within ${formatDuration(shortest)}`}: from ${percent(shockWithoutRamp)} on it has to take ${formatDuration(rampSeconds)}.`,
      });
    }
    return `the shortest of ${plural(changes.length, "ramp")} takes ${formatDuration(shortest)}; without it ${shock} would be liquidatable, in the worst of ${plural(executionShocks.length, "seed")}`;
  },
};
