import { tableCdf } from "../math/cdf-table.ts";
import type { CubeInput, Groups, Kernel } from "./kernel.ts";
import { lossOf, requireTail, tailOf } from "./tail.ts";

/** Adding and subtracting 1.5 · 2^32 rounds to the nearest multiple of 2^−20, ties to even, for |x| < 2^31. */
const SNAP = 6_442_450_944;
const LANES = 16;

/**
 * The TypeScript twin of the kernel: the oracle of the WebAssembly, and the place to read what it does.
 *
 * P&L of one lot is snapped to 2^−20 USD: with integer lots every sum is then exact in double precision (up to 8.6 billion
 * USD), so no result depends on the order of positions, accounts, scenarios or workers.
 *
 * @example createMarginEngine(market, parameters, CANONICAL_COUNTS, createTwin());
 */
export function createTwin(): Kernel {
  let rows = new Float64Array(0);
  let scratch = new Float64Array(0);
  return {
    fillCube(input, cube) {
      fillCube(input, cube);
      return cube.every(Number.isFinite);
    },
    reserveRows(length) {
      if (rows.length < length) rows = new Float64Array(length);
    },
    row: (from, length) => rows.subarray(from, from + length),
    sumGroups(cube, instruments, tiles, groups, from, to, at) {
      sumGroups(cube, instruments, tiles, groups, from, to, rows, at);
    },
    addRow(from, to, length) {
      for (let s = 0; s < length; s++) rows[to + s] += rows[from + s];
    },
    tailLoss(from, count, population, confidenceBps, expectedShortfall) {
      const tail = tailOf(population, confidenceBps, expectedShortfall);
      requireTail(tail, count);
      if (scratch.length < tail.kept) scratch = new Float64Array(tail.kept);
      keepWorst(rows, from, count, tail.kept, scratch);
      return lossOf(tail, scratch);
    },
  };
}

/** Rounds to the nearest multiple of 2^−20 USD, |x| < 2^31: what is summed in any order has to be snapped first. */
export function snap(x: number): number {
  return x + SNAP - SNAP;
}

/** Black (1976) with the normal distribution function from a table; logarithms, exponentials and roots were taken once per (expiry, scenario). */
function fillCube(input: CubeInput, cube: Float64Array): void {
  const { tiles, kind, column, underlying, mark } = input;
  const instruments = kind.length;
  const scenarios = tiles * LANES;
  for (let tile = 0; tile < tiles; tile++) {
    for (let i = 0; i < instruments; i++) {
      const out = (tile * instruments + i) * LANES;
      const shocks = underlying[i] * scenarios + tile * LANES;
      if (kind[i] === 0) linearLanes(input.simpleReturn, shocks, mark[i], cube, out);
      else optionLanes(input, i, column[i] * scenarios + tile * LANES, shocks, mark[i], cube, out);
    }
  }
}

function linearLanes(simpleReturn: Float64Array, shocks: number, notional: number, cube: Float64Array, out: number): void {
  for (let lane = 0; lane < LANES; lane++) {
    cube[out + lane] = notional * simpleReturn[shocks + lane] + SNAP - SNAP;
  }
}

function optionLanes(input: CubeInput, i: number, terms: number, shocks: number, mark: number, cube: Float64Array, out: number): void {
  const { discountedForward, halfLogForward, halfDeviation, halfFloor, logReturn } = input;
  const halfLogStrike = input.halfLogStrike[i];
  const strike = input.discountedStrike[i];
  const volatility = input.volatility[i];
  const tilt = input.tilt[i];
  const least = input.least[i];
  // A put is the call less the forward: N(d) − 1 in place of N(d).
  const leg = input.kind[i] === 2 ? 1 : 0;
  for (let lane = 0; lane < LANES; lane++) {
    const term = terms + lane;
    const half = Math.max(Math.max(volatility + tilt * logReturn[shocks + lane], least) * halfDeviation[term], halfFloor[term]);
    const centre = (halfLogForward[term] - halfLogStrike) / half;
    const price = discountedForward[term] * (tableCdf(centre + half) - leg) - strike * (tableCdf(centre - half) - leg);
    cube[out + lane] = price - mark + SNAP - SNAP;
  }
}

/** Value of one lot of an option at the terms given, by the very arithmetic of the cube: the zero shock has a P&L of zero. */
export function tablePrice(
  isPut: boolean,
  discountedForward: number,
  halfLogForward: number,
  discountedStrike: number,
  halfLogStrike: number,
  half: number,
): number {
  const leg = isPut ? 1 : 0;
  const centre = (halfLogForward - halfLogStrike) / half;
  return discountedForward * (tableCdf(centre + half) - leg) - discountedStrike * (tableCdf(centre - half) - leg);
}

function sumGroups(cube: Float64Array, instruments: number, tiles: number, groups: Groups, from: number, to: number, rows: Float64Array, at: number): void {
  const { offsets, instrument, lots } = groups;
  const scenarios = tiles * LANES;
  for (let tile = 0; tile < tiles; tile++) {
    const base = tile * instruments * LANES;
    for (let g = from; g < to; g++) {
      const out = at + (g - from) * scenarios + tile * LANES;
      rows.fill(0, out, out + LANES);
      for (let p = offsets[g]; p < offsets[g + 1]; p++) {
        const q = lots[p];
        const first = base + instrument[p] * LANES;
        for (let lane = 0; lane < LANES; lane++) rows[out + lane] += q * cube[first + lane];
      }
    }
  }
}

/** The `kept` least numbers in ascending order at the head of scratch, by one pass: tails are short and rows many. */
function keepWorst(rows: Float64Array, from: number, count: number, kept: number, scratch: Float64Array): void {
  scratch.fill(Number.POSITIVE_INFINITY, 0, kept);
  const last = kept - 1;
  for (let s = from; s < from + count; s++) {
    const value = rows[s];
    if (value >= scratch[last]) continue;
    let j = last;
    while (j > 0 && scratch[j - 1] > value) {
      scratch[j] = scratch[j - 1];
      j--;
    }
    scratch[j] = value;
  }
}
