import { connectLive, type LiveChain } from "../../chain/live/client.ts";
import { type LiveState, readLive } from "../../chain/live/state.ts";
import { readDuration } from "../proposal/amount.ts";
import { addressesOf, type Deployment } from "../proposal/deployment.ts";
import type { RpcOptions } from "./options.ts";

/** Connects to the chain of a deployment and pins its newest block. @throws BallastError RPC_* */
export async function connectTo(url: string, deployment: Deployment, { maxHeadAge = "5min" }: RpcOptions): Promise<LiveChain> {
  const maxHeadAgeSeconds = readDuration({ written: maxHeadAge, quoted: false }, { field: "--max-head-age" });
  return await connectLive(url, { chainId: deployment.chainId, maxHeadAgeSeconds });
}

/**
 * Reads the deployment that a workspace names, whole and at one block.
 *
 * @throws BallastError RPC_*, LIVE_*
 * @example (await openLive(url, await loadDeployment("proposals/deployment.yaml"), {})).parameters.version
 */
export async function openLive(url: string, deployment: Deployment, options: RpcOptions): Promise<LiveState> {
  return await readLive(await connectTo(url, deployment, options), addressesOf(deployment), firstBlock(deployment));
}

/** Where a deployment's events begin. */
export function firstBlock({ block }: Deployment): bigint {
  return BigInt(block ?? 0);
}
