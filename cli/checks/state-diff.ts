import type { SlotChange } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import { hasKey } from "../../sim/parameters/index.ts";
import type { Check } from "./check.ts";
import type { CheckContext } from "./context.ts";

export const stateDiff: Check = {
  id: "state-diff",
  title: "The execution changes what is declared, and nothing else",
  why: "What a proposal says and what it does meet in the storage of the chain. An empty difference is no reassurance: it means that nothing was seen.",
  incident:
    "Uniswap's seatbelt #124–127: an interface changed, and every proposal read 'no state changes'. Tornado, May 2023: the code was not the code that had been read.",
  fix: "Declare every change in proposal.yaml, or take the call out that makes the others.",
  severity: "error",
  fixed: true,
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const rehearsal = await context.rehearsal();
    if (!rehearsal.ok) {
      throw new BallastError("STATE_DIFF_UNKNOWN", `The proposal was not executed (it stops at "${rehearsal.failed}"), so what it changes is unknown.`, {
        fix: "Mend what the check of the life cycle found.",
        exit: 3,
      });
    }
    if (rehearsal.slots.length === 0) emit({ message: "The execution changed no storage at all." });
    for (const slot of rehearsal.slots) {
      if (!isDeclared(slot, context)) emit({ message: `It also changes ${inWords(slot)}.` });
    }
    for (const { address, what, before, after } of rehearsal.accounts)
      emit({ message: `It also changes the ${what} of ${address} from ${before} to ${after}.` });
    for (const { scope, name } of context.proposal.changes) {
      const changed = rehearsal.slots.some((slot) => slot.contract === "RiskParameters" && slot.name === `${scope}.${name}`);
      if (!changed) emit({ message: `${scope}.${name} is declared, but its storage did not change.` });
    }
    return `${rehearsal.slots.length} storage slots and ${rehearsal.accounts.length} other account changes`;
  },
};

/** The rehearsal knows what the payload declares; what counts is what proposal.yaml, which people read, declares. */
function isDeclared(slot: SlotChange, { proposal }: CheckContext): boolean {
  if (!slot.declared) return false;
  const [scope, name] = slot.name?.split(".") ?? [];
  const isParameter = slot.contract === "RiskParameters" && scope !== undefined && name !== undefined && hasKey(proposal.base, { scope, name });
  return !isParameter || proposal.changes.some((change) => change.scope === scope && change.name === name);
}

function inWords({ contract, address, name, slot, before, after }: SlotChange): string {
  return `${contract ?? address}: ${name ?? `slot ${slot}`} (${short(before)} → ${short(after)})`;
}

function short(word: string): string {
  return `0x${BigInt(word).toString(16)}`.replace(/^(0x.{16}).+(.{4})$/, "$1…$2");
}
