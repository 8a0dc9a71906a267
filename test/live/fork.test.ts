import { encodeFunctionData, parseAbi } from "viem";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeApply, type Proposal } from "../../chain/encode.ts";
import { connectLive } from "../../chain/live/client.ts";
import { type LiveRehearsal, rehearseLive } from "../../chain/live/rehearse.ts";
import { startRelay } from "../../chain/live/relay.ts";
import { type LiveState, readLive } from "../../chain/live/state.ts";
import { applyChanges, type Change, initialParameters } from "../../sim/parameters/index.ts";
import { type NodeProcess, startAnvil, startHardhatNode } from "./node.ts";
import { FAULTS, type Proxy, startProxy } from "./proxy.ts";
import { CHANGES, DAY, EVIDENCE, liveWorld, type World } from "./world.ts";

const OPTIONS = { chainId: 31_337, maxHeadAgeSeconds: 90 * DAY, retry: { attempts: 3, baseMs: 5, mostMs: 50 } };
const decided = applyChanges(initialParameters(), [CHANGES.executed]);
const CHANGE: Change = { scope: "SOL", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: DAY };

describe("a rehearsal on a fork", () => {
  let node: NodeProcess;
  let proxy: Proxy;
  let world: World;
  let live: LiveState;
  beforeAll(async () => {
    node = await startHardhatNode();
    proxy = await startProxy(node.url);
    world = await liveWorld(node.url);
    live = await readLive(await connectLive(proxy.url, OPTIONS), world.addresses, 0n);
  });
  afterEach(() => proxy.heal());
  afterAll(async () => {
    await proxy?.stop();
    await node?.stop();
  });

  const proposalOf = (...changes: Change[]): Proposal => ({
    calls: [{ target: world.addresses.parameters, value: 0n, calldata: encodeApply(changes, EVIDENCE) }],
    description: "# New",
  });
  const names = ({ steps }: LiveRehearsal) => steps.map(({ name }) => name);

  it("takes a new proposal the whole way, with the votes of those who have them, and leaves the chain as it was", async () => {
    const before = await world.chain.request("eth_blockNumber");
    proxy.heal();
    const rehearsal = await rehearseLive(live, proposalOf(CHANGE), 0n);
    if (!rehearsal.ok) throw new Error(`${rehearsal.failed}: ${rehearsal.message}`);
    expect(names(rehearsal)).toEqual([
      "fork",
      "certify by stand-ins",
      "propose",
      "wait for the vote",
      "vote",
      "wait for the result",
      "queue",
      "wait for the timelock",
      "execute",
      "read back",
      "wait for the ramps",
      "diff",
    ]);
    // The receiver alone has more than the quorum; a running ramp has ended by then, too.
    expect(rehearsal.voters.map((voter) => voter.toLowerCase())).toEqual([world.holders[0]?.toLowerCase()]);
    expect(rehearsal.afterRamps.inForce).toEqual(applyChanges(decided, [CHANGE]));
    expect(rehearsal.afterRamps.version).toBe(3);
    expect(rehearsal.slots.map(({ contract, name, declared }) => [contract, name, declared])).toContainEqual(["RiskParameters", "SOL.volBuffer", true]);
    expect(rehearsal.slots.every(({ declared }) => declared)).toBe(true);
    expect(rehearsal.accounts).toEqual([]);
    expect(await world.chain.request("eth_blockNumber")).toBe(before);
    expect(proxy.seen.filter(({ method }) => !/^(eth_(get\w+|call|blockNumber|chainId)|net_version)$/.test(method))).toEqual([]);
    expect(proxy.seen.some(({ method }) => method === "eth_getStorageAt")).toBe(true);
  });

  it.each([
    ["pending", ["fork", "wait for the vote", "vote", "wait for the result", "queue", "wait for the timelock", "execute"]],
    ["active", ["fork", "vote", "wait for the result", "queue", "wait for the timelock", "execute"]],
    ["queued", ["fork", "execute"]],
  ] as const)("goes on with a proposal that is %s on chain from where it is", async (state, stations) => {
    const rehearsal = await rehearseLive(live, world.proposals[state], 0n);
    if (!rehearsal.ok) throw new Error(`${rehearsal.failed}: ${rehearsal.message}`);
    expect(names(rehearsal).slice(0, stations.length)).toEqual(stations);
    expect(rehearsal.afterRamps.decided).toEqual(applyChanges(decided, [CHANGES[state]]));
  });

  it("has nothing to do for one that was executed", async () => {
    expect(await rehearseLive(live, world.proposals.executed, 0n)).toMatchObject({
      ok: false,
      failed: "propose",
      message: expect.stringContaining("executed already"),
    });
  });

  it("stops at the execution when the value on chain is another than the draft's: what no file knew", async () => {
    const rehearsal = await rehearseLive(live, proposalOf({ ...CHANGES.executed, to: 2_900 }), 0n);
    expect(rehearsal).toMatchObject({ ok: false, failed: "execute", error: { name: "RiskParameters_Stale", args: ["ETH", "volBuffer", "2500", "3000"] } });
  });

  it("stops at the proposal when it is reserved for somebody without votes", async () => {
    const rehearsal = await rehearseLive(live, { ...proposalOf(CHANGE), description: `# New\n#proposer=0x${"11".repeat(20)}` }, 0n);
    expect(rehearsal).toMatchObject({ ok: false, failed: "propose", error: { name: "GovernorInsufficientProposerVotes" } });
  });

  it("sees what is hidden beside a change", async () => {
    const calldata = encodeFunctionData({ abi: parseAbi(["function updateDelay(uint256)"]), args: [0n] });
    const proposal = proposalOf(CHANGE);
    const rehearsal = await rehearseLive(live, { ...proposal, calls: [...proposal.calls, { target: world.addresses.timelock, value: 0n, calldata }] }, 0n);
    if (!rehearsal.ok) throw new Error(rehearsal.message);
    expect(rehearsal.slots.filter(({ declared }) => !declared)).toMatchObject([{ contract: "TimelockController", name: "minimum delay" }]);
  });

  it("is refused when the endpoint's storage is not what its contract says: the lie about one slot is in the fork", async () => {
    // ETH.volBuffer, from 2500 to 3000 (48 bits each, from the right), as its slot holds it: the lie is in `to`.
    const honest = "000000000bb80000000009c4";
    let lies = 0;
    const lie = (word: string) => {
      if (word.endsWith(honest)) lies++;
      return word.replace(new RegExp(`${honest}$`), "000000000b540000000009c4");
    };
    proxy.fail(FAULTS.change(lie as never), { method: "eth_getStorageAt" });
    await expect(rehearseLive(live, proposalOf(CHANGE), 0n)).rejects.toMatchObject({
      code: "RPC_CONTRADICTS_ITSELF",
      message: expect.stringContaining("another ETH.volBuffer"),
    });
    expect(lies).toBe(1);
  });

  it("passes over hiccups of the endpoint, and says so when it fails for good", async () => {
    let asked = 0;
    proxy.fail(
      async (_, response, forward) => {
        if (++asked % 3 === 0) response.destroy();
        else response.end(JSON.stringify(await forward()));
      },
      { method: "eth_getStorageAt" },
    );
    expect((await rehearseLive(live, proposalOf(CHANGE), 0n)).ok).toBe(true);
    expect(asked).toBeGreaterThan(3);
    proxy.fail(FAULTS.status(503), { method: "eth_getStorageAt" });
    await expect(rehearseLive(live, proposalOf(CHANGE), 0n)).rejects.toMatchObject({ code: "RPC_UNAVAILABLE" });
  });
});

it("a fork of anvil goes the same way", async () => {
  const node = await startAnvil();
  try {
    const { addresses } = await liveWorld(node.url);
    const live = await readLive(await connectLive(node.url, OPTIONS), addresses, 0n);
    const call = { target: addresses.parameters, value: 0n, calldata: encodeApply([CHANGE], EVIDENCE) };
    const rehearsal = await rehearseLive(live, { calls: [call], description: "# New" }, 0n);
    expect(rehearsal).toMatchObject({ ok: true, accounts: [], afterRamps: { inForce: applyChanges(decided, [CHANGE]) } });
  } finally {
    await node.stop();
  }
});

describe("the relay that a fork reads through", () => {
  it("passes questions on, no transactions, and answers nobody who does not know its path", async () => {
    const asked: string[] = [];
    const relay = await startRelay(async (method) => {
      asked.push(method);
      return "0x1";
    });
    const post = async (url: string, body: unknown) => {
      const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
      return [answer.status, await answer.json().catch(() => undefined)];
    };
    try {
      const question = (method: string, id = 1) => ({ jsonrpc: "2.0", id, method, params: [] });
      expect(await post(relay.url, question("eth_blockNumber", 7))).toEqual([200, { jsonrpc: "2.0", id: 7, result: "0x1" }]);
      expect(await post(relay.url, [question("eth_getCode", 1), question("eth_sendRawTransaction", 2)])).toMatchObject([
        200,
        [
          { id: 1, result: "0x1" },
          { id: 2, error: { code: -32_601 } },
        ],
      ]);
      expect(await post(new URL("/", relay.url).href, question("eth_blockNumber"))).toEqual([404, undefined]);
      expect(asked).toEqual(["eth_blockNumber", "eth_getCode"]);
      // The state at a block is asked for once; the newest block every time.
      const code = (block: string) => ({ ...question("eth_getCode"), params: [`0x${"11".repeat(20)}`, block] });
      for (const block of ["0x7", "0x7", "0x8", "latest", "latest"]) await post(relay.url, code(block));
      expect(asked).toHaveLength(2 + 4);
      expect(new URL(relay.url).hostname).toBe("127.0.0.1");
    } finally {
      await relay.close();
    }
  });
});
