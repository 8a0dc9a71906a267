import { BallastError } from "../errors.ts";
import { productError } from "./binary.ts";
import { expOfSum } from "./exp.ts";
import { log } from "./log.ts";

const ONE_OVER_ROOT_TWO_PI = 0.3989422804014327;

/**
 * Chebyshev coefficients of (1 + x)·R(x) in t = (x − 5)/(x + 5), x ≥ 0, where R = (1 − Φ)/φ is Mills' ratio. The mapping of
 * the half line is Shepherd and Laframboise's (1981); the figures were projected on 64 nodes with 60 digits, the first term
 * left out is 8e-18.
 */
const MILLS = [
  1.1579976221305188, -0.1633449388451398, -0.013683136055781576, 0.03082200019810004, -0.016220073012046806, 0.005616691016460094, -0.0014133933783549216,
  0.0002502625460725661, -2.468907239728387e-5, -1.0107964061837592e-6, 7.495419179740573e-7, -7.600274268728337e-8, -1.1574771441328644e-8,
  3.333386472599843e-9, 7.538039628171347e-11, -1.1104247263727494e-10, 3.509243776551059e-12, 3.6894953861750955e-12, -2.3376697776383095e-13,
  -1.3271797523541405e-13, 9.921706995888276e-15, 5.276004995455379e-15, -3.373097694187922e-16, -2.2804338776379946e-16,
];

/**
 * The standard normal distribution function Φ(x), to full double accuracy and, in the left tail, to relative accuracy
 * (below 1e-15 down to Φ(−37.5) ≈ 5e-308).
 *
 * @example normalCdf(-1.959963984540054); // 0.025
 */
export function normalCdf(x: number): number {
  if (x > -0.7 && x < 0.7) return 0.5 + normalPdf(x) * x * series(x * x);
  return x > 0 ? 1 - tail(x) : tail(-x);
}

/**
 * The standard normal density φ(x), to relative accuracy over the whole range.
 *
 * @example normalPdf(0); // 0.3989422804014327
 */
export function normalPdf(x: number): number {
  if (x > 40 || x < -40) return 0;
  const square = x * x;
  return ONE_OVER_ROOT_TWO_PI * expOfSum(-0.5 * square, -0.5 * productError(x, x, square));
}

/** Σ zⁿ / (1·3·5 … (2n + 1)): (Φ(x) − ½) / (x·φ(x)) for z = x². Its first term left out is below 1e-17 for z < ½. */
function series(z: number): number {
  let value = 1;
  for (let odd = 27; odd > 1; odd -= 2) value = 1 + (value * z) / odd;
  return value;
}

/** 1 − Φ(x) for x ≥ 0: density times Mills' ratio. */
function tail(x: number): number {
  if (x > 40) return 0;
  const t = (x - 5) / (x + 5);
  let previous = 0;
  let current = 0;
  for (let j = MILLS.length - 1; j > 0; j--) {
    const next = 2 * t * current - previous + MILLS[j];
    previous = current;
    current = next;
  }
  return (normalPdf(x) * (t * current - previous + MILLS[0])) / (1 + x);
}

/**
 * The standard normal quantile Φ⁻¹(p): the x with normalCdf(x) = p, relative error about 1e-16 in the centre and in both tails
 * (Wichura, algorithm AS 241, Applied Statistics 37, 1988, routine PPND16).
 *
 * @param p strictly between 0 and 1.
 * @throws PROBABILITY_INVALID for p outside (0, 1) or NaN.
 * @example normalQuantile(0.99); // 2.32634787404084
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) {
    throw new BallastError("PROBABILITY_INVALID", `A quantile needs a probability strictly between 0 and 1, not ${p}.`, {
      where: { value: String(p) },
      fix: "Give a probability such as 0.99.",
    });
  }
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_ABOVE, r)) / polynomial(CENTRE_BELOW, r);
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const size = r <= 5 ? polynomial(NEAR_ABOVE, r - 1.6) / polynomial(NEAR_BELOW, r - 1.6) : polynomial(FAR_ABOVE, r - 5) / polynomial(FAR_BELOW, r - 5);
  return q < 0 ? -size : size;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i];
  return value;
}

// AS 241, constant term first: centre |p − ½| ≤ 0.425, near tail down to exp(−25), far tail beyond.
const CENTRE_ABOVE = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const CENTRE_BELOW = [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854];
const NEAR_ABOVE = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184,
  0.0007745450142783414,
];
const NEAR_BELOW = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
];
const FAR_ABOVE = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5,
  2.0103343992922881e-7,
];
const FAR_BELOW = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
];
