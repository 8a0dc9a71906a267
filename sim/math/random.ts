import { BallastError } from "../errors.ts";
import { murmur3 } from "./hash.ts";
import { normalQuantile } from "./normal.ts";

/** A stream of random numbers; the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform on the open interval (0, 1): (k + ½)·2⁻⁵² for a k of 52 bits. */
  uniform(): number;
  /** Standard normal, the quantile of one uniform. */
  normal(): number;
  /** Uniform on 0 … bound − 1 without bias, bound an integer from 1 to 2³². */
  integer(bound: number): number;
  /** One entry of a non-empty array, each as likely. */
  pick<T>(values: readonly T[]): T;
  /** An independent stream named by the label; it depends on this stream's seed, not on how much was drawn from it. */
  fork(label: string): Random;
}

/**
 * A random stream: xoshiro128** 1.1 (Blackman and Vigna 2018), its state the MurmurHash3 x86 128 of the seed in UTF-8.
 *
 * @throws RANDOM_BOUND_INVALID from `integer` and `pick` when there is nothing to choose from.
 * @example const random = createRandom("book/1"); random.integer(6);
 */
export function createRandom(seed: string): Random {
  const next = xoshiro128(murmur3(new TextEncoder().encode(seed), 0));
  const uniform = () => ((next() >>> 6) * 67108864 + (next() >>> 6) + 0.5) / 4503599627370496;
  const integer = (bound: number) => {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 4294967296)) {
      throw new BallastError("RANDOM_BOUND_INVALID", `Cannot draw an integer below ${bound}.`, {
        where: { value: String(bound) },
        fix: "Give an integer bound from 1 to 2^32.",
      });
    }
    const fair = 4294967296 - (4294967296 % bound);
    let draw = next();
    while (draw >= fair) draw = next();
    return draw % bound;
  };
  return {
    uniform,
    normal: () => normalQuantile(uniform()),
    integer,
    pick: (values) => values[integer(values.length)],
    fork: (label) => createRandom(`${seed.length}:${seed}/${label}`),
  };
}

/**
 * The generator itself: 32 random bits per call from a state of four words, not all zero.
 *
 * @example xoshiro128(Uint32Array.of(1, 2, 3, 4))(); // 11520
 */
export function xoshiro128(state: Uint32Array): () => number {
  let [a, b, c, d] = state;
  if ((a | b | c | d) === 0) a = 1;
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
