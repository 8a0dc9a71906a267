import type { Dataset } from "../../sim/market/dataset.ts";
import { DEEP_FALL, FAST_DECAY, SLOW_DECAY } from "../../sim/market/implied-model.ts";
import { annualised, ewmaVariance } from "../../sim/market/volatility.ts";
import { dot, leastSquares, type Regression } from "./least-squares.ts";

/** How the implied-volatility model of `sim/market/implied-model.ts` comes out of a dataset. */
export interface ImpliedModelFit {
  /** ln DVOL on [1, ln fast, ln slow], BTC and ETH together. */
  readonly level: Regression;
  /** The level fitted on the earlier half of the BTC days, held against the later half. */
  readonly levelOutOfFit: { readonly bias: number; readonly deviation: number; readonly rSquared: number; readonly count: number };
  /** What the level model leaves of ETH's ln DVOL on [1, what it leaves of BTC's] the same day. */
  readonly premium: Regression;
  /** Root mean square of what is left of ETH's ln DVOL without and with BTC's premium. */
  readonly premiumGain: { readonly without: number; readonly with: number };
  /** Change of ln DVOL over a day on [fall, fall beyond the knot, rise], BTC and ETH together. */
  readonly reaction: Regression;
  /** What the daily reaction, its knot scaled by √days, explains of BTC's changes over more days: R² about the mean. */
  readonly reactionOver: readonly { readonly days: number; readonly rSquared: number; readonly count: number }[];
  /** κ per year, from the autoregression of BTC's ln DVOL over 7 days, with the same over 30 days for comparison. */
  readonly reversion: { readonly sevenDays: number; readonly thirtyDays: number };
}

export interface Day {
  readonly day: number;
  readonly asset: string;
  readonly level: number;
  readonly fast: number;
  readonly slow: number;
  readonly logClose: number;
}

export function fitImpliedModel(dataset: Dataset): ImpliedModelFit {
  const days = ["BTC", "ETH"].flatMap((asset) => daysOf(dataset, asset));
  const bitcoin = days.filter((day) => day.asset === "BTC");
  const changes = ["BTC", "ETH"].flatMap((asset) =>
    changesOf(
      days.filter((day) => day.asset === asset),
      1,
    ),
  );
  const reaction = leastSquares(
    changes.map(({ move }) => reactionRow(move, 1)),
    changes.map(({ change }) => change),
    5,
  );
  const level = leastSquares(
    days.map(levelRow),
    days.map((day) => day.level),
    60,
  );
  const left = (day: Day) => day.level - dot(levelRow(day), level.coefficients);
  const bitcoinByDay = new Map(bitcoin.map((day) => [day.day, day]));
  const pairs = days.flatMap((day) => {
    const leader = bitcoinByDay.get(day.day);
    return day.asset === "ETH" && leader ? [{ own: left(day), leader: left(leader) }] : [];
  });
  const premium = leastSquares(
    pairs.map(({ leader }) => [1, leader]),
    pairs.map(({ own }) => own),
    10,
  );
  const rootMeanSquare = (misses: number[]) => Math.sqrt(dot(misses, misses) / misses.length);
  return {
    level,
    premium,
    premiumGain: {
      without: rootMeanSquare(pairs.map(({ own }) => own)),
      with: rootMeanSquare(pairs.map(({ own, leader }) => own - dot([1, leader], premium.coefficients))),
    },
    levelOutOfFit: outOfFit(bitcoin),
    reaction,
    reactionOver: [2, 3, 5].map((span) => explained(changesOf(bitcoin, span), span, reaction.coefficients)),
    reversion: { sevenDays: reversionPerYear(bitcoin, 7), thirtyDays: reversionPerYear(bitcoin, 30) },
  };
}

export function daysOf(dataset: Dataset, asset: string): Day[] {
  const { history } = dataset;
  const index = history.assets.indexOf(asset);
  const fast = ewmaVariance(history, index, FAST_DECAY);
  const slow = ewmaVariance(history, index, SLOW_DECAY);
  const series = dataset.dvol[asset];
  const days: Day[] = [];
  for (const [i, dvol] of series.values.entries()) {
    const day = series.startDay + i;
    const lastBar = 24 * (day + 1) - 1 - history.startHour;
    const close = history.closes[index][lastBar];
    if (!(dvol > 0 && close > 0 && fast[lastBar] > 0)) continue;
    days.push({
      day,
      asset,
      level: Math.log(dvol),
      fast: Math.log(annualised(fast[lastBar])),
      slow: Math.log(annualised(slow[lastBar])),
      logClose: Math.log(close),
    });
  }
  return days;
}

export function levelRow(day: Day): number[] {
  return [1, day.fast, day.slow];
}

function outOfFit(days: readonly Day[]): ImpliedModelFit["levelOutOfFit"] {
  const half = Math.floor(days.length / 2);
  const { coefficients } = leastSquares(
    days.slice(0, half).map(levelRow),
    days.slice(0, half).map((day) => day.level),
    0,
  );
  const later = days.slice(half);
  const misses = later.map((day) => day.level - dot(levelRow(day), coefficients));
  const bias = misses.reduce((total, miss) => total + miss, 0) / misses.length;
  const centre = later.reduce((total, day) => total + day.level, 0) / later.length;
  return {
    bias,
    deviation: Math.sqrt(misses.reduce((total, miss) => total + (miss - bias) ** 2, 0) / (misses.length - 1)),
    rSquared: 1 - dot(misses, misses) / later.reduce((total, day) => total + (day.level - centre) ** 2, 0),
    count: misses.length,
  };
}

export interface Change {
  readonly move: number;
  readonly change: number;
}

export function changesOf(days: readonly Day[], span: number): Change[] {
  const byDay = new Map(days.map((day) => [day.day, day]));
  return days.flatMap((day) => {
    const before = byDay.get(day.day - span);
    return before ? [{ move: day.logClose - before.logClose, change: day.level - before.level }] : [];
  });
}

export function reactionRow(move: number, span: number): number[] {
  return [Math.max(-move, 0), Math.max(-move - DEEP_FALL * Math.sqrt(span), 0), Math.max(move, 0)];
}

function explained(changes: readonly Change[], days: number, coefficients: readonly number[]): ImpliedModelFit["reactionOver"][number] {
  const centre = changes.reduce((total, { change }) => total + change, 0) / changes.length;
  const left = changes.reduce((total, { move, change }) => total + (change - dot(reactionRow(move, days), coefficients)) ** 2, 0);
  return { days, rSquared: 1 - left / changes.reduce((total, { change }) => total + (change - centre) ** 2, 0), count: changes.length };
}

function reversionPerYear(days: readonly Day[], span: number): number {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const pairs = days.flatMap((day) => {
    const before = byDay.get(day.day - span);
    return before ? [[before.level, day.level]] : [];
  });
  const { coefficients } = leastSquares(
    pairs.map(([before]) => [1, before]),
    pairs.map(([, after]) => after),
    0,
  );
  return (-Math.log(coefficients[1]) * 365) / span;
}
