import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { PeerName } from "../../sim/peers/index.ts";
import type { Openings, PeerFigures, PeerJob, PeerWorkerInput, Scaled } from "./jobs.ts";
import type { PeerRun, Shown } from "./output.ts";
import { openPeerPool, type PeerPool } from "./pool.ts";
import { equalCapital, totalOf } from "./scale.ts";

export interface AgainstInput extends PeerWorkerInput {
  readonly peers: readonly PeerName[];
  readonly crashes: readonly string[];
  readonly seeds: readonly number[];
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * The same books through the same crashes, margined by peers instead of by us, at equal capital: each peer's requirements are scaled by one
 * stated factor. A record of its own: no part of the evidence a vote is bound to.
 *
 * @throws Interrupted when the signal aborts; BallastError PEER_ASKS_NOTHING, and what a replay throws
 * @example resultsOf(await compareWithPeers({ ...input, peers: ["span"] }), evidence.outcomes).crashes[0].systems
 */
export async function compareWithPeers(input: AgainstInput): Promise<PeerRun> {
  const { peers, crashes, seeds, workers, signal, onProgress = () => undefined } = input;
  const { datasetDir, book, baseline, proposed, counts, liquidation } = input;
  const pool = openPeerPool({ datasetDir, book, baseline, proposed, counts, liquidation }, workers, signal);
  const of = crashes.length * seeds.length * (peers.length + 1);
  let done = 0;
  const onDone = (job: PeerJob) => {
    done += job.seeds.length;
    onProgress(done, of);
  };
  try {
    const openings = (await pool.run(
      crashes.map((crash) => ({ kind: "opening", crash, seeds, peers })),
      onDone,
    )) as Openings[];
    const scaled = equalCapital(openings, peers);
    const found = await replays(pool, scaled, crashes, seeds, onDone);
    const initialMargin = totalOf(openings, "proposed").initial;
    const ratioOf = ({ protocol }: ParameterSet) => protocol.initialMargin / 10_000;
    return {
      crashes: [...crashes],
      seeds: [...seeds],
      systems: [
        { name: "proposed", factor: 1, initialRatio: ratioOf(proposed), initialMargin },
        { name: "baseline", factor: 1, initialRatio: ratioOf(baseline), initialMargin: totalOf(openings, "baseline").initial },
        ...scaled.map(({ peer, factor, initialRatio }) => ({ name: peer, factor, initialRatio, initialMargin: factor * totalOf(openings, peer).initial })),
      ],
      outcomes: found,
    };
  } finally {
    await pool.close();
  }
}

/** The figures of every peer in every crash. */
async function replays(
  pool: PeerPool,
  scaled: readonly Scaled[],
  crashes: readonly string[],
  seeds: readonly number[],
  onDone: (job: PeerJob) => void,
): Promise<PeerRun["outcomes"]> {
  const jobs = scaled.flatMap((one) => crashes.map((crash): PeerJob => ({ kind: "replay", crash, seeds, scaled: one })));
  const results = (await pool.run(jobs, onDone)) as (readonly PeerFigures[])[];
  return scaled.flatMap(({ peer }, i) =>
    results
      .slice(i * crashes.length, (i + 1) * crashes.length)
      .flat()
      .map((figures) => ({ peer, ...shown(figures) })),
  );
}

/** What a comparison shows of a replay. */
function shown({ crash, seed, shortfallFinal, coverage, shortfallPeak, accountsLiquidated, meanMarginRate, largestOneDayRise }: PeerFigures): Shown {
  return { crash, seed, shortfallFinal, coverage, shortfallPeak, accountsLiquidated, meanMarginRate, largestOneDayRise };
}
