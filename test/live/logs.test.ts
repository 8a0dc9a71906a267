import { type Address, type Hex, toHex } from "viem";
import { describe, expect, it } from "vitest";
import type { LiveChain } from "../../chain/live/client.ts";
import { failureOf, RpcFailure } from "../../chain/live/failure.ts";
import { isTooMuch, logsOf } from "../../chain/live/logs.ts";

const CONTRACT: Address = "0x00000000000000000000000000000000000c0de1";
const TOPIC: Hex = `0x${"ab".repeat(32)}`;

/** An endpoint with one event in each of the blocks named, that gives at most so many blocks and so many events at once. */
function endpoint(blocks: readonly bigint[], limits: { blocks?: bigint; events?: number }, spoil: (log: Record<string, unknown>) => unknown = (log) => log) {
  const asked: [bigint, bigint][] = [];
  const request = async (_: string, [filter]: readonly unknown[] = []) => {
    const { fromBlock, toBlock } = filter as { fromBlock: Hex; toBlock: Hex };
    const [from, to] = [BigInt(fromBlock), BigInt(toBlock)];
    asked.push([from, to]);
    const found = blocks.filter((block) => block >= from && block <= to);
    const refuse = (code: number, message: string) => {
      throw failureOf(new RpcFailure("RPC_ERROR", `says "${message}"`, { rpc: { code } }), "host", "eth_getLogs", 1);
    };
    if (limits.blocks !== undefined && to - from + 1n > limits.blocks) refuse(-32_614, `eth_getLogs is limited to a ${limits.blocks} range`);
    if (limits.events !== undefined && found.length > limits.events) refuse(-32_005, `query returned more than ${limits.events} results`);
    return found.map((block) => spoil({ address: CONTRACT, topics: [TOPIC], data: "0x", blockNumber: toHex(block), logIndex: "0x0", removed: false }));
  };
  return { chain: { host: "host", block: { number: 9_999n }, request } as unknown as LiveChain, asked };
}

describe("events come whole, whatever an endpoint gives at once", () => {
  const blocks = Array.from({ length: 60 }, (_, i) => BigInt(i * i));
  const query = { addresses: [CONTRACT], topics: [TOPIC] };
  it.each([
    ["everything", {} as { blocks?: bigint; events?: number }],
    ["1000 blocks", { blocks: 1_000n }],
    ["7 blocks", { blocks: 7n }],
    ["one block", { blocks: 1n }],
    ["3 events", { events: 3 }],
    ["one event", { events: 1 }],
  ])("%s", async (_name, limits) => {
    const { chain, asked } = endpoint(blocks, limits);
    const logs = await logsOf(chain, query, 0n);
    expect(logs.map(({ block }) => block)).toEqual(blocks.filter((block) => block <= 9_999n));
    expect(asked[0]).toEqual([0n, 9_999n]);
    if (limits.blocks === 1_000n) expect(asked.length).toBeLessThan(30);
  });

  it("but not when a single block is too much", async () => {
    const { chain } = endpoint([5n], { events: 0 });
    await expect(logsOf(chain, query, 0n)).rejects.toMatchObject({ code: "RPC_LOGS_TOO_MANY", exit: 1, message: expect.stringContaining("block 5") });
  });

  it.each<[string, (log: Record<string, unknown>) => unknown]>([
    ["of another contract", (log) => ({ ...log, address: `0x${"1".repeat(40)}` })],
    ["of another kind", (log) => ({ ...log, topics: [`0x${"cd".repeat(32)}`] })],
    ["of a later block", (log) => ({ ...log, blockNumber: "0x98967f" })],
    ["taken back by a reorganisation", (log) => ({ ...log, removed: true })],
    ["without a block", (log) => ({ ...log, blockNumber: null })],
    ["that is none", () => null],
  ])("events %s are refused", async (_name, spoil) => {
    const { chain } = endpoint([5n], {}, spoil);
    await expect(logsOf(chain, query, 0n)).rejects.toMatchObject({ code: "RPC_LOGS_WRONG" });
  });
});

// As the providers word it, from their documentation and public issue threads.
it.each([
  [-32_005, "query returned more than 10000 results. Try with this block range [0x1, 0x2]."],
  [-32_602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size"],
  [-32_614, "eth_getLogs is limited to a 10,000 range"],
  [-32_600, "block range is too wide"],
  [-32_047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"],
  [-32_000, "Block range limit exceeded. See more details at https://docs.chainstack.com/docs/limits"],
  [-32_000, "exceed maximum block range: 50000"],
  [-32_000, "query exceeds max results 20000, retry with the range 1-2"],
  [-32_602, "query exceeds max block range 1000"],
  [35, "ranges over 10000 blocks are not supported on freetier"],
  [-32_000, "requested too many blocks from 0 to 16777216, maximum is set to 2048"],
  [-32_020, "backend response too large"],
  [-32_000, "logs matched by query exceeds limit of 10000"],
  [-32_602, "eth_getLogs is limited to 1024 block range. Please check the parameter requirements"],
  [-32_000, "please limit the query to at most 1000 blocks"],
  [-32_000, "block range greater than 5000 max"],
])("%i %s asks for a shorter span", (code, message) => {
  expect(isTooMuch(failureOf(new RpcFailure("RPC_ERROR", `says "${message}"`, { rpc: { code } }), "h", "eth_getLogs", 1))).toBe(true);
});

it("nothing else does", () => {
  const errors = ["method not found", "execution reverted", "invalid argument 0: hex string without 0x prefix", "daily request count exceeded"];
  for (const message of errors) expect(isTooMuch(failureOf(new RpcFailure("RPC_ERROR", message, { rpc: { code: -32_000 } }), "h", "m", 1))).toBe(false);
  const limited = new RpcFailure("RPC_RATE_LIMITED", "rate limited to a 10 per second", { rpc: { code: 429 } });
  expect(isTooMuch(failureOf(limited, "h", "m", 1))).toBe(false);
});
