import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ballast } from "./ballast.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Ten thousand different options: five thousand strikes of puts and calls on two underlyings. */
const LEGS = Array.from({ length: 10_000 }, (_, i) => ({
  kind: "option",
  underlying: i % 2 === 0 ? "BTC" : "ETH",
  right: i % 4 < 2 ? "put" : "call",
  strike: (i % 2 === 0 ? 50_000 : 2_000) + 5 * Math.floor(i / 4),
  expiry: "2025-12-26T08:00Z",
  quantity: (i % 7) - 3 || 1,
}));

async function margin(positions: readonly object[]) {
  const input = { model: "ballast", parameters: {}, market: { asOf: "2025-10-10T21:00Z" }, portfolio: { cash: 1_000_000, collateral: {}, positions } };
  const start = performance.now();
  const { code, stdout, stderr } = await ballast(["margin", "-", "--json"], { cwd: ROOT, input: JSON.stringify(input) });
  expect([code, stderr]).toEqual([0, ""]);
  return { text: stdout, seconds: (performance.now() - start) / 1_000 };
}

test("a portfolio of ten thousand legs is margined in seconds, and its order changes no byte", { timeout: 180_000 }, async () => {
  const straight = await margin(LEGS);
  expect(straight.seconds).toBeLessThan(60);
  expect(JSON.parse(straight.text).maintenanceMargin).toBeGreaterThan(0);
  const turned = JSON.parse((await margin(LEGS.toReversed())).text);
  const expected = JSON.parse(straight.text);
  // What options are worth is a sum of rounded marks, in the order given; every requirement is exact.
  expect(turned.components.options).toBeCloseTo(expected.components.options, 4);
  for (const name of ["core", "offset", "grid", "shortOptionMinimum", "liquidity"]) expect(turned.components[name]).toBe(expected.components[name]);
  expect(turned.maintenanceMargin).toBe(expected.maintenanceMargin);
});
