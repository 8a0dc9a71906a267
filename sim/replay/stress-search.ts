import type { Random } from "../math/index.ts";

/**
 * What moves do: for each candidate, one log return per underlying, whether the fund is exhausted. Candidates are valued together,
 * because valuing one costs nearly as much as valuing sixteen.
 */
export type Breaks = (candidates: readonly Float64Array[]) => readonly boolean[];

/** Where along a direction the fund ends: the multiple of the direction, and the move itself. */
export interface Breaking {
  readonly multiple: number;
  readonly move: Float64Array;
}

/** Multiples looked at in one round, and rounds: each narrows the bracket 32-fold, four to a millionth of the range. */
const PER_ROUND = 32;
const ROUNDS = 4;

/**
 * The smallest multiple of each direction, up to `farthest`, that breaks the fund; null where none of those looked at does. A book of options may break,
 * recover and break again along the way: it is the first of 32 evenly spaced multiples that breaks and then the boundary before it, by
 * repeated division. An island narrower than a thirty-second of the range is passed over.
 *
 * @param directions log returns by underlying of one unit
 * @param farthest one per direction, above 0
 * @example smallestBreaking([Float64Array.of(-1)], [1], (moves) => moves.map(([m]) => m <= -0.25))[0]?.multiple; // 0.25
 */
export function smallestBreaking(directions: readonly Float64Array[], farthest: readonly number[], breaks: Breaks): (Breaking | null)[] {
  const low = directions.map(() => 0);
  const high: (number | null)[] = farthest.slice();
  for (let round = 0; round < ROUNDS; round++) {
    const open = directions.map((_, d) => d).filter((d) => high[d] !== null);
    // The last of a round is the end of the bracket itself, to the bit: later rounds rest on its being known to break.
    const at = (d: number, step: number) => (step === PER_ROUND ? (high[d] as number) : low[d] + (((high[d] as number) - low[d]) * step) / PER_ROUND);
    const candidates = open.flatMap((d) => Array.from({ length: PER_ROUND }, (_, k) => scaled(directions[d], at(d, k + 1))));
    const broken = breaks(candidates);
    open.forEach((d, row) => {
      const first = broken.slice(row * PER_ROUND, (row + 1) * PER_ROUND).indexOf(true);
      [low[d], high[d]] = first < 0 ? [0, null] : [at(d, first), at(d, first + 1)];
    });
  }
  return directions.map((direction, d) => {
    const multiple = high[d];
    return multiple === null ? null : { multiple, move: scaled(direction, multiple) };
  });
}

/** Directions drawn at first, and rounds of looking around the best: each draws so many, half as far away as the last. */
const DRAWN = 192;
const REFINEMENTS = 6;
const AROUND = 32;

export interface SearchSpace {
  /** Turns a direction of the unit sphere, one coordinate per underlying, into log returns: of distance 1. */
  readonly unwhiten: (direction: Float64Array) => Float64Array;
  /** How far a direction can go before a price has no meaning. */
  readonly farthest: (direction: Float64Array) => number;
  readonly dimensions: number;
}

/**
 * The most plausible move that breaks the fund: of least distance among directions drawn evenly from the sphere, then among others ever closer to the best.
 *
 * @param random draws directions: the same seed finds the same move
 * @returns null where nothing drawn breaks it; its `multiple` is the distance
 */
export function nearestBreaking({ unwhiten, farthest, dimensions }: SearchSpace, breaks: Breaks, random: Random): Breaking | null {
  let best: { direction: Float64Array; breaking: Breaking } | undefined;
  const look = (sphere: readonly Float64Array[]) => {
    const directions = sphere.map(unwhiten);
    smallestBreaking(directions, directions.map(farthest), breaks).forEach((breaking, d) => {
      if (breaking !== null && (best === undefined || breaking.multiple < best.breaking.multiple)) best = { direction: sphere[d], breaking };
    });
  };
  look(Array.from({ length: DRAWN }, () => unit(drawn(random, dimensions))));
  let radius = 0.5;
  for (let round = 0; round < REFINEMENTS && best !== undefined; round++) {
    const centre: Float64Array = best.direction;
    look(Array.from({ length: AROUND }, () => unit(drawn(random, dimensions).map((value, d) => centre[d] + radius * value))));
    radius /= 2;
  }
  return best?.breaking ?? null;
}

function drawn(random: Random, dimensions: number): Float64Array {
  return Float64Array.from({ length: dimensions }, () => random.normal());
}

function unit(vector: Float64Array): Float64Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return scaled(vector, 1 / Math.sqrt(squares));
}

function scaled(vector: Float64Array, by: number): Float64Array {
  return vector.map((value) => value * by);
}
