import { powerOfTwo, productError } from "./binary.ts";
import { expOfSum } from "./exp.ts";
import { fixedLog, toDoubleDouble } from "./fixed-point.ts";
import { halvings, LN2_HIGH, LN2_LOW } from "./log.ts";

/** ln(j/128) for j = 90 … 182, as pairs of a double and what it leaves. */
const FIRST = 90;
const TABLE = new Float64Array(2 * 93);
for (let j = 0; j < 93; j++) {
  const { high, low } = toDoubleDouble(fixedLog(BigInt(FIRST + j), 128n));
  TABLE[2 * j] = high;
  TABLE[2 * j + 1] = low;
}

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_TO_54 = 18014398509481984;

/**
 * base to the power of exponent, the same bits on every machine and engine, within 0.51 units in the last place (0.76 where
 * the result is subnormal). Special cases are those of ECMAScript's Math.pow (a power of NaN is NaN, 1^±Infinity is NaN).
 *
 * @param base any number; a negative base has a power only for an integer exponent, else NaN.
 * @example power(0.97, 1 / 24); // 0.9987316713643176, a daily decay per hour
 */
export function power(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (Number.isNaN(exponent) || Number.isNaN(base)) return Number.NaN;
  const size = Math.abs(base);
  if (size === 1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return Number.NaN;
  const negative = (base < 0 || 1 / base < 0) && isOdd(exponent);
  if (base < 0 && base !== Number.NEGATIVE_INFINITY && Math.abs(exponent) !== Number.POSITIVE_INFINITY && Math.floor(exponent) !== exponent) return Number.NaN;
  const result = powerOfPositive(size, exponent);
  return negative ? -result : result;
}

function isOdd(x: number): boolean {
  return Math.abs(x) < 9007199254740992 && Math.floor(x) === x && Math.floor(x / 2) !== x / 2;
}

function powerOfPositive(size: number, exponent: number): number {
  if (size === 1) return 1;
  const grows = size > 1 === exponent > 0;
  if (size === 0 || size === Number.POSITIVE_INFINITY || Math.abs(exponent) === Number.POSITIVE_INFINITY) return grows ? Number.POSITIVE_INFINITY : 0;
  let normal = size;
  let k = 0;
  if (size < SMALLEST_NORMAL) {
    normal = size * TWO_TO_54;
    k = -54;
  }
  const shift = halvings(normal);
  k += shift;
  const mantissa = normal * powerOfTwo(-shift);

  // ln size = k·ln 2 + ln c + ln(1 + r) as high + low, c the nearest 128th, r = (mantissa − c) / c to twice a double's precision
  const j = Math.floor(mantissa * 128 + 0.5);
  const c = j / 128;
  const gap = mantissa - c;
  const r = gap / c;
  const product = r * c;
  const rLow = (gap - product - productError(r, c, product)) / c;
  const square = r * r;
  const squareLow = productError(r, r, square) + 2 * r * rLow;
  const cubic = square * r * (0.3333333333333333 + r * (-0.25 + r * (0.2 + r * (-0.16666666666666666 + r * (0.14285714285714285 - r * 0.125)))));
  const index = 2 * (j - FIRST);

  let high = k * LN2_HIGH;
  let low = k * LN2_LOW + TABLE[index + 1] + (rLow - 0.5 * squareLow) + cubic;
  for (let part = 0; part < 3; part++) {
    const value = part === 0 ? TABLE[index] : part === 1 ? r : -0.5 * square;
    const total = high + value;
    const shifted = total - high;
    low += high - (total - shifted) + (value - shifted);
    high = total;
  }
  const logHigh = high + low;
  const logLow = high - logHigh + low;

  const y = exponent * logHigh;
  if (!(y < 710 && y > -746)) return y > 0 ? Number.POSITIVE_INFINITY : 0;
  const yLow = productError(exponent, logHigh, y) + exponent * logLow;
  const sum = y + yLow;
  return expOfSum(sum, y - sum + yLow);
}
