import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { PeerName } from "../../sim/peers/index.ts";
import { type Estimate, estimate, wordFor } from "../../sim/verdict/index.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Openings, PeerFigures, PeerJob, PeerWorkerInput, Scaled } from "./jobs.ts";
import type { AgainstDocument, Figure, SystemResult } from "./output.ts";
import { openPeerPool, type PeerPool } from "./pool.ts";
import { equalCapital, totalOf } from "./scale.ts";

export interface AgainstInput extends PeerWorkerInput {
  readonly peers: readonly PeerName[];
  readonly crashes: readonly string[];
  readonly seeds: readonly number[];
  /** What our own two sets did on these crashes and seeds. */
  readonly outcomes: Evidence["outcomes"];
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * The same books through the same crashes, margined by peers instead of by us, at equal capital: each peer's requirements are scaled by one
 * stated factor. A record of its own: no part of the evidence a vote is bound to.
 *
 * @throws Interrupted when the signal aborts; BallastError PEER_ASKS_NOTHING, and what a replay throws
 * @example (await compareWithPeers({ ...input, peers: ["span"] })).crashes[0].systems
 */
export async function compareWithPeers(input: AgainstInput): Promise<AgainstDocument> {
  const { peers, crashes, seeds, workers, signal, onProgress = () => undefined } = input;
  const { datasetDir, book, baseline, proposed, counts } = input;
  const pool = openPeerPool({ datasetDir, book, baseline, proposed, counts }, workers, signal);
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
    return documentOf(input, openings, scaled, found);
  } finally {
    await pool.close();
  }
}

/** The figures of every peer in every crash, by peer. */
async function replays(
  pool: PeerPool,
  scaled: readonly Scaled[],
  crashes: readonly string[],
  seeds: readonly number[],
  onDone: (job: PeerJob) => void,
): Promise<Map<PeerName, PeerFigures[]>> {
  const jobs = scaled.flatMap((one) => crashes.map((crash): PeerJob => ({ kind: "replay", crash, seeds, scaled: one })));
  const results = (await pool.run(jobs, onDone)) as (readonly PeerFigures[])[];
  return new Map(scaled.map(({ peer }, i) => [peer, results.slice(i * crashes.length, (i + 1) * crashes.length).flat()]));
}

function documentOf(
  { crashes, seeds, outcomes, peers, proposed, baseline }: AgainstInput,
  openings: readonly Openings[],
  scaled: readonly Scaled[],
  found: ReadonlyMap<PeerName, readonly PeerFigures[]>,
): AgainstDocument {
  const initial = totalOf(openings, "proposed").initial;
  const ratioOf = ({ protocol }: ParameterSet) => protocol.initialMargin / 10_000;
  const own = (set: "proposed" | "baseline") => outcomes.filter((entry) => entry.set === set).map(({ outcome }) => outcome);
  const figures: readonly (readonly [string, readonly Figures[]])[] = [
    ["proposed", own("proposed")],
    ["baseline", own("baseline")],
    ...peers.map((peer) => [peer, found.get(peer) ?? []] as const),
  ];
  return {
    equalCapital: { initialMargin: initial, seeds: [...seeds] },
    systems: [
      { name: "proposed", factor: 1, initialRatio: ratioOf(proposed), initialMargin: initial },
      { name: "baseline", factor: 1, initialRatio: ratioOf(baseline), initialMargin: totalOf(openings, "baseline").initial },
      ...scaled.map(({ peer, factor, initialRatio }) => ({ name: peer, factor, initialRatio, initialMargin: factor * totalOf(openings, peer).initial })),
    ],
    crashes: crashes.map((id) => ({
      id,
      systems: Object.fromEntries(figures.map(([name, all]) => [name, resultOf(inCrash(all, id, seeds), inCrash(figures[0][1], id, seeds))])),
    })),
  };
}

type Figures = Pick<PeerFigures, "crash" | "seed" | keyof SystemResult>;

/** Of one crash, in the order of the seeds. */
function inCrash(all: readonly Figures[], id: string, seeds: readonly number[]): Figures[] {
  return seeds.flatMap((seed) => all.filter((one) => one.crash === id && one.seed === seed));
}

function resultOf(own: readonly Figures[], proposed: readonly Figures[]): SystemResult {
  const draws = (name: keyof SystemResult) => own.map((one) => one[name]);
  const figure = (name: "shortfallFinal" | "coverage", good: "up" | "down", negligible?: number): Figure => {
    const change = estimate(own.map((one, i) => one[name] - proposed[i][name]));
    return { ...plain(estimate(draws(name))), change: plain(change), says: wordFor(change, good, negligible) };
  };
  const mean = (name: keyof SystemResult) => estimate(draws(name)).value;
  return {
    shortfallFinal: figure("shortfallFinal", "down", NEGLIGIBLE_USD),
    coverage: figure("coverage", "up"),
    shortfallPeak: mean("shortfallPeak"),
    accountsLiquidated: mean("accountsLiquidated"),
    meanMarginRate: mean("meanMarginRate"),
    largestOneDayRise: mean("largestOneDayRise"),
  };
}

/** Less than a dollar in a book of millions is rounding. */
const NEGLIGIBLE_USD = 1;

function plain({ value, interval }: Estimate): Figure["change"] {
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}
