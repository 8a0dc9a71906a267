import { tailOf } from "../kernel/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { Family, ScenarioSet } from "../scenarios/index.ts";

/** How much each scenario counts in a loss: the loss is minus the weighted sum of its P&L. */
export type Weights = Float64Array;

/**
 * The weights by which scenarios make the core of a row of P&L (see `coreLoss`): each of the ⌊m⌋ worst 1/m, the next its fraction, of the family or
 * families that decide. Ties go to the earlier scenario. All zero where nothing is lost.
 */
export function coreWeights(row: Float64Array, set: ScenarioSet, { protocol }: ParameterSet): Weights {
  const weights = new Float64Array(set.padded);
  const { confidence, stressWeight } = protocol;
  const isShortfall = protocol.riskMeasure === 1;
  const filtered = familyWeights(row, set.filtered, confidence, isShortfall);
  const stressed = familyWeights(row, set.stressed, confidence, isShortfall);
  const weight = stressWeight / 10_000;
  const blend = (1 - weight) * filtered.loss + weight * stressed.loss;
  if (Math.max(filtered.loss, blend) <= 0) return weights;
  const isBlend = blend > filtered.loss;
  for (const [s, w] of filtered.weights) weights[s] += isBlend ? (1 - weight) * w : w;
  if (isBlend) for (const [s, w] of stressed.weights) weights[s] += weight * w;
  return weights;
}

/** The weight of the worst point of the grid: its damping. */
export function gridWeights(row: Float64Array, set: ScenarioSet): Weights {
  const weights = new Float64Array(set.padded);
  let worst = -1;
  for (let s = set.grid.offset; s < set.grid.offset + set.grid.count; s++) {
    if (row[s] * set.damping[s] < (worst < 0 ? 0 : row[worst] * set.damping[worst])) worst = s;
  }
  if (worst >= 0) weights[worst] = set.damping[worst];
  return weights;
}

export function lossUnder(weights: Weights, row: Float64Array): number {
  let loss = 0;
  for (let s = 0; s < weights.length; s++) if (weights[s] > 0) loss -= weights[s] * row[s];
  return loss;
}

function familyWeights(
  row: Float64Array,
  { offset, count, population }: Family,
  confidenceBps: number,
  isShortfall: boolean,
): { weights: [number, number][]; loss: number } {
  const { kept, whole, part, mass } = tailOf(population, confidenceBps, isShortfall);
  const worst = Array.from({ length: count }, (_, k) => offset + k)
    .sort((left, right) => row[left] - row[right] || left - right)
    .slice(0, kept);
  const weights = worst.map((s, k): [number, number] => {
    if (mass === 0) return [s, k === kept - 1 ? 1 : 0];
    return [s, (k < whole ? 1 : part) / mass];
  });
  return { weights: weights.filter(([, weight]) => weight > 0), loss: weights.reduce((loss, [s, weight]) => loss - (weight > 0 ? weight * row[s] : 0), 0) };
}
