import { createWasmKernel } from "../kernel/index.ts";
import { createMarginEngine } from "../margin/engine.ts";
import { hypotheticalProfits } from "../margin/hypothetical.ts";
import type { ScenarioCounts } from "../margin/types.ts";
import { createRandom, exp } from "../math/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { covarianceRoot, createDrawMemory } from "../scenarios/index.ts";
import { type AgedBook, type AgedBookInput, agedBook } from "./aged-book.ts";
import { significant } from "./significant.ts";
import { farthestMultiple, stressDirections } from "./stress-directions.ts";
import { type Breaking, type Breaks, nearestBreaking, smallestBreaking } from "./stress-search.ts";

/** The smallest moves that exhaust the insurance fund, and how far they are from what a day brings (EMIR RTS 153/2013 art. 49, reverse stress tests). */
export interface ReverseStress {
  readonly hour: number;
  readonly fundUsd: number;
  /** By named direction; `moves` is null where none within −95 % … +400 % exhausts the fund. */
  readonly directions: readonly Broken[];
  /** The most plausible of all joint moves found; null where only the named directions were looked at. */
  readonly nearest: Broken | null;
}

export interface Broken {
  readonly name: string;
  /** Simple return by underlying: −0.3 is a fall of 30 %. */
  readonly moves: Readonly<Record<string, number>> | null;
  /** Mahalanobis distance in standard deviations of a day at the volatility of the hour; null without moves. */
  readonly distance: number | null;
}

export interface ReverseStressInput extends AgedBookInput {
  readonly parameters: ParameterSet;
  readonly counts: ScenarioCounts;
  /** Whether to search all directions too: twenty times the work. */
  readonly search: boolean;
}

/** How long a move takes, which says how volatility answers it: a gap within a day, before anybody is liquidated. */
const GAP_HOURS = 24;
const DIGITS = 6;

/**
 * Searches for the smallest joint gap of prices, faster than any liquidation, after which what accounts are below zero by exceeds the insurance fund: along named
 * directions by repeated division, and over all directions by search. The book is some days old (see `agedBook`).
 *
 * @throws COVARIANCE_UNKNOWN, and what `agedBook` throws
 * @example reverseStress({ market, hour, book, parameters, counts: QUICK_COUNTS, search: true }).nearest?.distance; // 9.3
 */
export function reverseStress(input: ReverseStressInput): ReverseStress {
  const { market, hour, parameters, counts } = input;
  const memory = input.memory ?? createDrawMemory(market);
  const engine = createMarginEngine(market, parameters, counts, createWasmKernel(), memory);
  const aged = agedBook(input, engine);
  const breaks = breaksFund(aged);
  const assets = aged.snapshot.underlyings.map(({ asset }) => asset);
  const moves = memory.moves(parameters.protocol.decay);
  const indices = assets.map((asset) => moves.assets.indexOf(asset));
  const root = covarianceRoot(moves, aged.snapshot, indices, parameters.protocol.lookback);
  const broken = (name: string, breaking: Breaking | null): Broken => ({
    name,
    moves: breaking === null ? null : Object.fromEntries(assets.map((asset, u) => [asset, significant(exp(breaking.move[u]) - 1, DIGITS)])),
    distance: breaking === null ? null : significant(distanceOf(root, breaking.move), DIGITS),
  });

  const named = stressDirections(aged.snapshot);
  const along = smallestBreaking(
    named.map(({ move }) => move),
    named.map(({ move }) => farthestMultiple(move)),
    breaks,
  );
  const directions = named.map(({ name }, d) => broken(name, along[d]));
  return { hour, fundUsd: aged.fundUsd, directions, nearest: input.search ? nearestOf([...directions, broken(SEARCHED, searched())]) : null };

  function searched(): Breaking | null {
    const space = { unwhiten: (z: Float64Array) => unwhitened(root, z), farthest: farthestMultiple, dimensions: assets.length };
    return nearestBreaking(space, breaks, createRandom("reverse-stress"));
  }
}

const SEARCHED = "most plausible move found";

/** A named direction may lie nearer than what the search came upon. */
function nearestOf(all: readonly Broken[]): Broken {
  const far = (one: Broken) => one.distance ?? Number.POSITIVE_INFINITY;
  return all.reduce((best, one) => (far(one) < far(best) ? one : best));
}

/** Candidates valued at a time: enough to pay for preparing them, few enough to fit into a cache of some megabytes. */
const CHUNK = 512;

function breaksFund({ accounts, fundUsd, snapshot, step }: AgedBook): Breaks {
  return (candidates) => {
    const broken: boolean[] = [];
    for (let from = 0; from < candidates.length; from += CHUNK) {
      const chunk = candidates.slice(from, from + CHUNK);
      const profits = hypotheticalProfits(snapshot, step.instruments, chunk, GAP_HOURS);
      const profit = new Float64Array(chunk.length);
      const shortfall = new Float64Array(chunk.length);
      for (let a = 0; a < accounts.count; a++) {
        profits(accounts.holdings, a, profit);
        for (let s = 0; s < chunk.length; s++) shortfall[s] += Math.max(0, -(accounts.worth[a] + profit[s]));
      }
      broken.push(...Array.from(shortfall, (beyond) => beyond > fundUsd));
    }
    return broken;
  };
}

function unwhitened(root: readonly Float64Array[], z: Float64Array): Float64Array {
  return Float64Array.from(root, (row, u) => {
    let move = 0;
    for (let k = 0; k <= u; k++) move += row[k] * z[k];
    return move;
  });
}

/** |z| of L·z = move. */
function distanceOf(root: readonly Float64Array[], move: Float64Array): number {
  const z = new Float64Array(move.length);
  let squares = 0;
  for (let u = 0; u < move.length; u++) {
    let left = move[u];
    for (let k = 0; k < u; k++) left -= root[u][k] * z[k];
    z[u] = left / root[u][u];
    squares += z[u] * z[u];
  }
  return Math.sqrt(squares);
}
