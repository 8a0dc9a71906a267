/**
 * Bit access to doubles, the same on machines of either byte order.
 *
 * Only whole doubles are written to the view and only narrower words are read from it: the other way round stalls the
 * processor's store buffer, which costs more than the rest of `exp` together.
 */
const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);
DOUBLE[0] = -2;
const HIGH = WORDS[1] === 0xc0000000 ? 1 : 0;
DOUBLE[0] = 0;

/** The upper 32 bits of a double as a signed integer: sign, 11 bits of exponent, 20 bits of fraction. */
export function highWord(value: number): number {
  DOUBLE[0] = value;
  return WORDS[HIGH] | 0;
}

/** 2^(32·i − 1024) and 2^i: a power of two is one of each, in 96 doubles instead of 2 048. */
const COARSE = new Float64Array(64);
const FINE = new Float64Array(32);
for (let i = 0; i < 32; i++) FINE[i] = i === 0 ? 1 : FINE[i - 1] * 2;
COARSE[32] = 1;
for (let i = 33; i < 64; i++) COARSE[i] = COARSE[i - 1] * 4294967296;
for (let i = 31; i >= 0; i--) COARSE[i] = COARSE[i + 1] / 4294967296;

/** 2^exponent, exact, for an integer exponent from −1024 to 1023. */
export function powerOfTwo(exponent: number): number {
  return COARSE[(exponent + 1024) >> 5] * FINE[(exponent + 1024) & 31];
}

const SPLIT = 134217729;

/** The upper 26 bits of a double (Veltkamp 1968); value − upperHalf(value) is exact. |value| below 2^996. */
export function upperHalf(value: number): number {
  const scaled = SPLIT * value;
  return scaled - (scaled - value);
}

/** The rounding error of a · b given the rounded product (Dekker 1971): a · b = product + productError exactly. */
export function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
