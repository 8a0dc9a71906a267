import { expect, test } from "vitest";
import { exp } from "../../sim/math/index.ts";
import { gridSpot } from "../../sim/scenarios/grid.ts";
import { bufferShare, GRID } from "../../sim/scenarios/index.ts";

test("a linear position loses the scan range at the range, and no more beyond it", () => {
  const losses = GRID.map((point) => point.damping * (exp(gridSpot(point, 0.16)) - 1));
  expect(Math.min(...losses)).toBeCloseTo(-0.16, 12);
  expect(Math.max(...losses)).toBeCloseTo(0.16, 12);
});

test("the grid is seven spot moves by three volatilities, eight far tails and the basis each way, at most 48 points", () => {
  expect(GRID.filter((point) => point.damping === 1 && point.basis === 0)).toHaveLength(21);
  expect(GRID.filter((point) => point.damping < 1).map((point) => point.thirds)).toEqual([-9, -9, -6, -6, 6, 6, 9, 9]);
  expect(GRID.filter((point) => point.basis !== 0)).toEqual([-1, 1].map((basis) => ({ thirds: 0, volatility: "same", damping: 1, basis })));
  expect(GRID.length).toBeLessThanOrEqual(48);
});

test("no fall takes a price to zero or below", () => {
  for (const point of GRID) expect(exp(gridSpot(point, 0.9 * 2))).toBeGreaterThan(0.04);
});

test("the buffer is whole in calm, half at one and a half times the long-run volatility, gone at twice it", () => {
  expect([0.3, 0.6, 0.9, 1.2, 3].map((realised) => bufferShare(realised, 0.6))).toEqual([1, 1, 0.5, 0, 0]);
});
