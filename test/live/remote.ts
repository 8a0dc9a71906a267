import { type Address, createPublicClient, type Hex, http, toHex } from "viem";
import { type EmbeddedChain, type PrestateDiff, type Receipt, Reverted } from "../../chain/network.ts";

/** A node in another process behind the interface of an embedded chain, so that `deployBallast` deploys on it as anywhere. */
export async function remoteChain(url: string): Promise<EmbeddedChain> {
  const client = createPublicClient({ transport: http(url, { retryCount: 0 }), cacheTime: 0 });
  const request = async (method: string, params: readonly unknown[] = []): Promise<unknown> =>
    await client.request({ method, params: [...params] } as never).catch((error: unknown) => {
      throw revertOf(error);
    });
  const latest = async () => Number(((await request("eth_getBlockByNumber", ["latest", false])) as { timestamp: Hex }).timestamp);
  let now = await latest();
  const chain: EmbeddedChain = {
    client,
    accounts: (await request("eth_accounts")) as Address[],
    request,
    now: () => now,
    async travelTo(seconds) {
      if (seconds <= now) return;
      await request("evm_setNextBlockTimestamp", [seconds]);
      await request("evm_mine");
      now = seconds;
    },
    async send({ from, to, data, value = 0n }) {
      const transaction = { from, data, gas: toHex(16_000_000), value: toHex(value), ...(to === undefined ? {} : { to }) };
      const hash = (await request("eth_sendTransaction", [transaction])) as Hex;
      for (;;) {
        const receipt = (await request("eth_getTransactionReceipt", [hash])) as (Record<string, Hex> & { logs: Receipt["logs"] }) | null;
        if (receipt === null) continue;
        now = await latest();
        if (receipt.status !== "0x1") throw new Reverted("0x", `${hash} was refused`);
        const contractAddress = (receipt.contractAddress as Address | null) ?? undefined;
        return { hash, gasUsed: Number(receipt.gasUsed), time: now, contractAddress, logs: receipt.logs };
      }
    },
    async diff(hash) {
      return (await request("debug_traceTransaction", [hash, { tracer: "prestateTracer", tracerConfig: { diffMode: true } }])) as PrestateDiff;
    },
    close: async () => {},
  };
  return chain;
}

function revertOf(error: unknown): unknown {
  for (let inner = error as { data?: unknown; cause?: unknown } | undefined; inner; inner = inner.cause as typeof inner) {
    const data = typeof inner.data === "string" ? inner.data : (inner.data as { data?: unknown } | undefined)?.data;
    if (typeof data === "string" && data.startsWith("0x")) return new Reverted(data as Hex, String(error));
  }
  return error;
}
