import { describe, expect, it } from "vitest";
import { instrumentId } from "../../sim/pricing/instrument.ts";
import { listedExpiry, listedStrike, materialise, seededPopulation } from "../../sim/replay/index.ts";
import { account, BLACK_THURSDAY, book, dataset, market } from "./world.ts";

const HOUR_MS = 3_600_000;

describe("listed expiries", () => {
  it("are at 08:00 UTC, not before the tenor; beyond a week they are Fridays, at most a week later", () => {
    for (let hour = BLACK_THURSDAY.startHour; hour < BLACK_THURSDAY.startHour + 200; hour++) {
      for (const days of [7, 14, 30, 60, 90]) {
        const expiry = listedExpiry(hour, days * 24);
        const date = new Date(expiry * HOUR_MS);
        expect(date.getUTCHours()).toBe(8);
        if (days > 7) expect(date.getUTCDay()).toBe(5);
        expect(expiry).toBeGreaterThanOrEqual(hour + days * 24);
        expect(expiry).toBeLessThan(hour + (days + (days > 7 ? 7 : 1)) * 24);
      }
    }
  });

  it("take the nearest of the listed tenors", () => {
    const hour = BLACK_THURSDAY.startHour;
    expect(listedExpiry(hour, 24)).toBe(listedExpiry(hour, 7 * 24));
    expect(listedExpiry(hour, 20 * 24)).toBe(listedExpiry(hour, 14 * 24));
    expect(listedExpiry(hour, 365 * 24)).toBe(listedExpiry(hour, 90 * 24));
  });
});

describe("listed strikes", () => {
  const state = { spot: 7_934.52, rate: 0, atmVolatility: 0.6 };

  it("are round numbers no more than half a step from the distance asked for (one deviation over 30 days: 7 934.52·e^{0.6·√(30/365)} = 9 424.0)", () => {
    expect(listedStrike(state, 1, 720)).toBe(9_400);
    expect(listedStrike(state, 0, 720)).toBe(7_950);
    expect(listedStrike({ ...state, spot: 1.5312 }, 0, 720)).toBeCloseTo(1.53, 12);
    expect(listedStrike({ ...state, spot: 104_321 }, 0, 720)).toBe(104_000);
  });

  it("go in half deviations and end at three", () => {
    expect(listedStrike(state, 0.7, 720)).toBe(listedStrike(state, 0.5, 720));
    expect(listedStrike(state, 9, 720)).toBe(listedStrike(state, 3, 720));
    expect(listedStrike(state, -9, 720)).toBe(listedStrike(state, -3, 720));
  });
});

describe("a book in listed contracts", () => {
  it("never has more than 240 of them, in any crash", () => {
    const population = seededPopulation({ accounts: 500, seed: 1 });
    for (const crash of dataset.crashes) {
      const snapshot = market.snapshotAt(crash.startHour);
      const three = { ...snapshot, underlyings: snapshot.underlyings.filter(({ asset }) => ["BTC", "ETH", "SOL"].includes(asset)) };
      const { universe, table } = materialise(population, three);
      expect(universe.instruments.length).toBeLessThanOrEqual(240);
      expect(new Set(universe.instruments.map(instrumentId)).size).toBe(universe.instruments.length);
      for (const lots of table.lots) expect(Number.isSafeInteger(lots)).toBe(true);
    }
  });

  it("hedges what was sold: a maker's perpetual takes back its delta (a put two deviations in the money)", () => {
    const snapshot = market.snapshotAt(BLACK_THURSDAY.startHour);
    const put = { kind: "option", underlying: "BTC", right: "put", strike: { standardDeviations: 2 }, tenorHours: 720, notionalUsd: -800_000 } as const;
    const listed = materialise(book([account("maker", [{ kind: "hedge", underlying: "BTC", share: 1 }, put])]), snapshot);
    const perp = listed.universe.instruments.findIndex(({ kind }) => kind === "perp");
    const lots = listed.table.lots[listed.table.instrument.indexOf(perp)];
    const spot = snapshot.underlyings.find(({ asset }) => asset === "BTC")?.spot as number;
    // Short a put two deviations in the money: long 96.9 to 98 % of its notional, so the hedge is as much short.
    expect((lots * spot) / 128 / 800_000).toBeLessThan(-0.96);
    expect((lots * spot) / 128 / 800_000).toBeGreaterThan(-0.99);
  });

  it("refuses what is no book, naming the account and the field", () => {
    const snapshot = market.snapshotAt(BLACK_THURSDAY.startHour);
    const perp = { kind: "perp", underlying: "BTC", notionalUsd: 1_000 } as const;
    const refusal = (...accounts: Parameters<typeof account>[]) => {
      try {
        materialise(book(accounts.map((one) => account(...one))), snapshot);
      } catch (error) {
        return error;
      }
    };
    const cases: [Parameters<typeof account>[], string][] = [
      [[["a", [perp], { USDC: 0.9 }]], "accounts.a.collateral"],
      [[["a", [perp], { USDC: 1 }, { cushion: 0.9 }]], "accounts.a.cushion"],
      [[["a", [perp], { USDC: 1 }, { cushion: Number.NaN }]], "accounts.a.cushion"],
      [[["a", [perp], { USDC: 1 }, { response: { probability: 2, delayHours: 0 } }]], "accounts.a.response.probability"],
      [[["a", [perp], { USDC: 1 }, { response: { probability: 1, delayHours: 0.5 } }]], "accounts.a.response.delayHours"],
      [[["a", [{ ...perp, notionalUsd: 0 }]]], "accounts.a.positions[0]"],
      [
        [
          ["a", [perp]],
          ["a", [perp]],
        ],
        "accounts.a.id",
      ],
      [[["a", [{ ...perp, underlying: "DOGE" }]]], "accounts"],
    ];
    for (const [accounts, field] of cases) expect(refusal(...accounts)).toMatchObject({ code: "BOOK_INVALID", where: { field } });
  });
});

describe("the seeded population", () => {
  const population = seededPopulation({ accounts: 2_000, seed: 7 });

  it("is plain JSON, the same from the same seed, and its first accounts do not depend on how many there are", () => {
    expect(JSON.parse(JSON.stringify(population))).toEqual(population);
    expect(seededPopulation({ accounts: 100, seed: 7 }).accounts.slice(0, 99)).toEqual(population.accounts.slice(0, 99));
    expect(seededPopulation({ accounts: 100, seed: 8 }).accounts[0]).not.toEqual(population.accounts[0]);
  });

  it("has seven archetypes in the shares its strategy names, within four standard deviations", () => {
    const shares = {
      "covered-call writer": 0.2,
      "put seller": 0.2,
      "volatility seller": 0.15,
      "market maker": 0.08,
      "leveraged long": 0.27,
      "basis trader": 0.1,
    };
    for (const [archetype, share] of Object.entries(shares)) {
      const found = population.accounts.filter((one) => one.archetype === archetype).length / 1_999;
      expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 1_999));
    }
    expect(population.accounts.filter(({ archetype }) => archetype === "whale")).toHaveLength(1);
  });

  it("holds 12 % of the others' notional in one whale, and 1 % of everything in the fund", () => {
    const notional = (accounts: typeof population.accounts) =>
      accounts.reduce((sum, one) => sum + one.positions.reduce((own, p) => own + ("notionalUsd" in p ? Math.abs(p.notionalUsd) : 0), 0), 0);
    const whale = population.accounts.filter(({ id }) => id === "whale");
    const spreads = population.accounts.filter(({ archetype, positions }) => archetype === "put seller" && positions.length === 3);
    // The bought leg of a spread is not counted in an account's size.
    const others =
      notional(population.accounts) -
      notional(whale) -
      spreads.reduce((sum, { positions }) => sum + ("notionalUsd" in positions[2] ? positions[2].notionalUsd : 0), 0);
    expect(notional(whale) / others).toBeCloseTo(0.12, 3);
    expect(population.fundUsd / (others + notional(whale))).toBeCloseTo(0.01, 4);
  });
});
