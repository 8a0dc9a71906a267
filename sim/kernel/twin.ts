import { tableCdf } from "../math/cdf-table.ts";
import type { CubeInput, Groups, Kernel } from "./kernel.ts";

/** Beyond nine standard deviations the normal distribution function is 0 or 1 to every bit that matters here. */
const FARTHEST = 9;
/** Adding and subtracting 1.5 · 2^32 rounds to the nearest multiple of 2^−20, ties to even, for |x| < 2^31. */
const SNAP = 6_442_450_944;
const LANES = 16;

/**
 * The TypeScript twin of the kernel.
 *
 * P&L of one lot is snapped to 2^−20 USD: with integer lots every sum is then exact in double precision (up to 8.6 billion
 * USD), so no result depends on the order of positions, accounts, scenarios or workers.
 */
export const twin: Kernel = { fillCube, sumGroups };

/** Rounds to the nearest multiple of 2^−20 USD, |x| < 2^31: what is summed in any order has to be snapped first. */
export function snap(x: number): number {
  return x + SNAP - SNAP;
}

/**
 * P&L of one lot of each instrument in each scenario, written to cube[(tile · instruments + instrument) · 16 + lane].
 *
 * Black (1976) with the normal distribution function from a table and its Taylor series (see `cdf-table`); the logarithms,
 * exponentials and roots were taken once per (expiry, scenario) by the caller.
 */
function fillCube(input: CubeInput, cube: Float64Array): void {
  const { tiles, kind, column, underlying, mark, lot } = input;
  const instruments = kind.length;
  const scenarios = tiles * LANES;
  for (let tile = 0; tile < tiles; tile++) {
    for (let i = 0; i < instruments; i++) {
      const out = (tile * instruments + i) * LANES;
      const shocks = underlying[i] * scenarios + tile * LANES;
      if (kind[i] === 0) linearLanes(input.simpleReturn, shocks, mark[i], cube, out);
      else optionLanes(input, i, column[i] * scenarios + tile * LANES, shocks, mark[i], lot[i], cube, out);
    }
  }
}

function linearLanes(simpleReturn: Float64Array, shocks: number, notional: number, cube: Float64Array, out: number): void {
  for (let lane = 0; lane < LANES; lane++) {
    cube[out + lane] = notional * simpleReturn[shocks + lane] + SNAP - SNAP;
  }
}

function optionLanes(input: CubeInput, i: number, terms: number, shocks: number, mark: number, lot: number, cube: Float64Array, out: number): void {
  const { discountedForward, halfLogForward, halfDeviation, halfFloor, logReturn } = input;
  const halfLogStrike = input.halfLogStrike[i];
  const strike = input.discountedStrike[i];
  const volatility = input.volatility[i];
  const tilt = input.tilt[i];
  // A put is the call less the forward: N(d) − 1 in place of N(d).
  const leg = input.kind[i] === 2 ? 1 : 0;
  for (let lane = 0; lane < LANES; lane++) {
    const term = terms + lane;
    const half = Math.max((volatility + tilt * logReturn[shocks + lane]) * halfDeviation[term], halfFloor[term]);
    const centre = Math.min(FARTHEST, Math.max(-FARTHEST, (halfLogForward[term] - halfLogStrike) / half));
    const price = discountedForward[term] * (tableCdf(centre + half) - leg) - strike * (tableCdf(centre - half) - leg);
    cube[out + lane] = price * lot - mark + SNAP - SNAP;
  }
}

/** Value of one unit of an option at the money terms given, by the very arithmetic of the cube: the zero shock has a P&L of zero. */
export function tablePrice(
  isPut: boolean,
  discountedForward: number,
  halfLogForward: number,
  discountedStrike: number,
  halfLogStrike: number,
  half: number,
): number {
  const leg = isPut ? 1 : 0;
  const centre = Math.min(FARTHEST, Math.max(-FARTHEST, (halfLogForward - halfLogStrike) / half));
  return discountedForward * (tableCdf(centre + half) - leg) - discountedStrike * (tableCdf(centre - half) - leg);
}

/**
 * Sums lots times P&L over the entries of groups from…to−1 into rows[(g − from) · S + s]. Sums are exact (see `twin`).
 */
function sumGroups(cube: Float64Array, instruments: number, tiles: number, groups: Groups, from: number, to: number, rows: Float64Array): void {
  const { offsets, instrument, lots } = groups;
  const scenarios = tiles * LANES;
  for (let tile = 0; tile < tiles; tile++) {
    const base = tile * instruments * LANES;
    for (let g = from; g < to; g++) {
      const first = offsets[g];
      const end = offsets[g + 1];
      for (let half = 0; half < LANES; half += 8) {
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        let e = 0;
        let f = 0;
        let h = 0;
        let k = 0;
        for (let p = first; p < end; p++) {
          const q = lots[p];
          const at = base + instrument[p] * LANES + half;
          a += q * cube[at];
          b += q * cube[at + 1];
          c += q * cube[at + 2];
          d += q * cube[at + 3];
          e += q * cube[at + 4];
          f += q * cube[at + 5];
          h += q * cube[at + 6];
          k += q * cube[at + 7];
        }
        const out = (g - from) * scenarios + tile * LANES + half;
        rows[out] = a;
        rows[out + 1] = b;
        rows[out + 2] = c;
        rows[out + 3] = d;
        rows[out + 4] = e;
        rows[out + 5] = f;
        rows[out + 6] = h;
        rows[out + 7] = k;
      }
    }
  }
}
