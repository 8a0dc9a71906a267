import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { BallastError } from "../../sim/errors.ts";
import { type DeriveMarket, type DeriveParameters, type DerivePortfolio, derivePmrm2Margin } from "../../sim/peers/derive-pmrm2/index.ts";
import { randomDerive } from "./derive-random.ts";
import { secondDeriveMargin } from "./second-derive.ts";

interface Case {
  readonly name: string;
  readonly change: Record<string, Record<string, number>>;
  readonly market: DeriveMarket;
  readonly portfolio: DerivePortfolio;
  readonly expected: { initialMargin: number; maintenanceMargin: number; markToMarketAndCash: number; basisContingency: number; scenarioPnl: number[] };
}

const PUBLISHED: { parameters: DeriveParameters; cases: Case[] } = JSON.parse(
  readFileSync(fileURLToPath(new URL("./cases/derive-pmrm2.json", import.meta.url)), "utf8"),
);

function changed(change: Case["change"]): DeriveParameters {
  const parameters = structuredClone(PUBLISHED.parameters);
  for (const [group, values] of Object.entries(change)) Object.assign(parameters[group as "margin"], values);
  return parameters;
}

/** Relative difference; figures the publisher rounded to zero count absolutely, in cents of a cent. */
function differs(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-2);
}

const FEED = { secondsToExpiry: 864_000, forward: 2_000, forwardConfidence: 1, rate: 0.05, rateConfidence: 1, volConfidence: 1 };
const MARKET: DeriveMarket = { spot: 2_000, spotConfidence: 1, stable: 1, perp: { price: 2_010, confidence: 1 }, expiries: [FEED] };
const EMPTY: DerivePortfolio = { cash: 0, collaterals: [], options: [] };
const CALL = { secondsToExpiry: 864_000, strike: 2_100, kind: "call", quantity: -3, vol: 0.6 } as const;

describe("derive-pmrm2 on portfolios Derive publishes", () => {
  test.for(PUBLISHED.cases)("$name", ({ change, market, portfolio, expected }) => {
    const result = derivePmrm2Margin(changed(change), market, portfolio);
    expect(differs(result.initialMargin, expected.initialMargin)).toBeLessThan(1e-12);
    expect(differs(result.maintenanceMargin, expected.maintenanceMargin)).toBeLessThan(1e-12);
    expect(differs(result.markToMarket + portfolio.cash, expected.markToMarketAndCash)).toBeLessThan(1e-12);
    expect(differs(result.basisContingency, expected.basisContingency)).toBeLessThan(1e-12);
    expect(result.scenarioPnl).toHaveLength(expected.scenarioPnl.length);
    result.scenarioPnl.forEach((profit, index) => {
      expect(differs(profit, expected.scenarioPnl[index])).toBeLessThan(1e-9);
    });
  });
});

describe("derive-pmrm2 by hand", () => {
  test("a perp alone: the worst damped row, the percents of the spot and the unsettled profit", () => {
    const portfolio = { ...EMPTY, cash: 500, perp: { quantity: 2, unrealisedPnl: 30, unrealisedFunding: -4 } };
    const result = derivePmrm2Margin(PUBLISHED.parameters, MARKET, portfolio);
    // −18 % of 2 · 2 010; 1.5 % of 2 · 2 000 maintenance, 0.5 % more initial.
    const worst = 2 * 2_010 * (0.8200000000000001 - 1);
    expect(result.maintenanceMargin).toBeCloseTo(0.8 * worst - 60 + 26 + 500, 9);
    expect(result.initialMargin).toBeCloseTo(worst - 80 + 26 + 500, 9);
  });

  test("a call and a put short at one strike are two naked shorts; a long put covers a short call", () => {
    const charge = (options: DerivePortfolio["options"]) => {
      const portfolio = { ...EMPTY, options };
      const without = derivePmrm2Margin(changed({ other: { mmOptionPercent: 0 } }), MARKET, portfolio);
      return without.maintenanceMargin - derivePmrm2Margin(PUBLISHED.parameters, MARKET, portfolio).maintenanceMargin;
    };
    expect(charge([CALL, { ...CALL, kind: "put", quantity: -1 }])).toBeCloseTo(4 * 2_000 * 0.003, 8);
    expect(charge([CALL, { ...CALL, kind: "put", quantity: 2 }])).toBeCloseTo(1 * 2_000 * 0.003, 8);
    expect(charge([CALL, { ...CALL, strike: 2_200, quantity: 3 }])).toBeCloseTo(3 * 2_000 * 0.003, 8);
  });

  test("a doubtful perp feed charges perps and options, not the collateral", () => {
    const eth = { name: "ETH", quantity: 1, price: 2_000, confidence: 1, mmHaircut: 0, imHaircut: 0, riskCancelling: false };
    const portfolio = { ...EMPTY, perp: { quantity: 1, unrealisedPnl: 0, unrealisedFunding: 0 }, collaterals: [eth], options: [CALL] };
    const doubtful = { ...MARKET, perp: { price: 2_010, confidence: 0.3 } };
    const initial = (market: DeriveMarket) => derivePmrm2Margin(PUBLISHED.parameters, market, portfolio).initialMargin;
    expect(initial(MARKET) - initial(doubtful)).toBeCloseTo(0.7 * (1 + 3) * 2_000, 6);
    // The spot feed's doubt reaches all three, and no doubt of the perp matters to an account without perps.
    expect(initial(MARKET) - initial({ ...MARKET, spotConfidence: 0.3 })).toBeCloseTo(0.7 * (1 + 3 + 1) * 2_000, 6);
    const optionsOnly = { ...EMPTY, options: [CALL] };
    expect(derivePmrm2Margin(PUBLISHED.parameters, doubtful, optionsOnly)).toEqual(derivePmrm2Margin(PUBLISHED.parameters, MARKET, optionsOnly));
  });

  test("half an hour before expiry the settled part of the average no longer moves", () => {
    const feed = { ...FEED, secondsToExpiry: 450, rate: 0 };
    const option = { ...CALL, secondsToExpiry: 450, strike: 1, quantity: 1, vol: 0 };
    const result = derivePmrm2Margin(
      changed({ margin: { longBaseStaticDiscount: 1, longRateAddScale: 0 } }),
      { ...MARKET, expiries: [feed] },
      { ...EMPTY, options: [option] },
    );
    // A quarter of the forward still moves: +18 % of 500.
    expect(result.markToMarket).toBeCloseTo(1_999, 9);
    expect(result.scenarioPnl[0]).toBeCloseTo(90, 9);
  });

  test.for([
    ["an option without feeds", MARKET, { ...EMPTY, options: [{ ...CALL, secondsToExpiry: 1 }] }, "EXPIRY_UNKNOWN", "portfolio.options[0].secondsToExpiry"],
    ["feeds given twice", { ...MARKET, expiries: [FEED, FEED] }, EMPTY, "EXPIRY_TWICE", "market.expiries[1].secondsToExpiry"],
    [
      "perps without a price",
      { ...MARKET, perp: undefined },
      { ...EMPTY, perp: { quantity: 1, unrealisedPnl: 0, unrealisedFunding: 0 } },
      "PERP_PRICE_MISSING",
      "market.perp",
    ],
  ] as const)("refuses %s", ([, market, portfolio, code, field]) => {
    try {
      derivePmrm2Margin(PUBLISHED.parameters, market, portfolio);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(BallastError);
      expect([(error as BallastError).code, (error as BallastError).where.field]).toEqual([code, field]);
    }
  });

  test("refuses a result that is no number", () => {
    const expired = { ...FEED, secondsToExpiry: 0 };
    const portfolio = { ...EMPTY, options: [{ ...CALL, secondsToExpiry: 0 }] };
    const parameters = changed({ volShock: { dteFloorDays: 0, minVolUpShock: 0 }, skewShock: { minKStar: 0, linearBaseCap: 0, linearCBase: 0 } });
    expect(() => derivePmrm2Margin(parameters, { ...MARKET, expiries: [expired] }, portfolio)).toThrow(expect.objectContaining({ code: "RESULT_NOT_FINITE" }));
  });
});

describe("derive-pmrm2 against a second implementation", () => {
  test("agrees on 400 drawn portfolios under drawn parameters", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { parameters, market, portfolio } = randomDerive(seed);
      const result = derivePmrm2Margin(parameters, market, portfolio);
      const second = secondDeriveMargin(parameters, market, portfolio);
      // Differences of large values lose digits: what counts is the size of what was added up.
      const size = 1 + portfolio.options.reduce((sum, { quantity, strike }) => sum + Math.abs(quantity) * Math.max(strike, 3 * market.spot), 0);
      for (const field of ["initialMargin", "maintenanceMargin", "markToMarket", "basisContingency"] as const) {
        expect(Math.abs(result[field] - second[field]) / Math.max(size, Math.abs(second[field])), `${field}, seed ${seed}`).toBeLessThan(1e-13);
      }
      result.scenarioPnl.forEach((profit, index) => {
        expect(Math.abs(profit - second.scenarioPnl[index]) / Math.max(size, Math.abs(profit)), `scenario ${index}, seed ${seed}`).toBeLessThan(1e-13);
      });
    }
  });
});
