import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { BallastError } from "../../sim/errors.ts";
import type { Request } from "./transport.ts";

/** An endpoint on this machine that passes questions on to a checked one. */
export interface Relay {
  readonly url: string;
  /** The first failure that was passed on, if any: what whoever asks the relay reports is only its echo. */
  failure(): BallastError | undefined;
  close(): Promise<void>;
}

/** Questions only: a rehearsal sends nothing to the chain it forks. */
const READS = /^(eth_(get\w+|blockNumber|chainId|call|feeHistory|gasPrice|maxPriorityFeePerGas|syncing)|net_version|web3_clientVersion)$/;

/** What is asked about the state at a block that is named by number does not change. */
const STATE = /^eth_get(Balance|Code|StorageAt|TransactionCount|Proof)$/;

/**
 * Lets EDR read a live chain through our own client: with its retries and its checks, and without the URL and its key, which EDR puts
 * into its messages and its cache. EDR asks for the state of a recent block again and again, eight times over for one rehearsal: each
 * question goes out once. It listens on the loopback interface, under a path nobody else knows.
 *
 * @example
 * const relay = await startRelay(chain.request);
 * const fork = await startChain({ url: relay.url, blockNumber, chainId });
 */
export async function startRelay(request: Request): Promise<Relay> {
  const path = `/${randomUUID()}`;
  let failed: BallastError | undefined;
  const known = new Map<string, Promise<unknown>>();
  const ask = (method: string, params: readonly unknown[]) => {
    if (!STATE.test(method) || !/^0x[0-9a-f]+$/i.test(String(params.at(-1)))) return request(method, params);
    const key = JSON.stringify([method, params]);
    const found = known.get(key) ?? request(method, params);
    known.set(key, found);
    // A failure is not kept: what EDR asks again may be answered then.
    found.catch(() => known.delete(key));
    return found;
  };
  const answer = async ({ id, method, params }: Question) => {
    const refused = (message: string, code = -32_000, data?: unknown) => ({
      jsonrpc: "2.0",
      id,
      error: { code, message, ...(data === undefined ? {} : { data }) },
    });
    if (typeof method !== "string" || !READS.test(method)) return refused(`${String(method)} is not passed on`, -32_601);
    try {
      return { jsonrpc: "2.0", id, result: await ask(method, Array.isArray(params) ? params : []) };
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      failed ??= error;
      return refused(error.message);
    }
  };
  const server = createServer((incoming, response) => {
    const reply = async () => {
      if (incoming.url !== path || incoming.method !== "POST") return response.writeHead(404).end();
      const asked = JSON.parse(await textOf(incoming)) as Question | Question[];
      const answers = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answers));
    };
    void reply().catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    failure: () => failed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Question {
  readonly id: unknown;
  readonly method: unknown;
  readonly params?: unknown;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return text;
}
