import { BallastError } from "../errors.ts";
import { exp } from "./exp.ts";
import { logGamma } from "./gamma.ts";
import { log } from "./log.ts";

const MOST_TERMS = 100_000;
const TINY = 1e-300;
const PRECISION = 1e-16;
const BISECTIONS = 60;

/**
 * The regularised incomplete beta function I_x(a, b) by its continued fraction (Lentz), of I_x(a, b) or of 1 − I_{1−x}(b, a), whichever
 * converges faster. Small values keep a relative accuracy of about 1e-12.
 *
 * @param x from 0 to 1. @param a above 0. @param b above 0.
 * @throws BETA_INPUT_INVALID
 * @example incompleteBeta(0.5, 2, 3); // 0.6875
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0)) {
    throw new BallastError("BETA_INPUT_INVALID", `There is no incomplete beta function of x ${x}, a ${a}, b ${b}.`, {
      where: { value: `${x}, ${a}, ${b}` },
      fix: "Give x from 0 to 1, a and b above 0.",
    });
  }
  if (x === 0 || x === 1) return x;
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

/**
 * The probability that a binomial variable is at least k.
 *
 * @param trials whole, at least 0. @param probability of one success, 0 … 1.
 * @example atLeast(5, 250, 0.01); // 0.10781237309637492, BCBS 22 (1996) table 2
 */
export function atLeast(k: number, trials: number, probability: number): number {
  if (k <= 0) return 1;
  return k > trials ? 0 : incompleteBeta(probability, k, trials - k + 1);
}

/**
 * The probability that a binomial variable is at most k.
 *
 * @example atMost(4, 250, 0.01); // 0.8921876269036251, BCBS 22 (1996) table 2
 */
export function atMost(k: number, trials: number, probability: number): number {
  if (k < 0) return 0;
  return k >= trials ? 1 : incompleteBeta(1 - probability, trials - k, k + 1);
}

/** A range of a rate. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The exact confidence interval of a rate (Clopper and Pearson 1934): the rates under which neither as many nor as few successes have a
 * probability below half of 1 − confidence.
 *
 * @param confidence 0.95 for the usual one. @throws BETA_INPUT_INVALID
 * @example clopperPearson(0, 100, 0.95); // { low: 0, high: 0.0362 }
 */
export function clopperPearson(successes: number, trials: number, confidence: number): Interval {
  const half = (1 - confidence) / 2;
  return {
    low: successes === 0 ? 0 : rateWhere((rate) => atLeast(successes, trials, rate) > half),
    high: successes === trials ? 1 : rateWhere((rate) => atMost(successes, trials, rate) < half),
  };
}

/** The rate from which on a condition holds, by bisection. */
function rateWhere(holds: (rate: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = 0.5 * (low + high);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return 0.5 * (low + high);
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) <= PRECISION) break;
  }
  return value;
}

function nonZero(x: number): number {
  return Math.abs(x) < TINY ? TINY : x;
}
