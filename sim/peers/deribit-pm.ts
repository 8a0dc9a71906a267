import { exp, power } from "../math/index.ts";
import { type ByAsset, byUnderlying, type Holding, ofAsset, type PeerModel } from "./model.ts";
import { type PricedInstrument, profitOf } from "./priced.ts";

/** The `model_params` of Deribit's portfolio margin simulation, in its own units. */
export interface DeribitParameters {
  readonly priceRange: ByAsset;
  readonly bucketsCount: number;
  readonly volatilityRangeUp: number;
  readonly volatilityRangeDown: number;
  readonly shortTermVegaPower: number;
  readonly longTermVegaPower: number;
  readonly minVolatilityForShockUp: number;
  /** Moves beyond the range, volatility up, only part of the profit or loss. */
  readonly extendedMoves: readonly number[];
  readonly extendedTableFactor: number;
  /** USD by which a far loss shrinks per range the move lies beyond the first. */
  readonly extendedDampener: number;
  /** Basis risk of what expires: per year, and at least. */
  readonly annualisedMoveRisk: number;
  readonly minAnnualisedMove: number;
  /** Concentration: USD of delta that is free, rate per coin beyond it, at most. */
  readonly deltaTotalLiqShockThreshold: number;
  readonly deltaShockPerCoin: ByAsset;
  readonly maxDeltaShock: number;
  readonly mmFactor: number;
}

/**
 * Deribit's `private/pme/simulate` example of 2024-06-17 for BTC in USD (margin-systems §2.1), and for ETH the rate of concentration of a
 * response of 2026-02-15. ASSUMED for the others, which have no published set: a range of 25 %, rates per coin that are the same per USD.
 */
export const DERIBIT_DEFAULTS: DeribitParameters = {
  priceRange: { BTC: 0.16, ETH: 0.16, other: 0.25 },
  bucketsCount: 4,
  volatilityRangeUp: 0.5,
  volatilityRangeDown: 0.25,
  shortTermVegaPower: 0.3,
  longTermVegaPower: 0.13,
  minVolatilityForShockUp: 0.5,
  extendedMoves: [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5],
  extendedTableFactor: 1,
  extendedDampener: 25_000,
  annualisedMoveRisk: 0.1,
  minAnnualisedMove: 0.01,
  deltaTotalLiqShockThreshold: 20_000_000,
  deltaShockPerCoin: { BTC: 5e-5, ETH: 4e-6, SOL: 3e-7, other: 4e-8 },
  maxDeltaShock: 0.1,
  mmFactor: 0.8,
};

/** The three volatilities of a bucket, in Deribit's order. */
export const VOLATILITY_MOVES = ["down", "same", "up"] as const;

/** The moves of the standard table, left to right. */
export function standardMoves({ bucketsCount }: DeribitParameters, priceRange: number): number[] {
  return Array.from({ length: 2 * bucketsCount + 1 }, (_, bucket) => ((bucket - bucketsCount) * priceRange) / bucketsCount);
}

/** Volatility after a move: ·(1 ± range·(30/days)^power), the power by whether 30 days are left, up not below a least value. */
export function movedVolatility(volatility: number, years: number, move: (typeof VOLATILITY_MOVES)[number], parameters: DeribitParameters): number {
  if (move === "same") return volatility;
  const days = Math.max(1, years * 365);
  const term = power(30 / days, days <= 30 ? parameters.shortTermVegaPower : parameters.longTermVegaPower);
  if (move === "down") return volatility * Math.max(0, 1 - parameters.volatilityRangeDown * term);
  return Math.max(volatility * (1 + parameters.volatilityRangeUp * term), parameters.minVolatilityForShockUp);
}

/**
 * Profit of an inverse perp, which is settled in its coin: Q·(1 − 1/(1 + move)), in coins.
 *
 * @param coins notional in coins at the present price, negative for short
 */
export function inversePerpProfit(coins: number, move: number): number {
  return coins * (1 - 1 / (1 + move));
}

/** A far loss with its dampener taken off, USD: (|move| / range − 1) times the dampener, at most all of it. Gains stay as they are. */
export function dampened(profit: number, move: number, priceRange: number, dampener: number): number {
  if (profit >= 0) return profit;
  return Math.min(0, profit + (Math.max(Math.abs(move) / priceRange, 1) - 1) * dampener);
}

/**
 * Deribit's segregated portfolio margin, an account per underlying, settled in USD: nine price buckets by three volatilities, the extended
 * table, roll shock and delta shock; initial = worst case + roll shock + delta shock, maintenance = mmFactor of it. Coins held
 * as collateral move with their underlying in the matrix. Underlyings do not offset each other.
 *
 * @example peerStep(deribitModel(DERIBIT_DEFAULTS), snapshot, instruments)
 */
export function deribitModel(parameters: DeribitParameters): PeerModel {
  return (instruments) => {
    const rows = instruments.map((instrument) => riskVector(instrument, parameters));
    return (holdings) => {
      const components = { worstCase: 0, rollShock: 0, deltaShock: 0 };
      for (const group of byUnderlying(instruments, holdings)) {
        components.worstCase += worstCase(instruments, rows, group, parameters);
        components.rollShock += rollShock(instruments, group, parameters);
        components.deltaShock += deltaShock(instruments, group, parameters);
      }
      const initial = components.worstCase + components.rollShock + components.deltaShock;
      return { initial, maintenance: parameters.mmFactor * initial, components };
    };
  };
}

/** Profit of one lot in every cell: the standard table bucket by bucket, then the extended one with its share applied. */
export function riskVector(instrument: PricedInstrument, parameters: DeribitParameters): Float64Array {
  const range = ofAsset(parameters.priceRange, instrument.asset);
  const { volatility, years } = instrument;
  const standard = standardMoves(parameters, range).flatMap((move) =>
    VOLATILITY_MOVES.map((shift) => profitOf(instrument, 1 + move, movedVolatility(volatility, years, shift, parameters))),
  );
  const up = movedVolatility(volatility, years, "up", parameters);
  const extended = parameters.extendedMoves.map(
    (move) => profitOf(instrument, 1 + move, up) * parameters.extendedTableFactor * Math.min(1, range / Math.abs(move)),
  );
  return Float64Array.from([...standard, ...extended]);
}

function worstCase(instruments: readonly PricedInstrument[], rows: readonly Float64Array[], group: readonly Holding[], parameters: DeribitParameters): number {
  const range = ofAsset(parameters.priceRange, instruments[group[0].instrument].asset);
  const cells = rows[group[0].instrument].length;
  const standard = cells - parameters.extendedMoves.length;
  let worst = 0;
  for (let cell = 0; cell < cells; cell++) {
    let profit = 0;
    for (const { instrument, lots } of group) profit += lots * rows[instrument][cell];
    if (cell >= standard) profit = dampened(profit, parameters.extendedMoves[cell - standard], range, parameters.extendedDampener);
    worst = Math.min(worst, profit);
  }
  return -worst;
}

/** Σ over expiries of |net delta| · max(e^(risk · years) − 1, least move); a perp's is the least move. Coins do not roll. */
function rollShock(instruments: readonly PricedInstrument[], group: readonly Holding[], { annualisedMoveRisk, minAnnualisedMove }: DeribitParameters): number {
  const deltas = new Map<number, { delta: number; years: number; spot: number }>();
  for (const { instrument, lots } of group) {
    const { kind, expiryHour, years, spot, delta } = instruments[instrument];
    if (kind === "spot") continue;
    const net = (deltas.get(expiryHour)?.delta ?? 0) + lots * delta;
    deltas.set(expiryHour, { delta: net, years, spot });
  }
  let shock = 0;
  for (const { delta, years, spot } of deltas.values()) shock += Math.abs(delta) * spot * Math.max(exp(annualisedMoveRisk * years) - 1, minAnnualisedMove);
  return shock;
}

/** Concentration: the delta of futures and short options, which long options may lower but not turn, beyond what the market takes freely. */
function deltaShock(instruments: readonly PricedInstrument[], group: readonly Holding[], parameters: DeribitParameters): number {
  let longOptions = 0;
  let rest = 0;
  for (const { instrument, lots } of group) {
    const { kind, delta } = instruments[instrument];
    if (kind === "option" && lots > 0) longOptions += lots * delta;
    else rest += lots * delta;
  }
  const { asset, spot } = instruments[group[0].instrument];
  const counted = rest < 0 ? Math.min(0, Math.max(rest + longOptions, rest)) : Math.max(0, Math.min(rest + longOptions, rest));
  const coins = Math.abs(counted);
  const beyond = Math.max(0, coins - parameters.deltaTotalLiqShockThreshold / spot);
  return Math.min(beyond * ofAsset(parameters.deltaShockPerCoin, asset), parameters.maxDeltaShock) * coins * spot;
}
