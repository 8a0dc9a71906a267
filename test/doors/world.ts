import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Address, encodeFunctionData, type Hex, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { GOVERNOR_ABI, TOKEN_ABI } from "../../chain/abi.ts";
import { type Deployment, deployBallast, localAddresses } from "../../chain/deploy.ts";
import { type EmbeddedChain, Reverted, startChain } from "../../chain/network.ts";
import { certifyByStandIns } from "../../chain/stand-ins.ts";
import { buildPayload, onChainProposal, type Payload } from "../../cli/proposal/payload.ts";
import { initialParameters } from "../../sim/parameters/index.ts";

const { token, governor, timelock, parameters, evidenceRegistry, steward } = localAddresses();
export const EVIDENCE = `0x${"ab".repeat(32)}`;

/** A proposal whose words would break a shell, a script or a JSON file that took them as they are. */
export const PROPOSAL = {
  title: "Raise the ETH buffer: `touch owned` $(touch owned) \"quoted\" 'single' \\n $HOME",
  author: "Risk committee",
  changes: [
    { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 86_400 },
    { scope: "protocol", name: "attestationTtl", from: 3_600, to: 1_800, rampSeconds: 86_400 },
  ],
  deployment: { chainId: 31_337, token, governor, timelock, riskParameters: parameters, evidenceRegistry, riskSteward: steward },
  links: ["https://forum.example.org/t/412"],
} as const;

export const payload: Payload = buildPayload(PROPOSAL, EVIDENCE);

/** An account of the embedded chain with its private key. */
export function accountOf(index: number): { readonly address: Address; readonly key: Hex } {
  const account = mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex: index });
  const key = account.getHdKey().privateKey;
  return { address: account.address, key: toHex(key ?? new Uint8Array()) };
}

export interface World {
  readonly chain: EmbeddedChain;
  readonly deployment: Deployment;
  /** JSON-RPC over HTTP, on the loopback. */
  readonly url: string;
  /** Makes the next block's time. */
  travelTo(seconds: bigint): Promise<void>;
  close(): Promise<void>;
}

/** The whole system on an embedded chain that answers over HTTP, with votes for `proposer`, who may propose and decides alone. */
export async function world(proposer: Address): Promise<World> {
  const chain = await startChain();
  const deployment = await deployBallast(chain, initialParameters());
  const { receiver } = deployment.holders;
  const half = deployment.settings.tokenSupply / 2n;
  await chain.send({ from: receiver, to: token, data: encodeFunctionData({ abi: TOKEN_ABI, functionName: "transfer", args: [proposer, half] }) });
  await chain.send({ from: proposer, to: token, data: encodeFunctionData({ abi: TOKEN_ABI, functionName: "delegate", args: [proposer] }) });

  await certifyByStandIns(chain, localAddresses(), onChainProposal(payload));
  // Votes count from the second after.
  await chain.travelTo(chain.now() + 10);

  const answer = async ({ id, method, params }: { id: unknown; method: string; params?: unknown[] }) => {
    try {
      return { jsonrpc: "2.0", id, result: await chain.request(method, params?.map(calldataOnce)) };
    } catch (error) {
      const { message } = error as Error;
      // JSON-RPC's own code for a method that is not there; geth's for a call that reverts.
      const code = /not supported|does not exist|unknown variant/i.test(message) ? -32_601 : 3;
      const data = error instanceof Reverted && error.data !== "0x" ? { data: error.data } : {};
      return { jsonrpc: "2.0", id, error: { code, message, ...data } };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const result = Array.isArray(body) ? await Promise.all(body.map(answer)) : await answer(body);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    chain,
    deployment,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async travelTo(seconds) {
      await chain.request("evm_setNextBlockTimestamp", [Number(seconds)]);
      await chain.request("evm_mine");
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await chain.close();
    },
  };
}

/** cast names calldata twice, as `input` and as `data`: other nodes take that where both are the same, this one does not. */
function calldataOnce(param: unknown): unknown {
  if (typeof param !== "object" || param === null || !("input" in param) || !("data" in param) || param.input !== param.data) return param;
  const { input: _, ...rest } = param;
  return rest;
}

/** Takes the payload's proposal through its life, each step sent by `send`; the waiting is done here. */
export async function live(
  { chain, travelTo }: World,
  send: (step: "propose" | "vote-for" | "queue" | "execute") => Promise<void>,
  steps: readonly string[] = ["propose", "vote-for", "queue", "execute"],
): Promise<void> {
  const id = BigInt(payload.governor.proposalId);
  const ask = (functionName: "proposalSnapshot" | "proposalDeadline" | "proposalEta") =>
    chain.client.readContract({ address: governor, abi: GOVERNOR_ABI, functionName, args: [id] });
  await send("propose");
  await travelTo((await ask("proposalSnapshot")) + 1n);
  await send("vote-for");
  await travelTo((await ask("proposalDeadline")) + 1n);
  await send("queue");
  await travelTo(await ask("proposalEta"));
  if (steps.includes("execute")) await send("execute");
}
