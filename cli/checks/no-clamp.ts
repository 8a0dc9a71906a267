import { hasKey, type ParameterSet, valueOf } from "../../sim/parameters/index.ts";
import type { Check } from "./check.ts";
import { executed } from "./executed.ts";
import { changesInWords } from "./rules.ts";

export const noClamp: Check = {
  id: "no-clamp",
  title: "What is read back is what was asked for",
  why: "A value that a contract quietly cuts to what it thinks fit is not the value that was voted on, and what was tuned to it is wrong.",
  incident:
    "Aave CAPO, March 2026: the ratio was cut to a rise of 3 %, the timestamp beside it was not: 10 938 wstETH were liquidated at a price 2.85 % too low.",
  fix: "Ask for a value the contract takes as it is: within its bounds and its step.",
  severity: "error",
  kind: "check",
  async run(context, emit) {
    const { changes } = context.proposal;
    const { atExecution, afterRamps } = await executed(context, "what the chain made of it");
    for (const { scope, name, from, to } of changes) {
      const label = `${scope}.${name}`;
      const [now, end] = [read(atExecution.inForce, { scope, name }), read(afterRamps.inForce, { scope, name })];
      if (end !== to) emit({ message: `${label} reads back as ${end ?? "nothing"} once its ramp has ended; proposal.yaml asks for ${to}.` });
      const [low, high] = [Math.min(from, to), Math.max(from, to)];
      if (now !== undefined && !(now >= low && now <= high))
        emit({ message: `${label} reads back as ${now} in the block of the execution, not on the way from ${from} to ${to}.` });
    }
    if (afterRamps.version !== atExecution.version)
      emit({ message: `The registry's version went on from ${atExecution.version} to ${afterRamps.version} while the ramps ran.` });
    return `${changesInWords(context.proposal)}, read back at the execution and once every ramp has ended`;
  },
};

function read(set: ParameterSet, key: { readonly scope: string; readonly name: string }): number | undefined {
  return hasKey(set, key) ? valueOf(set, key) : undefined;
}
