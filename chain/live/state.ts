import type { Hex } from "viem";
import { RISK_PARAMETERS_ABI } from "../abi.ts";
import type { Addresses } from "../deploy.ts";
import { type OnChainParameters, parametersOf, type Reading } from "../read.ts";
import { KINDS } from "../specs.ts";
import type { Voting } from "../voting.ts";
import { type BoundDifference, readBoundDifferences } from "./bounds.ts";
import type { LiveChain } from "./client.ts";
import { requireCode } from "./code.ts";
import { readLiveVoting } from "./governance.ts";
import { type Batch, readHistory, requireHistory } from "./history.ts";
import { type LiveProposal, readProposals } from "./proposals.ts";
import { readAlone, readTogether } from "./together.ts";

/** A live deployment at one block. */
export interface LiveState {
  readonly chain: LiveChain;
  readonly addresses: Addresses;
  readonly parameters: OnChainParameters;
  readonly history: readonly Batch[];
  readonly bounds: readonly BoundDifference[];
  readonly governance: Voting;
  readonly proposals: readonly LiveProposal[];
}

/**
 * Reads a deployment whole: its code, its settings, its parameters and every version of them, its bounds and its proposals, all at the
 * pinned block, each told by two answers where there are two. The block is looked at once more in the end.
 *
 * @param from the block of the deployment, or an earlier one: where its events begin
 * @throws BallastError LIVE_* (the deployment is not what it is said to be), RPC_* (the endpoint is not to be relied on)
 * @example
 * const { parameters, proposals } = await readLive(await connectLive(url, { chainId }), addresses, 0n);
 */
export async function readLive(chain: LiveChain, addresses: Addresses, from: bigint): Promise<LiveState> {
  await requireCode(chain, addresses);
  const governance = await readLiveVoting(chain, addresses);
  const registry = { address: addresses.parameters, abi: RISK_PARAMETERS_ABI };
  const readings = (await readAlone(chain, { ...registry, functionName: "readAll" })) as readonly Reading[];
  const [version, ...scopes] = (await readTogether(chain, addresses.token, [
    { ...registry, functionName: "version" },
    ...KINDS.map((_, kind) => ({ ...registry, functionName: "scopesOf", args: [kind] })),
  ])) as [bigint, ...(readonly Hex[])[]];
  const parameters = parametersOf(readings, version, scopes, chain.block.time);
  const history = await readHistory(chain, addresses, from);
  requireHistory(chain, history, readings, parameters.version);
  const bounds = await readBoundDifferences(chain, addresses);
  const proposals = await readProposals(chain, addresses, from);
  await chain.confirm();
  return { chain, addresses, parameters, history, bounds, governance, proposals };
}
