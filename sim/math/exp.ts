import { powerOfTwo } from "./binary.ts";
import { FIXED_LN2, FIXED_ONE, fixedExp, fixedProduct, toDoubleDouble } from "./fixed-point.ts";

/** 2^(j/128) for j = 0 … 127, as pairs of a double and what it leaves. */
const TABLE = new Float64Array(256);
const ROOT = fixedExp(FIXED_LN2 / 128n);
for (let j = 0, value = FIXED_ONE; j < 128; j++, value = fixedProduct(value, ROOT)) {
  const { high, low } = toDoubleDouble(value);
  TABLE[2 * j] = high;
  TABLE[2 * j + 1] = low;
}

const STEPS_PER_UNIT = 184.6649652337873; // 128 / ln 2
const STEP = toDoubleDouble(FIXED_LN2 / 128n);
const STEP_HIGH = 0x162e42fe / 68719476736; // ln 2 / 128 cut after 29 bits: its multiples up to 2^24 are exact
const STEP_LOW = STEP.high - STEP_HIGH + STEP.low;

const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019412;

/**
 * e^x, the same bits on every machine and engine, within 0.51 units in the last place (0.76 where the result is subnormal).
 *
 * x = (k/128)·ln 2 + r with |r| ≤ ln 2 / 256; e^x = 2^⌊k/128⌋ · 2^((k mod 128)/128) · e^r (Tang 1989), e^r by its Taylor series.
 *
 * @param x any number; exp(NaN) = NaN, exp(−Infinity) = 0, exp(Infinity) = Infinity.
 * @example exp(1); // 2.718281828459045
 */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/**
 * e^(x + tail) for |tail| below one unit in the last place of x: what `exp` is for an argument known to more than a
 * double's precision. The same error as `exp`.
 *
 * @example expOfSum(700, 1e-14);
 */
export function expOfSum(x: number, tail: number): number {
  if (!(x <= OVERFLOW && x >= UNDERFLOW)) return x > OVERFLOW ? Number.POSITIVE_INFINITY : x < UNDERFLOW ? 0 : Number.NaN;
  const steps = Math.floor(x * STEPS_PER_UNIT + 0.5);
  const r = x - steps * STEP_HIGH - (steps * STEP_LOW - tail);
  const j = (steps & 127) << 1;
  const high = TABLE[j];
  const power = r + r * r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * 0.008333333333333333)));
  const mantissa = high + (TABLE[j + 1] + high * power);
  const exponent = steps >> 7;
  if (exponent > 1023) return mantissa * powerOfTwo(1023) * 2;
  if (exponent < -1021) return mantissa * powerOfTwo(exponent + 128) * powerOfTwo(-128);
  return mantissa * powerOfTwo(exponent);
}
