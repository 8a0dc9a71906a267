import { encodeFunctionData, type Hex } from "viem";
import type { ParameterSet } from "../sim/parameters/index.ts";
import { GOVERNOR_ABI, TOKEN_ABI } from "./abi.ts";
import { loadArtifacts } from "./artifacts.ts";
import { type Addresses, deployBallast } from "./deploy.ts";
import { encodeProposal, encodeStep, type Proposal, proposalId } from "./encode.ts";
import { type EmbeddedChain, Reverted, startChain } from "./network.ts";
import { readParameters } from "./read.ts";
import { proposerOf } from "./rehearse.ts";
import { decodeRevert } from "./revert.ts";
import { certifyByStandIns, isCertified } from "./stand-ins.ts";

/** Proposals that stand in one timelock, voted through and ready to be executed in any order. */
export interface Stack {
  /** Why a proposal never came so far, by its place in the list; undefined for those that did. */
  readonly stopped: readonly (string | undefined)[];
  /** Executes some of them in the order of their places, on the same chain as it was before every other run. */
  execute(order: readonly number[]): Promise<StackRun>;
  close(): Promise<void>;
}

export interface StackRun {
  /** Why an execution was refused, in the order they ran; undefined for one that went through. */
  readonly refused: readonly (string | undefined)[];
  /** The values decided after the last one: what every ramp ends at. */
  readonly decided: ParameterSet;
}

const FOR = 1;

/**
 * Votes several proposals through on one embedded chain, so that what they do to each other can be seen: each is proposed, voted for and queued for
 * real; none is executed yet.
 *
 * @param base The parameters in force before the first of them.
 * @throws CONTRACTS_NOT_BUILT, and what deploying throws
 * @example
 * const stack = await stackProposals(base, [mine, theirs]);
 * (await stack.execute([1, 0])).refused; // [undefined, "RiskParameters_Stale(ETH, volBuffer, 2500, 3000)"]
 * await stack.close();
 */
export async function stackProposals(base: ParameterSet, proposals: readonly Proposal[], options: { readonly addresses?: Addresses } = {}): Promise<Stack> {
  const chain = await startChain();
  try {
    return await stackOn(chain, base, proposals, options);
  } catch (error) {
    await chain.close();
    throw error;
  }
}

async function stackOn(chain: EmbeddedChain, base: ParameterSet, proposals: readonly Proposal[], options: { readonly addresses?: Addresses }): Promise<Stack> {
  const artifacts = await loadArtifacts();
  const { addresses, holders, settings } = await deployBallast(chain, base, options);
  const call = (functionName: "transfer" | "delegate", args: readonly unknown[]) => encodeFunctionData({ abi: TOKEN_ABI, functionName, args } as never);
  const proposers = proposals.map(({ description }) => proposerOf(description) ?? chain.accounts[3] ?? holders.receiver);
  for (const proposer of new Set(proposers)) {
    await chain.send({ from: holders.receiver, to: addresses.token, data: call("transfer", [proposer, settings.proposalThreshold]) });
    await chain.send({ from: proposer, to: addresses.token, data: call("delegate", [proposer]) });
  }
  await chain.send({ from: holders.receiver, to: addresses.token, data: call("delegate", [holders.receiver]) });

  const stopped: (string | undefined)[] = proposals.map(() => undefined);
  const reasonOf = (error: unknown): string => {
    if (!(error instanceof Reverted)) throw error;
    if (error.data === "0x") return error.message;
    const { name, args } = decodeRevert(artifacts, error.data);
    return `${name}(${args.join(", ")})`;
  };
  /** One step of every proposal that has come so far; one that is refused stops there, and the others go on. */
  const each = async (data: (proposal: Proposal) => Hex, from: (i: number) => `0x${string}`) => {
    for (const [i, proposal] of proposals.entries()) {
      if (stopped[i] !== undefined) continue;
      try {
        await chain.send({ from: from(i), to: addresses.governor, data: data(proposal) });
      } catch (error) {
        stopped[i] = reasonOf(error);
      }
    }
  };
  const proposer = (i: number) => proposers[i] ?? holders.receiver;
  for (const proposal of proposals) await certified(chain, addresses, proposal);
  await each(encodeProposal, proposer);
  await chain.travelTo(chain.now() + settings.votingDelay + 1);
  await each(
    (proposal) => encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "castVote", args: [proposalId(proposal), FOR] }),
    () => holders.receiver,
  );
  await chain.travelTo(chain.now() + settings.votingPeriod + 1);
  await each((proposal) => encodeStep("queue", proposal), proposer);
  await chain.travelTo(chain.now() + settings.timelockDelay + 1);

  let snapshot = await chain.request("evm_snapshot");
  return {
    stopped,
    async execute(order) {
      const refused: (string | undefined)[] = [];
      for (const i of order) {
        const proposal = proposals[i];
        if (proposal === undefined) throw new Error(`there is no proposal ${i}`);
        const value = proposal.calls.reduce((sum, one) => sum + one.value, 0n);
        // A certificate is for one version: what is executed second needs another, and is asked here what else stands in its way.
        await certified(chain, addresses, proposal);
        const reason = await chain
          .send({ from: proposer(i), to: addresses.governor, data: encodeStep("execute", proposal), value })
          .then(() => undefined, reasonOf);
        refused.push(reason);
      }
      const { decided } = await readParameters(chain.client, addresses.parameters);
      await chain.request("evm_revert", [snapshot]);
      snapshot = await chain.request("evm_snapshot");
      return { refused, decided };
    },
    close: () => chain.close(),
  };
}

/** Certified for the version in force, as far as it is not yet. */
async function certified(chain: EmbeddedChain, addresses: Addresses, proposal: Proposal): Promise<void> {
  if (await isCertified(chain, addresses, proposal)) return;
  await certifyByStandIns(chain, addresses, proposal);
}
