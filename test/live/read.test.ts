import { type Address, type Hex, hexToBigInt, parseEther, toHex } from "viem";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { proposalId } from "../../chain/encode.ts";
import { connectLive, type LiveChain } from "../../chain/live/client.ts";
import { delegatesCsv, readDistribution, wholeTokens } from "../../chain/live/delegates.ts";
import { readLive } from "../../chain/live/state.ts";
import { standIns } from "../../chain/stand-ins.ts";
import { applyChanges, initialParameters, keysOf } from "../../sim/parameters/index.ts";
import { type NodeProcess, startAnvil, startHardhatNode } from "./node.ts";
import { FAULTS, type Proxy, startProxy } from "./proxy.ts";
import { CHANGES, DAY, EVIDENCE, liveWorld, type World } from "./world.ts";

const OPTIONS = { chainId: 31_337, maxHeadAgeSeconds: 90 * DAY, retry: { attempts: 2, baseMs: 5, mostMs: 50 } };

describe.each([
  ["hardhat node", startHardhatNode],
  ["anvil", startAnvil],
] as const)("a live deployment on %s", (name, start) => {
  let node: NodeProcess;
  let proxy: Proxy;
  let world: World;
  beforeAll(async () => {
    node = await start();
    proxy = await startProxy(node.url);
    world = await liveWorld(node.url);
  });
  afterEach(() => proxy.heal());
  afterAll(async () => {
    await proxy?.stop();
    await node?.stop();
  });

  const connect = (): Promise<LiveChain> => connectLive(proxy.url, OPTIONS);
  const read = async () => readLive(await connect(), world.addresses, 0n);

  it("is read whole: values in force and decided, version, history, bounds, settings, proposals", async () => {
    const { parameters, history, bounds, governance, proposals, chain } = await read();
    const decided = applyChanges(initialParameters(), [CHANGES.executed]);
    expect(parameters.decided).toEqual(decided);
    expect(parameters.version).toBe(2);
    expect(parameters.lastChanged).toEqual({ "ETH.volBuffer": { from: 2_500, to: 3_000, at: world.appliedAt, rampSeconds: 2 * DAY } });
    // On its way: linear, and rounded up, because up is tighter for a buffer.
    const expected = Math.ceil(2_500 + (500 * (chain.block.time - world.appliedAt)) / (2 * DAY));
    expect(parameters.inForce.underlyings.ETH?.volBuffer).toBe(expected);
    expect(expected).toBeGreaterThan(2_700);
    expect(history.map(({ version, evidence, changes }) => [version, evidence, changes.length])).toEqual([
      [1, undefined, keysOf(initialParameters()).length],
      [2, EVIDENCE, 1],
    ]);
    expect(history[1]?.changes).toEqual([{ scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, start: world.appliedAt, ramp: 2 * DAY }]);
    expect(bounds).toEqual([]);
    // chain/settings.ts, and the account that deployBallast makes the guardian.
    expect(governance).toEqual({
      name: "Ballast Risk Governor",
      clockMode: "mode=timestamp",
      clock: chain.block.time,
      votingDelay: DAY,
      votingPeriod: 5 * DAY,
      lateQuorumExtension: 2 * DAY,
      timelockDelay: 2 * DAY,
      proposalThreshold: parseEther("100000"),
      quorumNumerator: 4n,
      quorumDenominator: 100n,
      guardian: expect.stringMatching(new RegExp(world.chain.accounts[2] ?? "", "i")),
      token: world.addresses.token,
      symbol: "BLST",
      decimals: 18,
      totalSupply: parseEther("100000000"),
      executor: world.addresses.timelock,
      owner: world.addresses.timelock,
      certifiers: { validators: standIns(), threshold: 2, owner: world.addresses.timelock, countsFrom: 0 },
    });
    expect(proposals.map(({ id, state }) => [id, state])).toEqual(
      (["executed", "queued", "active", "pending"] as const).map((state) => [proposalId(world.proposals[state]).toString(), state]),
    );
    expect(proposals.map(({ votes }) => votes.for > 0n)).toEqual([true, true, false, false]);
    expect(proposals[2]?.votes.against).toBe(parseEther("1000000.5"));
    expect(proposals[1]?.eta).toBeGreaterThan(proposals[1]?.voteEnd ?? 0);
    expect(proposals[3]).toMatchObject({ eta: undefined, proposal: { description: world.proposals.pending.description } });
  });

  it("takes few questions: the views in one call", async () => {
    proxy.heal();
    await read();
    const calls = proxy.seen.filter(({ method }) => method === "eth_call").length;
    expect(calls).toBeLessThanOrEqual(6);
    for (const { method, params } of proxy.seen) {
      expect(method).toMatch(/^eth_(chainId|blockNumber|getBlockByNumber|getCode|call|getLogs)$/);
      // Everything about the state is asked of one block, by its hash.
      if (["eth_call", "eth_getCode"].includes(method)) expect(params[1]).toMatchObject({ blockHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
    }
    expect(new Set(proxy.seen.filter(({ method }) => method === "eth_call").map(({ params }) => JSON.stringify(params[1]))).size).toBe(1);
  });

  it("asks nothing without an address whose answer a node would bound: creation code by EIP-3860, its result by EIP-170", async () => {
    const sizes: [question: number, answer: number][] = [];
    const note = (result: Hex, { params }: { params: readonly unknown[] }) => {
      const { to, data } = params[0] as { to?: string; data: Hex };
      if (to === undefined) sizes.push([(data.length - 2) / 2, (result.length - 2) / 2]);
      return result;
    };
    proxy.fail(FAULTS.change(note), { method: "eth_call" });
    await read();
    await readDistribution(await connect(), world.addresses, 0n);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes.map(([question]) => question))).toBeLessThan(49_152);
    expect(Math.max(...sizes.map(([, answer]) => answer))).toBeLessThan(24_576);
  });

  it("has a distribution of votes that a delegate's own balance, delegations and the supply add up to", async () => {
    const found = await readDistribution(await connect(), world.addresses, 0n);
    const [receiver, big, , lone] = world.holders as [Address, Address, Address, Address];
    // 100 000 000 less what was given away; the second holds 10 and was delegated 5 million; 500 tokens delegate to nobody.
    expect(found.delegates.map(({ address, votes, delegators }) => [address.toLowerCase(), votes, delegators])).toEqual([
      [receiver.toLowerCase(), parseEther("83999499.5"), 1],
      [big.toLowerCase(), parseEther("15000000"), 2],
      [lone.toLowerCase(), parseEther("1000000.5"), 1],
    ]);
    expect(found.undelegated).toBe(parseEther("500"));
    expect(found.holders).toBe(5);
    const csv = delegatesCsv(found.delegates, 18).split("\n");
    expect(csv[0]).toBe("address,votes,delegators");
    expect(csv[3]?.toLowerCase()).toBe(`${lone.toLowerCase()},1000000.5,1`);
  });

  describe("an endpoint that lies is caught", () => {
    const word = (value: bigint) => toHex(value, { size: 32 }).slice(2);

    it("about a value: readAll and the events contradict each other", async () => {
      // ETH.volBuffer as readAll gives it: value in force, from, to. The lie is in `to`.
      proxy.fail(
        FAULTS.change((result: Hex) => result.replaceAll(`${word(2_500n)}${word(3_000n)}`, `${word(2_500n)}${word(2_900n)}`) as Hex),
        { method: "eth_call" },
      );
      await expect(read()).rejects.toMatchObject({
        code: "RPC_CONTRADICTS_ITSELF",
        message: expect.stringContaining("ETH.volBuffer is 2900; the events it gives lead to 3000"),
      });
    });

    it.each([
      ["token", "The governor's token", 0],
      ["timelock", "The governor's timelock", 0],
      ["timelock", "The timelock that owns RiskParameters", 1],
      ["timelock", "The timelock that owns EvidenceRegistry", 2],
    ] as const)("about whose a contract is: %s (%s)", async (role, what, nth) => {
      // The answers stand in the order they were asked for; the settings are the only ones with the governor's name.
      const name = toHex("Ballast Risk Governor").slice(2);
      const owner = world.addresses[role].slice(2).toLowerCase();
      const stranger = "77".repeat(20);
      const lie = (result: Hex) => {
        if (!result.includes(name)) return result;
        let seen = 0;
        return result.replaceAll(owner, (found) => (seen++ === nth ? stranger : found)) as Hex;
      };
      proxy.fail(FAULTS.change(lie), { method: "eth_call" });
      await expect(read()).rejects.toMatchObject({
        code: "LIVE_DEPLOYMENT_DIFFERS",
        exit: 3,
        message: expect.stringMatching(new RegExp(`^${what} is 0x${stranger}`)),
      });
    });

    it("about what is in force now: it is not where the ramp is", async () => {
      // The value in force stands before from and to in a reading.
      proxy.fail(
        FAULTS.change((result: Hex) => result.replace(new RegExp(`[0-9a-f]{64}(?=${word(2_500n)}${word(3_000n)})`), word(2_600n)) as Hex),
        { method: "eth_call" },
      );
      await expect(read()).rejects.toMatchObject({ code: "RPC_CONTRADICTS_ITSELF", message: expect.stringContaining("ETH.volBuffer (in force) is 2600") });
    });

    it("about an event: the same", async () => {
      proxy.fail(
        FAULTS.change((result: { data: Hex }[]) =>
          result.map((log) => ({ ...log, data: log.data.replaceAll(`${word(2_500n)}${word(3_000n)}`, `${word(2_500n)}${word(2_900n)}`) })),
        ),
        { method: "eth_getLogs" },
      );
      await expect(read()).rejects.toMatchObject({ code: "RPC_CONTRADICTS_ITSELF" });
    });

    it("by leaving an event out", async () => {
      proxy.fail(
        FAULTS.change((result: unknown[], { params }) => (JSON.stringify(params).includes(world.addresses.parameters) ? result.slice(0, -2) : result)),
        {
          method: "eth_getLogs",
        },
      );
      await expect(read()).rejects.toMatchObject({ code: "LIVE_HISTORY_INCOMPLETE", message: expect.stringContaining("version 2 of 2") });
    });

    it("by answering from an older block", async () => {
      proxy.fail(
        async (asked, response, forward) => {
          const older = toHex((await connectLive(node.url, OPTIONS)).block.number - 3n);
          response.end(JSON.stringify(await forward({ ...asked, params: [asked.params[0], older] })));
        },
        { method: "eth_call" },
      );
      await expect(read()).rejects.toMatchObject({ code: "RPC_OTHER_BLOCK" });
    });

    it("about the calls of a proposal: they do not hash to its id", async () => {
      const forge = (result: { address: Address; data: Hex }[]) =>
        result.map((log) =>
          log.address.toLowerCase() === world.addresses.governor.toLowerCase() ? { ...log, data: log.data.replaceAll(word(4_000n), word(4_500n)) } : log,
        );
      proxy.fail(FAULTS.change(forge), { method: "eth_getLogs" });
      await expect(read()).rejects.toMatchObject({ code: "LIVE_PROPOSAL_FORGED" });
    });

    it("about the code of a contract", async () => {
      proxy.fail(
        FAULTS.change((code: Hex) => `${code.slice(0, -2)}00`),
        { method: "eth_getCode" },
      );
      await expect(read()).rejects.toMatchObject({ code: "LIVE_CODE_DIFFERS", exit: 3 });
    });

    it("about the votes somebody has", async () => {
      proxy.fail(
        FAULTS.change((result: unknown[]) => result.slice(0, -1)),
        { method: "eth_getLogs" },
      );
      const chain = await connect();
      await expect(readDistribution(chain, world.addresses, 0n)).rejects.toMatchObject({ code: "RPC_CONTRADICTS_ITSELF" });
    });
  });

  describe("a deployment that is not what it is said to be is refused", () => {
    it("where there is no contract", async () => {
      const token: Address = "0x00000000000000000000000000000000000c0de1";
      await expect(readLive(await connect(), { ...world.addresses, token }, 0n)).rejects.toMatchObject({ code: "LIVE_NO_CODE", where: { field: "token" } });
    });
    it("where another contract of the system stands", async () => {
      const { governor, timelock } = world.addresses;
      await expect(readLive(await connect(), { ...world.addresses, governor: timelock, timelock: governor }, 0n)).rejects.toMatchObject({
        code: "LIVE_CODE_DIFFERS",
      });
    });
    it("where the events begin after the deployment", async () => {
      const chain = await connect();
      await expect(readLive(chain, world.addresses, chain.block.number)).rejects.toMatchObject({ code: "LIVE_HISTORY_INCOMPLETE" });
    });
  });

  it("is read through an endpoint that gives events of 7 blocks at once, and now and then none", async () => {
    const whole = await read();
    let asked = 0;
    proxy.fail(
      async (question, response, forward) => {
        const [{ fromBlock, toBlock }] = question.params as [{ fromBlock: Hex; toBlock: Hex }];
        if (++asked % 5 === 0) return void response.destroy();
        const tooMany = hexToBigInt(toBlock) - hexToBigInt(fromBlock) >= 7n;
        const error = { code: -32_005, message: "query returned more than 10000 results. Try with this block range [0x1, 0x8]." };
        response.end(JSON.stringify(tooMany ? { jsonrpc: "2.0", id: question.id, error } : await forward()));
      },
      { method: "eth_getLogs" },
    );
    const chunked = await read();
    expect([chunked.history, chunked.proposals]).toEqual([whole.history, whole.proposals]);
    expect(asked).toBeGreaterThan(6);
  });

  it(`is the one that ${name} holds: a block more, and the next reading is of that block`, async () => {
    const before = await connect();
    await world.chain.request("evm_mine");
    expect((await connect()).block.number).toBe(before.block.number + 1n);
    await before.confirm();
  });
});

it("token amounts are written exactly", () => {
  expect(wholeTokens(0n, 18)).toBe("0");
  expect(wholeTokens(1n, 18)).toBe("0.000000000000000001");
  expect(wholeTokens(parseEther("83999499.5"), 18)).toBe("83999499.5");
  expect(wholeTokens(1_234n, 0)).toBe("1234");
});
