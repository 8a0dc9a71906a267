/** How margin rates of a linear reference position moved; worst over the rates given. */
export interface Procyclicality {
  /** Largest relative rise within a day and within five days. */
  readonly largestOneDayRise: number;
  readonly largestFiveDayRise: number;
  /** Largest rate over the smallest. */
  readonly peakToTrough: number;
}

/**
 * The two measures of Murphy, Vasios and Vause, "An investigation into the procyclicality of risk-based initial margin models" (Bank
 * of England, Financial Stability Paper 29, 2014): the n-day measure, the largest rise of a margin over at most n days, and peak over trough.
 *
 * @param series hourly margin rates, one array per underlying and side; NaN where there is none
 * @example procyclicality([[0.1, 0.12]]).largestOneDayRise; // 0.2
 */
export function procyclicality(series: readonly (readonly number[])[]): Procyclicality {
  let largestOneDayRise = 0;
  let largestFiveDayRise = 0;
  let peakToTrough = 1;
  for (const rates of series) {
    largestOneDayRise = Math.max(largestOneDayRise, largestRise(rates, 24));
    largestFiveDayRise = Math.max(largestFiveDayRise, largestRise(rates, 120));
    peakToTrough = Math.max(peakToTrough, peakOverTrough(rates));
  }
  return { largestOneDayRise, largestFiveDayRise, peakToTrough };
}

/** The largest rise of any rate over an earlier one, at most `hours` before it. */
function largestRise(rates: readonly number[], hours: number): number {
  let largest = 0;
  for (let t = 1; t < rates.length; t++) {
    for (let s = Math.max(0, t - hours); s < t; s++) {
      if (rates[s] > 0 && rates[t] > rates[s]) largest = Math.max(largest, rates[t] / rates[s] - 1);
    }
  }
  return largest;
}

function peakOverTrough(rates: readonly number[]): number {
  let peak = 0;
  let trough = Number.POSITIVE_INFINITY;
  for (const rate of rates) {
    if (!(rate > 0)) continue;
    peak = Math.max(peak, rate);
    trough = Math.min(trough, rate);
  }
  return peak === 0 ? 1 : peak / trough;
}
