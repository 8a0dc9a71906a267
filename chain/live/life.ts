import { type Address, encodeFunctionData, type Hex } from "viem";
import { GOVERNOR_ABI } from "../abi.ts";
import { encodeProposal, encodeStep, type Proposal, proposalId } from "../encode.ts";
import type { EmbeddedChain } from "../network.ts";
import { proposerOf, type Step, type StepName, Unmet } from "../rehearse.ts";
import { certifyByStandIns, isCertified, replaceValidators } from "../stand-ins.ts";
import { type Distribution, wholeTokens } from "./delegates.ts";
import type { ProposalState } from "./proposals.ts";
import type { LiveState } from "./state.ts";

/** Where a walk writes down what it does. */
export interface Walked {
  readonly steps: Step[];
  readonly voters: Address[];
  at(station: StepName): void;
}

const FOR = 1;
const OVER: readonly ProposalState[] = ["canceled", "defeated", "expired", "executed"];

/**
 * Walks a proposal through what is left of its life on a fork: from the beginning, or from where it stands on chain.
 *
 * @returns the transactions, and the one that executed it
 * @throws Unmet when no account could propose it, or all delegates together cannot pass it; Reverted when a contract refuses
 */
export async function walk(fork: EmbeddedChain, live: LiveState, proposal: Proposal, { delegates }: Distribution, record: Walked) {
  const { addresses, governance } = live;
  const id = proposalId(proposal);
  const known = live.proposals.find((one) => one.id === id.toString());
  if (known !== undefined && OVER.includes(known.state))
    throw new Unmet(`On chain the proposal is ${known.state} already: nothing is left to rehearse.`, "propose");

  const all: Hex[] = [];
  const send = async (name: StepName, from: Address, data: Hex, value = 0n) => {
    record.at(name);
    const { hash, gasUsed, time } = await fork.send({ from, to: addresses.governor, data, value });
    record.steps.push({ name, time, hash, gasUsed });
    all.push(hash);
    return hash;
  };
  const wait = async (name: StepName, until: bigint) => {
    record.at(name);
    if (Number(until) <= fork.now()) return;
    await fork.travelTo(Number(until));
    record.steps.push({ name, time: fork.now() });
  };
  const ask = (functionName: "proposalSnapshot" | "proposalDeadline" | "proposalEta") =>
    fork.client.readContract({ address: addresses.governor, abi: GOVERNOR_ABI, functionName, args: [id] });

  const proposer = known?.proposer ?? proposerOf(proposal.description) ?? delegates.find(({ votes }) => votes >= governance.proposalThreshold)?.address;
  if (proposer === undefined) {
    throw new Unmet(
      `Nobody may propose: no delegate has the ${wholeTokens(governance.proposalThreshold, governance.decimals)} votes that it takes.`,
      "propose",
    );
  }
  if (known === undefined) {
    await certified(fork, live, proposal, record);
    await send("propose", proposer, encodeProposal(proposal));
  }
  if (known === undefined || known.state === "pending" || known.state === "active") {
    await wait("wait for the vote", (await ask("proposalSnapshot")) + 1n);
    await vote(fork, live, id, delegates, record, send);
    await wait("wait for the result", (await ask("proposalDeadline")) + 1n);
  }
  if (known?.state !== "queued") await send("queue", proposer, encodeStep("queue", proposal));
  await wait("wait for the timelock", await ask("proposalEta"));
  const value = proposal.calls.reduce((sum, call) => sum + call.value, 0n);
  const execute = await send("execute", proposer, encodeStep("execute", proposal), value);
  return { all, execute };
}

/**
 * What validators have not signed yet is signed by stand-ins who take their place on the fork, and the station says so. A proposal that is on chain
 * already has to do with what was signed for it.
 */
async function certified(fork: EmbeddedChain, { addresses }: LiveState, proposal: Proposal, { steps, at }: Walked): Promise<void> {
  at("certify by stand-ins");
  const until = await fork.client.readContract({ address: addresses.governor, abi: GOVERNOR_ABI, functionName: "executableBy" });
  if (await isCertified(fork, addresses, proposal, Number(until))) return;
  await replaceValidators(fork, addresses);
  for (const { hash, gasUsed, time } of await certifyByStandIns(fork, addresses, proposal)) steps.push({ name: "certify by stand-ins", time, hash, gasUsed });
}

type Send = (name: StepName, from: Address, data: Hex) => Promise<Hex>;

/** The largest delegates vote for it, one after the other, until it has a quorum and more votes for than against. */
async function vote(fork: EmbeddedChain, live: LiveState, id: bigint, delegates: Distribution["delegates"], record: Walked, send: Send): Promise<void> {
  const governor = { address: live.addresses.governor, abi: GOVERNOR_ABI } as const;
  record.at("vote");
  const snapshot = await fork.client.readContract({ ...governor, functionName: "proposalSnapshot", args: [id] });
  const quorum = await fork.client.readContract({ ...governor, functionName: "quorum", args: [snapshot] });
  const passes = async () => {
    const [against, inFavour, abstain] = await fork.client.readContract({ ...governor, functionName: "proposalVotes", args: [id] });
    return inFavour > against && inFavour + abstain >= quorum;
  };
  for (const { address } of delegates) {
    if (await passes()) return;
    if (await fork.client.readContract({ ...governor, functionName: "hasVoted", args: [id, address] })) continue;
    await send("vote", address, encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "castVote", args: [id, FOR] }));
    record.voters.push(address);
  }
  if (await passes()) return;
  throw new Unmet(
    `All ${delegates.length} delegates together cannot pass it: it takes ${wholeTokens(quorum, live.governance.decimals)} votes, and more for than against.`,
  );
}
