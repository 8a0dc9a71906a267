import { expect, test } from "vitest";
import haug from "./cases/merton76-haug.json" with { type: "json" };
import { mertonPrice } from "./merton76.ts";

/** Haug's table in our terms: a share γ of the variance is of jumps whose mean leaves the spot where it is. */
function priceOf([strike, years, intensity, share]: readonly number[]): number {
  const { spot, rate, dividend, totalVolatility } = haug.common;
  const jumpVolatility = totalVolatility * Math.sqrt(share / intensity);
  const volatility = totalVolatility * Math.sqrt(1 - share);
  return mertonPrice({ right: "call", spot, strike, years, rate, dividend, volatility, intensity, meanLogJump: -(jumpVolatility ** 2) / 2, jumpVolatility });
}

test.each(haug.rows.map((row) => [row.slice(0, 4).join(" "), row] as const))("Merton's price of a call: strike, years, jumps a year, share %s", (_, row) => {
  const [published, exact] = row.slice(4);
  expect(priceOf(row)).toBeCloseTo(exact, 9);
  expect(Math.abs(priceOf(row) - published)).toBeLessThan(0.01);
});

test("where Haug's series was cut too early his printed price is too low, and ours is the corrected one", () => {
  const misprints = haug.rows.filter((row) => row.length === 7);
  expect(misprints.length).toBeGreaterThan(3);
  for (const row of misprints) expect(priceOf(row) - row[6]).toBeGreaterThan(0.01);
});
