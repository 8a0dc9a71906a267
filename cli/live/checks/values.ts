import type { LiveState } from "../../../chain/live/state.ts";
import { hasKey, validateChanges, valueOf } from "../../../sim/parameters/index.ts";
import type { Check } from "../../checks/check.ts";
import { appliedChanges } from "../../checks/decode.ts";
import { earliestExecution } from "../draft.ts";
import { fileDifferences } from "../rows.ts";
import { timeOf } from "../text.ts";
import { liveOf } from "./context.ts";

export const liveValues: Check = {
  id: "live-values",
  title: "It starts from the values on chain, and the chain would take it when it can execute",
  why: "The chain compares every starting value with its own and refuses the batch when one has moved; it knows of earlier changes whose cooldown still runs, which no file does.",
  incident: "Practice, not one incident: TON's old-value hash, superchain-ops' state hash. A proposal drafted against an old file costs a whole vote.",
  fix: "Run `ballast params --rpc … --update`, draft again from the values as they are, backtest and build again.",
  severity: "error",
  kind: "check",
  async run(context, emit) {
    const live = await liveOf(context);
    const { decided, lastChanged } = live.parameters;
    const { parameters: file } = await context.workspace();
    for (const { scope, name, chain, file: own } of fileDifferences(decided, file))
      emit({ message: `parameters.yaml says ${scope}.${name} is ${own ?? "absent"}; on chain it is ${chain ?? "absent"}.` });
    const { payload, deployment, changes: declared } = context.proposal;
    const changes = payload === undefined ? declared : appliedChanges(payload, deployment.riskParameters);
    for (const { scope, name, from } of changes) {
      if (!hasKey(decided, { scope, name })) emit({ message: `There is no ${scope}.${name} on chain: the call would revert.` });
      else if (valueOf(decided, { scope, name }) !== from)
        emit({ message: `It starts ${scope}.${name} from ${from}; on chain it is ${valueOf(decided, { scope, name })}: the call would revert.` });
    }
    const at = executionTime(live, payload?.governor.proposalId);
    for (const { code, message, fix, revert } of validateChanges(decided, changes, { now: at, lastChanged })) {
      if (code !== "stale" && code !== "unknown")
        emit({ message: `At its earliest execution, ${timeOf(at)} UTC: ${message} The chain would refuse it: ${revert.error}.`, fix });
    }
    return `${changes.length} changes against version ${live.parameters.version} at block ${live.chain.block.number} of chain ${live.chain.chainId}; earliest execution ${timeOf(at)} UTC`;
  },
};

/** When it could execute at the earliest: as a new proposal, or by where it stands on chain already. Seconds since 1970. */
function executionTime(live: LiveState, id: string | undefined): number {
  const known = live.proposals.find((one) => one.id === id);
  const { chain, governance } = live;
  if (known === undefined) return earliestExecution(live);
  return Math.max(chain.block.time, known.eta ?? Math.max(known.voteEnd, chain.block.time) + governance.timelockDelay);
}
