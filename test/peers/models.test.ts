import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../sim/math/index.ts";
import { riskVector } from "../../sim/peers/deribit-pm.ts";
import {
  DERIBIT_DEFAULTS,
  DERIVE_MAINNET,
  dampened,
  deribitModel,
  derivePmrm2Margin,
  inversePerpProfit,
  movedVolatility,
  PEER_NAMES,
  type PeerMargin,
  type PeerModel,
  peerModel,
  peerStep,
  priced,
  SPAN_DEFAULTS,
  STATIC_DEFAULTS,
  spanModel,
  standardMoves,
  staticModel,
} from "../../sim/peers/index.ts";
import { scanned } from "../../sim/peers/span.ts";
import { black76 } from "../../sim/pricing/black76.ts";
import { type Instrument, lotSize } from "../../sim/pricing/instrument.ts";
import { tableOf } from "../margin/book.ts";
import { future, INSTRUMENTS, option, perp, SNAPSHOT, spot } from "./world.ts";

const DERIBIT = JSON.parse(readFileSync(fileURLToPath(new URL("./cases/deribit.json", import.meta.url)), "utf8"));

/** Margin of one account that holds so many units of each instrument. */
function margin(model: PeerModel, held: readonly (readonly [Instrument, number])[]): PeerMargin {
  const instruments = held.map(([instrument]) => instrument);
  const table = tableOf(instruments, [held.map(([{ underlying }, units], index) => [index, units / lotSize(underlying)] as const)]);
  return peerStep(model, SNAPSHOT, instruments).marginOf(table, 0);
}

/** An account drawn from a seed over the whole book, in lots. */
function drawn(seed: number): [number, number][] {
  const random = createRandom(`peers/${seed}`);
  return INSTRUMENTS.flatMap(({ kind }, index): [number, number][] => {
    if (random.uniform() < 0.4) return [];
    const lots = random.integer(400) - 200;
    return [[index, kind === "spot" ? Math.abs(lots) : lots]];
  });
}

describe("static", () => {
  const model = staticModel(STATIC_DEFAULTS);

  test("a perp needs its ratio of notional, and nothing offsets it", () => {
    expect(margin(model, [[perp("BTC"), 2]])).toMatchObject({ maintenance: 0.065 * 200_000, initial: 0.1 * 200_000 });
    const hedged = margin(model, [
      [perp("SOL"), 10],
      [future("SOL", 30), -10],
    ]);
    expect(hedged.maintenance).toBeCloseTo(2 * 0.067 * 2_000, 4);
  });

  test("a long option needs its whole premium, coins as collateral nothing", () => {
    const long = margin(model, [[option("ETH", "call", 4_400, 30), 8]]);
    expect(long.maintenance).toBe(long.initial);
    const [{ volatility, years }] = priced(SNAPSHOT, [option("ETH", "call", 4_400, 30)]);
    expect(long.maintenance).toBeCloseTo(8 * black76("call", 4_000, 4_400, years, volatility, 1), 4);
    expect(margin(model, [[spot("ETH"), 100]])).toMatchObject({ maintenance: 0, initial: 0 });
  });

  test("a short call: 9 % of spot, initially 15 % less how far out of the money, at least 13 %", () => {
    expect(margin(model, [[option("ETH", "call", 4_040, 30), -1]]).initial).toBeCloseTo(0.14 * 4_000, 9);
    expect(margin(model, [[option("ETH", "call", 6_000, 30), -1]])).toMatchObject({ maintenance: 360, initial: 520 });
  });

  test("a short put deep in the money: 9 % of its mark, initially 1.05 of both", () => {
    // Ten times in the money, no time value worth a cent: the mark is 36 000.
    const deep = margin(model, [[option("ETH", "put", 40_000, 1), -1]]);
    expect(deep.maintenance).toBeCloseTo(3_240, 3);
    expect(deep.initial).toBeCloseTo(1.05 * (36_000 + 3_240) - 36_000, 3);
  });
});

describe("deribit-pm", () => {
  const model = deribitModel(DERIBIT_DEFAULTS);

  test("the inverse perp of Deribit's own example, bucket by bucket", () => {
    const { coins, priceRange, profit } = DERIBIT.btc;
    const moves = standardMoves(DERIBIT_DEFAULTS, priceRange);
    expect(moves).toHaveLength(9);
    for (const [move, expected] of Object.entries<number>(profit)) {
      expect(moves.some((known) => Math.abs(known - Number(move)) < 1e-12)).toBe(true);
      expect(Math.abs(inversePerpProfit(coins, Number(move)) - expected)).toBeLessThan(1e-15);
    }
  });

  test("a whole response: worst case, roll shock, initial and maintenance margin of a short inverse perp", () => {
    const { coins, priceRange, standard, ...expected } = DERIBIT.eth;
    const profits = standardMoves(DERIBIT_DEFAULTS, priceRange).map((move) => inversePerpProfit(coins, move));
    profits.forEach((profit, bucket) => {
      expect(profit).toBeCloseTo(standard[bucket], 14);
    });
    const worst = -Math.min(...profits);
    const roll = Math.abs(coins) * expected.minAnnualisedMove;
    expect(worst).toBeCloseTo(expected.worstCase, 14);
    expect(roll).toBeCloseTo(expected.rollShock, 12);
    expect(worst + roll + expected.deltaShock).toBeCloseTo(expected.initialMargin, 9);
    expect(expected.mmFactor * (worst + roll)).toBeCloseTo(expected.maintenanceMargin, 9);
  });

  test("a perp far out loses what it loses at the edge of the range, as in that response", () => {
    const [instrument] = priced(SNAPSHOT, [perp("ETH")]);
    const cells = riskVector(instrument, DERIBIT_DEFAULTS);
    const edge = 0.16 * 4_000 * lotSize("ETH");
    expect(cells).toHaveLength(27 + 8);
    expect([...cells.slice(0, 3)]).toEqual([-edge, -edge, -edge]);
    for (const far of cells.slice(27)) expect(Math.abs(far)).toBeCloseTo(edge, 6);
  });

  test("a perp: 16 % and a roll shock of 1 %, maintenance 0.8 of it", () => {
    const { initial, maintenance, components } = margin(model, [[perp("BTC"), -3]]);
    expect(initial).toBeCloseTo(0.17 * 300_000, 6);
    expect(maintenance).toBeCloseTo(0.8 * 0.17 * 300_000, 6);
    expect(components).toEqual({ worstCase: 48_000, rollShock: 3_000, deltaShock: 0 });
  });

  test("a cash and carry keeps only its roll shocks: 1 % for the perp, e^(0.1·T) − 1 for a year", () => {
    const { components } = margin(model, [
      [perp("BTC"), -1],
      [future("BTC", 365), 1],
    ]);
    expect(components.worstCase).toBeCloseTo(0, 6);
    expect(components.rollShock).toBeCloseTo(100_000 * (0.01 + Math.E ** 0.1 - 1), 4);
  });

  test("concentration: 800 BTC beyond 20 million USD cost 4 %, ten times as many the most, 10 %", () => {
    expect(margin(model, [[perp("BTC"), 1_000]]).components.deltaShock).toBeCloseTo(0.04 * 1e8, 2);
    expect(margin(model, [[perp("BTC"), -8_200]]).components.deltaShock).toBeCloseTo(0.1 * 8.2e8, 2);
    expect(margin(model, [[perp("BTC"), 200]]).components.deltaShock).toBe(0);
  });

  test("volatility: a power of thirty days over the days left, by which side of thirty, and a least value when it rises", () => {
    const at = (days: number, move: "up" | "down", vol = 0.6) => movedVolatility(vol, days / 365, move, DERIBIT_DEFAULTS);
    expect(at(30, "up")).toBeCloseTo(0.9, 12);
    expect(at(7.5, "up")).toBeCloseTo(0.6 * (1 + 0.5 * 4 ** 0.3), 12);
    expect(at(120, "down")).toBeCloseTo(0.6 * (1 - 0.25 * 0.25 ** 0.13), 12);
    expect(at(30, "up", 0.2)).toBe(0.5);
    // Under a day counts as a day.
    expect(at(0.1, "up")).toBe(at(1, "up"));
  });

  test("the dampener takes (move/range − 1) · 25 000 USD off a far loss and never turns it into a gain", () => {
    expect(dampened(-100_000, 0.5, 0.16, 25_000)).toBeCloseTo(-100_000 + (0.5 / 0.16 - 1) * 25_000, 6);
    expect(dampened(-10_000, 5, 0.16, 25_000)).toBe(0);
    expect(dampened(7, 5, 0.16, 25_000)).toBe(7);
  });

  test("a large short strangle far out of the money is held up by the extended table alone", () => {
    const strangle = [
      [option("BTC", "put", 50_000, 7), -2_000],
      [option("BTC", "call", 160_000, 7), -2_000],
    ] as const;
    const withoutFar = deribitModel({ ...DERIBIT_DEFAULTS, extendedTableFactor: 0 });
    expect(margin(model, strangle).components.worstCase).toBeGreaterThan(1.5 * margin(withoutFar, strangle).components.worstCase);
  });
});

describe("span", () => {
  const model = spanModel(SPAN_DEFAULTS);
  const noCredit = spanModel({ ...SPAN_DEFAULTS, interCommodity: [] });

  test("a future or perp needs the scan range, 3.5 daily volatilities, initially 1.1 of it", () => {
    // The extremes are three ranges at 33 %: 99 % of one.
    expect(margin(model, [[perp("BTC"), 2]])).toMatchObject({ components: { scanRisk: 28_000, calendarSpread: 0 } });
    expect(margin(model, [[perp("BTC"), 2]]).initial).toBeCloseTo(1.1 * 28_000, 8);
    expect(margin(spanModel({ ...SPAN_DEFAULTS, scanSigmas: 1 }), [[perp("BTC"), 2]]).maintenance).toBeCloseTo(0.071 * 200_000, 6);
  });

  test("a deep tail counts at a third: a cheap short call loses most in the extreme", () => {
    const call = option("ETH", "call", 5_200, 3);
    const [{ years, volatility }] = priced(SNAPSHOT, [call]);
    const value = (factor: number, vol: number) => black76("call", 4_000 * factor, 5_200, years, vol, 1);
    const loss = 0.33 * (value(1.42, volatility) - value(1, volatility));
    expect(margin(model, [[call, -10]]).components.scanRisk).toBeCloseTo(10 * loss, 3);
  });

  test("never below 7.5 % of the notional of short options", () => {
    const far = margin(model, [[option("ETH", "put", 400, 3), -10]]);
    expect(far.components.scanRisk).toBeLessThan(1);
    expect(far.maintenance).toBeCloseTo(0.075 * 40_000, 8);
  });

  test("a calendar spread needs its charge on what is long in one month and short in another", () => {
    const { components, maintenance } = margin(model, [
      [future("BTC", 30), 3],
      [future("BTC", 90), -2],
    ]);
    expect(components.calendarSpread).toBeCloseTo(2 * 100_000 * 0.01, 6);
    expect(components.scanRisk).toBeCloseTo(14_000, 4);
    expect(maintenance).toBeCloseTo(16_000, 4);
  });

  test("opposite deltas of BTC and ETH give back half the price risk of what they have in common", () => {
    const held = [
      [perp("BTC"), 1],
      [perp("ETH"), -10],
    ] as const;
    // 40 000 USD in common of 100 000 and 40 000; both scan 14 %.
    expect(margin(noCredit, held).maintenance).toBeCloseTo(14_000 + 5_600, 6);
    expect(margin(model, held).maintenance).toBeCloseTo(14_000 + 5_600 - 0.5 * 2 * 0.14 * 40_000, 6);
    expect(margin(model, [held[0], [perp("ETH"), 10]]).maintenance).toBeCloseTo(14_000 + 5_600, 6);
  });

  test("delta spread once is gone for the next pair", () => {
    const held = [
      [perp("BTC"), 1],
      [perp("ETH"), -25],
      [perp("SOL"), 500],
    ] as const;
    const credit = -margin(model, held).components.interCommodityCredit;
    expect(credit).toBeCloseTo(0.5 * 2 * 0.14 * 100_000, 6);
  });

  test("price risk is the active scenario and its twin on the mean, less what the price unchanged costs", () => {
    const loss = [3, 1, 6, 2, 0, 0, 9, 5, 0, 0, 12, 4, 0, 0, 7, 0];
    expect(scanned(loss)).toEqual({ scanRisk: 12, priceRisk: (12 + 4) / 2 - (3 + 1) / 2 });
    expect(scanned(loss.map((value) => -value))).toEqual({ scanRisk: 0, priceRisk: expect.any(Number) });
  });

  test("agrees with sixteen revaluations of a whole account, one underlying", () => {
    const known = priced(SNAPSHOT, INSTRUMENTS);
    for (let seed = 1; seed <= 25; seed++) {
      const held = drawn(seed).filter(([index]) => known[index].asset === "ETH" && known[index].kind !== "spot");
      const worth = (factor: number, shift: number) =>
        held.reduce((sum, [index, lots]) => {
          const { kind, isCall, strike, years, volatility, lot } = known[index];
          const price = kind === "option" ? black76(isCall ? "call" : "put", 4_000 * factor, strike, years, volatility + shift, 1) : 4_000 * factor;
          return sum + lots * lot * price;
        }, 0);
      const now = worth(1, 0);
      const losses = [0, 1, -1, 2, -2, 3, -3].flatMap((thirds) => [0.1, -0.1].map((shift) => now - worth(1 + (thirds / 3) * 0.14, shift)));
      const extremes = [1.42, 0.58].map((factor) => 0.33 * (now - worth(factor, 0)));
      const scan = Math.max(0, ...losses, ...extremes);
      const { components } = peerStep(noCredit, SNAPSHOT, INSTRUMENTS).marginOf(tableOf(INSTRUMENTS, [held]), 0);
      expect(Math.abs(components.scanRisk - scan)).toBeLessThan(1e-3);
    }
  });
});

describe("derive-pmrm2 over our accounts", () => {
  test("is what the model says of each underlying alone, beside equity", () => {
    const known = priced(SNAPSHOT, INSTRUMENTS);
    const model = peerModel("derive-pmrm2");
    for (let seed = 1; seed <= 25; seed++) {
      const held = drawn(seed);
      const actual = peerStep(model, SNAPSHOT, INSTRUMENTS).marginOf(tableOf(INSTRUMENTS, [held]), 0);
      const total = { maintenance: 0, initial: 0 };
      for (const { asset, spot: price } of SNAPSHOT.underlyings) {
        const own = held.map(([index, lots]) => ({ ...known[index], units: lots * known[index].lot })).filter((position) => position.asset === asset);
        const options = own.filter(({ kind }) => kind === "option");
        const times = [...new Set(options.map(({ secondsToExpiry }) => secondsToExpiry))];
        // With no rate forwards stand at the spot; the one future is a perp of its own, so it nets in profit and not in the charge on perps.
        const linear = own.filter(({ kind }) => kind === "perp" || kind === "future");
        const perps = linear.reduce((sum, { units }) => sum + units, 0);
        const charged = linear.reduce((sum, { units }) => sum + Math.abs(units), 0) - Math.abs(perps);
        const surplus = derivePmrm2Margin(
          DERIVE_MAINNET,
          {
            spot: price,
            spotConfidence: 1,
            stable: 1,
            perp: { price, confidence: 1 },
            expiries: times.map((secondsToExpiry) => ({ secondsToExpiry, forward: price, forwardConfidence: 1, rate: 0, rateConfidence: 1, volConfidence: 1 })),
          },
          {
            cash: 0,
            perp: { quantity: perps, unrealisedPnl: 0, unrealisedFunding: 0 },
            collaterals: own
              .filter(({ kind }) => kind === "spot")
              .map(({ units }) => ({ name: asset, quantity: units, price, confidence: 1, mmHaircut: 0, imHaircut: 0, riskCancelling: true })),
            options: options.map(({ secondsToExpiry, strike, isCall, units, volatility }) => ({
              secondsToExpiry,
              strike,
              kind: isCall ? "call" : "put",
              quantity: units,
              vol: volatility,
            })),
          },
        );
        total.maintenance += surplus.markToMarket - surplus.maintenanceMargin + charged * price * 0.03;
        total.initial += surplus.markToMarket - surplus.initialMargin + charged * price * 0.04;
      }
      expect(Math.abs(actual.maintenance / total.maintenance - 1)).toBeLessThan(1e-9);
      expect(Math.abs(actual.initial / total.initial - 1)).toBeLessThan(1e-9);
    }
  });

  test("a coin covers a short call deep in the money", () => {
    const model = peerModel("derive-pmrm2");
    const call = [option("ETH", "call", 2_000, 30), -8] as const;
    expect(margin(model, [call, [spot("ETH"), 8]]).maintenance).toBeLessThan(0.25 * margin(model, [call]).maintenance);
  });
});

describe("every peer", () => {
  test.for(PEER_NAMES)("%s: finite, not negative, initial at least maintenance, nothing for nothing", (name) => {
    const step = peerStep(peerModel(name), SNAPSHOT, INSTRUMENTS);
    expect(step.marginOf(tableOf(INSTRUMENTS, [[]]), 0)).toMatchObject({ maintenance: 0, initial: 0 });
    for (let seed = 1; seed <= 50; seed++) {
      const { maintenance, initial } = step.marginOf(tableOf(INSTRUMENTS, [drawn(seed)]), 0);
      expect(maintenance).toBeGreaterThan(0);
      expect(initial).toBeGreaterThanOrEqual(maintenance);
      expect(Number.isFinite(initial)).toBe(true);
    }
  });

  test.for(PEER_NAMES)("%s: twice the account needs twice the margin, concentration aside; its order does not matter", (name) => {
    const model = name === "deribit-pm" ? deribitModel({ ...DERIBIT_DEFAULTS, extendedDampener: 0, deltaTotalLiqShockThreshold: 1e15 }) : peerModel(name);
    const step = peerStep(model, SNAPSHOT, INSTRUMENTS);
    for (let seed = 1; seed <= 20; seed++) {
      const held = drawn(seed);
      const table = tableOf(INSTRUMENTS, [held, held.map(([index, lots]) => [index, 2 * lots] as const), held.toReversed()]);
      const [one, two, turned] = [0, 1, 2].map((account) => step.marginOf(table, account));
      expect(two.maintenance / one.maintenance).toBeCloseTo(2, 9);
      expect(turned.maintenance / one.maintenance).toBeCloseTo(1, 12);
    }
  });

  test.for(PEER_NAMES)("%s: a stablecoin as collateral needs nothing", (name) => {
    const instruments = [perp("BTC"), spot("USDC")];
    const step = peerStep(peerModel(name), SNAPSHOT, instruments);
    const table = tableOf(instruments, [
      [[0, 5]],
      [
        [0, 5],
        [1, 1_000_000],
      ],
    ]);
    expect(step.marginOf(table, 1)).toEqual(step.marginOf(table, 0));
  });

  test.for(PEER_NAMES)("%s refuses what has expired and what has no market", (name) => {
    const model = peerModel(name);
    expect(() => peerStep(model, SNAPSHOT, [option("BTC", "call", 1, 0)])).toThrow(expect.objectContaining({ code: "INSTRUMENT_EXPIRED" }));
    expect(() => peerStep(model, SNAPSHOT, [perp("AVAX")])).toThrow(expect.objectContaining({ code: "UNDERLYING_MISSING" }));
  });
});
