import { createPublicClient, custom, type PublicClient } from "viem";
import { endpointOf } from "./endpoint.ts";
import { confirmPin, MAX_HEAD_AGE_SECONDS, type PinnedBlock, pinHead } from "./pin.ts";
import { type Request, requestTo, type TransportOptions } from "./transport.ts";

/** A chain somebody else runs, read at one block. */
export interface LiveChain {
  /** The only part of the endpoint that is ever shown. */
  readonly host: string;
  readonly chainId: number;
  /** Chosen once: everything is read at this block. */
  readonly block: PinnedBlock;
  readonly client: PublicClient;
  /** Any JSON-RPC method, asked again where that may help. @throws BallastError RPC_* */
  readonly request: Request;
  /** The pinned block is still there, and the same. @throws RPC_HEAD_BACKWARDS, RPC_BLOCK_CHANGED */
  confirm(): Promise<void>;
}

export interface LiveOptions extends TransportOptions {
  readonly chainId: number;
  /** How far the newest block may be from this machine's clock, in seconds. */
  readonly maxHeadAgeSeconds?: number;
}

/**
 * Connects to a chain over JSON-RPC and pins its newest block. Nothing is ever sent but questions.
 *
 * @throws BallastError RPC_URL_INVALID, RPC_CHAIN_ID (exit 2), any other RPC_* (exit 1)
 * @example
 * const chain = await connectLive(url, { chainId: 1 });
 * const { version } = await readParameters(chain.client, addresses.parameters, chain.block.number);
 * await chain.confirm();
 */
export async function connectLive(url: string, options: LiveOptions): Promise<LiveChain> {
  const endpoint = endpointOf(url);
  const request = requestTo(endpoint, options);
  const { chainId, maxHeadAgeSeconds = MAX_HEAD_AGE_SECONDS } = options;
  const block = await pinHead(request, endpoint.host, { chainId, maxHeadAgeSeconds, now: Math.floor(Date.now() / 1000) });
  const provider = { request: ({ method, params }: { method: string; params?: unknown }) => request(method, (params ?? []) as readonly unknown[]) };
  return {
    host: endpoint.host,
    chainId,
    block,
    client: createPublicClient({ transport: custom(provider, { retryCount: 0 }), cacheTime: 0 }),
    request,
    confirm: () => confirmPin(request, endpoint.host, block),
  };
}
