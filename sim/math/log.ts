import { highWord, powerOfTwo } from "./binary.ts";
import { FIXED_LN2, toDoubleDouble } from "./fixed-point.ts";

const LN2 = toDoubleDouble(FIXED_LN2);
export const LN2_HIGH = 0x162e42fe / 536870912; // ln 2 cut after 29 bits: its multiples up to 2^24 are exact
export const LN2_LOW = LN2.high - LN2_HIGH + LN2.low;

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_TO_54 = 18014398509481984;

/**
 * The natural logarithm, the same bits on every machine and engine, within 0.8 units in the last place.
 *
 * x = 2^k·(1 + f) with 1 + f between √½ and √2; ln(1 + f) = 2·artanh(s), s = f / (2 + f), by its series, arranged as
 * f − (f²/2 − s·(f²/2 + R)) so that the leading term is exact (the arrangement is that of Ng's fdlibm).
 *
 * @param x any number; log(0) = −Infinity, log of a negative number = NaN, log(Infinity) = Infinity.
 * @example log(2); // 0.6931471805599453
 */
export function log(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  let normal = x;
  let k = 0;
  if (x < SMALLEST_NORMAL) {
    normal = x * TWO_TO_54;
    k = -54;
  }
  const shift = halvings(normal);
  k += shift;
  const f = normal * powerOfTwo(-shift) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  // 2/3, 2/5, 2/7 …: even and odd terms apart, so that two chains run at once
  const odd = w * (0.4 + w * (0.2222222222222222 + w * (0.15384615384615385 + w * (0.11764705882352941 + w * 0.09523809523809523))));
  const even =
    z *
    (0.6666666666666666 +
      w * (0.2857142857142857 + w * (0.18181818181818182 + w * (0.13333333333333333 + w * (0.10526315789473684 + w * 0.08695652173913043)))));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + (odd + even)) + k * LN2_LOW) - f);
}

/** The k for which x / 2^k lies between √½ and √2, for a positive normal x. */
export function halvings(x: number): number {
  return (highWord(x) - 0x3fe6a09e) >> 20;
}
