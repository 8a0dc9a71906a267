import type { Dataset } from "../../sim/market/dataset.ts";
import { annualised, ewmaVariance, HOURS_PER_YEAR } from "../../sim/market/volatility.ts";

/** How the jump parameters of an underlying come out of a dataset; standard errors beside each figure. */
export interface JumpFit {
  readonly asset: string;
  readonly days: number;
  /** A day is a jump beyond this many of its own standard deviations. */
  readonly threshold: number;
  readonly jumps: readonly Jump[];
  /** Jumps a year. */
  readonly intensity: Estimate;
  /** Mean and standard deviation of a jump's log return, the mean of a fall above zero. */
  readonly mean: Estimate;
  readonly volatility: Estimate;
}

export interface Jump {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly move: number;
  readonly deviations: number;
}

interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** λ of the volatility a move is measured in: the default of the parameter `decay`. */
const DECAY = 0.97;
const HOURS = 24;
/** The tail that margin is made for. */
const TAIL = 0.01;

/**
 * Merton's (1976) jumps: what devolatilised moves do not explain. A day's log return over the volatility known when it began is what the
 * filtered draws are made of; days beyond the expected shortfall of that ratio (the mean of the 1 % largest, both directions together) are
 * beyond what a margin from those draws holds, and are the jumps. Their number is Poisson, their sizes normal: the maximum-likelihood
 * estimates are rate, mean and deviation. A jump less than a day's own volatility cannot be told from it and is left to the draws.
 *
 * Fitting Merton's whole mixture to the days instead gives 115 jumps a year of 4.5 % for BTC: fat tails that the draws have already.
 */
export function fitJumps(dataset: Dataset, asset: string): JumpFit {
  const days = daysOf(dataset, asset);
  const sizes = days.map(({ deviations }) => Math.abs(deviations)).sort((a, b) => b - a);
  const worst = sizes.slice(0, Math.floor(days.length * TAIL));
  const threshold = worst.reduce((sum, size) => sum + size, 0) / worst.length;
  const jumps = days.filter(({ deviations }) => Math.abs(deviations) > threshold);
  const count = jumps.length;
  const years = (days.length * HOURS) / HOURS_PER_YEAR;
  const centre = jumps.reduce((sum, { move }) => sum + move, 0) / count;
  const deviation = Math.sqrt(jumps.reduce((sum, { move }) => sum + (move - centre) ** 2, 0) / count);
  return {
    asset,
    days: days.length,
    threshold,
    jumps,
    intensity: { value: count / years, error: Math.sqrt(count) / years },
    mean: { value: -centre, error: deviation / Math.sqrt(count) },
    volatility: { value: deviation, error: deviation / Math.sqrt(2 * count) },
  };
}

/** Of all jumps of all underlyings, the part that came on a day on which another one jumped the same way. */
export function fitCommonShare(fits: readonly JumpFit[]): Estimate & { readonly count: number } {
  const all = fits.flatMap(({ asset, jumps }) => jumps.map((jump) => ({ asset, ...jump })));
  const shared = all.filter((one) => all.some((other) => other.asset !== one.asset && other.day === one.day && other.move * one.move > 0));
  const value = shared.length / all.length;
  return { value, error: Math.sqrt((value * (1 - value)) / all.length), count: all.length };
}

/** The moves of whole UTC days. */
function daysOf({ history }: Dataset, asset: string): Jump[] {
  const index = history.assets.indexOf(asset);
  const closes = history.closes[index];
  const variance = ewmaVariance(history, index, DECAY);
  const days: Jump[] = [];
  for (let last = HOURS; last < history.hours; last++) {
    const hour = history.startHour + last + 1;
    if (hour % HOURS !== 0) continue;
    const move = Math.log(closes[last] / closes[last - HOURS]);
    const deviation = annualised(variance[last - HOURS]) * Math.sqrt(HOURS / HOURS_PER_YEAR);
    if (!Number.isNaN(move + deviation)) days.push({ day: hour / HOURS - 1, move, deviations: move / deviation });
  }
  return days;
}
