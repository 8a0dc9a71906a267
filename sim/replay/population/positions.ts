import type { Random } from "../../math/index.ts";
import type { BookPosition } from "../book.ts";
import type { Archetype, ArchetypeStrategy, Range } from "./strategy.ts";

/** What one account is drawn from: its own random stream, size and market. */
export interface Draw {
  readonly random: Random;
  readonly strategy: ArchetypeStrategy;
  readonly underlying: string;
  readonly underlyings: readonly string[];
  /** USD, gross over all its positions but hedges. */
  readonly notionalUsd: number;
}

/** Option quotes that a market maker holds, on both sides. */
const MAKER_OPTIONS = 8;
/** Part of its delta that a market maker hedges. */
const MAKER_HEDGE = 0.95;
/** Part of the put sellers that buy a farther put against their second one: a spread, as platforms sell it. */
const SPREAD_PART = 0.5;
const SPREAD_DEVIATIONS = 1;

/** What each archetype holds. Every position of the book is drawn here. */
export const POSITIONS: Readonly<Record<Archetype, (draw: Draw) => BookPosition[]>> = {
  "covered-call writer": (draw) => shorts(draw, 2, "call"),
  "put seller": (draw) => {
    const [first, second] = shorts(draw, 2, "put");
    if (draw.random.uniform() >= SPREAD_PART || second.kind !== "option" || !("standardDeviations" in second.strike)) return [first, second];
    const strike = { standardDeviations: second.strike.standardDeviations - SPREAD_DEVIATIONS };
    return [first, second, { ...second, strike, notionalUsd: -second.notionalUsd }];
  },
  "volatility seller": (draw) => {
    const half = { ...draw, notionalUsd: draw.notionalUsd / 2 };
    return [...shorts(half, 1, "call"), ...shorts(half, 1, "put")];
  },
  "market maker": ({ random, strategy, underlyings, notionalUsd }) => {
    const options = Array.from({ length: MAKER_OPTIONS }, (_, i): BookPosition => {
      const right = random.pick(["call", "put"] as const);
      const deviations = between(random, strategy.strikeDeviations) * (right === "call" ? 1 : -1);
      // Long a little more often than short: makers buy what the yield sellers of the book sell.
      const side = random.uniform() < 0.45 ? -1 : 1;
      return {
        kind: "option",
        underlying: underlyings[i % underlyings.length],
        right,
        strike: { standardDeviations: deviations },
        tenorHours: random.pick(strategy.tenorDays) * 24,
        notionalUsd: Math.floor((side * notionalUsd) / MAKER_OPTIONS),
      };
    });
    return [...options, ...underlyings.map((underlying): BookPosition => ({ kind: "hedge", underlying, share: MAKER_HEDGE }))];
  },
  "leveraged long": ({ underlying, notionalUsd }) => [{ kind: "perp", underlying, notionalUsd: Math.floor(notionalUsd) }],
  "basis trader": ({ random, strategy, underlying, notionalUsd }) => [
    { kind: "future", underlying, tenorHours: random.pick(strategy.tenorDays) * 24, notionalUsd: -Math.floor(notionalUsd) },
  ],
  whale: ({ strategy, notionalUsd }) => [
    { kind: "perp", underlying: "ETH", notionalUsd: Math.floor(notionalUsd * 0.4) },
    ...["BTC", "ETH"].map(
      (underlying): BookPosition => ({
        kind: "option",
        underlying,
        right: "put",
        strike: { standardDeviations: -strategy.strikeDeviations[0] },
        tenorHours: strategy.tenorDays[0] * 24,
        notionalUsd: -Math.floor(notionalUsd * 0.3),
      }),
    ),
  ],
};

export function between(random: Random, [from, to]: Range): number {
  return from + (to - from) * random.uniform();
}

/** So many short options out of the money, the notional split evenly. */
function shorts({ random, strategy, underlying, notionalUsd }: Draw, count: number, right: "call" | "put"): BookPosition[] {
  return Array.from({ length: count }, () => ({
    kind: "option",
    underlying,
    right,
    strike: { standardDeviations: between(random, strategy.strikeDeviations) * (right === "call" ? 1 : -1) },
    tenorHours: random.pick(strategy.tenorDays) * 24,
    notionalUsd: -Math.floor(notionalUsd / count),
  }));
}
