import type { Snapshot } from "../market/snapshot.ts";

/** A way for prices to go, in log returns by underlying of one unit: a standard deviation of a day of each that moves. */
export interface Direction {
  readonly name: string;
  readonly move: Float64Array;
}

/**
 * The directions a risk committee asks about: all together, each alone, and the leader against the rest (the broken correlation that
 * netting between underlyings rests on).
 *
 * @example stressDirections(snapshot).map(({ name }) => name); // ["everything falls", "everything rises", "BTC alone falls", …]
 */
export function stressDirections({ underlyings }: Snapshot): Direction[] {
  const assets = underlyings.map(({ asset }) => asset);
  const day = underlyings.map(({ realisedVolatility }) => realisedVolatility / Math.sqrt(365));
  const direction = (name: string, sign: (u: number) => number): Direction => ({ name, move: Float64Array.from(day, (size, u) => sign(u) * size) });
  const all = [direction("everything falls", () => -1), direction("everything rises", () => 1)];
  if (assets.length === 1) return all;
  return [
    ...all,
    ...assets.flatMap((asset, own) => [
      direction(`${asset} alone falls`, (u) => (u === own ? -1 : 0)),
      direction(`${asset} alone rises`, (u) => (u === own ? 1 : 0)),
    ]),
    direction(`${assets[0]} rises, the others fall`, (u) => (u === 0 ? 1 : -1)),
    direction(`${assets[0]} falls, the others rise`, (u) => (u === 0 ? -1 : 1)),
  ];
}

/** A price falls no further than to a twentieth and rises no further than fivefold: beyond, a scenario says nothing of a day. */
const DEEPEST_FALL = 2.995732273553991;
const HIGHEST_RISE = 1.6094379124341003;

/** How many times a direction may be gone before a price leaves that range. */
export function farthestMultiple(move: Float64Array): number {
  let farthest = Number.POSITIVE_INFINITY;
  for (const part of move) if (part !== 0) farthest = Math.min(farthest, part < 0 ? -DEEPEST_FALL / part : HIGHEST_RISE / part);
  return farthest;
}
