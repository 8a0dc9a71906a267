import type { Hex } from "viem";
import { BallastError } from "../../sim/errors.ts";
import type { Request } from "./transport.ts";

/** The block everything is read at. `time` in seconds since 1970. */
export interface PinnedBlock {
  readonly number: bigint;
  readonly hash: Hex;
  readonly time: number;
}

/** How old the newest block may be, by the clock of this machine. Blocks of the slow chains come every 12 s. */
export const MAX_HEAD_AGE_SECONDS = 300;

/**
 * The newest block of an endpoint, if it is the chain that was meant and a living one.
 *
 * @param chainId what the deployment says
 * @param maxHeadAgeSeconds how far the block's time may be from `now`, in either direction
 * @param now this machine's clock, in seconds since 1970
 * @throws RPC_CHAIN_ID, RPC_HEAD_STALE, RPC_BLOCK_MALFORMED
 */
export async function pinHead(
  request: Request,
  host: string,
  { chainId, maxHeadAgeSeconds, now }: { chainId: number; maxHeadAgeSeconds: number; now: number },
): Promise<PinnedBlock> {
  const given = quantity(await request("eth_chainId"), host, "eth_chainId");
  if (given !== BigInt(chainId)) {
    throw new BallastError("RPC_CHAIN_ID", `${host} is a node of chain ${given}; the deployment is on chain ${chainId}.`, {
      where: { field: "chainId", value: String(given) },
      fix: "Give an endpoint of the deployment's chain, or mend chainId in deployment.yaml.",
    });
  }
  const block = blockOf(await request("eth_getBlockByNumber", ["latest", false]), host);
  const away = now - block.time;
  if (Math.abs(away) <= maxHeadAgeSeconds) return block;
  throw new BallastError(
    "RPC_HEAD_STALE",
    `The newest block of ${host}, ${block.number}, is ${Math.abs(away)} s ${away > 0 ? "old" : "ahead of this machine's clock"}; at most ${maxHeadAgeSeconds} s are taken.`,
    {
      where: { field: "eth_getBlockByNumber", value: host },
      fix: "Use a node that keeps up, and check this machine's clock. A local node that mines only on demand needs --max-head-age.",
      exit: 1,
    },
  );
}

/**
 * Looks once more, when all is read: the head has not gone back behind the pinned block, and that block is still the same one.
 *
 * @throws RPC_HEAD_BACKWARDS when one of several nodes behind the endpoint lags, RPC_BLOCK_CHANGED when the chain was reorganised
 */
export async function confirmPin(request: Request, host: string, pinned: PinnedBlock): Promise<void> {
  const where = { field: "eth_blockNumber", value: host };
  const head = quantity(await request("eth_blockNumber"), host, "eth_blockNumber");
  const backwards = (found: string) =>
    new BallastError("RPC_HEAD_BACKWARDS", `${host} had block ${pinned.number} a moment ago; now ${found}.`, {
      where,
      fix: "Several nodes answer there, and one of them lags: try again, or use one node.",
      exit: 1,
    });
  if (head < pinned.number) throw backwards(`its newest is ${head}`);
  const answer = await request("eth_getBlockByNumber", [`0x${pinned.number.toString(16)}`, false]);
  if (answer === null) throw backwards("it does not know it");
  const block = blockOf(answer, host);
  if (block.hash === pinned.hash && block.number === pinned.number) return;
  throw new BallastError("RPC_BLOCK_CHANGED", `Block ${pinned.number} of ${host} was ${pinned.hash} and is now ${block.hash} (number ${block.number}).`, {
    where,
    fix: "The chain was reorganised, or two chains answer there: try again.",
    exit: 1,
  });
}

/** A block's number, hash and time, as `eth_getBlockByNumber` gives them. */
function blockOf(answer: unknown, host: string): PinnedBlock {
  const { number, hash, timestamp } = (answer ?? {}) as Record<string, unknown>;
  if (typeof hash !== "string" || !/^0x[0-9a-f]{64}$/i.test(hash)) throw malformed(host, "eth_getBlockByNumber", "a block without a hash");
  return {
    number: quantity(number, host, "eth_getBlockByNumber"),
    hash: hash.toLowerCase() as Hex,
    time: Number(quantity(timestamp, host, "eth_getBlockByNumber")),
  };
}

function quantity(value: unknown, host: string, method: string): bigint {
  if (typeof value === "string" && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  throw malformed(host, method, "no hexadecimal number");
}

function malformed(host: string, method: string, what: string): BallastError {
  return new BallastError("RPC_BLOCK_MALFORMED", `${host} answered ${method} with ${what}.`, {
    where: { field: method, value: host },
    fix: "Use another endpoint: this one does not speak Ethereum's JSON-RPC.",
    exit: 1,
  });
}
