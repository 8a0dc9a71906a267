import { formatEther } from "viem";
import { callsWithin } from "../../chain/index.ts";
import { onChainProposal } from "../proposal/payload.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";
import { surroundingsOf } from "./surroundings.ts";

export const value: Check = {
  id: "value",
  title: "The executor has the ether that the calls need",
  why: "The timelock pays what a call sends. If it has not got it, the execution reverts after the vote, or whoever executes has to bring it.",
  incident: "Uniswap's seatbelt #100–102: simulations that passed because the simulator, not the timelock, paid.",
  fix: "Send no ether with a change of parameters, or fund the timelock first.",
  severity: "warn",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const onChain = onChainProposal(payloadOf(context));
    // What a call hands on inside another is paid from what was sent with it, or from the treasury: the larger of both counts.
    const all = callsWithin(onChain.calls);
    const needed = maximum(sum(onChain.calls), sum(all.filter(({ opened }) => !opened)));
    const { wei } = (await surroundingsOf(context)).treasury;
    if (needed > wei)
      emit({
        message: `The calls need ${formatEther(needed)} ether, and the timelock has ${formatEther(wei)}: the execution reverts unless somebody brings the rest.`,
      });
    return `${formatEther(needed)} ether in ${plural(all.length, "call")}, ${formatEther(wei)} in the timelock`;
  },
};

function sum(calls: readonly { readonly value: bigint }[]): bigint {
  return calls.reduce((total, call) => total + call.value, 0n);
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
