import { RpcFailure } from "./failure.ts";

/** How often and how long an endpoint is asked again. Milliseconds. */
export interface RetryPolicy {
  /** Attempts in all, the first one counted. */
  readonly attempts: number;
  /** Upper end of the first wait; it doubles with each further one. */
  readonly baseMs: number;
  /** No single wait is longer, neither of our own nor one the endpoint asks for. */
  readonly mostMs: number;
}

export const RETRY: RetryPolicy = { attempts: 5, baseMs: 250, mostMs: 20_000 };

/**
 * Asks until an answer comes: exponential backoff, each wait drawn between half and all of it, so that many who were turned away
 * together do not come back together. A `Retry-After` is waited for, unless it is longer than the policy allows: then it fails at once.
 *
 * @param random a number from 0 to 1
 * @param wait how to let milliseconds pass
 * @returns the answer and how often was asked
 * @throws the last RpcFailure, and anything else at once
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  { random = Math.random, wait = sleep }: { random?: () => number; wait?: (ms: number) => Promise<void> } = {},
): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RpcFailure) || !error.transient || made >= policy.attempts) throw counted(error, made);
      const after = error.retryAfterMs;
      if (after !== undefined && after > policy.mostMs) throw counted(error, made);
      const backoff = Math.min(policy.mostMs, policy.baseMs * 2 ** (made - 1));
      await wait(after ?? backoff * (0.5 + 0.5 * random()));
    }
  }
}

const ATTEMPTS = new WeakMap<object, number>();

/** How often was asked before this was thrown. */
export function attemptsOf(error: unknown): number {
  return (typeof error === "object" && error !== null ? ATTEMPTS.get(error) : undefined) ?? 1;
}

function counted(error: unknown, made: number): unknown {
  if (error instanceof RpcFailure) ATTEMPTS.set(error, made);
  return error;
}

/**
 * `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). Undefined where there is none, or none to make sense of.
 *
 * @param now milliseconds since 1970
 * @example
 * retryAfterMs("2", 0); // 2000
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*[0-9]{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
