import { type Address, encodeFunctionData, type Hex, parseEther } from "viem";
import { GOVERNOR_ABI, TOKEN_ABI } from "../../chain/abi.ts";
import { type Addresses, deployBallast } from "../../chain/deploy.ts";
import { encodeApply, encodeProposal, encodeStep, type Proposal, proposalId } from "../../chain/encode.ts";
import type { EmbeddedChain } from "../../chain/network.ts";
import { certifyByStandIns } from "../../chain/stand-ins.ts";
import { type Change, initialParameters } from "../../sim/parameters/index.ts";
import { remoteChain } from "./remote.ts";

export const DAY = 86_400;
export const EVIDENCE: Hex = `0x${"ab".repeat(32)}`;

/** A deployment with a past: what was voted, what is being voted, who holds the vote. */
export interface World {
  readonly chain: EmbeddedChain;
  readonly addresses: Addresses;
  /** The receiver of the supply, then the others who hold some. */
  readonly holders: readonly Address[];
  readonly proposals: Readonly<Record<"executed" | "queued" | "active" | "pending", Proposal>>;
  /** When the executed change was applied; its ramp takes two days. */
  readonly appliedAt: number;
}

export const CHANGES: Readonly<Record<keyof World["proposals"], Change>> = {
  executed: { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 2 * DAY },
  queued: { scope: "stETH", name: "haircut", from: 3_500, to: 4_000, rampSeconds: 0 },
  active: { scope: "BTC", name: "volBuffer", from: 2_500, to: 2_700, rampSeconds: DAY },
  pending: { scope: "protocol", name: "keeperFee", from: 100, to: 120, rampSeconds: 0 },
};

/** Deploys the system on a node and lets it live for some nine days. */
export async function liveWorld(url: string): Promise<World> {
  const chain = await remoteChain(url);
  const { addresses } = await deployBallast(chain, initialParameters());
  const [, receiver, , big, small, lone, silent] = chain.accounts as [Address, Address, Address, Address, Address, Address, Address];
  const tell = (from: Address, to: Address, abi: typeof TOKEN_ABI | typeof GOVERNOR_ABI, functionName: string, args: readonly unknown[]) =>
    chain.send({ from, to, data: encodeFunctionData({ abi, functionName, args } as never) });
  const give = (to: Address, tokens: string) => tell(receiver, addresses.token, TOKEN_ABI, "transfer", [to, parseEther(tokens)]);
  await give(big, "10000000");
  await give(small, "5000000");
  await give(lone, "1000000.5");
  await give(silent, "500");
  for (const [from, to] of [
    [receiver, receiver],
    [big, big],
    [small, big],
    [lone, lone],
  ] as const)
    await tell(from, addresses.token, TOKEN_ABI, "delegate", [to]);

  const proposalOf = (name: keyof World["proposals"]): Proposal => ({
    calls: [{ target: addresses.parameters, value: 0n, calldata: encodeApply([CHANGES[name]], EVIDENCE) }],
    description: `# ${name}\n\nEvidence: ${EVIDENCE}`,
  });
  const proposals = { executed: proposalOf("executed"), queued: proposalOf("queued"), active: proposalOf("active"), pending: proposalOf("pending") };
  const propose = async (proposal: Proposal) => {
    await certifyByStandIns(chain, addresses, proposal);
    return chain.send({ from: big, to: addresses.governor, data: encodeProposal(proposal) });
  };
  const vote = (from: Address, proposal: Proposal, support: number) =>
    tell(from, addresses.governor, GOVERNOR_ABI, "castVote", [proposalId(proposal), support]);
  const step = (name: "queue" | "execute", proposal: Proposal) => chain.send({ from: silent, to: addresses.governor, data: encodeStep(name, proposal) });
  const wait = (seconds: number) => chain.travelTo(chain.now() + seconds);

  // Votes count from the second after they were delegated.
  await wait(10);
  for (const proposal of [proposals.executed, proposals.queued]) await propose(proposal);
  await wait(DAY + 10);
  for (const proposal of [proposals.executed, proposals.queued]) await vote(receiver, proposal, 1);
  await wait(5 * DAY + 10);
  for (const proposal of [proposals.executed, proposals.queued]) await step("queue", proposal);
  await wait(2 * DAY + 10);
  const { time: appliedAt } = await step("execute", proposals.executed);
  // What was certified is another version now: validators sign again for what still waits.
  await certifyByStandIns(chain, addresses, proposals.queued);
  await propose(proposals.active);
  await wait(DAY + 10);
  await vote(lone, proposals.active, 0);
  await propose(proposals.pending);
  // A few blocks in which nothing happens: an endpoint that answers from one of them tells nothing but another time.
  for (let i = 0; i < 4; i++) await wait(1);
  return { chain, addresses, holders: [receiver, big, small, lone, silent], proposals, appliedAt };
}
