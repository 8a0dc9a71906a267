import { incompleteBeta, log, type Random } from "../math/index.ts";
import { keptMass, outcomeAt, type Predicted, predictedLoss, probabilityOf } from "./predicted.ts";

/** The days of one portfolio as the tests of expected shortfall see them. */
export interface TailDays {
  readonly predicted: readonly Predicted[];
  /** Loss levels of each day, USD: VaR at the tail levels, the first the confidence itself. */
  readonly levels: readonly (readonly number[])[];
  readonly expectedShortfall: readonly number[];
  /** Mass of the tail: 1 − confidence. */
  readonly tail: number;
  readonly rank: RankWeights | undefined;
}

/** Statistics of one history, real or simulated: Acerbi and Székely's three, and days by cell of the tail. */
export interface TailStatistics {
  readonly one: number;
  readonly two: number;
  readonly three: number;
  readonly cells: Int32Array;
}

/** What the third test of Acerbi and Székely needs of all days at once, by steps of probability. */
interface RankWeights {
  readonly steps: number;
  /** Mean over the days of −P⁻¹ at each step, over what an estimate of the ES from as many draws is on average. */
  readonly scaled: Float64Array;
  /** ⌊T·α⌋: how many of the smallest probabilities count. */
  readonly smallest: number;
}

/**
 * Prepares the days of a portfolio.
 *
 * @param levelsBps confidence levels of the cells, the first the confidence of the requirement
 */
export function tailDays(predicted: readonly Predicted[], levelsBps: readonly number[]): TailDays {
  const tail = 1 - levelsBps[0] / 10_000;
  return {
    predicted,
    levels: predicted.map((day) => levelsBps.map((bps) => predictedLoss(day, bps, false))),
    expectedShortfall: predicted.map((day) => predictedLoss(day, levelsBps[0], true)),
    tail,
    rank: rankWeights(predicted, tail),
  };
}

/** The statistics of what happened. @param profits of each day, USD */
export function observedTail(days: TailDays, profits: ArrayLike<number>): TailStatistics {
  const collected = collector(days);
  for (let t = 0; t < days.predicted.length; t++) collected.add(t, profits[t], probabilityOf(days.predicted[t], profits[t]));
  return collected.done();
}

/**
 * The statistics of histories drawn from the model's own predictions, losses multiplied by `scale`: 1 is a model that is right, 1.25 one
 * that understates every loss by a fifth.
 *
 * Only days in the kept tail are drawn, the waits between them geometric; elsewhere nothing is counted.
 */
export function simulatedTail(days: TailDays, scale: number, runs: number, random: Random): TailStatistics[] {
  const mass = days.predicted.reduce((least, day) => Math.min(least, keptMass(day)), 1);
  const perDay = mass < 1 ? 1 / log(1 - mass) : 0;
  return Array.from({ length: runs }, () => {
    const collected = collector(days);
    for (let t = wait(random, perDay); t < days.predicted.length; t += 1 + wait(random, perDay)) {
      const probability = mass * random.uniform();
      const profit = scale * outcomeAt(days.predicted[t], probability);
      collected.add(t, profit, scale === 1 ? probability : probabilityOf(days.predicted[t], profit));
    }
    return collected.done();
  });
}

/** Days passed over before the next one that is drawn. */
function wait(random: Random, perDay: number): number {
  return perDay === 0 ? 0 : Math.floor(log(random.uniform()) * perDay);
}

function collector({ predicted, levels, expectedShortfall, tail, rank }: TailDays) {
  const cells = new Int32Array(levels[0].length + 1);
  const smallest = new Float64Array(rank?.smallest ?? 0).fill(1);
  let total = 0;
  let beyond = 0;
  return {
    add(t: number, profit: number, probability: number): void {
      const own = levels[t];
      let cell = 0;
      while (cell < own.length && -profit > own[cell]) cell++;
      if (cell > 0) {
        cells[cell]++;
        total += profit / expectedShortfall[t];
        beyond++;
      }
      let place = smallest.length - 1;
      if (place < 0 || probability >= smallest[place]) return;
      for (; place > 0 && smallest[place - 1] > probability; place--) smallest[place] = smallest[place - 1];
      smallest[place] = probability;
    },
    done(): TailStatistics {
      cells[0] = predicted.length - beyond;
      return {
        one: beyond === 0 ? Number.NaN : total / beyond + 1,
        two: total / (predicted.length * tail) + 1,
        three: rank === undefined ? Number.NaN : 1 - meanAt(rank, smallest),
        cells,
      };
    },
  };
}

function meanAt({ steps, scaled }: RankWeights, probabilities: Float64Array): number {
  let total = 0;
  for (const probability of probabilities) total += scaled[Math.min(scaled.length - 1, Math.floor(probability * steps))];
  return total / probabilities.length;
}

/**
 * Acerbi and Székely (2014), third test: Z3 = 1 − (1/T) Σ_t ES^(P_t⁻¹(U)) / E[ES^(P_t⁻¹(V))], ES^ the mean of the ⌊T·α⌋ smallest of T
 * draws, whose expectation is −T/⌊T·α⌋ ∫ I_{1−p}(T − ⌊T·α⌋, ⌊T·α⌋) P⁻¹(p) dp. Every day takes the same probabilities U, so the sum over days
 * can be taken first, for each step of probability.
 */
function rankWeights(predicted: readonly Predicted[], tail: number): RankWeights | undefined {
  const days = predicted.length;
  // a product such as 300 · 0.01 must not fall below its whole number by rounding
  const smallest = Math.floor(days * tail + 1e-9);
  if (smallest < 1) return undefined;
  const steps = predicted.reduce((most, day) => Math.max(most, day.population), 0);
  const kept = Math.max(1, Math.floor(steps * predicted.reduce((least, day) => Math.min(least, keptMass(day)), 1)));
  const weights = new Float64Array(kept);
  let weighed = 0;
  for (let c = 0; c < kept - 1; c++) {
    weights[c] = ((days / smallest) * incompleteBeta(1 - (c + 0.5) / steps, days - smallest, smallest)) / steps;
    weighed += weights[c];
  }
  // what lies beyond the kept tail stands at its end
  weights[kept - 1] = Math.max(0, 1 - weighed);
  const scaled = new Float64Array(kept);
  for (const day of predicted) {
    let expected = 0;
    for (let c = 0; c < kept; c++) expected -= weights[c] * outcomeAt(day, (c + 0.5) / steps);
    for (let c = 0; c < kept; c++) scaled[c] -= outcomeAt(day, (c + 0.5) / steps) / (expected * days);
  }
  return { steps, scaled, smallest };
}
