import { lossOf, requireTail, tailOf } from "../kernel/tail.ts";

/** What the model said of one portfolio's profit over the horizon: the worst of equally likely outcomes, in ascending order, USD. */
export interface Predicted {
  /** How many outcomes these are the worst of. */
  readonly population: number;
  readonly worst: Float64Array;
}

/**
 * The worst outcomes of a family of scenarios.
 *
 * @param profits of every scenario drawn; the `keep` worst of them are kept
 */
export function worstOf(profits: Float64Array, from: number, count: number, keep: number): Float64Array {
  const worst = new Float64Array(Math.min(keep, count)).fill(Number.POSITIVE_INFINITY);
  const last = worst.length - 1;
  for (let s = from; s < from + count; s++) {
    const profit = profits[s];
    if (!(profit < worst[last])) continue;
    let place = last;
    while (place > 0 && worst[place - 1] > profit) {
      worst[place] = worst[place - 1];
      place--;
    }
    worst[place] = profit;
  }
  return worst;
}

/**
 * Value at risk or expected shortfall of a prediction, USD, as the margin engine takes it from the same scenarios.
 *
 * @param confidenceBps need not be whole
 * @throws TAIL_TOO_LONG
 */
export function predictedLoss({ population, worst }: Predicted, confidenceBps: number, expectedShortfall: boolean): number {
  const tail = tailOf(population, confidenceBps, expectedShortfall);
  requireTail(tail, worst.length);
  return lossOf(tail, worst);
}

/** The outcome at a probability 0 … 1 under the model; beyond what is kept, the least bad of it. */
export function outcomeAt({ population, worst }: Predicted, probability: number): number {
  return worst[Math.min(worst.length - 1, Math.floor(probability * population))];
}

/** The probability the model gave an outcome at most as good as this: the middle of its step. Beyond what is kept, the last of it. */
export function probabilityOf({ population, worst }: Predicted, profit: number): number {
  let low = 0;
  let high = worst.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (worst[middle] <= profit) low = middle + 1;
    else high = middle;
  }
  return (low + 0.5) / (population + 1);
}

/** Up to which probability the model's outcomes are kept. */
export function keptMass({ population, worst }: Predicted): number {
  return worst.length / population;
}
