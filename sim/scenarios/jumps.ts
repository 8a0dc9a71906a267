import { createRandom, normalCdf } from "../math/index.ts";

/**
 * Jumps (Merton 1976) laid over the filtered draws: moves larger than those draws hold, whatever volatility is today.
 *
 * A jump's log return is normal with mean −jumpMean and deviation jumpVol, and jumps come jumpIntensity times a year. Among n equally likely
 * draws of a horizon, n·λ·horizon·P(jump ≥ x) are expected to hold one of at least x. That many draws are added at each rung x of a fixed
 * ladder, in both directions: a filtered draw and the jump on top. The draws they are added to keep their population, so the tail keeps its
 * number of draws and can only get worse.
 *
 * MONOTONE: a larger parameter only ever adds draws, so it lowers the requirement of no book, be it long, short, a straddle or a butterfly.
 * For that, the number at a rung is the largest that any smaller parameters would give: all jumps reach a rung below the mean fall, a rise is
 * counted as if the mean were zero, and a jump of 28 % also leaves its draws at 14 and 7 %. A draw belongs to its rung, its place there and
 * a fixed random stream, never to the parameters.
 *
 * Parameters as fitted by `scripts/fit-jump-model.ts` on the shipped dataset (a test fits again and compares), standard errors behind ±:
 *
 * | | jumps a year | mean fall | deviation | days |
 * |---|---|---|---|---|
 * | BTC | 0.86 ± 0.33 | 6.6 ± 8.2 % | 21.7 ± 5.8 % | 2 965 |
 * | ETH | 0.98 ± 0.35 | 7.6 ± 9.9 % | 28.1 ± 7.0 % | 2 965 |
 * | SOL | 1.17 ± 0.48 | 15.8 ± 12.9 % | 31.7 ± 9.2 % | 1 876 |
 * | LINK | 1.34 ± 0.45 | 6.5 ± 11.8 % | 35.3 ± 8.3 % | 2 449 |
 * | AVAX | 1.39 ± 0.53 | 11.0 ± 12.6 % | 33.3 ± 8.9 % | 1 834 |
 */
export interface Jump {
  /** Who jumps: the number of an underlying, or −1 for all of them. */
  readonly who: number;
  /** Signed log return of the jump. */
  readonly size: number;
  /** Where the filtered draw under it stands, a whole number below `PHASES`. */
  readonly phase: number;
}

/** What the jumps of one underlying are made from, in the units of the parameter table. */
export interface JumpParameters {
  readonly jumpIntensity: number;
  readonly jumpMean: number;
  readonly jumpVol: number;
}

/** Of all jumps, the part that all underlyings make together: fitted, 0.46 ± 0.08 of 37 jumps came with another's on the same day. */
export const COMMON_SHARE = 0.46;
/** Log returns: from what a filtered draw holds by itself to beyond the largest day on record (LINK, −65 % on 2020-03-12), each twice the last. */
export const LADDER: readonly number[] = [0.07, 0.14, 0.28, 0.56];
/** No tail at the confidences in use is longer than this many draws; it bounds the work when parameters are extreme. */
const MOST_PER_RUNG = 32;
/** The draw under a jump is the newest whose place in history leaves a given remainder: it changes once in so many draws, not every hour. */
export const PHASES = 512;

const DAYS_PER_YEAR = 365;
const ONE = 10_000;

/**
 * The jumps to add to a population of filtered draws, of each underlying by itself and of all together. All fall or rise by the same rung;
 * as many jumps are common as the calmest underlying's parameters give.
 *
 * @param assets the underlyings
 * @param own their parameters, in the same order
 * @param population how many equally likely draws there are
 */
export function jumpsOf(assets: readonly string[], own: readonly JumpParameters[], horizonHours: number, population: number): Jump[] {
  const jumps: Jump[] = [];
  for (const direction of [-1, 1]) {
    for (const [rung, size] of LADDER.entries()) {
      const expected = own.map((parameters) => expectedJumps(parameters, direction, size, horizonHours, population));
      const add = (who: number, name: string, count: number) => {
        const random = createRandom(`jump/${name}/${direction * (rung + 1)}`);
        for (let k = 0; k < Math.min(MOST_PER_RUNG, Math.floor(count + 0.5)); k++) jumps.push({ who, size: direction * size, phase: random.integer(PHASES) });
      };
      add(-1, "common", COMMON_SHARE * Math.min(...expected));
      for (const [who, count] of expected.entries()) add(who, assets[who], (1 - COMMON_SHARE) * count);
    }
  }
  return jumps;
}

/** How many of the draws are expected to hold a jump of at least `size` this way: the largest number under any smaller parameters. */
export function expectedJumps(parameters: JumpParameters, direction: number, size: number, horizonHours: number, population: number): number {
  const draws = population * (parameters.jumpIntensity / ONE / DAYS_PER_YEAR) * (horizonHours / 24);
  const mean = direction < 0 ? parameters.jumpMean / ONE : 0;
  const deviation = parameters.jumpVol / ONE;
  if (size <= mean) return draws;
  return deviation === 0 ? 0 : draws * normalCdf((mean - size) / deviation);
}

/**
 * A filtered draw with a jump on top. Who jumps moves the draw's way only as far as it makes the jump larger: the size of the two together,
 * in the jump's direction; the others do what the draw did. So a higher volatility, too, only makes a jump worse.
 *
 * @returns the move of underlying `a`, a log return
 */
export function jumpedMove({ who, size }: Jump, a: number, drawn: number): number {
  if (who >= 0 && who !== a) return drawn;
  return size < 0 ? size - Math.abs(drawn) : size + Math.abs(drawn);
}
