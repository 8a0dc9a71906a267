import { type Change, keysOf, type ParameterSet, specOf, valueOf, withValue } from "../../sim/parameters/index.ts";
import { estimate, everyone, has, LEVELS, type Pair, type ShapleyPlan, shapleyPlan, shapleyValues } from "../../sim/verdict/index.ts";
import type { Attribution } from "../proposal/evidence.ts";
import { drawBook } from "./book.ts";
import type { NamedTask } from "./jobs.ts";
import { type PoolOptions, type Replayed, replayTasks } from "./pool.ts";
import type { Settings } from "./settings.ts";

/** Orders that are drawn where there are too many changes to replay every combination. */
const SAMPLED_ORDERS = 8;

type CoalitionRun = Replayed<NamedTask>;

/**
 * Which of several changes does what: the Shapley value of each for every headline figure, from replays with every combination of the
 * changes in force (beyond five changes, with those that some random orders pass through). The shares of a figure add up to what all
 * changes do together. It is made on a reduced run, the settings' crashes, seeds and scenarios; a combination need not be a set that the chain would take.
 *
 * @param settings what is replayed: a quick run's, as 2ⁿ combinations of the whole one would take hours
 * @returns undefined where fewer than two of the changes are read by any replay: there is nothing to share out
 * @throws like `replayTasks`
 * @example (await attribute(pool, settingsOf(policy, { quick: true })))?.metrics[0].shares[0].key // "ETH.volBuffer"
 */
export async function attribute(
  pool: PoolOptions & { readonly parameters: { readonly baseline: ParameterSet; readonly proposed: ParameterSet } },
  settings: Pick<Settings, "crashes" | "seeds" | "counts">,
  onProgress?: (done: number, of: number) => void,
): Promise<Attribution | undefined> {
  const { baseline, proposed } = pool.parameters;
  const changes = changesBetween(baseline, proposed).filter(({ name }) => specOf(name)?.reach !== "registry");
  if (changes.length < 2) return undefined;
  const { crashes, seeds, counts } = settings;
  const plan = shapleyPlan(changes.length, { samples: SAMPLED_ORDERS });
  const parameters = Object.fromEntries(plan.coalitions.map((coalition) => [String(coalition), setWith(baseline, changes, coalition)]));
  const tasks = crashes.flatMap((crash) => plan.coalitions.flatMap((coalition) => seeds.map((seed) => ({ crash, set: String(coalition), seed }))));
  const { outcomes } = await replayTasks({ ...pool, parameters, counts }, tasks, [], onProgress);
  return {
    crashes: [...crashes],
    seeds: [...seeds],
    accounts: drawBook(pool.book, seeds[0]).accounts.length,
    counts: { ...counts },
    orders: plan.orders?.length ?? 0,
    metrics: metricsOf(plan, changes, seeds, outcomes),
  };
}

function metricsOf(plan: ShapleyPlan, changes: readonly Change[], seeds: readonly number[], outcomes: readonly CoalitionRun[]): Attribution["metrics"] {
  const bySet = Map.groupBy(outcomes, ({ set, seed }) => `${set} ${seed}`);
  return Object.entries(LEVELS).flatMap(([id, { measure }]) => {
    const valueOf = (coalition: number, seed: number) => measure(pairsOf(bySet.get(`${coalition} ${seed}`) ?? []), "proposed").value;
    const meanOf = (coalition: number) => estimate(seeds.map((seed) => valueOf(coalition, seed))).value;
    const perSeed = seeds.map((seed) => shapleyValues(plan, (coalition) => valueOf(coalition, seed)));
    const ofMeans = shapleyValues(plan, meanOf);
    const shares = changes.map(({ scope, name }, change) => {
      const { value, interval } = estimate(perSeed.map((shares) => shares[change].value));
      return { key: `${scope}.${name}`, value, low: interval?.low ?? null, high: interval?.high ?? null, standardError: ofMeans[change].standardError };
    });
    const total = meanOf(everyone(plan)) - meanOf(0);
    // Where a figure could not be computed there is nothing to share out, and nothing is said.
    return [total, ...shares.map(({ value }) => value)].every(Number.isFinite) ? [{ id, total, shares }] : [];
  });
}

/** A level is measured over pairs; of a coalition only its own side is read. */
function pairsOf(runs: readonly CoalitionRun[]): Pair[] {
  return runs.map(({ crash, seed, outcome }) => ({ crash, seed, baseline: outcome, proposed: outcome }));
}

/** What differs between two sets, in the table's order. */
function changesBetween(from: ParameterSet, to: ParameterSet): Change[] {
  return keysOf(from).flatMap(({ scope, name }) => {
    const change = { scope, name, from: valueOf(from, { scope, name }), to: valueOf(to, { scope, name }), rampSeconds: 0 };
    return change.from === change.to ? [] : [change];
  });
}

function setWith(base: ParameterSet, changes: readonly Change[], coalition: number): ParameterSet {
  return changes.reduce((set, { scope, name, to }, change) => (has(coalition, change) ? withValue(set, { scope, name }, to) : set), base);
}
