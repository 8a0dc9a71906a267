import { hasKey, valueOf } from "../../sim/parameters/index.ts";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";
import { appliedChanges } from "./decode.ts";
import { emitRules } from "./rules.ts";

export const cas: Check = {
  id: "cas",
  title: "Every change starts from the value in force",
  why: "The chain refuses a change whose starting value has moved since the draft: better to know before the vote.",
  incident: "Practice, not one incident: TON's old-value hash, superchain-ops' state hash.",
  fix: "Draft again from the base as it is now, and build again.",
  severity: "error",
  kind: "check",
  run(context, emit) {
    const looked = emitRules(context, emit, ["stale"]);
    const { base } = context.proposal;
    // The draft always starts from the base; the committed payload may be older than the base.
    for (const { scope, name, from } of appliedChanges(payloadOf(context), context.proposal.deployment.riskParameters)) {
      if (!hasKey(base, { scope, name })) continue;
      const current = valueOf(base, { scope, name });
      if (current !== from) emit({ message: `The payload starts ${scope}.${name} from ${from}, but the base says ${current}: the call would revert.` });
    }
    return looked;
  },
};
