import type { Check } from "./check.ts";

export const lifecycle: Check = {
  id: "lifecycle",
  title: "The committed payload goes through propose, vote, queue, timelock and execute",
  why: "A proposal that reverts does so at the very end, after the vote and the timelock.",
  incident: "Compound 117, August 2022: executed as voted, and a market worth USD 800 M stood still for seven days.",
  fix: "Read the error the contract gave, mend proposal.yaml, and build again.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const rehearsal = await context.rehearsal();
    if (!rehearsal.ok) {
      emit({ message: `It stops at "${rehearsal.failed}": ${rehearsal.message}` });
      return `the stations before "${rehearsal.failed}"`;
    }
    const committed = context.proposal.payload?.governor.proposalId;
    if (rehearsal.proposalId !== committed) emit({ message: `The governor gave it the id ${rehearsal.proposalId}; the payload says ${committed}.` });
    const gas = rehearsal.steps.find(({ name }) => name === "execute")?.gasUsed ?? 0;
    return `${rehearsal.steps.length} stations on ${context.live === undefined ? "an embedded chain" : "a fork of the live chain"}; executing took ${gas} gas`;
  },
};
