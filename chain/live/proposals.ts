import { type Address, decodeEventLog, type Hex, toEventSelector } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { GOVERNOR_ABI } from "../abi.ts";
import type { Addresses } from "../deploy.ts";
import { type Proposal, proposalId } from "../encode.ts";
import type { LiveChain } from "./client.ts";
import { logsOf } from "./logs.ts";
import { readTogether } from "./together.ts";

/** OpenZeppelin's `IGovernor.ProposalState`, in its order. */
export const STATES = ["pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"] as const;
export type ProposalState = (typeof STATES)[number];

/** A proposal as it stands on chain. Times in seconds since 1970, votes in the token's smallest unit. */
export interface LiveProposal {
  /** Decimal. */
  readonly id: string;
  readonly state: ProposalState;
  readonly proposer: Address;
  /** The calls and the text it was created with: what its id is the hash of. */
  readonly proposal: Proposal;
  /** The block it was created in. */
  readonly block: number;
  readonly voteStart: number;
  readonly voteEnd: number;
  /** When the timelock lets it through; undefined while it is not queued. */
  readonly eta: number | undefined;
  readonly votes: { readonly against: bigint; readonly for: bigint; readonly abstain: bigint };
}

const CREATED = toEventSelector("ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)");

/** Those that can still change something. */
export const OPEN_STATES: readonly ProposalState[] = ["pending", "active", "succeeded", "queued"];

export function isOpen({ state }: Pick<LiveProposal, "state">): boolean {
  return OPEN_STATES.includes(state);
}

/**
 * Every proposal the governor ever had, with its state at the pinned block, oldest first.
 *
 * @param from the block of the deployment, or an earlier one
 * @throws LIVE_PROPOSAL_FORGED when an event's calls and text do not hash to its id: the endpoint made it up, or left something out
 */
export async function readProposals(chain: LiveChain, addresses: Addresses, from: bigint): Promise<LiveProposal[]> {
  const logs = await logsOf(chain, { addresses: [addresses.governor], topics: [CREATED] }, from);
  const created = logs.map(({ topics, data, block }) => ({ block: Number(block), ...createdOf(chain, topics, data) }));
  const governor = { address: addresses.governor, abi: GOVERNOR_ABI };
  const views = ["state", "proposalDeadline", "proposalEta", "proposalVotes"];
  const answers = await readTogether(
    chain,
    addresses.token,
    created.flatMap(({ id }) => views.map((functionName) => ({ ...governor, functionName, args: [id] }))),
  );
  return created.map(({ id, proposal, proposer, block, voteStart }, i) => {
    const [state, deadline, eta, votes] = answers.slice(i * views.length, (i + 1) * views.length) as [number, bigint, bigint, readonly bigint[]];
    const [against = 0n, inFavour = 0n, abstain = 0n] = votes;
    return {
      id: id.toString(),
      state: STATES[state] ?? unknownState(chain, state),
      proposer,
      proposal,
      block,
      voteStart: Number(voteStart),
      voteEnd: Number(deadline),
      eta: eta === 0n ? undefined : Number(eta),
      votes: { against, for: inFavour, abstain },
    };
  });
}

function createdOf(chain: LiveChain, topics: readonly Hex[], data: Hex) {
  const forged = (what: string, cause?: unknown) =>
    new BallastError("LIVE_PROPOSAL_FORGED", `${chain.host} gives a proposal ${what}.`, {
      where: { field: "eth_getLogs", value: chain.host },
      fix: "Do not rely on this endpoint: use another.",
      exit: 1,
      cause,
    });
  let args: ReturnType<typeof decode>["args"];
  try {
    ({ args } = decode(topics, data));
  } catch (cause) {
    throw forged("that cannot be read", cause);
  }
  const calls = args.targets.map((target, i) => ({ target, value: args.values[i] ?? 0n, calldata: args.calldatas[i] ?? "0x" }));
  const proposal: Proposal = { calls, description: args.description };
  if (args.values.length !== calls.length || args.calldatas.length !== calls.length || proposalId(proposal) !== args.proposalId)
    throw forged(`whose calls and text do not hash to its id ${args.proposalId}`);
  return { id: args.proposalId, proposer: args.proposer, voteStart: args.voteStart, proposal };
}

function decode(topics: readonly Hex[], data: Hex) {
  return decodeEventLog({ abi: GOVERNOR_ABI, eventName: "ProposalCreated", topics: topics as [Hex, ...Hex[]], data, strict: true });
}

function unknownState(chain: LiveChain, state: number): never {
  throw new BallastError("LIVE_STATE_UNKNOWN", `The governor gives a proposal the state ${state}, which OpenZeppelin's does not have.`, {
    where: { field: "state", value: chain.host },
    fix: "Check the governor's address in deployment.yaml.",
    exit: 1,
  });
}
