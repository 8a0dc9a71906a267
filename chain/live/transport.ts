import { BaseError, HttpRequestError, http, ResponseBodyTooLargeError, RpcRequestError, TimeoutError } from "viem";
import { type Endpoint, withoutSecrets } from "./endpoint.ts";
import { type FailureCode, failureOf, RpcFailure } from "./failure.ts";
import { attemptsOf, RETRY, type RetryPolicy, retryAfterMs, retrying } from "./retry.ts";

export type Request = (method: string, params?: readonly unknown[]) => Promise<unknown>;

export interface TransportOptions {
  readonly retry?: RetryPolicy;
  /** Milliseconds that one attempt may take, body and all. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** A block's logs and traces fit; more than this is not an answer to anything asked here. */
const LARGEST_BODY_BYTES = 64 << 20;

/**
 * Asks one endpoint, over viem's HTTP transport: what may pass is asked again, and what is no answer to the question is refused, where
 * viem would take it. Its own errors name the whole URL, key and all: none of them leaves here.
 *
 * @returns a function that gives the result of a method, or throws a BallastError `RPC_*` with exit 1
 * @example
 * const chainId = await requestTo(endpointOf(url))("eth_chainId");
 */
export function requestTo(endpoint: Endpoint, options: TransportOptions = {}): Request {
  const { url, host } = endpoint;
  const transport = http(url, { retryCount: 0, timeout: options.timeoutMs ?? TIMEOUT_MS, maxResponseBodySize: LARGEST_BODY_BYTES, fetchFn: strictFetch })({});
  const once = (method: string, params: readonly unknown[]) =>
    (transport.request({ method, params: [...params] } as never) as Promise<unknown>).catch((error: unknown) => {
      throw classified(error, endpoint);
    });
  return (method, params = []) =>
    retrying(() => once(method, params), options.retry ?? RETRY).catch((error: unknown) => {
      throw error instanceof RpcFailure ? failureOf(error, host, method, attemptsOf(error)) : error;
    });
}

/** viem looks at the result only; here the envelope has to be that of the question. What is thrown is found again in viem's cause. */
async function strictFetch(input: string | URL | globalThis.Request, init?: RequestInit): Promise<Response> {
  // A redirect is not followed: it would take the key to another host.
  const response = await fetch(input, { ...init, redirect: "manual" });
  if (response.ok) requireEnvelope(await boundedText(response.clone()), idOf(init?.body));
  return response;
}

async function boundedText(response: Response): Promise<string> {
  let text = "";
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_BODY_BYTES) throw new RpcFailure("RPC_TOO_LARGE", `answered with more than ${LARGEST_BODY_BYTES >> 20} MiB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function idOf(body: unknown): unknown {
  return typeof body === "string" ? JSON.parse(body).id : undefined;
}

/** JSON-RPC 2.0 §5: an object with the id of the request, and either a result or an error. */
function requireEnvelope(text: string, id: unknown): void {
  const answer = parsed(text);
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) throw new RpcFailure("RPC_MALFORMED", "answered with JSON that is no JSON-RPC");
  const { id: given, result, error } = answer as Record<string, unknown>;
  const hasError = typeof error === "object" && error !== null;
  if (result === undefined && !hasError) throw new RpcFailure("RPC_MALFORMED", "answered with neither a result nor an error");
  // An error about a request that could not even be read has the id null.
  if (given !== id && !(given === null && hasError))
    throw new RpcFailure("RPC_WRONG_ID", `answered question ${JSON.stringify(given)?.slice(0, 40)} instead of ${id}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const start = text.trimStart();
    if (start === "") throw new RpcFailure("RPC_TRUNCATED", "answered with nothing at all", { transient: true });
    if (/^[{[]/.test(start)) throw new RpcFailure("RPC_TRUNCATED", "answered with JSON that is cut off or broken", { transient: true });
    throw new RpcFailure("RPC_NOT_JSON", start.startsWith("<") ? "answered with a web page" : "answered with something that is not JSON");
  }
}

/** What viem threw, sorted by what it means for whoever waits. */
function classified(error: unknown, endpoint: Endpoint): unknown {
  const own = causesOf(error).find((cause) => cause instanceof RpcFailure);
  if (own !== undefined) return own;
  if (error instanceof TimeoutError) return new RpcFailure("RPC_TIMEOUT", "did not answer in time", { transient: true });
  if (error instanceof ResponseBodyTooLargeError) return new RpcFailure("RPC_TOO_LARGE", "answered with more than can be read");
  const walked = error instanceof BaseError ? error.walk((one) => one instanceof RpcRequestError || one instanceof HttpRequestError) : undefined;
  if (walked instanceof RpcRequestError) return rpcError(walked, withoutSecrets(walked.details, endpoint));
  if (walked instanceof HttpRequestError && walked.status !== undefined) return httpError(walked.status, walked.headers);
  if (walked instanceof HttpRequestError || error instanceof TypeError) return unreachable(error);
  return error;
}

function httpError(status: number, headers: Headers | undefined): RpcFailure {
  const after = { transient: true, retryAfterMs: retryAfterMs(headers?.get("Retry-After") ?? null, Date.now()) };
  const failed = (code: FailureCode, message: string, details = {}) => new RpcFailure(code, `${message} (HTTP ${status})`, details);
  if (status === 429) return failed("RPC_RATE_LIMITED", `answers no more questions for now${waitWords(after.retryAfterMs)}`, after);
  if (status === 408 || status >= 500) return failed("RPC_UNAVAILABLE", "is out of order", after);
  if (status === 401 || status === 403) return failed("RPC_UNAUTHORIZED", "does not let this key in");
  if (status === 413) return failed("RPC_TOO_LARGE", "finds the question or its answer too large");
  return failed("RPC_HTTP_STATUS", "did not take the question");
}

function waitWords(ms: number | undefined): string {
  return ms === undefined ? "" : `, and asks to be left alone for ${Math.ceil(ms / 1000)} s`;
}

/** Rate limits come in JSON, too; their codes differ by provider, -32005 also means "too many results". */
function rpcError({ code, data, status, headers }: RpcRequestError, message: string): RpcFailure {
  const details = { rpc: { code, data }, retryAfterMs: retryAfterMs(headers?.get("Retry-After") ?? null, Date.now()) };
  const said = `says "${message.replace(/\s+/g, " ").slice(0, 200)}" (${code})`;
  if (status === 429 || code === 429 || (LIMIT_CODES.has(code) && /rate|limit reached|capacity|too many requests|per second/i.test(message)))
    return new RpcFailure("RPC_RATE_LIMITED", said, { ...details, transient: true });
  if (/header not found|unknown block|block not found|could not find block|missing trie node|no state available|BlockOutOfRange/i.test(message))
    return new RpcFailure("RPC_BLOCK_UNKNOWN", said, { ...details, transient: true });
  if (status !== undefined && status >= 500 && data === undefined) return new RpcFailure("RPC_UNAVAILABLE", said, { ...details, transient: true });
  return new RpcFailure("RPC_ERROR", said, details);
}

const LIMIT_CODES = new Set([-32005, -32007, -32029, -32097, -32016]);

function unreachable(error: unknown): RpcFailure {
  const codes = causesOf(error)
    .map((cause) => (cause as { code?: unknown }).code)
    .filter((code): code is string => typeof code === "string" && /^[A-Z_]+$/.test(code));
  const code = codes.at(-1);
  // A name that does not exist will not exist in a second.
  const transient = code !== "ENOTFOUND";
  return new RpcFailure("RPC_UNREACHABLE", `cannot be reached${code === undefined ? "" : `: ${code}`}`, { transient });
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 10; cause = cause.cause) {
    causes.push(cause);
    if (cause instanceof AggregateError) causes.push(...cause.errors.filter((one): one is Error => one instanceof Error));
  }
  return causes;
}
