import fc from "fast-check";
import { expect, test } from "vitest";
import { farthestOut } from "../../sim/scenarios/farthest-out.ts";

/** What is asked for, by the definition: every direction is sorted whole, and every depth tried. */
function byDefinition(spot: readonly Float64Array[], known: number, count: number): number[] {
  const directions = spot.flatMap((moved, a) => [moved, ...spot.slice(0, a).map((other) => moved.map((move, k) => move - other[k]))]);
  const isWithin = (k: number, depth: number) =>
    directions.some((moves) => {
      const ordered = moves.slice().sort();
      return moves[k] < ordered[depth] || moves[k] > ordered[known - 1 - depth];
    });
  const all = Array.from({ length: known }, (_, k) => k);
  if (known <= count) return all;
  const within = (depth: number) => all.filter((k) => isWithin(k, depth));
  let depth = Math.floor(count / (2 * directions.length));
  while (depth + 1 <= Math.floor(count / 2) && within(depth + 1).length <= count) depth++;
  const certain = within(depth);
  const next = within(depth + 1).filter((k) => !certain.includes(k));
  return [...certain, ...next.slice(0, count - certain.length)].sort((a, b) => a - b);
}

test("the moves drawn are those the definition says, ties and lent moves included", () => {
  // Small whole numbers make ties; an asset that lends its moves is one of the others.
  const moves = fc.array(fc.integer({ min: -12, max: 12 }), { minLength: 40, maxLength: 60 });
  const continuous = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 40, maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(moves, continuous), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.integer({ min: 8, max: 50 }),
      (drawn, isLent, count) => {
        const known = Math.min(...drawn.map(({ length }) => length));
        const spot = drawn.map((values) => Float64Array.from(values.slice(0, known), (value) => value + 0));
        if (isLent) spot.push(spot[0].slice());
        expect(farthestOut(spot, known, count)).toEqual(byDefinition(spot, known, count));
      },
    ),
    { numRuns: 150 },
  );
});
