import { workerData } from "node:worker_threads";
import { BallastError } from "../../sim/errors.ts";
import { createMarginEngine, type MarginEngine, type ScenarioCounts } from "../../sim/margin/index.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import { createPeerEngine, PEER_NAMES } from "../../sim/peers/index.ts";
import { replay } from "../../sim/replay/index.ts";
import { startSimulation } from "../../sim/replay/simulation.ts";
import { drawBook } from "../backtest/book.ts";
import { requireCrash } from "../backtest/crashes.ts";
import type { Refusal } from "../backtest/pool.ts";
import { loadDataset } from "../dataset/load.ts";
import type { Opening, Openings, PeerFigures, PeerJob, PeerJobResult, PeerWorkerInput } from "./jobs.ts";
import { peerParameters } from "./scale.ts";

/** A peer needs no scenarios of ours but for the solvency index, which a comparison does not show: as few as there may be. */
const FEWEST: ScenarioCounts = { filtered: 64, stressed: 16 };

// One worker thread of a comparison with peers: the market is loaded once, an engine is shared by the seeds of a job.
const { datasetDir, book, baseline, proposed, counts, liquidation }: PeerWorkerInput = workerData;
const market = loadDataset(datasetDir).then(createMarket);

export default async function run(job: PeerJob): Promise<PeerJobResult | Refusal> {
  try {
    const known = await market;
    return job.kind === "opening" ? openingsOf(known, job) : replaysOf(known, job);
  } catch (error) {
    // Only plain values cross the border between threads whole: an error would arrive without its code and its fix.
    if (!(error instanceof BallastError)) throw error;
    const { code, message, where, fix, exit } = error;
    return { refusal: { code, message, where, fix, exit } };
  }
}

function openingsOf(known: Market, job: Extract<PeerJob, { kind: "opening" }>): Openings {
  const crash = requireCrash(known.dataset.crashes, job.crash);
  const engine = createMarginEngine(known, proposed, counts);
  const others: [string, MarginEngine][] = [
    ["baseline", createMarginEngine(known, baseline, counts)],
    ...PEER_NAMES.filter((peer) => job.peers.includes(peer)).map((peer): [string, MarginEngine] => [peer, createPeerEngine(peer, known, proposed, FEWEST)]),
  ];
  const found: Record<string, Opening> = {};
  const add = (name: string, { initial, maintenance }: { initial: Float64Array; maintenance: Float64Array }) => {
    const before = found[name] ?? { initial: 0, maintenance: 0 };
    found[name] = { initial: before.initial + total(initial), maintenance: before.maintenance + total(maintenance) };
  };
  for (const seed of job.seeds) {
    const { simulation, view } = startSimulation({ market: known, crash, book: drawBook(book, seed), parameters: proposed, counts, liquidation, seed, engine });
    const { holdings, universe } = simulation.accounts;
    add("proposed", view.requirements);
    for (const [name, other] of others) add(name, other.step(view.snapshot, universe.instruments).requirements(holdings));
  }
  return found as Openings;
}

function replaysOf(known: Market, { crash: id, seeds, scaled }: Extract<PeerJob, { kind: "replay" }>): PeerFigures[] {
  const crash = requireCrash(known.dataset.crashes, id);
  const parameters = peerParameters(proposed, scaled);
  const engine = createPeerEngine(scaled.peer, known, parameters, FEWEST, scaled.factor);
  return seeds.map((seed) => {
    const { series: _, ...figures } = replay({ market: known, crash, book: drawBook(book, seed), parameters, counts: FEWEST, liquidation, seed, engine });
    return figures;
  });
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < values.length; a++) sum += values[a];
  return sum;
}
