import { BallastError } from "../errors.ts";
import { annualised } from "../market/volatility.ts";
import { farthestOut } from "./farthest-out.ts";
import { type Jump, jumpedMove, PHASES } from "./jumps.ts";
import { lastKnown, type Moves, moveEnding } from "./moves.ts";

/** Ratio of volatility now to then is held in this range, as DESIGN §6 says. */
const LEAST_SCALE = 0.3;
const LARGEST_SCALE = 3;
/** Fewer joint moves than this are no evidence for a tail. */
const FEWEST = 60;

/** Moves stand this part of the horizon apart: an overlap of three quarters leaves little to where the first one stands. */
const STRIDES_PER_HORIZON = 4;
/** At most this part of the draws is in the tail, so that the tail of any book, whatever its direction, is among them. */
const LARGEST_TAIL_PART = 4;

export interface FilteredInput {
  readonly moves: Moves;
  readonly hour: number;
  /** Indices into moves.assets. */
  readonly assets: readonly number[];
  readonly horizonHours: number;
  readonly lookbackDays: number;
  /** Annualised, per entry of `assets`. */
  readonly volatilityFloors: readonly number[];
  readonly count: number;
  /** Of the tail that will be asked for: it says how many moves `count` draws can stand for. */
  readonly confidenceBps: number;
}

/** Draws of one family: spot[a][k] a log return per asset, ends[k] the hour of the last bar of the move. */
export interface Draws {
  readonly spot: Float64Array[];
  readonly ends: number[];
  /** How many equally likely moves these are the largest of. */
  readonly population: number;
}

/** All moves of the lookback, the newest first; `strides` is where each stands in history, in strides. */
interface Population {
  readonly spot: Float64Array[];
  readonly ends: number[];
  readonly strides: Int32Array;
}

/**
 * Filtered historical simulation (Barone-Adesi, Giannopoulos & Vosper 1999): joint moves of the lookback, the same dates for
 * every asset so that tail dependence survives, each scaled by volatility now over volatility then.
 *
 * All moves of the lookback a quarter of the horizon apart are the population; the `count` largest of them are drawn, for only they can
 * be in a tail (a book that loses by nothing happening loses nothing within the horizon). Large is a move that stands far out in some
 * direction, of one asset or between two: by its place there, not by its size, or the most volatile asset alone would say which. Drawing
 * 512 of 730 days evenly instead left a third of all hours in no move, and the requirement hung by a fifth on which. The moves stand at
 * fixed hours of history, so the population changes by one move at a time.
 *
 * The floor holds the volatility scaled TO, not the one scaled from: a floor on both would let a higher floor lower the
 * requirement (a quiet past scaled up less), and a parameter has to have one direction. Where an asset was not traded yet, the leader
 * (the first asset of the history) lends its move, scaled by the two volatilities: dependence of one, the careful side for long books.
 *
 * @throws SCENARIOS_TOO_FEW when fewer than 60 moves are known, or drawn.
 */
export function filteredDraws(input: FilteredInput): Draws {
  return largestDraws(populationOf(input), input);
}

/**
 * The filtered draws, and the same with jumps laid over some of the population: see `jumps.ts`.
 *
 * @param jumpsAmong the jumps that so many draws hold
 * @throws SCENARIOS_TOO_FEW as `filteredDraws`
 */
export function filteredAndJumped(
  input: FilteredInput,
  jumpsAmong: (population: number) => readonly Jump[],
): { filtered: Draws; jumped: Draws; jumps: readonly Jump[] } {
  const population = populationOf(input);
  const filtered = largestDraws(population, input);
  const jumps = jumpsAmong(filtered.population);
  const jumped = { spot: population.spot.map(() => new Float64Array(jumps.length)), ends: [] as number[], population: filtered.population };
  const newest = newestByPhase(population);
  for (const [j, jump] of jumps.entries()) {
    const under = newest[jump.phase];
    for (let a = 0; a < jumped.spot.length; a++) jumped.spot[a][j] = jumpedMove(jump, a, population.spot[a][under]);
    jumped.ends.push(population.ends[under]);
  }
  return { filtered, jumps, jumped };
}

/** The newest move that stands on each phase of history; where none does, one that the phase alone says. */
function newestByPhase({ strides, ends }: Population): Int32Array {
  const newest = new Int32Array(PHASES);
  for (let phase = 0; phase < PHASES; phase++) newest[phase] = phase % ends.length;
  for (let k = ends.length - 1; k >= 0; k--) newest[strides[k] % PHASES] = k;
  return newest;
}

function populationOf(input: FilteredInput): Population {
  const { moves, hour, assets, horizonHours, count } = input;
  const last = lastKnown(moves, hour);
  const lookback = input.lookbackDays * 24;
  const most = (count * 10_000) / (LARGEST_TAIL_PART * (10_000 - input.confidenceBps));
  const stride = Math.max(1, Math.floor(horizonHours / STRIDES_PER_HORIZON), Math.ceil(lookback / most));
  const newest = last - ((moves.startHour + last) % stride);
  const now = assets.map((asset, a) => floored(moves, asset, last, input.volatilityFloors[a]));
  const room = Math.floor(lookback / stride) + 1;
  const spot = assets.map(() => new Float64Array(room));
  const strides = new Int32Array(room);
  const ends: number[] = [];
  const leader = 0;

  for (let end = newest; end > last - lookback && end >= horizonHours; end -= stride) {
    const lent = moveEnding(moves, leader, end, horizonHours);
    const lentVolatility = annualised(moves.variance[leader][end - horizonHours]);
    if (Number.isNaN(lent) || Number.isNaN(lentVolatility)) continue;
    const k = ends.length;
    for (let a = 0; a < assets.length; a++) {
      let move = moveEnding(moves, assets[a], end, horizonHours);
      let then = annualised(moves.variance[assets[a]][end - horizonHours]);
      if (Number.isNaN(move) || Number.isNaN(then)) {
        move = lent;
        then = lentVolatility;
      }
      const scale = now[a] / then;
      spot[a][k] = move * Math.min(LARGEST_SCALE, Math.max(LEAST_SCALE, scale));
    }
    strides[k] = (moves.startHour + end) / stride;
    ends.push(moves.startHour + end);
  }
  return { spot: spot.map((moved) => moved.subarray(0, ends.length)), ends, strides };
}

function largestDraws({ spot, ends }: Population, { count, hour }: FilteredInput): Draws {
  const kept = farthestOut(spot, ends.length, count);
  if (kept.length < FEWEST) {
    throw new BallastError("SCENARIOS_TOO_FEW", `Only ${kept.length} of ${ends.length} historical moves are drawn at hour ${hour}; ${FEWEST} are needed.`, {
      fix: "Draw more, use a later hour, a dataset with a longer history, or a shorter horizon.",
    });
  }
  const drawn: Draws = { spot: spot.map(() => new Float64Array(kept.length)), ends: [], population: ends.length };
  for (let k = 0; k < kept.length; k++) {
    for (let a = 0; a < spot.length; a++) drawn.spot[a][k] = spot[a][kept[k]];
    drawn.ends.push(ends[kept[k]]);
  }
  return drawn;
}

function floored(moves: Moves, asset: number, index: number, floor: number): number {
  const volatility = annualised(moves.variance[asset][index]);
  // An asset without a volatility of its own yet starts at the floor its parameters set.
  return Number.isNaN(volatility) ? floor : Math.max(volatility, floor);
}
