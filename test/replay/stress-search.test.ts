import { expect, test } from "vitest";
import { createRandom } from "../../sim/math/index.ts";
import { nearestBreaking, smallestBreaking } from "../../sim/replay/stress-search.ts";

test("along a direction the boundary is found to a millionth of the range, and none where nothing breaks", () => {
  const [third, never, edge] = smallestBreaking([Float64Array.of(-1), Float64Array.of(1), Float64Array.of(-1)], [2, 2, 1 / 3], (moves) =>
    moves.map(([move]) => move <= -1 / 3),
  );
  expect(third?.multiple).toBeGreaterThanOrEqual(1 / 3);
  expect(third?.multiple).toBeLessThan(1 / 3 + 3e-6);
  expect(never).toBeNull();
  expect(edge?.move).toEqual(Float64Array.of(-1 / 3));
});

test("of two places where a book breaks, the nearer one counts", () => {
  const [found] = smallestBreaking([Float64Array.of(1)], [8], (moves) => moves.map(([move]) => (move >= 1 && move <= 1.5) || move >= 6));
  expect(found?.multiple).toBeCloseTo(1, 5);
});

/** A linear book loses the fund on the half-space a·x ≤ −c, whose distance is c / √(aᵀΣa), at the point −cΣa / aᵀΣa. */
test.each([
  ["uncorrelated", [[0.03], [0, 0.05]], [1, 2]],
  ["correlated", [[0.03], [0.04, 0.03]], [1, 2]],
  ["long one, short the other", [[0.03], [0.04, 0.03]], [3, -2]],
  ["three", [[0.03], [0.04, 0.03], [0.02, 0.01, 0.06]], [1, 2, 1]],
])("the nearest breaking move of a linear book, %s, is the closed form's", (_name, root, weights) => {
  const n = weights.length;
  const covariance = weights.map((_, i) => weights.map((__, j) => root[i].reduce((sum, loading, k) => sum + loading * (root[j][k] ?? 0), 0)));
  const variance = weights.reduce((sum, a, i) => sum + weights.reduce((inner, b, j) => inner + a * b * covariance[i][j], 0), 0);
  const limit = 0.25;
  const found = nearestBreaking(
    { unwhiten: (z) => Float64Array.from(root, (row) => row.reduce((sum, loading, k) => sum + loading * z[k], 0)), farthest: () => 20, dimensions: n },
    (moves) => moves.map((move) => weights.reduce((sum, a, i) => sum + a * move[i], 0) <= -limit),
    createRandom("linear"),
  );
  const distance = limit / Math.sqrt(variance);
  expect(found?.multiple).toBeGreaterThanOrEqual(distance * (1 - 1e-9));
  expect(found?.multiple).toBeLessThan(distance * 1.01);
});
