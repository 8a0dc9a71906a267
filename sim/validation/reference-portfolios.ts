import type { Snapshot, UnderlyingState } from "../market/snapshot.ts";
import { HOURS_PER_YEAR } from "../market/volatility.ts";
import { exp } from "../math/index.ts";
import { type Instrument, lotSize } from "../pricing/instrument.ts";

/** A book that is struck anew every day, so that it is the same bet on every day of the history. */
export interface ReferencePortfolio {
  readonly name: string;
  readonly title: string;
  readonly legs: readonly Leg[];
}

/** `size` in units of USD 1 M of the underlying at the spot; negative is short. Strikes in standard deviations of the log return to expiry. */
export type Leg =
  | { readonly kind: "perp"; readonly underlying: string; readonly size: number }
  | { readonly kind: "spot"; readonly underlying: string; readonly size: number }
  | { readonly kind: "future"; readonly underlying: string; readonly size: number; readonly tenorHours: number }
  | {
      readonly kind: "option";
      readonly underlying: string;
      readonly size: number;
      readonly right: "call" | "put";
      readonly deviations: number;
      readonly tenorHours: number;
    };

/** Small beside a day's volume of any underlying, large beside a lot. */
const UNIT_USD = 1_000_000;

const WEEK = 168;
const MONTH = 720;
const QUARTER = 2_160;
/** Expires within the horizon of a day: what is settled, and what is left of the book, are tested too. */
const HALF_DAY = 12;

const linear = (kind: "perp" | "spot", underlying: string, size: number): Leg => ({ kind, underlying, size });
const future = (underlying: string, size: number, tenorHours: number): Leg => ({ kind: "future", underlying, size, tenorHours });
const option = (underlying: string, right: "call" | "put", deviations: number, tenorHours: number, size: number): Leg => ({
  kind: "option",
  underlying,
  right,
  deviations,
  tenorHours,
  size,
});
const straddle = (underlying: string, tenorHours: number, size: number): Leg[] => [
  option(underlying, "call", 0, tenorHours, size),
  option(underlying, "put", 0, tenorHours, size),
];
const strangle = (underlying: string, tenorHours: number, size: number): Leg[] => [
  option(underlying, "call", 1, tenorHours, size),
  option(underlying, "put", -1, tenorHours, size),
];
const butterfly = (underlying: string, tenorHours: number, size: number): Leg[] => [
  option(underlying, "call", -1, tenorHours, size),
  option(underlying, "call", 0, tenorHours, -2 * size),
  option(underlying, "call", 1, tenorHours, size),
];

/**
 * The 24 books a margin model is tried on: both sides of every underlying, and of what can be made of options; hedged books, whose risk
 * is what the hedge leaves; and books over several underlyings. A model that covers one side by charging both too much shows here.
 */
export const REFERENCE_PORTFOLIOS: readonly ReferencePortfolio[] = [
  { name: "btc-long", title: "Long BTC perpetual", legs: [linear("perp", "BTC", 1)] },
  { name: "btc-short", title: "Short BTC perpetual", legs: [linear("perp", "BTC", -1)] },
  { name: "eth-future-long", title: "Long ETH future, 90 days", legs: [future("ETH", 1, QUARTER)] },
  { name: "eth-future-short", title: "Short ETH future, 90 days", legs: [future("ETH", -1, QUARTER)] },
  { name: "sol-long", title: "Long SOL perpetual", legs: [linear("perp", "SOL", 1)] },
  { name: "sol-short", title: "Short SOL perpetual", legs: [linear("perp", "SOL", -1)] },
  { name: "link-long", title: "Long LINK, spot", legs: [linear("spot", "LINK", 1)] },
  { name: "link-short", title: "Short LINK perpetual", legs: [linear("perp", "LINK", -1)] },
  { name: "avax-long", title: "Long AVAX perpetual", legs: [linear("perp", "AVAX", 1)] },
  { name: "avax-short", title: "Short AVAX perpetual", legs: [linear("perp", "AVAX", -1)] },
  { name: "btc-straddle-long", title: "Long BTC straddle, 30 days", legs: straddle("BTC", MONTH, 1) },
  { name: "eth-straddle-short", title: "Short ETH straddle, 7 days", legs: straddle("ETH", WEEK, -1) },
  { name: "eth-strangle-long", title: "Long ETH strangle, 30 days, ±1 σ", legs: strangle("ETH", MONTH, 1) },
  { name: "btc-strangle-short", title: "Short BTC strangle, 7 days, ±1 σ", legs: strangle("BTC", WEEK, -1) },
  {
    name: "btc-risk-reversal-up",
    title: "BTC risk reversal, long call, short put, 30 days",
    legs: [option("BTC", "call", 1, MONTH, 1), option("BTC", "put", -1, MONTH, -1)],
  },
  {
    name: "eth-risk-reversal-down",
    title: "ETH risk reversal, short call, long put, 30 days",
    legs: [option("ETH", "call", 1, MONTH, -1), option("ETH", "put", -1, MONTH, 1)],
  },
  { name: "btc-butterfly-long", title: "Long BTC butterfly, 30 days, wings at ±1 σ", legs: butterfly("BTC", MONTH, 1) },
  { name: "eth-butterfly-short", title: "Short ETH butterfly, 7 days, wings at ±1 σ", legs: butterfly("ETH", WEEK, -1) },
  {
    name: "btc-calendar-long",
    title: "Long BTC calendar: short 7 days, long 90 days, at the money",
    legs: [option("BTC", "call", 0, WEEK, -1), option("BTC", "call", 0, QUARTER, 1)],
  },
  {
    name: "eth-calendar-expiring",
    title: "ETH calendar: short straddle of 12 hours, long straddle of 30 days",
    legs: [...straddle("ETH", HALF_DAY, -1), ...straddle("ETH", MONTH, 1)],
  },
  {
    name: "btc-covered-call",
    title: "BTC covered call: spot, short call of 30 days at +1 σ",
    legs: [linear("spot", "BTC", 1), option("BTC", "call", 1, MONTH, -1)],
  },
  { name: "btc-basis", title: "BTC basis: spot against a short perpetual", legs: [linear("spot", "BTC", 1), linear("perp", "BTC", -1)] },
  { name: "btc-against-eth", title: "Long BTC against short ETH, perpetuals", legs: [linear("perp", "BTC", 1), linear("perp", "ETH", -1)] },
  {
    name: "basket-long",
    title: "Long basket of BTC, ETH, SOL, LINK and AVAX perpetuals",
    legs: ["BTC", "ETH", "SOL", "LINK", "AVAX"].map((underlying) => linear("perp", underlying, 0.2)),
  },
];

/** Underlyings of a portfolio, each once. */
export function underlyingsOf({ legs }: ReferencePortfolio): string[] {
  return [...new Set(legs.map(({ underlying }) => underlying))];
}

/** What a leg is at one hour: an instrument, whole lots of it (never none), and what they are worth at the spot, USD. */
export interface Position {
  readonly instrument: Instrument;
  readonly lots: number;
  readonly notionalUsd: number;
}

/**
 * Strikes a portfolio at a snapshot.
 *
 * @returns undefined when the snapshot lacks one of its underlyings
 * @example struck(REFERENCE_PORTFOLIOS[0], market.snapshotAt(439_344)) // 1 M USD of BTC in whole lots
 */
export function struck({ legs }: ReferencePortfolio, snapshot: Snapshot): Position[] | undefined {
  const positions: Position[] = [];
  for (const leg of legs) {
    const state = snapshot.underlyings.find(({ asset }) => asset === leg.underlying);
    if (state === undefined) return undefined;
    const lotUsd = state.spot * lotSize(leg.underlying);
    const lots = Math.sign(leg.size) * Math.max(1, Math.floor((Math.abs(leg.size) * UNIT_USD) / lotUsd + 0.5));
    positions.push({ instrument: instrumentOf(leg, snapshot, state), lots, notionalUsd: Math.abs(lots) * lotUsd });
  }
  return positions;
}

function instrumentOf(leg: Leg, { hour, rate }: Snapshot, state: UnderlyingState): Instrument {
  const { underlying } = leg;
  if (leg.kind === "perp" || leg.kind === "spot") return { kind: leg.kind, underlying };
  const expiryHour = hour + leg.tenorHours;
  if (leg.kind === "future") return { kind: "future", underlying, expiryHour };
  const years = leg.tenorHours / HOURS_PER_YEAR;
  const strike = state.spot * exp(rate * years + leg.deviations * state.atmVolatility * Math.sqrt(years));
  return { kind: "option", underlying, right: leg.right, strike, expiryHour };
}
