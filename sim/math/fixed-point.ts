/**
 * Fixed-point arithmetic on big integers, 2^-128 per unit: exact, the same everywhere, and slow. It makes the tables of
 * `exp`, `log` and `power` when they are loaded; nothing calls it afterwards.
 */
const BITS = 128n;
export const FIXED_ONE = 1n << BITS;
const UNIT = 1 / Number(FIXED_ONE);

/** A number as the sum of two doubles, the second below half a unit in the last place of the first. */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

/** ln(numerator / denominator) by the series of the inverse hyperbolic tangent, for a ratio between 1/2 and 2. */
export function fixedLog(numerator: bigint, denominator: bigint): bigint {
  const ratio = ((numerator - denominator) << BITS) / (numerator + denominator);
  const square = (ratio * ratio) >> BITS;
  let power = ratio;
  let total = 0n;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    total += power / n;
    power = (power * square) >> BITS;
  }
  return 2n * total;
}

/** ln 2. */
export const FIXED_LN2 = fixedLog(2n, 1n);

/** The product of two. */
export function fixedProduct(a: bigint, b: bigint): bigint {
  return (a * b) >> BITS;
}

/** e^x of a fixed-point x between −1 and 1, by its power series. */
export function fixedExp(x: bigint): bigint {
  let term = FIXED_ONE;
  let total = 0n;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    total += term;
    term = (term * x) / (n << BITS);
  }
  return total;
}

/** The nearest double and the nearest double to what it leaves. */
export function toDoubleDouble(x: bigint): DoubleDouble {
  const high = Number(x);
  return { high: high * UNIT, low: Number(x - BigInt(high)) * UNIT };
}
