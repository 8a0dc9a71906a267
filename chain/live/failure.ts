import { BallastError } from "../../sim/errors.ts";

/** Every way an endpoint can fail. Stable: scripts may match on them. */
export type FailureCode =
  | "RPC_UNREACHABLE"
  | "RPC_TIMEOUT"
  | "RPC_RATE_LIMITED"
  | "RPC_UNAVAILABLE"
  | "RPC_UNAUTHORIZED"
  | "RPC_HTTP_STATUS"
  | "RPC_NOT_JSON"
  | "RPC_TRUNCATED"
  | "RPC_TOO_LARGE"
  | "RPC_WRONG_ID"
  | "RPC_MALFORMED"
  | "RPC_BLOCK_UNKNOWN"
  | "RPC_ERROR";

/** What can help, by code. */
const FIXES: Readonly<Record<FailureCode, string>> = {
  RPC_UNREACHABLE: "Check the host, the port and the network; is the node running?",
  RPC_TIMEOUT: "Try again, or use a faster endpoint.",
  RPC_RATE_LIMITED: "Wait, or use an endpoint with a higher limit.",
  RPC_UNAVAILABLE: "Try again later, or use another endpoint.",
  RPC_UNAUTHORIZED: "Check the key in the URL, and what it is allowed to ask.",
  RPC_HTTP_STATUS: "Check the path of the URL: is it the JSON-RPC endpoint itself?",
  RPC_NOT_JSON: "Check the URL: a login page, a proxy or a web site answers there, not a node.",
  RPC_TRUNCATED: "Try again; if it goes on, something between here and the node cuts answers off: use another endpoint.",
  RPC_TOO_LARGE: "Use an endpoint of your own, or give `block` in deployment.yaml so that less is asked.",
  RPC_WRONG_ID: "Use another endpoint: this one mixes up the answers of different questions.",
  RPC_MALFORMED: "Use another endpoint: this one does not speak JSON-RPC 2.0.",
  RPC_BLOCK_UNKNOWN: "The node lags behind, or keeps no state that old: try again, or use another endpoint.",
  RPC_ERROR: "Read the node's message; another endpoint may support the method.",
};

/** An answer that is none, before anybody decided whether to ask again. */
export class RpcFailure extends Error {
  override readonly name = "RpcFailure";
  readonly code: FailureCode;
  /** Whether asking again may help. */
  readonly transient: boolean;
  /** How long the endpoint asks to be left alone. */
  readonly retryAfterMs: number | undefined;
  /** The JSON-RPC error's own code and data. */
  readonly rpc: { readonly code: number; readonly data?: unknown } | undefined;

  constructor(code: FailureCode, message: string, details: { transient?: boolean; retryAfterMs?: number | undefined; rpc?: RpcFailure["rpc"] } = {}) {
    super(message);
    this.code = code;
    this.transient = details.transient ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.rpc = details.rpc;
  }
}

/** The failure as the user sees it: which host, which method, how often, and what to do. The cause has no URL in it. */
export function failureOf(failure: RpcFailure, host: string, method: string, attempts: number): BallastError {
  const often = attempts > 1 ? ` (asked ${attempts} times)` : "";
  return new BallastError(failure.code, `${host} ${failure.message}, asked for ${method}${often}.`, {
    where: { field: method, value: host },
    fix: FIXES[failure.code],
    exit: 1,
    cause: failure,
  });
}

/** The error of Ballast behind whatever a library wrapped it in, else the error itself. */
export function unwrapped(error: unknown): unknown {
  for (let inner = error; inner instanceof Error; inner = inner.cause) if (inner instanceof BallastError) return inner;
  return error;
}
