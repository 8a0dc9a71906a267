import { chiSquareTail, log } from "../math/index.ts";
import type { TestResult } from "./likelihood-ratio.ts";

/** Cells of the tail: with four or more the test sees the shape of the tail (Kratz, Lok and McNeil 2018, §4). */
export const TAIL_CELLS = 4;

/**
 * Levels of the multinomial test of expected shortfall (Kratz, Lok and McNeil, "Multinomial VaR backtests", Journal of Banking & Finance
 * 88, 2018): α, and three more that cut the tail beyond it into equal parts.
 *
 * @param confidence α, 0.975 in the paper
 * @example tailLevels(0.975); // [0.975, 0.98125, 0.9875, 0.99375]
 */
export function tailLevels(confidence: number): number[] {
  return Array.from({ length: TAIL_CELLS }, (_, j) => confidence + (j / TAIL_CELLS) * (1 - confidence));
}

/** The same in basis points, not rounded. @example tailLevelsBps(9_900); // [9900, 9925, 9950, 9975] */
export function tailLevelsBps(confidenceBps: number): number[] {
  return Array.from({ length: TAIL_CELLS }, (_, j) => confidenceBps + (j / TAIL_CELLS) * (10_000 - confidenceBps));
}

export interface Multinomial {
  readonly pearson: TestResult;
  /** Pearson's statistic scaled to the first two moments it has in a finite sample (Nass 1959). */
  readonly nass: TestResult;
  /** The likelihood ratio against any other cells. */
  readonly likelihoodRatio: TestResult;
}

/**
 * Tests whether losses fall into the cells as often as the model says.
 *
 * @param counts days with a loss below the lowest level, between it and the next, …, beyond the highest
 * @param probabilities of the same cells under the model, all above 0, adding up to 1
 * @example multinomial([236, 3, 4, 3, 4], [0.975, 0.00625, 0.00625, 0.00625, 0.00625]).nass.pValue; // 0.0474
 */
export function multinomial(counts: readonly number[], probabilities: readonly number[]): Multinomial {
  const days = counts.reduce((sum, count) => sum + count, 0);
  const cells = counts.length - 1;
  let pearson = 0;
  let ratio = 0;
  let inverses = 0;
  counts.forEach((count, j) => {
    const expected = days * probabilities[j];
    pearson += ((count - expected) * (count - expected)) / expected;
    if (count > 0) ratio += 2 * count * log(count / expected);
    inverses += 1 / probabilities[j];
  });
  const spread = 2 * cells - (cells * cells + 4 * cells + 1) / days + inverses / days;
  const scale = (2 * cells) / spread;
  return {
    pearson: result(pearson, cells),
    nass: result(scale * pearson, scale * cells),
    likelihoodRatio: result(Math.max(0, ratio), cells),
  };
}

/** Pearson's and the likelihood ratio's distance, of the cells of the tail that hold more days than they should, and of those only. */
export function tooManyInTail(counts: ArrayLike<number>, probabilities: readonly number[], days: number): { pearson: number; likelihoodRatio: number } {
  let pearson = 0;
  let likelihoodRatio = 0;
  for (let j = 1; j < probabilities.length; j++) {
    const expected = days * probabilities[j];
    const more = counts[j] - expected;
    if (!(more > 0)) continue;
    pearson += (more * more) / expected;
    likelihoodRatio += 2 * (counts[j] * log(counts[j] / expected) - more);
  }
  return { pearson, likelihoodRatio };
}

function result(statistic: number, degrees: number): TestResult {
  return { statistic, degrees, pValue: chiSquareTail(statistic, degrees) };
}
