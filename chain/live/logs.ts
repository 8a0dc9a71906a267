import { type Address, type Hex, toHex } from "viem";
import { BallastError } from "../../sim/errors.ts";
import type { LiveChain } from "./client.ts";
import { RpcFailure } from "./failure.ts";

/** One event as a node gives it, its place in the chain included. */
export interface RawLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly block: bigint;
  readonly index: number;
}

/**
 * Every event of some contracts from a block to the pinned one, in the order of the chain. The whole span is asked for first; where the
 * endpoint finds that too much, it is halved, down to a single block, and grows again where there is room.
 *
 * @param query.topics the first topic's alternatives; all events where it is absent
 * @param from the deployment's block; 0 asks for the chain's whole history
 * @throws RPC_LOGS_TOO_MANY when even a single block is too much, RPC_LOGS_WRONG when the answer is not what was asked for, other RPC_*
 * @example
 * await logsOf(chain, { addresses: [governor], topics: [toEventSelector("ProposalCreated(…)")] }, 18_000_000n);
 */
export async function logsOf(
  chain: LiveChain,
  query: { readonly addresses: readonly Address[]; readonly topics?: readonly Hex[] },
  from: bigint,
): Promise<RawLog[]> {
  const last = chain.block.number;
  const logs: RawLog[] = [];
  let span = last - from + 1n;
  // The shortest span that was refused: not tried again soon, though what refused it may have been the events and not the blocks.
  let refused = span + 1n;
  let gone = 0;
  for (let start = from; start <= last; ) {
    const end = start + span - 1n < last ? start + span - 1n : last;
    const found = await logsBetween(chain, query, start, end);
    if (found === "too much") {
      if (start === end) throw tooMany(chain.host, start);
      refused = end - start + 1n;
      span = refused / 2n;
      gone = 0;
      continue;
    }
    logs.push(...found);
    start = end + 1n;
    if (++gone % SPANS_BEFORE_GROWING === 0) refused *= 2n;
    if (span * 2n < refused) span *= 2n;
  }
  return logs;
}

const SPANS_BEFORE_GROWING = 16;

type Query = Parameters<typeof logsOf>[1];

async function logsBetween(chain: LiveChain, query: Query, from: bigint, to: bigint): Promise<RawLog[] | "too much"> {
  const filter = {
    address: query.addresses,
    fromBlock: toHex(from),
    toBlock: toHex(to),
    ...(query.topics === undefined ? {} : { topics: [query.topics] }),
  };
  const answer = await chain.request("eth_getLogs", [filter]).catch((error: unknown) => {
    if (isTooMuch(error)) return "too much" as const;
    throw error;
  });
  return answer === "too much" ? answer : checked(chain.host, query, from, to, answer);
}

/** How the usual providers say it: no two use the same code, and the codes mean other things elsewhere, so that the words decide. */
const TOO_MUCH = [
  /query (returned|exceeds|returns) (more|max)/i, // geth, Infura, LlamaNodes, zkEVM
  /(block )?range (is )?(too (large|wide|big)|greater than|exceeds|limit exceeded)/i, // Ankr, Base, Cloudflare, Chainstack, OP
  /(exceeds?|exceeded) (the )?(max(imum)?|allowed)?\s*(block )?range/i, // Erigon, PublicNode
  /maximum block range|max(imum)? (range|is set to|\[from, to\])|requested too many blocks|number of requested blocks/i, // Avalanche, thirdweb
  /limited to (a )?[\d,.]+|up to a [\d,.]+ block range|at most [\d,.]+ blocks|ranges? over [\d,.]+ blocks/i, // QuickNode, BlockPI, Coinbase, dRPC
  /(response|log response|result) (size )?(is )?(should not|exceed|too large|too big)|response too large/i, // Alchemy, 1RPC, OP
  /logs matched by query exceeds|too many (results|logs)|query timeout|smaller than size|range allowed for your plan/i, // Arbitrum, Nethermind, Blast
];

/** Whether a request failed because the span asked for was too long or held too much. */
export function isTooMuch(error: unknown): boolean {
  const failure = error instanceof BallastError && error.cause instanceof RpcFailure ? error.cause : undefined;
  if (failure === undefined) return false;
  if (failure.code === "RPC_TOO_LARGE") return true;
  return failure.rpc !== undefined && failure.code !== "RPC_RATE_LIMITED" && TOO_MUCH.some((words) => words.test(failure.message));
}

/** What a node that mixes things up would give: events of others, of other blocks, or taken back. */
function checked(host: string, { addresses, topics }: Query, from: bigint, to: bigint, answer: unknown): RawLog[] {
  const wrong = (what: string) =>
    new BallastError("RPC_LOGS_WRONG", `${host} answered eth_getLogs for blocks ${from} to ${to} with ${what}.`, {
      where: { field: "eth_getLogs", value: host },
      fix: "Use another endpoint: this one's events cannot be relied on.",
      exit: 1,
    });
  if (!Array.isArray(answer)) throw wrong("no list");
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  const logs = answer.map((log: Record<string, unknown>): RawLog => {
    const { address, topics: found, data, blockNumber, logIndex } = log ?? {};
    const shaped = [address, data, blockNumber, logIndex].every((text) => typeof text === "string" && /^0x[0-9a-f]*$/i.test(text)) && Array.isArray(found);
    if (!shaped) throw wrong("something that is no event");
    if (log.removed === true) throw wrong("an event that was taken back");
    if (!known.has((address as string).toLowerCase())) throw wrong(`an event of ${address}, which was not asked for`);
    if (topics !== undefined && !topics.includes(found[0])) throw wrong("an event of another kind than was asked for");
    const block = BigInt(blockNumber as string);
    if (block < from || block > to) throw wrong(`an event of block ${block}`);
    return { address: address as Address, topics: found as Hex[], data: data as Hex, block, index: Number(logIndex) };
  });
  return logs.sort((a, b) => Number(a.block - b.block) || a.index - b.index);
}

function tooMany(host: string, block: bigint): BallastError {
  return new BallastError("RPC_LOGS_TOO_MANY", `${host} does not give the events of block ${block} even alone.`, {
    where: { field: "eth_getLogs", value: host },
    fix: "Use an endpoint with a higher limit.",
    exit: 1,
  });
}
