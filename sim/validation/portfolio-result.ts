import { clopperPearson, createRandom, type Interval, mean, sum } from "../math/index.ts";
import { type Procyclicality, procyclicality } from "../replay/procyclicality.ts";
import { blockBootstrap } from "./bootstrap.ts";
import { createLaws, type Laws } from "./laws.ts";
import { tailLevelsBps } from "./multinomial.ts";
import { coverageTest, exceedanceTests, shortfallTests, type TestOutcome } from "./portfolio-tests.ts";
import { predictedLoss } from "./predicted.ts";
import { quantileLoss } from "./quantile-loss.ts";
import { type ReferencePortfolio, underlyingsOf } from "./reference-portfolios.ts";
import type { Windows } from "./rolling.ts";
import { BASEL_DAYS, baselMultipliers, trafficLight, type Zone } from "./traffic-light.ts";

/** How one reference portfolio fared. Rates are parts of the notional. */
export interface PortfolioResult {
  readonly name: string;
  readonly title: string;
  readonly underlyings: readonly string[];
  /** Windows that do not overlap, one after the other, and of those how many could not be valued at both ends. */
  readonly days: number;
  readonly missing: number;
  readonly firstHour: number;
  readonly lastHour: number;
  /** Mean maintenance margin, without its part for the cost of a liquidation. */
  readonly meanRate: number;
  readonly margin: Coverage;
  /** Exceedances of the requirement with value at risk in place of expected shortfall, and of the draws' own value at risk. */
  readonly valueAtRiskExceedances: number;
  readonly drawsExceedances: number;
  /** Share of days on which the grid or the short-option minimum sets the requirement. */
  readonly setByFloor: number;
  readonly trafficLight: { readonly zone: Zone; readonly lastYear: LastYear | null };
  /** Mean pinball loss of the value at risk at its level: the smaller, the closer the limit follows the losses. */
  readonly quantileLoss: number;
  readonly procyclicality: Procyclicality;
  readonly tests: readonly TestOutcome[];
  /** The days whose loss was largest beside the margin. */
  readonly closest: readonly Event[];
}

export interface Coverage {
  readonly exceedances: number;
  readonly expected: number;
  /** Share of the days whose loss was covered, and the exact 95 % interval of it. */
  readonly covered: number;
  readonly interval: Interval;
  /** Over windows beginning at every hour evaluated: how many, how many beyond, and the bootstrap's interval of the share covered. */
  readonly windows: number;
  readonly beyond: number;
  readonly bootstrap: Interval;
  /** Fewest and most exceedances over the hours of the day the windows can begin at. */
  readonly byHour: { readonly fewest: number; readonly most: number };
}

/** Exceedances in the last 250 windows, and what a supervisor would make of them. */
export interface LastYear {
  readonly exceedances: number;
  readonly plusFactor: number;
  readonly frtbMultiplier: number;
}

export interface Event {
  readonly hour: number;
  readonly loss: number;
  readonly margin: number;
}

export interface PortfolioInput {
  readonly portfolio: ReferencePortfolio;
  readonly hours: readonly number[];
  readonly windows: Windows;
  /** Whether a window is one of those that do not overlap. */
  readonly isPrimary: (hour: number) => boolean;
  readonly confidenceBps: number;
  readonly seed: string;
}

/** Fewer days than this are no sample. */
export const FEWEST_DAYS = 20;
/** A loss beyond a limit by less than this part of the notional is the rounding of prices. */
const ROUNDING = 1e-9;
const CLOSEST = 5;
const LOSS_INTERVAL = 0.95;

/**
 * Tests one portfolio on its windows.
 *
 * @returns or why it cannot be tested
 */
export function testPortfolio(input: PortfolioInput): PortfolioResult | string {
  const { portfolio, hours, windows, isPrimary, confidenceBps, seed } = input;
  const own = [...hours.keys()].filter((i) => isPrimary(hours[i]));
  const days = own.filter((i) => !Number.isNaN(windows.profit[i]));
  if (days.length < FEWEST_DAYS) return `${days.length} days with a price at both ends; ${FEWEST_DAYS} are the least`;
  const pick = (values: Float64Array) => Float64Array.from(days, (i) => values[i]);
  const loss = pick(windows.profit).map((profit) => -profit);
  const cover = pick(windows.cover);
  const limit = pick(windows.valueAtRisk);
  if (cover.every((rate) => rate <= ROUNDING) && loss.every((value) => value <= ROUNDING)) return "the model sees no risk in it, and it never lost anything";
  const predicted = days.map((i) => windows.predicted[i] ?? { population: 1, worst: Float64Array.of(0) });
  const drawn = Float64Array.from(predicted, (day) => Math.max(0, predictedLoss(day, confidenceBps, false)));
  const hits = (against: Float64Array) => Uint8Array.from(loss, (value, t) => (value > against[t] + ROUNDING ? 1 : 0));
  const probability = 1 - confidenceBps / 10_000;
  const laws: Laws = createLaws(probability, seed);
  const withRisk = [...days.keys()].filter((t) => predictedLoss(predicted[t], confidenceBps, true) > ROUNDING);
  const marginHits = hits(cover);
  const limitHits = hits(limit);
  const drawnHits = hits(drawn);
  const exceeded = sum(limitHits);
  const tests = [
    coverageTest(marginHits, probability),
    ...exceedanceTests("margin", limitHits, limit, probability, laws),
    ...exceedanceTests("draws", drawnHits, drawn, probability, laws),
    ...shortfallTests(
      withRisk.map((t) => predicted[t]),
      withRisk.map((t) => -loss[t]),
      tailLevelsBps(confidenceBps),
      `${seed}/${portfolio.name}`,
    ),
  ];
  return {
    name: portfolio.name,
    title: portfolio.title,
    underlyings: underlyingsOf(portfolio),
    days: days.length,
    missing: own.length - days.length,
    firstHour: hours[days[0]],
    lastHour: hours[days[days.length - 1]],
    meanRate: mean(cover),
    margin: coverageOf(input, sum(marginHits), days.length, probability),
    valueAtRiskExceedances: exceeded,
    drawsExceedances: sum(drawnHits),
    setByFloor: mean(pick(windows.setByFloor)),
    trafficLight: { zone: trafficLight(days.length, exceeded, probability).zone, lastYear: lastYearOf(limitHits) },
    quantileLoss: quantileLoss(loss, limit, probability),
    procyclicality: dailyProcyclicality([cover]),
    tests,
    closest: [...days.keys()]
      .filter((t) => loss[t] > ROUNDING)
      .sort((a, b) => loss[b] * cover[a] - loss[a] * cover[b] || a - b)
      .slice(0, CLOSEST)
      .map((t) => ({ hour: hours[days[t]], loss: loss[t], margin: cover[t] })),
  };
}

/** How the margin rates of one value a day moved. */
export function dailyProcyclicality(series: readonly ArrayLike<number>[]): Procyclicality {
  return procyclicality(series.map((rates) => Array.from({ length: 24 * rates.length }, (_, hour) => rates[Math.floor(hour / 24)])));
}

function lastYearOf(hits: Uint8Array): LastYear | null {
  if (hits.length < BASEL_DAYS) return null;
  const exceedances = sum(hits.subarray(hits.length - BASEL_DAYS));
  return { exceedances, ...baselMultipliers(exceedances) };
}

function coverageOf({ portfolio, hours, windows, seed }: PortfolioInput, exceedances: number, days: number, probability: number): Coverage {
  const firstDay = Math.floor(hours[0] / 24);
  const length = Math.floor(hours[hours.length - 1] / 24) - firstDay + 1;
  const counts = { windows: new Float64Array(length), beyond: new Float64Array(length) };
  const byHour = new Map<number, number>();
  hours.forEach((hour, i) => {
    if (Number.isNaN(windows.profit[i])) return;
    const day = Math.floor(hour / 24) - firstDay;
    const hit = -windows.profit[i] > windows.cover[i] + ROUNDING ? 1 : 0;
    counts.windows[day]++;
    counts.beyond[day] += hit;
    byHour.set(hour % 24, (byHour.get(hour % 24) ?? 0) + hit);
  });
  const exact = clopperPearson(exceedances, days, LOSS_INTERVAL);
  const drawn = blockBootstrap(counts, createRandom(`${seed}/${portfolio.name}/bootstrap`));
  return {
    exceedances,
    expected: days * probability,
    covered: 1 - exceedances / days,
    interval: { low: 1 - exact.high, high: 1 - exact.low },
    windows: sum(counts.windows),
    beyond: sum(counts.beyond),
    bootstrap: { low: 1 - drawn.high, high: 1 - drawn.low },
    byHour: { fewest: Math.min(...byHour.values()), most: Math.max(...byHour.values()) },
  };
}
