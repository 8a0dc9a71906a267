import type { Address } from "viem";
import { TOKEN_ABI } from "./abi.ts";
import type { Artifacts } from "./artifacts.ts";
import type { Addresses } from "./deploy.ts";
import type { Proposal } from "./encode.ts";
import { callsWithin } from "./nested.ts";
import type { EmbeddedChain } from "./network.ts";
import { type TargetCode, targetAt } from "./pinned.ts";

/** What the timelock, which executes, owns. */
export interface Treasury {
  readonly wei: bigint;
  /** Of the token of the vote, in its smallest unit. */
  readonly tokens: bigint;
}

/** What a proposal finds on the chain before it is proposed. */
export interface Surroundings {
  /** Every address it calls, itself or inside another call, each once. */
  readonly targets: readonly TargetCode[];
  readonly treasury: Treasury;
  /** The most gas a block has room for. */
  readonly blockGasLimit: number;
}

/** Looks at what a proposal will meet: who is called, and what the executor owns. */
export async function surroundingsOf(
  chain: Pick<EmbeddedChain, "client">,
  artifacts: Artifacts,
  proposal: Proposal,
  addresses: Addresses,
): Promise<Surroundings> {
  const called = new Map(callsWithin(proposal.calls).map(({ target }) => [target.toLowerCase(), target]));
  const [targets, treasury, block] = await Promise.all([
    Promise.all([...called.values()].map((address) => targetAt(chain, artifacts, address))),
    treasuryOf(chain, addresses),
    chain.client.getBlock(),
  ]);
  return { targets, treasury, blockGasLimit: Number(block.gasLimit) };
}

/** What the timelock owns now. */
export async function treasuryOf(
  { client }: Pick<EmbeddedChain, "client">,
  { timelock, token }: { readonly timelock: Address; readonly token: Address },
): Promise<Treasury> {
  const [wei, tokens] = await Promise.all([
    client.getBalance({ address: timelock }),
    client.readContract({ address: token, abi: TOKEN_ABI, functionName: "balanceOf", args: [timelock] }),
  ]);
  return { wei, tokens };
}
