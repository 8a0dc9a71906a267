import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectLive, type LiveOptions } from "../../chain/live/client.ts";
import { endpointOf } from "../../chain/live/endpoint.ts";
import { requestTo } from "../../chain/live/transport.ts";
import { BallastError } from "../../sim/errors.ts";
import { type NodeProcess, startHardhatNode } from "./node.ts";
import { FAULTS, type Fault, type Proxy, startProxy } from "./proxy.ts";

const CHAIN_ID = 31_337;
const QUICK = { retry: { attempts: 3, baseMs: 5, mostMs: 1_500 }, timeoutMs: 300 };

let node: NodeProcess;
let proxy: Proxy;
beforeAll(async () => {
  node = await startHardhatNode();
  proxy = await startProxy(node.url);
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await proxy?.stop();
  await node?.stop();
});

const endpoint = () => endpointOf(proxy.url);
const ask = (method = "eth_blockNumber") => requestTo(endpoint(), QUICK)(method);
const connect = (options: Partial<LiveOptions> = {}) => connectLive(proxy.url, { chainId: CHAIN_ID, maxHeadAgeSeconds: 3_600, ...QUICK, ...options });

async function refused(work: Promise<unknown>): Promise<BallastError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BallastError)) throw new Error(`not refused with an error of Ballast: ${String(error)}`);
  return error;
}

const RESET = { code: "RPC_UNREACHABLE" };
const TRANSIENT: readonly [string, Fault, { code: string }][] = [
  ["a connection that is reset", FAULTS.drop, RESET],
  ["a connection that ends within the body", FAULTS.cutOff, RESET],
  ["no answer in time", FAULTS.hang, { code: "RPC_TIMEOUT" }],
  ["HTTP 429", FAULTS.status(429), { code: "RPC_RATE_LIMITED" }],
  ["HTTP 502 with a web page", FAULTS.status(502), { code: "RPC_UNAVAILABLE" }],
  ["HTTP 503", FAULTS.status(503), { code: "RPC_UNAVAILABLE" }],
  ["JSON that is cut off", FAULTS.truncate, { code: "RPC_TRUNCATED" }],
  ["an empty body", (_, response) => void response.end(), { code: "RPC_TRUNCATED" }],
  ["a rate limit in JSON", FAULTS.error({ code: -32_005, message: "project ID request rate exceeded" }), { code: "RPC_RATE_LIMITED" }],
  ["a block it has not heard of yet", FAULTS.error({ code: -32_000, message: "header not found" }), { code: "RPC_BLOCK_UNKNOWN" }],
];

describe("what may pass is asked again", () => {
  it.each(TRANSIENT)("%s, twice: the third answer counts", async (_name, fault) => {
    proxy.fail(fault, { times: 2 });
    expect(await ask("eth_chainId")).toBe("0x7a69");
    expect(proxy.seen).toHaveLength(3);
  });

  it.each(TRANSIENT)("%s, every time: it gives up after three attempts, with a code of its own", async (_name, fault, { code }) => {
    proxy.fail(fault);
    const error = await refused(ask());
    expect(error.code).toBe(code);
    expect(error.exit).toBe(1);
    expect(error.message).toContain("asked 3 times");
    expect(error.message).toContain("eth_blockNumber");
    expect(error.where.value).toBe(endpoint().host);
    expect(error.fix).not.toBe("");
    expect(proxy.seen).toHaveLength(3);
  });

  it("Retry-After is waited for", async () => {
    proxy.fail(FAULTS.status(429, { "retry-after": "1" }), { times: 1 });
    const start = performance.now();
    await ask();
    expect(performance.now() - start).toBeGreaterThan(990);
  });

  it("a Retry-After of an hour is not: it is told", async () => {
    proxy.fail(FAULTS.status(429, { "retry-after": "3600" }));
    const error = await refused(ask());
    expect(error.code).toBe("RPC_RATE_LIMITED");
    expect(error.message).toContain("3600 s");
    expect(proxy.seen).toHaveLength(1);
  });
});

describe("what will not pass is told at once", () => {
  const LASTING: readonly [string, Fault, string][] = [
    ["a web page", FAULTS.html, "RPC_NOT_JSON"],
    ["the answer to another question", FAULTS.swapId, "RPC_WRONG_ID"],
    ["HTTP 401", FAULTS.status(401), "RPC_UNAUTHORIZED"],
    ["HTTP 404", FAULTS.status(404), "RPC_HTTP_STATUS"],
    ["a redirect to another host", FAULTS.status(302, { location: "http://127.0.0.1:9/" }), "RPC_HTTP_STATUS"],
    ["JSON that is no JSON-RPC", (_, response) => void response.end("[]"), "RPC_MALFORMED"],
    ["neither result nor error", (asked, response) => void response.end(JSON.stringify({ id: asked.id })), "RPC_MALFORMED"],
    ["a method it does not have", FAULTS.error({ code: -32_601, message: "the method does not exist" }), "RPC_ERROR"],
  ];
  it.each(LASTING)("%s", async (_name, fault, code) => {
    proxy.fail(fault);
    expect((await refused(ask())).code).toBe(code);
    expect(proxy.seen).toHaveLength(1);
  });

  it("a port where nobody listens", async () => {
    const gone = await startProxy(node.url);
    await gone.stop();
    const error = await refused(requestTo(endpointOf(gone.url), QUICK)("eth_chainId"));
    expect(error.code).toBe("RPC_UNREACHABLE");
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("a URL that is none, without repeating it", async () => {
    for (const url of ["ftp://node/SECRET", "SECRET", "", "http://"]) {
      const error = await refused(connectLive(url, { chainId: 1 }));
      expect(error.code).toBe("RPC_URL_INVALID");
      expect(JSON.stringify(error) + error.message).not.toContain("SECRET");
    }
  });
});

describe("a key in the URL", () => {
  const secret = (path: string) => proxy.url.replace("://", "://user:pass-SECRET@") + path;
  it("is used, and stands in no error, wherever it is looked for", async () => {
    const faults: Fault[] = [FAULTS.drop, FAULTS.hang, FAULTS.html, FAULTS.status(503), FAULTS.status(401), FAULTS.swapId, FAULTS.truncate];
    const repeating = FAULTS.error({ code: -32_000, message: `cannot serve ${secret("/v3/SECRET")} now` });
    const refusing = FAULTS.error({ code: -32_000, message: "project id SECRET-KEY is unknown" });
    for (const fault of [...faults, repeating, refusing]) {
      proxy.fail(fault);
      const error = await refused(connectLive(secret("/v3/SECRET-KEY?key=SECRET"), { chainId: CHAIN_ID, ...QUICK }));
      const everything: string[] = [];
      for (let inner: unknown = error; inner instanceof Error; inner = inner.cause)
        everything.push(inner.message, inner.stack ?? "", JSON.stringify(inner, Object.getOwnPropertyNames(inner)));
      expect(everything.join("\n")).not.toMatch(/SECRET/);
      expect(error.message).toContain(endpoint().host);
    }
  });
});

describe("an endpoint that lags, lies or changes its mind", () => {
  const block = (change: Record<string, string>) => FAULTS.change((result: Record<string, string>) => ({ ...result, ...change }));

  it("of another chain is refused before anything is read", async () => {
    const error = await refused(connect({ chainId: 1 }));
    expect([error.code, error.exit]).toEqual(["RPC_CHAIN_ID", 2]);
    expect(error.message).toContain("31337");
    expect(proxy.seen.map(({ method }) => method)).toEqual(["eth_chainId"]);
  });

  it("whose newest block is an hour old is refused, and one from the future too", async () => {
    for (const [offset, words] of [
      [-3_700, "old"],
      [3_700, "ahead of this machine's clock"],
    ] as const) {
      proxy.fail(block({ timestamp: `0x${(Math.floor(Date.now() / 1000) + offset).toString(16)}` }), { method: "eth_getBlockByNumber" });
      const error = await refused(connect());
      expect(error.code).toBe("RPC_HEAD_STALE");
      expect(error.message).toContain(words);
    }
  });

  it("whose head goes back is refused", async () => {
    await mine(3);
    const chain = await connect();
    proxy.fail(FAULTS.answer(`0x${(chain.block.number - 1n).toString(16)}`), { method: "eth_blockNumber" });
    expect((await refused(chain.confirm())).code).toBe("RPC_HEAD_BACKWARDS");
    proxy.fail(FAULTS.answer(null), { method: "eth_getBlockByNumber" });
    expect((await refused(chain.confirm())).code).toBe("RPC_HEAD_BACKWARDS");
  });

  it("whose block has another hash than before is refused", async () => {
    const chain = await connect();
    proxy.fail(block({ hash: `0x${"ab".repeat(32)}` }), { method: "eth_getBlockByNumber" });
    const error = await refused(chain.confirm());
    expect(error.code).toBe("RPC_BLOCK_CHANGED");
    expect(error.message).toContain(chain.block.hash);
  });

  it("that gives a block without a number or a hash is refused", async () => {
    for (const bad of [null, {}, { hash: "0x12", number: "0x1", timestamp: "0x1" }, { hash: `0x${"ab".repeat(32)}`, number: 7, timestamp: "0x1" }]) {
      proxy.fail(FAULTS.answer(bad), { method: "eth_getBlockByNumber" });
      expect((await refused(connect())).code).toBe("RPC_BLOCK_MALFORMED");
    }
  });

  it("that keeps its word passes, also when the chain has gone on meanwhile", async () => {
    const chain = await connect();
    await mine(1);
    await chain.confirm();
    expect((await connect()).block.number).toBe(chain.block.number + 1n);
  });

  async function mine(blocks: number): Promise<void> {
    const request = requestTo(endpointOf(node.url));
    for (let i = 0; i < blocks; i++) await request("evm_mine");
  }
});
