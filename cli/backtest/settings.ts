import { QUICK_COUNTS, type ScenarioCounts } from "../../sim/margin/index.ts";
import type { Policy } from "../proposal/policy.ts";

/** What a backtest replays: the policy's own, or less of it. */
export interface Settings {
  readonly crashes: readonly string[];
  readonly seeds: readonly number[];
  readonly counts: ScenarioCounts;
  readonly book: Policy["book"];
}

/** What a user asked for on the command line instead of what the policy says. */
export interface Departures {
  readonly crashes?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly quick?: boolean | undefined;
}

/** A quick run takes the first crashes of the policy, which lists the hardest first. */
const QUICK_CRASHES = 3;
const QUICK_ACCOUNTS = 100;

/**
 * What to replay, from the policy and from what the user asked for instead.
 *
 * @example settingsOf(policy, { quick: true }).crashes // the first three of the policy
 */
export function settingsOf(policy: Policy, { crashes, seed, quick }: Departures = {}): Settings {
  const chosen = crashes ?? (quick === true ? policy.crashes.slice(0, QUICK_CRASHES) : policy.crashes);
  return {
    crashes: [...new Set(chosen)],
    seeds: seed === undefined ? policy.seeds : [seed],
    counts: quick === true ? QUICK_COUNTS : policy.counts,
    book: quick === true && "population" in policy.book ? { ...policy.book, accounts: Math.min(QUICK_ACCOUNTS, policy.book.accounts) } : policy.book,
  };
}

/** The options by which a run departs from the policy, as they are typed; none means that the run is evidence. */
export function departuresOf({ crashes, seed, quick, data }: Departures & { readonly data?: string | undefined }): string[] {
  return [
    ...(crashes === undefined ? [] : ["--crash"]),
    ...(seed === undefined ? [] : ["--seed"]),
    ...(quick === true ? ["--quick"] : []),
    ...(data === undefined ? [] : ["--data"]),
  ];
}
