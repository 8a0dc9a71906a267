import { descriptionHash, encodeProposal, proposalId } from "../../chain/encode.ts";
import { canonicalJson } from "../backtest/canonical.ts";
import { doorsOf, onChainProposal, type Payload, payloadFiles, proposingBatch } from "../proposal/payload.ts";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";

export const id: Check = {
  id: "id",
  title: "The proposal id is that of the committed payload",
  why: "The id is the hash of every call and of the description. If the id people discuss is not the id of these bytes, they vote on something else.",
  incident: "ENS EP9: what was submitted was not what had been simulated.",
  fix: "Run `ballast build` and commit the whole payload folder.",
  severity: "error",
  fixed: true,
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const payload = payloadOf(context);
    const recomputed = proposalId(onChainProposal(payload)).toString();
    if (recomputed !== payload.governor.proposalId)
      emit({ message: `The payload says id ${payload.governor.proposalId}, but its calls and description give ${recomputed}.` });
    for (const message of contradictions(payload)) emit({ message });
    const texts = await context.payloadTexts();
    for (const [name, text] of Object.entries(payloadFiles(payload))) {
      // A field written twice: JSON readers differ in which of the two they take.
      if (texts[name] === text) continue;
      emit({
        message: `payload/${name} is not written as \`ballast build\` writes it: two readers may read it differently.`,
        where: { file: `payload/${name}` },
      });
    }
    for (const [name, text] of Object.entries(doorsOf(payload.governor, context.proposal.deployment.timelock))) {
      if (payload.doors[name] === text) continue;
      emit({ message: `payload/${name} does not lead to this proposal: it is not what governor.json makes.`, where: { file: `payload/${name}` } });
    }
    if (canonicalJson(payload.safe) !== canonicalJson(proposingBatch(payload.governor, context.proposal.title)))
      emit({ message: "safe.json shows its signers something else than that it sends this proposal: its names, or a field beside the calldata." });
    const { chainId, governor } = context.proposal.deployment;
    if (payload.governor.chainId !== chainId || !same(payload.governor.governor, governor)) {
      emit({
        message: `The payload is for governor ${payload.governor.governor} on chain ${payload.governor.chainId}, the deployment is ${governor} on chain ${chainId}.`,
      });
    }
    return `id ${recomputed}, and that the ${Object.keys(payloadFiles(payload)).length} files of the payload say the same`;
  },
};

/** The files go to different readers: a vote, an explorer, a Safe, a person. All have to get the same proposal. */
function contradictions(payload: Payload): string[] {
  const { governor, safe, calldata, description } = payload;
  const proposal = onChainProposal(payload);
  const propose = encodeProposal(proposal);
  const found: string[] = [];
  if (!same(governor.propose, propose)) found.push("governor.json: the calldata of propose is not that of its own targets, values, calldatas and description.");
  if (!same(governor.descriptionHash, descriptionHash(governor.description))) found.push("governor.json: descriptionHash is not the hash of its description.");
  if (description !== governor.description) found.push("description.md is not, byte for byte, the description in governor.json.");
  if (!governor.calldatas.some((one) => same(one, calldata))) found.push("calldata.txt is none of the calldatas in governor.json.");
  if (safe.chainId !== String(governor.chainId)) found.push(`safe.json is for chain ${safe.chainId}, governor.json for chain ${governor.chainId}.`);
  const [transaction, ...others] = safe.transactions;
  if (others.length > 0 || transaction === undefined) found.push(`safe.json has ${safe.transactions.length} transactions, not the one that proposes.`);
  if (transaction !== undefined && (!same(transaction.to, governor.governor) || transaction.value !== "0" || !same(transaction.data ?? "", propose))) {
    found.push("safe.json does not send this proposal to the governor.");
  }
  return found;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
