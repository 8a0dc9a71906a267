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
  return split.sort((a, b) => costOf(b, lengthOf) - costOf(a, lengthOf));
}

/** What a job computes once, in replays. */
const SETUP_IN_REPLAYS = 1;

/** How long a job takes beside others, in the unit of `lengthOf`. */
export function costOf({ crash, seeds }: ReplayJob, lengthOf: (crash: string) => number): number {
  return lengthOf(crash) * (seeds.length + SETUP_IN_REPLAYS);
}

/**
 * Which of the jobs that wait a thread takes next, those in their order: one of the crash it knows, whose draws it remembers; else one of a crash that no thread has
 * begun, so that the sets of a crash stay together; else the first, so that nobody waits.
 *
 * @param crashes of the jobs that wait, at least one; undefined for one that is of no crash
 * @example nextJob(["terra", "ftx", "ftx"], "ftx", new Set(["terra", "ftx"])) // 1
 */
export function nextJob(crashes: readonly (string | undefined)[], known: string | undefined, begun: ReadonlySet<string>): number {
  const own = known === undefined ? -1 : crashes.indexOf(known);
  if (own >= 0) return own;
  return Math.max(
    0,
    crashes.findIndex((crash) => crash === undefined || !begun.has(crash)),
  );
}

/** So many parts of nearly the same length, none empty. */
function chunks<T>(items: readonly T[], parts: number): T[][] {
  const size = Math.ceil(items.length / Math.max(1, Math.min(parts, items.length)));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
