import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { smokeRun } from "./smoke-run.ts";

export const smoke: Check = {
  id: "smoke",
  title: "Every market still opens, margins, liquidates and settles after the change",
  why: "A change can execute as voted and leave a market in which nothing works any more.",
  incident: "Compound 117, August 2022: a price call that reverted after the vote froze a market worth USD 800 M for seven days.",
  fix: "Find the value that stops the market: take the changes out one by one.",
  severity: "error",
  kind: "check",
  async run(context, emit) {
    const { market, crashes, memory } = await context.market();
    const { markets, untried, notFinite, crash, hours, soldByHour } = smokeRun(market, crashes, context.proposal.after, memory);
    if (notFinite !== undefined) emit({ message: `After the change ${notFinite}: such a market cannot be margined.` });
    else {
      for (const { underlying, liquidated, settled } of markets) {
        if (!liquidated)
          emit({ message: `${underlying}: nothing is sold of an account with three fifths of its maintenance margin, within ${soldByHour} hours.` });
        if (!settled) emit({ message: `${underlying}: contracts that expired are not settled.` });
      }
    }
    for (const underlying of untried) emit({ message: `${underlying} could not be tried: no crash of the data has it.`, severity: "warn" });
    return `${plural(markets.length, "market")} opened, margined, liquidated and settled over ${plural(hours, "hour")} of ${crash}`;
  },
};
