import { isOpen } from "../../../chain/live/proposals.ts";
import type { Check } from "../../checks/check.ts";
import { rivalsOf } from "../draft.ts";
import { titleOf } from "../proposal.ts";
import { liveOf } from "./context.ts";

export const livePending: Check = {
  id: "live-pending",
  title: "No proposal on its way changes the same, and it has not had its vote already",
  why: "Of two proposals that change one value the later one to execute reverts; and what both do together nobody voted on.",
  incident: "Synthetify, October 2023: ten proposals that looked alike, the tenth was malicious. Compound 289 was the third attempt.",
  fix: "Wait for the other one, or agree on one proposal.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const live = await liveOf(context);
    const { payload, changes } = context.proposal;
    const id = payload?.governor.proposalId;
    for (const { state, title, id: other, parameters } of rivalsOf(live, changes, id))
      emit({ message: `A proposal that is ${state} also changes ${parameters.join(", ")}: "${title}" (id ${other}).` });
    const own = live.proposals.find((one) => one.id === id);
    if (own !== undefined && !isOpen(own))
      emit({ message: `The governor has this very proposal already, and it is ${own.state}: proposing it again reverts.` });
    const open = live.proposals.filter((one) => isOpen(one) && one.id !== id);
    const names = open.map(({ state, proposal }) => `${state} "${titleOf(proposal.description)}"`);
    const itself = own === undefined ? "" : `; it is itself on chain, ${own.state}`;
    return `${live.proposals.length} proposals at block ${live.chain.block.number}, ${open.length} others on their way${names.length > 0 ? `: ${names.join(", ")}` : ""}${itself}`;
  },
};
