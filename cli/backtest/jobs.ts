/** A replay by name; its set may be any. */
export interface NamedTask {
  readonly crash: string;
  readonly set: string;
  readonly seed: number;
}

/** One crash under one parameter set, with the seeds that one worker replays in a row: what the market gives each hour is computed once for all. */
export interface ReplayJob {
  readonly kind: "replay";
  readonly crash: string;
  readonly set: string;
  readonly seeds: readonly number[];
}

/** So many jobs for each worker, or the last one to finish keeps the others waiting. */
const JOBS_PER_WORKER = 3;

/**
 * The tasks as jobs, the longest first (Graham, "Bounds on multiprocessing timing anomalies", 1969), so that the short ones fill what is left at the
 * end. Where there are too few for the workers, jobs are split by seeds. The results do not depend on any of it.
 *
 * @param lengthOf how long a crash takes to replay, in any unit
 * @example jobsOf(tasksOf(crashes, seeds), 2, () => 1).length // crashes · 2
 */
export function jobsOf(tasks: readonly NamedTask[], workers: number, lengthOf: (crash: string) => number): ReplayJob[] {
  const jobs = [...Map.groupBy(tasks, ({ crash, set }) => `${set} ${crash}`).values()].map(
    (own): ReplayJob => ({ kind: "replay", crash: own[0].crash, set: own[0].set, seeds: own.map(({ seed }) => seed) }),
  );
  const parts = Math.ceil((workers === 1 ? 1 : workers * JOBS_PER_WORKER) / Math.max(1, jobs.length));
  const split = jobs.flatMap((job) => chunks(job.seeds, parts).map((seeds) => ({ ...job, seeds })));
  const cost = ({ crash, seeds }: ReplayJob) => lengthOf(crash) * (seeds.length + SETUP_IN_REPLAYS);
  return split.sort((a, b) => cost(b) - cost(a));
}

/** What a job computes once, in replays. */
const SETUP_IN_REPLAYS = 1;

/** So many parts of nearly the same length, none empty. */
function chunks<T>(items: readonly T[], parts: number): T[][] {
  const size = Math.ceil(items.length / Math.max(1, Math.min(parts, items.length)));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
