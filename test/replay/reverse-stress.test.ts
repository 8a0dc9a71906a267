import { expect, test } from "vitest";
import { createMarginEngine } from "../../sim/margin/index.ts";
import { agedBook } from "../../sim/replay/aged-book.ts";
import { seededPopulation } from "../../sim/replay/index.ts";
import { reverseStress } from "../../sim/replay/reverse-stress.ts";
import { account, book, COUNTS, LOOSE, market, parameters } from "./world.ts";

const HOUR = Date.UTC(2022, 4, 1) / 3_600_000;

/** One trader with perpetuals and dollars: it is below zero by the fund when the fall eats its dollars and the fund. */
test("one leveraged long breaks the fund at the fall that its cash, its notional and the fund say", () => {
  const fundUsd = 50_000;
  const long = book([account("long", [{ kind: "perp", underlying: "ETH", notionalUsd: 1_000_000 }], { USDC: 1 }, { cushion: 1 })], fundUsd);
  const input = { market, hour: HOUR, book: long, parameters: parameters(), counts: COUNTS, agedHours: 24, search: true };
  const { accounts, fundUsd: fundNow } = agedBook(input, createMarginEngine(market, input.parameters, COUNTS));
  const perp = accounts.universe.instruments.findIndex(({ kind }) => kind === "perp");
  const entry = accounts.holdings.instrument.indexOf(perp);
  const notional = accounts.holdings.lots[entry] * accounts.marks[perp];
  const { directions, nearest } = reverseStress(input);
  const fall = directions.find(({ name }) => name === "everything falls");

  expect(fall?.moves?.ETH).toBeCloseTo(-(accounts.cash[0] + fundNow) / notional, 5);
  expect(directions.find(({ name }) => name === "everything rises")?.moves).toBeNull();
  expect(nearest?.distance).toBeLessThanOrEqual(fall?.distance ?? 0);
});

test("a larger fund takes a larger move, and looser margin a smaller one", () => {
  const population = seededPopulation({ accounts: 60, seed: 3 });
  const distance = (fundUsd: number, set = parameters()) =>
    reverseStress({ market, hour: HOUR, book: { ...population, fundUsd }, parameters: set, counts: COUNTS, search: true }).nearest?.distance ??
    Number.POSITIVE_INFINITY;
  const today = distance(population.fundUsd);
  expect(distance(10 * population.fundUsd)).toBeGreaterThan(today);
  expect(distance(population.fundUsd, LOOSE)).toBeLessThan(today);
});
