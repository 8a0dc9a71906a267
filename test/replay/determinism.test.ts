import { describe, expect, it } from "vitest";
import { createMarginEngine } from "../../sim/margin/index.ts";
import { replay, seededPopulation } from "../../sim/replay/index.ts";
import { BLACK_THURSDAY, COUNTS, crashOf, LOOSE, market, parameters, repriced } from "./world.ts";

const population = seededPopulation({ accounts: 60, seed: 4 });
const input = { market, crash: BLACK_THURSDAY, book: population, parameters: parameters(), counts: COUNTS, seed: 1 };
const bytes = (change: Partial<typeof input> = {}) => JSON.stringify(replay({ ...input, ...change }));

describe("a replay", () => {
  it("gives the same bytes twice, and with an engine that has margined another crash before", () => {
    const engine = createMarginEngine(market, input.parameters, COUNTS);
    replay({ ...input, crash: crashOf("2021-05-19-china-ban"), engine });
    const first = bytes();
    expect(bytes()).toBe(first);
    expect(JSON.stringify(replay({ ...input, engine }))).toBe(first);
  });

  it("gives the same bytes in whatever order the accounts come", () => {
    const shuffled = [...population.accounts].sort((left, right) => (left.cushion < right.cushion ? -1 : 1));
    expect(shuffled.map(({ id }) => id)).not.toEqual(population.accounts.map(({ id }) => id));
    // Loose parameters, so that accounts compete for the hour's volume, are closed out and share losses.
    const loose = { parameters: LOOSE };
    expect(bytes({ ...loose, book: { ...population, accounts: shuffled } })).toBe(bytes(loose));
  });

  it("gives a record that survives JSON unchanged, and no number that JSON has none for", () => {
    const outcome = replay(input);
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });

  it("depends on the seed only through who answers margin calls", () => {
    const seeded = replay({ ...input, seed: 2 });
    expect(seeded.series.spot.BTC.slice(0, 24)).toEqual(replay(input).series.spot.BTC.slice(0, 24));
    const silent = { ...population, accounts: population.accounts.map((one) => ({ ...one, response: { probability: 0, delayHours: 0 } })) };
    const { seed: _, ...first } = replay({ ...input, book: silent, seed: 1 });
    const { seed: __, ...second } = replay({ ...input, book: silent, seed: 2 });
    expect(second).toEqual(first);
  });

  it("does not look ahead: other prices from an hour on change nothing up to it", () => {
    const hour = 150;
    const other = repriced(BLACK_THURSDAY, (_, index, real) => (index >= hour ? real * 3 : real));
    const same = repriced(BLACK_THURSDAY, (_, __, real) => real);
    const [real, changed] = [same, other].map((world) => replay({ ...input, ...world }));
    // The bar of hour 150 ends when step 151 begins.
    const until = (series: readonly (number | null)[]) => series.slice(0, hour + 1);
    for (const name of ["equity", "maintenance", "initial", "shortfall", "fund", "liquidatedNotional"] as const) {
      expect(until(changed.series[name])).toEqual(until(real.series[name]));
      expect(changed.series[name].slice(hour + 1)).not.toEqual(real.series[name].slice(hour + 1));
    }
    expect(until(changed.series.spot.ETH)).toEqual(until(real.series.spot.ETH));
  });
});
