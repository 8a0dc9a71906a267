import { QUICK_COUNTS, type ScenarioCounts } from "../../sim/margin/index.ts";
import type { LiquidationModel } from "../../sim/replay/index.ts";
import { METRICS } from "../../sim/verdict/index.ts";
import { type LiquidationLook, liquidationOf } from "../proposal/liquidation.ts";
import type { Policy } from "../proposal/policy.ts";

/** What a backtest replays: the policy's own, or less of it. */
export interface Settings {
  readonly crashes: readonly string[];
  readonly seeds: readonly number[];
  readonly counts: ScenarioCounts;
  readonly book: Policy["book"];
  readonly liquidation: LiquidationModel;
  /** The gates that what is replayed can be held against. */
  readonly gates: Policy["gates"];
  /** Gates on metrics over all crashes of the policy, when not just these are replayed: of other crashes they would be another figure. */
  readonly notJudged: readonly string[];
}

/** What a user asked for on the command line instead of what the policy says. */
export interface Departures {
  readonly crashes?: readonly string[] | undefined;
  /** One seed. */
  readonly seed?: number | undefined;
  /** The seeds 1 to so many. */
  readonly seeds?: number | undefined;
  readonly quick?: boolean | undefined;
  /** Liquidation in another way than the policy's. */
  readonly liquidation?: LiquidationLook | undefined;
}

/** Stands for every crash of the dataset where a crash is named. */
export const ALL_CRASHES = "all";

/** A quick run takes the first crashes of the policy, which lists the hardest first. */
export const QUICK_CRASHES = 3;
const QUICK_SEEDS = 4;
const QUICK_ACCOUNTS = 60;

/**
 * What to replay, from the policy and from what the user asked for instead.
 *
 * @param known every crash of the dataset, for who asks for all
 * @example settingsOf(policy, { quick: true }).crashes // the first three of the policy
 */
export function settingsOf(policy: Policy, departures: Departures = {}, known: readonly string[] = []): Settings {
  const { seed, seeds, quick } = departures;
  const asked = departures.crashes?.flatMap((id) => (id === ALL_CRASHES ? known : [id]));
  const crashes = [...new Set(asked ?? (quick === true ? policy.crashes.slice(0, QUICK_CRASHES) : policy.crashes))];
  const isWhole = crashes.length === policy.crashes.length && policy.crashes.every((id) => crashes.includes(id));
  const judged = (id: string) => isWhole || METRICS[id]?.ofAllCrashes !== true;
  return {
    crashes,
    seeds: seed !== undefined ? [seed] : seeds !== undefined ? firstSeeds(seeds) : quick === true ? policy.seeds.slice(0, QUICK_SEEDS) : policy.seeds,
    counts: quick === true ? QUICK_COUNTS : policy.counts,
    book: quick === true && "population" in policy.book ? { ...policy.book, accounts: Math.min(QUICK_ACCOUNTS, policy.book.accounts) } : policy.book,
    liquidation: liquidationOf(policy.liquidation, departures.liquidation),
    gates: Object.fromEntries(Object.entries(policy.gates).filter(([id]) => judged(id))),
    notJudged: Object.keys(policy.gates).filter((id) => !judged(id)),
  };
}

/** The options by which a run departs from the policy, as they are typed; none means that the run is evidence. */
export function departuresOf({ crashes, seed, seeds, quick, liquidation, data }: Departures & { readonly data?: string | undefined }): string[] {
  return [
    ...(crashes === undefined ? [] : ["--crash"]),
    ...(seed === undefined ? [] : ["--seed"]),
    ...(seeds === undefined ? [] : ["--seeds"]),
    ...(quick === true ? ["--quick"] : []),
    ...(liquidation === undefined ? [] : ["--liquidation"]),
    ...(data === undefined ? [] : ["--data"]),
  ];
}

function firstSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
