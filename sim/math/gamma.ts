import { BallastError } from "../errors.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;
/** Stirling's series is good to a double from here on. */
const STIRLING_FROM = 10;
/** B₂ₖ/(2k(2k − 1)), k = 1 … 8. */
const STIRLING = [
  0.08333333333333333, -0.002777777777777778, 7.936507936507937e-4, -5.952380952380953e-4, 8.417508417508417e-4, -0.0019175269175269176, 0.00641025641025641,
  -0.029550653594771242,
];
const MOST_TERMS = 100_000;
const TINY = 1e-300;
const PRECISION = 1e-16;

/**
 * ln Γ(x) by Stirling's series, after raising x to at least 10 by Γ(x) = Γ(x + 1)/x. Relative error about 1e-15 of the larger of the
 * result and 1.
 *
 * @param x above 0.
 * @throws GAMMA_INPUT_INVALID
 * @example logGamma(5); // 3.1780538303479458, ln 24
 */
export function logGamma(x: number): number {
  requireGamma(x > 0 && x < Number.POSITIVE_INFINITY, "x", x);
  let product = 1;
  let raised = x;
  for (; raised < STIRLING_FROM; raised++) product *= raised;
  const inverse = 1 / raised;
  const square = inverse * inverse;
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * square + STIRLING[k];
  return (raised - 0.5) * log(raised) - raised + HALF_LOG_TWO_PI + series * inverse - log(product);
}

/**
 * The regularised upper incomplete gamma function Q(a, x) = Γ(a, x)/Γ(a): by its series below a + 1, by its continued fraction (Lentz)
 * above, so that small tails keep their relative accuracy (about 1e-13).
 *
 * @param a above 0. @param x at least 0.
 * @throws GAMMA_INPUT_INVALID
 * @example upperGamma(0.5, 1.9207294103470622); // 0.05: half of 3.8415, with one degree of freedom
 */
export function upperGamma(a: number, x: number): number {
  requireGamma(a > 0 && a < Number.POSITIVE_INFINITY, "a", a);
  requireGamma(x >= 0, "x", x);
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const front = exp(a * log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x);
}

/**
 * The probability that a χ² variable is at least `statistic`.
 *
 * @param degrees of freedom, above 0; need not be whole.
 * @example chiSquareTail(3.841458820694124, 1); // 0.05
 */
export function chiSquareTail(statistic: number, degrees: number): number {
  return upperGamma(0.5 * degrees, 0.5 * statistic);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let total = term;
  for (let n = 1; n < MOST_TERMS && term > total * PRECISION; n++) {
    term *= x / (a + n);
    total += term;
  }
  return total;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < MOST_TERMS; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) <= PRECISION) break;
  }
  return value;
}

function nonZero(x: number): number {
  return Math.abs(x) < TINY ? TINY : x;
}

function requireGamma(sound: boolean, field: string, value: number): void {
  if (sound) return;
  throw new BallastError("GAMMA_INPUT_INVALID", `A gamma function cannot have ${field} ${value}.`, {
    where: { field, value: String(value) },
    fix: "Give x and a above 0; the limit of an incomplete one at least 0.",
  });
}
