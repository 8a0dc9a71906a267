import { tableCdf } from "../math/cdf-table.ts";
import type { CubeInput, Entries, Kernel, Yardstick } from "./kernel.ts";
import { lossOf } from "./tail.ts";

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
  let cube: Float64Array = new Float64Array(0);
  let resident: CubeInput | undefined;
  const price = (input: CubeInput) => {
    cube = cubeOf(input);
    resident = input;
  };
  const rowOf = (input: CubeInput, entries: Entries, from: number, to: number) => {
    if (resident !== input) price(input);
    return sum(cube, input, entries, from, to);
  };
  return {
    price(input) {
      price(input);
      return cube.every(Number.isFinite);
    },
    cubeOf(input) {
      if (resident !== input) price(input);
      return cube.slice();
    },
    profitAndLoss: rowOf,
    measure(input, book, from, to, yardstick) {
      const { offsets, first } = book;
      const groups: number[] = [];
      const joint: number[] = [];
      const worst = new Int32Array(to - from);
      for (let a = from; a < to; a++) {
        for (let g = first[a]; g < first[a + 1]; g++) groups.push(...measureFinite(rowOf(input, book, offsets[g], offsets[g + 1]), yardstick));
        const whole = rowOf(input, book, offsets[first[a]], offsets[first[a + 1]]);
        joint.push(...measureFinite(whole, yardstick));
        worst[a - from] = whole.every(Number.isFinite) ? worstOf(whole, yardstick) : -1;
      }
      return { groups: Float64Array.from(groups), joint: Float64Array.from(joint), worst };
    },
    // A row is a sum of one: −0 is 0, as it is in every other sum.
    measureRow: (row, yardstick) =>
      Float64Array.from(
        measureRow(
          row.map((gain) => 0 + gain),
          yardstick,
        ),
      ),
  };
}

/** Rounds to the nearest multiple of 2^−20 USD, |x| < 2^31: what is summed in any order has to be snapped first. */
export function snap(x: number): number {
  return x + SNAP - SNAP;
}

/** Black (1976) with the normal distribution function from a table; logarithms, exponentials and roots are taken once per underlying or expiry. */
function cubeOf(input: CubeInput): Float64Array {
  const { tiles } = input.shocks;
  const instruments = input.kind.length;
  const cube = new Float64Array(tiles * instruments * LANES);
  for (let i = 0; i < instruments; i++) {
    for (let s = 0; s < tiles * LANES; s++) {
      const at = (Math.floor(s / LANES) * instruments + i) * LANES + (s % LANES);
      cube[at] = input.kind[i] === 0 ? linear(input, i, s) : option(input, i, s);
    }
  }
  return cube;
}

function linear({ shocks, simpleReturn, place, mark }: CubeInput, i: number, s: number): number {
  return mark[i] * simpleReturn[place[i] * shocks.tiles * LANES + s] + SNAP - SNAP;
}

function option(input: CubeInput, i: number, s: number): number {
  const { shocks, columns, mark } = input;
  const c = input.place[i];
  const shock = columns.underlying[c] * shocks.tiles * LANES + s;
  const move = shocks.logReturn[shock];
  const tilt = Math.max(columns.tiltScale[c] * shocks.tilt[shock], columns.deepestTilt[c]);
  const rho = columns.rho[c] + columns.rhoPerTilt[c] * tilt;
  // The tangent of a smile runs below it, in the end below all of it.
  const lowest = columns.atTheMoney[c] * Math.sqrt(1 - rho * rho);
  const moved = input.volatility[i] + tilt * input.rotation[i] - move * (input.slope[i] + tilt * input.rotationSlope[i]);
  const deviation = columns.halfRoot[c] * (1 + columns.termScale[c] * shocks.volatilityMove[shock]);
  const half = Math.max(moved * deviation, Math.max(lowest * deviation, columns.halfRoot[c] * shocks.volatilityFloor[shock]));
  const price = tablePrice(
    input.kind[i] === 2,
    columns.discountedForward[c] * shocks.growth[shock],
    0.5 * (columns.logForward[c] + move),
    input.discountedStrike[i],
    input.halfLogStrike[i],
    half,
  );
  return price - mark[i] + SNAP - SNAP;
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
  // A put is the call less the forward: N(d) − 1 in place of N(d).
  const leg = isPut ? 1 : 0;
  const centre = (halfLogForward - halfLogStrike) / half;
  return discountedForward * (tableCdf(centre + half) - leg) - discountedStrike * (tableCdf(centre - half) - leg);
}

function sum(cube: Float64Array, input: CubeInput, { instrument, lots }: Entries, from: number, to: number): Float64Array {
  const { tiles } = input.shocks;
  const row = new Float64Array(tiles * LANES);
  for (let tile = 0; tile < tiles; tile++) {
    for (let p = from; p < to; p++) {
      const first = (tile * input.kind.length + instrument[p]) * LANES;
      for (let lane = 0; lane < LANES; lane++) row[tile * LANES + lane] += lots[p] * cube[first + lane];
    }
  }
  return row;
}

/** Where some scenario has no finite P&L there is no loss of any family: a tail would pass it over. */
function measureFinite(row: Float64Array, yardstick: Yardstick): number[] {
  return row.every(Number.isFinite) ? measureRow(row, yardstick) : yardstick.families.map(() => Number.NaN);
}

function measureRow(row: Float64Array, { families, damping }: Yardstick): number[] {
  return families.map(({ offset, count, tail }) => {
    const own = row.subarray(offset, offset + count);
    if (tail !== undefined) return lossOf(tail, own);
    return -own.reduce((worst, gain, s) => Math.min(worst, gain * damping[offset + s]), 0);
  });
}

function worstOf(row: Float64Array, { families, damping }: Yardstick): number {
  let worst = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const { offset, count, tail } of families) {
    for (let s = offset; s < offset + count; s++) {
      const gain = tail === undefined ? row[s] * damping[s] : row[s];
      if (gain >= least) continue;
      least = gain;
      worst = s;
    }
  }
  return worst;
}
