import type { Evidence } from "../proposal/evidence.ts";
import type { Task, TaskOutcome } from "./assemble.ts";
import { hashOf } from "./canonical.ts";
import { Interrupted } from "./interrupted.ts";
import type { NamedTask } from "./jobs.ts";
import { type BacktestPool, replayTasks, type ShockJob, shockedBy } from "./pool.ts";
import { startThreads, type Threads, type WorkerInput } from "./threads.ts";

type Replayed = Pick<Evidence, "outcomes" | "executionShocks">;

/** Replays for several proposals over the same threads. */
export interface SharedReplays {
  /** What `replayAll` gives: with the execution shock of every seed. */
  replay(pool: BacktestPool, tasks: readonly Task[]): Promise<Replayed>;
  /** The outcomes alone. */
  outcomes(pool: BacktestPool, tasks: readonly Task[]): Promise<TaskOutcome[]>;
  close(): Promise<void>;
}

interface Request {
  readonly pool: BacktestPool;
  readonly tasks: readonly Task[];
  /** Whose execution shock is asked for. */
  readonly shocked: readonly number[];
  readonly resolve: (replayed: Replayed) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Replays for whoever asks, over threads that go on running. What is asked for while they are busy is run together afterwards: the replays of one crash in a
 * row, which remember what they draw from its past, and one that several ask for only once. The results are those of `replayAll`, to the byte.
 *
 * @param count threads
 * @example const replays = shareReplays(2); await replays.replay(pool, tasks); await replays.close();
 */
export function shareReplays(count: number): SharedReplays {
  const lanes = new Map<string, { readonly threads: Threads; readonly waiting: Request[]; busy: boolean }>();
  const drain = async (key: string) => {
    const lane = lanes.get(key);
    if (lane === undefined || lane.busy) return;
    lane.busy = true;
    while (lane.waiting.length > 0) await runTogether(lane.waiting.splice(0), lane.threads);
    lane.busy = false;
  };
  const ask = (pool: BacktestPool, tasks: readonly Task[], shocked: readonly number[]): Promise<Replayed> => {
    const { datasetDir, book, counts, liquidation, pathSeed } = pool;
    const input: WorkerInput = { datasetDir, book, counts, liquidation, pathSeed };
    const key = hashOf(input);
    return new Promise((resolve, reject) => {
      const lane = lanes.get(key) ?? { threads: startThreads(input, count), waiting: [], busy: false };
      lanes.set(key, lane);
      lane.waiting.push({ pool, tasks, shocked, resolve, reject });
      void drain(key);
    });
  };
  return {
    replay: (pool, tasks) => ask(pool, tasks, [...new Set(tasks.map(({ seed }) => seed))]),
    outcomes: async (pool, tasks) => (await ask(pool, tasks, [])).outcomes,
    async close() {
      await Promise.all([...lanes.values()].map(({ threads }) => threads.close()));
    },
  };
}

async function runTogether(requests: readonly Request[], threads: Threads): Promise<void> {
  try {
    const results = await replayTogether(requests, threads);
    for (const [i, { resolve }] of requests.entries()) resolve(results[i]);
  } catch (error) {
    // What one of them cannot be replayed with says nothing about the others.
    if (requests.length === 1 || error instanceof Interrupted) for (const { reject } of requests) reject(error);
    else for (const request of requests) await runTogether([request], threads);
  }
}

async function replayTogether(requests: readonly Request[], threads: Threads): Promise<Replayed[]> {
  // Equal sets have one name: their hash.
  const named = requests.map(({ pool: { parameters } }) => ({ baseline: hashOf(parameters.baseline), proposed: hashOf(parameters.proposed) }));
  const parameters = Object.fromEntries(
    requests.flatMap(({ pool }, r) => [[named[r].baseline, pool.parameters.baseline] as const, [named[r].proposed, pool.parameters.proposed] as const]),
  );
  const nameOf = ({ crash, set, seed }: NamedTask) => `${set} ${seed} ${crash}`;
  const asked = requests.map(({ tasks }, r) => tasks.map(({ crash, set, seed }): NamedTask => ({ crash, set: named[r][set], seed })));
  const tasks = [...new Map(asked.flat().map((task) => [nameOf(task), task])).values()];
  const shocks = new Map<string, ShockJob>();
  for (const [r, { baseline, proposed }] of named.entries()) {
    if (requests[r].shocked.length === 0) continue;
    const pair = `${baseline} ${proposed}`;
    const seeds = [...(shocks.get(pair)?.seeds ?? []), ...requests[r].shocked];
    shocks.set(pair, { kind: "shock", before: baseline, after: proposed, seeds: [...new Set(seeds)].sort((a, b) => a - b) });
  }
  const [{ pool }] = requests;
  const jobs = [...shocks.values()];
  const found = await replayTasks({ ...pool, parameters, threads }, tasks, jobs);
  const outcomes = new Map(found.outcomes.map((replayed) => [nameOf(replayed), replayed.outcome]));
  return requests.map(({ tasks: own, shocked }, r) => {
    const job = jobs.findIndex(({ before, after }) => before === named[r].baseline && after === named[r].proposed);
    const shockOf = (seed: number) => found.shocks[job][jobs[job].seeds.indexOf(seed)];
    return {
      outcomes: own.map((task, i) => ({ ...task, outcome: outcomes.get(nameOf(asked[r][i])) as TaskOutcome["outcome"] })),
      executionShocks: shockedBy(shocked, shocked.map(shockOf)),
    };
  });
}
