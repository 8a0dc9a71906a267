import { type ByAsset, byUnderlying, type Holding, ofAsset, type PeerModel } from "./model.ts";
import { optionDelta, type PricedInstrument, profitOf } from "./priced.ts";

export interface SpanParameters {
  /** Price scan range: multiples of daily volatility, at least a share of spot. */
  readonly scanSigmas: number;
  readonly scanMinimum: number;
  /** Volatility scan range, in volatility points: 0.1 is from 60 % to 70 %. */
  readonly volatilityScanRange: number;
  /** The two extreme scenarios: so many scan ranges, so much of the loss. */
  readonly extremeMultiple: number;
  readonly extremeCover: number;
  /** Of notional, per short option: the least an account needs. */
  readonly shortOptionMinimum: ByAsset;
  /** Of spot, per unit of delta long in one month and short in another. */
  readonly calendarSpreadCharge: number;
  /** Pairs whose opposite deltas, equal in USD, offset each other, in the order they are formed; the share of price risk given back. */
  readonly interCommodity: readonly { readonly legs: readonly [string, string]; readonly credit: number }[];
  /** Initial over maintenance. */
  readonly initialFactor: number;
}

/**
 * NSE's published ranges for single stocks (3.5 daily volatilities and at least 7.1 %, 10 volatility points, 7.5 % of a short option), CME's extreme
 * scenarios (three ranges at 33 %) and its 110 % initial margin for speculators (margin-systems §2.9). ASSUMED, for no exchange
 * publishes them for coins: the calendar charge, and credits of half between BTC and ETH and a third between ETH and the others.
 */
export const SPAN_DEFAULTS: SpanParameters = {
  scanSigmas: 3.5,
  scanMinimum: 0.071,
  volatilityScanRange: 0.1,
  extremeMultiple: 3,
  extremeCover: 0.33,
  shortOptionMinimum: { other: 0.075 },
  calendarSpreadCharge: 0.01,
  interCommodity: [
    { legs: ["BTC", "ETH"], credit: 0.5 },
    { legs: ["ETH", "SOL"], credit: 0.33 },
    { legs: ["ETH", "AVAX"], credit: 0.33 },
    { legs: ["ETH", "LINK"], credit: 0.33 },
  ],
  initialFactor: 1.1,
};

/** A scenario: the price moves by `range` scan ranges, volatility by `volatility` scan ranges, the loss counts by `cover`. */
export interface SpanScenario {
  readonly range: number;
  readonly volatility: -1 | 0 | 1;
  readonly cover: number;
}

/** SPAN's sixteen, in its order: pairs of volatility up and down at 0, ±⅓, ±⅔ and ±1 range, then the two extremes. */
export function spanScenarios({ extremeMultiple, extremeCover }: SpanParameters): SpanScenario[] {
  const pairs = [0, 1, -1, 2, -2, 3, -3].flatMap((thirds) => ([1, -1] as const).map((volatility) => ({ range: thirds / 3, volatility, cover: 1 })));
  return [
    ...pairs,
    { range: extremeMultiple, volatility: 0 as const, cover: extremeCover },
    { range: -extremeMultiple, volatility: 0 as const, cover: extremeCover },
  ];
}

/** Weights of the composite delta over the moves 0, ±⅓, ±⅔, ±1 of the range. */
const DELTA_WEIGHTS = [
  [0, 0.27],
  [1 / 3, 0.217],
  [-1 / 3, 0.217],
  [2 / 3, 0.11],
  [-2 / 3, 0.11],
  [1, 0.037],
  [-1, 0.037],
] as const;
const WEIGHT_SUM = DELTA_WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

/** A price falls no further than this: −100 % has no meaning. */
const LEAST_FACTOR = 0.05;

/** What SPAN's risk array says of one lot. */
interface RiskArray {
  readonly profit: Float64Array;
  readonly compositeDelta: number;
}

/**
 * CME's SPAN (1988), one account, a combined commodity per underlying: scan risk over sixteen scenarios + calendar spread charge − inter-commodity
 * credit, not below the short option minimum. The value of options stands in equity, where SPAN takes it off the requirement.
 * Coins held as collateral are not part of it.
 *
 * @example peerStep(spanModel(SPAN_DEFAULTS), snapshot, instruments)
 */
export function spanModel(parameters: SpanParameters): PeerModel {
  const scenarios = spanScenarios(parameters);
  return (instruments) => {
    const arrays = instruments.map((instrument) => riskArray(instrument, scenarios, parameters));
    return (holdings) => {
      const derivatives = holdings.filter(({ instrument }) => instruments[instrument].kind !== "spot");
      const commodities = byUnderlying(instruments, derivatives).map((group) => combinedCommodity(instruments, arrays, group, parameters));
      const credits = interCommodityCredits(commodities, parameters);
      const components = { scanRisk: 0, calendarSpread: 0, interCommodityCredit: 0, shortOptionMinimum: 0 };
      let maintenance = 0;
      commodities.forEach((commodity, at) => {
        components.scanRisk += commodity.scanRisk;
        components.calendarSpread += commodity.calendarSpread;
        components.interCommodityCredit -= credits[at];
        components.shortOptionMinimum += commodity.shortOptionMinimum;
        maintenance += Math.max(commodity.scanRisk + commodity.calendarSpread - credits[at], commodity.shortOptionMinimum, 0);
      });
      return { maintenance, initial: parameters.initialFactor * maintenance, components };
    };
  };
}

function riskArray(instrument: PricedInstrument, scenarios: readonly SpanScenario[], parameters: SpanParameters): RiskArray {
  const range = Math.max(parameters.scanMinimum, parameters.scanSigmas * instrument.dailyVolatility);
  const factor = (moves: number) => Math.max(LEAST_FACTOR, 1 + moves * range);
  const profit = Float64Array.from(scenarios, (scenario) => {
    const volatility = Math.max(0, instrument.volatility + scenario.volatility * parameters.volatilityScanRange);
    return scenario.cover * profitOf(instrument, factor(scenario.range), volatility);
  });
  if (instrument.kind !== "option") return { profit, compositeDelta: instrument.delta };
  let delta = 0;
  for (const [moves, weight] of DELTA_WEIGHTS) delta += (weight / WEIGHT_SUM) * optionDelta(instrument, instrument.forward * factor(moves));
  return { profit, compositeDelta: delta };
}

/** One underlying of one account. Deltas in USD of the underlying. */
export interface CombinedCommodity {
  readonly asset: string;
  readonly scanRisk: number;
  /** Of the scan risk, what a move of the price alone would cost. */
  readonly priceRisk: number;
  readonly deltaUsd: number;
  readonly calendarSpread: number;
  readonly shortOptionMinimum: number;
}

function combinedCommodity(
  instruments: readonly PricedInstrument[],
  arrays: readonly RiskArray[],
  group: readonly Holding[],
  parameters: SpanParameters,
): CombinedCommodity {
  const { asset, spot } = instruments[group[0].instrument];
  const loss = new Float64Array(arrays[group[0].instrument].profit.length);
  const months = new Map<number, number>();
  let shorts = 0;
  for (const { instrument, lots } of group) {
    const { kind, lot, expiryHour } = instruments[instrument];
    const { profit, compositeDelta } = arrays[instrument];
    for (let s = 0; s < loss.length; s++) loss[s] -= lots * profit[s];
    months.set(expiryHour, (months.get(expiryHour) ?? 0) + lots * compositeDelta);
    if (kind === "option" && lots < 0) shorts -= lots * lot;
  }
  let long = 0;
  let short = 0;
  for (const delta of months.values()) {
    if (delta > 0) long += delta;
    else short -= delta;
  }
  return {
    asset,
    ...scanned(loss),
    deltaUsd: (long - short) * spot,
    calendarSpread: Math.min(long, short) * spot * parameters.calendarSpreadCharge,
    shortOptionMinimum: shorts * spot * ofAsset(parameters.shortOptionMinimum, asset),
  };
}

/**
 * Scan risk, the largest of the sixteen losses, never below zero, and its price risk: the mean of that scenario and its twin with volatility
 * the other way, less the mean loss with the price unchanged (SPAN's volatility-adjusted risk less its time risk).
 */
export function scanned(loss: ArrayLike<number>): { scanRisk: number; priceRisk: number } {
  let active = 0;
  for (let s = 1; s < loss.length; s++) if (loss[s] > loss[active]) active = s;
  const scanRisk = Math.max(0, loss[active]);
  const twin = active < 14 ? active ^ 1 : active;
  const timeRisk = (loss[0] + loss[1]) / 2;
  return { scanRisk, priceRisk: Math.max(0, (loss[active] + loss[twin]) / 2 - timeRisk) };
}

/**
 * What each combined commodity is given back for spreads between them: of a pair with opposite deltas, the USD they have in common, each leg
 * its price risk per USD of delta (SPAN's weighted price risk), times the credit rate. Delta that is spread is gone for the next pair.
 */
export function interCommodityCredits(commodities: readonly CombinedCommodity[], { interCommodity }: SpanParameters): number[] {
  const left = commodities.map(({ deltaUsd }) => deltaUsd);
  const credits = commodities.map(() => 0);
  for (const { legs, credit } of interCommodity) {
    const [a, b] = legs.map((leg) => commodities.findIndex(({ asset }) => asset === leg));
    if (a < 0 || b < 0 || left[a] * left[b] >= 0) continue;
    const spread = Math.min(Math.abs(left[a]), Math.abs(left[b]));
    for (const leg of [a, b]) {
      credits[leg] += credit * spread * (commodities[leg].priceRisk / Math.abs(commodities[leg].deltaUsd));
      left[leg] -= left[leg] > 0 ? spread : -spread;
    }
  }
  return credits;
}
