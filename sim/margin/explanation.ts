import type { Kernel } from "../kernel/index.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { Instrument } from "../pricing/instrument.ts";
import { LEAST_VOLATILITY, type ScenarioSet, TILE } from "../scenarios/index.ts";
import { nettingGroups } from "./groups.ts";
import { prepareScenarios } from "./prepared.ts";
import { priceInstruments } from "./priced.ts";
import { coreWeights, gridWeights, lossUnder, type Weights } from "./tail-weights.ts";
import type { PositionTable } from "./types.ts";

/** Why one account's requirement is what it is, USD; a loss is positive. */
export interface Explanation {
  /** Which of the two the larger loss is from: the tail of history, or the worst point of the grid; both netted under offsetCap. */
  readonly from: "core" | "grid";
  readonly loss: number;
  /** The scenarios that make it, by weight: the heaviest first. */
  readonly scenarios: readonly { readonly scenario: number; readonly weight: number }[];
  /** What moved: the parts add up to `loss`. */
  readonly factors: Factors;
  /** By entry of the account's row: Euler contributions (Tasche 1999); they add up to `loss`, and a hedge's is negative. */
  readonly positions: Float64Array;
}

export interface Factors {
  /** Spot at the delta of now. */
  readonly delta: number;
  /** What the same move of spot does beyond that: gamma and all that follows. */
  readonly gamma: number;
  /** The move of the volatility level. */
  readonly vega: number;
  /** Moving along the smile as moneyness moves, and the smile's turning in a fall. */
  readonly skew: number;
  /** What perpetuals, futures and collateral coins do beside their spot: basis and peg. */
  readonly basis: number;
}

export interface ExplanationInput {
  readonly kernel: Kernel;
  readonly snapshot: Snapshot;
  readonly instruments: readonly Instrument[];
  readonly set: ScenarioSet;
  readonly parameters: ParameterSet;
}

/**
 * Takes one account's requirement apart. Its instruments are valued three times in every scenario, with one more thing moving each time
 * (spot; volatility; the place on the smile), so that the parts add up to the whole by construction; the tail's scenarios and their weights are those of
 * the requirement itself.
 *
 * @example explain({ kernel, snapshot, instruments, set, parameters }, table, 0).factors.vega;
 */
export function explain(input: ExplanationInput, table: PositionTable, account: number): Explanation {
  const { kernel, snapshot, set, parameters } = input;
  const [begin, end] = [table.offsets[account], table.offsets[account + 1]];
  const entries = end - begin;
  const instruments = Array.from({ length: entries }, (_, e) => input.instruments[table.instrument[begin + e]]);
  const lots = table.lots.subarray(begin, end);
  const row: PositionTable = { accounts: 1, offsets: Int32Array.of(0, entries), instrument: Int32Array.from(lots, (_, e) => e), lots };

  const { cubeInput, deltas, nettingSet } = priceInstruments(snapshot, instruments, prepareScenarios(set));
  const still = priceInstruments(snapshot, instruments, prepareScenarios(withoutVolatility(set))).cubeInput;
  const none = new Float64Array(entries);
  const unskewed = { slope: none, rotation: none, rotationSlope: none };
  const cubes = [{ ...still, ...unskewed }, { ...cubeInput, ...unskewed }, cubeInput].map((values) => kernel.cubeOf(values));
  const [spotOnly, withVolatility, whole] = cubes as [Float64Array, Float64Array, Float64Array];

  const groups = nettingGroups(row, nettingSet);
  const rows = Array.from(groups.underlying, (_, g) => rowOf(whole, entries, set.padded, lots, groups.offsets[g], groups.offsets[g + 1]));
  // Stablecoins are netted with nothing: their own tail comes on top, whatever the rest is from.
  const isApart = (g: number) => groups.underlying[g] === set.assets.length;
  const nets = rows.filter((_, g) => !isApart(g));
  const joint = nets.reduce((sum, one) => sum.map((value, s) => value + one[s]), new Float64Array(set.padded));
  const core = netted(nets, joint, parameters.protocol.offsetCap, (one) => coreWeights(one, set, parameters));
  const grid = netted(nets, joint, parameters.protocol.offsetCap, (one) => gridWeights(one, set));
  for (let g = 0; g < rows.length; g++) {
    if (!isApart(g)) continue;
    const own = coreWeights(rows[g], set, parameters);
    core.loss += lossUnder(own, rows[g]);
    core.byGroup.push(own);
    grid.loss += lossUnder(own, rows[g]);
    grid.byGroup.push(own);
  }
  const chosen = grid.loss > core.loss ? grid : core;

  const positions = new Float64Array(entries);
  let [delta, gamma, vega, skew, basis] = [0, 0, 0, 0, 0];
  const total = new Float64Array(set.padded);
  for (let g = 0; g < rows.length; g++) {
    const weights = chosen.byGroup[g];
    const u = groups.underlying[g];
    // A stablecoin has no spot that moves.
    const spot = snapshot.underlyings[u]?.spot ?? 0;
    for (let s = 0; s < set.padded; s++) {
      const weight = weights[s];
      if (weight === 0) continue;
      total[s] = Math.max(total[s], weight);
      for (let e = groups.offsets[g]; e < groups.offsets[g + 1]; e++) {
        const at = (Math.floor(s / TILE) * entries + e) * TILE + (s % TILE);
        const loss = -weight * lots[e];
        const linear = spot === 0 ? 0 : deltas[e] * spot * cubeInput.simpleReturn[u * set.padded + s];
        positions[e] += loss * whole[at];
        delta += loss * linear;
        if (cubeInput.kind[e] === 0) {
          basis += loss * (whole[at] - linear);
          continue;
        }
        gamma += loss * (spotOnly[at] - linear);
        vega += loss * (withVolatility[at] - spotOnly[at]);
        skew += loss * (whole[at] - withVolatility[at]);
      }
    }
  }
  return {
    from: chosen === grid ? "grid" : "core",
    loss: chosen.loss,
    scenarios: [...total.keys()]
      .filter((s) => total[s] > 0)
      .sort((left, right) => total[right] - total[left] || left - right)
      .map((scenario) => ({ scenario, weight: total[scenario] })),
    factors: { delta, gamma, vega, skew, basis },
    positions,
  };
}

/** The set with spot alone moving. */
function withoutVolatility(set: ScenarioSet): ScenarioSet {
  return {
    ...set,
    volatility: set.volatility.map(({ length }) => new Float64Array(length)),
    tilt: set.tilt.map(({ length }) => new Float64Array(length)),
    volatilityFloor: set.volatilityFloor.map(({ length }) => new Float64Array(length).fill(LEAST_VOLATILITY)),
  };
}

function rowOf(cube: Float64Array, entries: number, padded: number, lots: Float64Array, from: number, to: number): Float64Array {
  const row = new Float64Array(padded);
  for (let s = 0; s < padded; s++) {
    const at = Math.floor(s / TILE) * entries * TILE + (s % TILE);
    for (let e = from; e < to; e++) row[s] += lots[e] * cube[at + e * TILE];
  }
  return row;
}

/** `offsetLoss`, and the weight of every scenario for each netting group: the joint one, or part joint and part alone where the cap binds. */
function netted(
  rows: readonly Float64Array[],
  joint: Float64Array,
  offsetCapBps: number,
  weightsOf: (row: Float64Array) => Weights,
): { loss: number; byGroup: Weights[] } {
  const together = weightsOf(joint);
  const jointLoss = lossUnder(together, joint);
  const alone = rows.map(weightsOf);
  const aloneLoss = rows.reduce((sum, row, g) => sum + lossUnder(alone[g], row), 0);
  const cap = offsetCapBps / 10_000;
  const capped = (1 - cap) * aloneLoss + cap * jointLoss;
  if (jointLoss >= capped) return { loss: jointLoss, byGroup: rows.map(() => together) };
  return { loss: capped, byGroup: alone.map((weights) => weights.map((weight, s) => (1 - cap) * weight + cap * together[s])) };
}
