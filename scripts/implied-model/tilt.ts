import type { Dataset } from "../../sim/market/dataset.ts";
import { DEEP_FALL } from "../../sim/market/implied-model.ts";
import { daysOf } from "./fit.ts";
import { dot, leastSquares } from "./least-squares.ts";

/**
 * Does the skew steepen on falls, beyond the level? No smile is in the data, but in theory its change is: Bergomi's skew-stickiness ratio
 * ("Smile Dynamics IV", Risk 2009) R = (dσ/d ln S) / (∂σ/∂k), at the money, says that the skew is the reaction of the level to the spot divided
 * by R. In logarithms, as the engine's smile moves with its level by one factor: ∂σ/∂k = −σ·β/R, where β is minus the slope of ln DVOL on ln S.
 * So a skew that steepens by more than its level after a fall F shows as a β that is larger after a fall: β = b + tilt·F.
 *
 * The regression, written down before it was run: the next day's change of ln DVOL on [1, F, d, F·d], d the next day's log return of the spot
 * with the sign turned (a fall is above 0), F the fall of the day before, 0 after a rise; BTC and ETH together, Newey–West over 5 rows. F alone
 * is there for what DVOL gives back after a fall. The tilt counts as identified if, with the same sign above 0,
 * 1. its t is at least 1.96 there,
 * 2. it is so without the day after the largest fall,
 * 3. it is so with the reaction bent as REACTION_MODEL has it ([1, F, fall, fall beyond the knot, rise, F·d]): days after falls move more, and
 *    a bent reaction alone then looks like a larger β,
 * 4. it makes the prediction of the year held out, fitted on the days before it, better, and has the same sign there by itself.
 * The others are printed beside it, to be seen, and decide nothing; those named as such were added after the first results were seen.
 */
export interface TiltFit {
  /** The tilt of every specification: the added reaction of ln DVOL per unit of log return, per unit of the fall before. */
  readonly specifications: readonly TiltEstimate[];
  /** b, the reaction of the first specification where nothing fell before, and its standard error. */
  readonly reaction: { readonly coefficient: number; readonly error: number };
  /** Minus the slope of ln DVOL's change on the same day's log return, nothing else asked: by R of 30 days, what the skew is on average. */
  readonly averageReaction: number;
  /** Deepest fall of a day in the fit. */
  readonly deepestFall: number;
  readonly heldOut: {
    /** Root mean square of what is left of the held-out year's changes of ln DVOL, in per cent, fitted on the days before, without and with the tilt. */
    readonly errorPercent: { readonly without: number; readonly with: number };
    readonly count: number;
  };
  /** Whether the four conditions hold. */
  readonly identified: boolean;
}

export interface TiltEstimate {
  readonly name: string;
  readonly tilt: number;
  /** Newey–West standard error. */
  readonly error: number;
  readonly count: number;
  /** Rows after a fall of more than 5 %. */
  readonly deepFalls: number;
}

const LAGS = 5;
const HELD_OUT_DAYS = 365;
const SIGNIFICANT = 1.96;

/** A day and the one after it. */
interface Step {
  readonly asset: string;
  readonly day: number;
  /** Log returns of the spot over the 1, 2, 3 and 5 days up to `day`, by that number of days. */
  readonly before: ReadonlyMap<number, number>;
  /** Log return of the spot over the 30 days to the day before `day`. */
  readonly trend: number;
  /** Log return of the spot the day after, sign turned. */
  readonly drop: number;
  /** DVOL of `day`, and the change of its logarithm and of its points the day after. */
  readonly level: number;
  readonly logChange: number;
  readonly change: number;
}

type Row = (step: Step) => number[];

const fallOver = (days: number) => (step: Step) => Math.max(-(step.before.get(days) as number), 0);
const fall = fallOver(1);
const down = (step: Step) => Math.max(step.drop, 0);
const up = (step: Step) => Math.max(-step.drop, 0);
const deeper = (step: Step) => Math.max(step.drop - DEEP_FALL, 0);

/** The tilt's regressor stands last. */
const written: Row = (step) => [1, fall(step), step.drop, fall(step) * step.drop];
const bent: Row = (step) => [1, fall(step), down(step), deeper(step), up(step), fall(step) * step.drop];

/**
 * Fits the tilt in every specification that was tried.
 *
 * @example tiltFit(await loadDataset()).identified
 */
export function tiltFit(dataset: Dataset): TiltFit {
  const steps = ["BTC", "ETH"].flatMap((asset) => stepsOf(dataset, asset));
  const largest = steps.reduce((one, step) => (fall(step) > fall(one) ? step : one));
  const calm = steps.filter((step) => step !== largest);
  const from = steps.reduce((last, { day }) => Math.max(last, day + 1), 0) - HELD_OUT_DAYS + 1;
  const earlier = steps.filter(({ day }) => day + 1 < from);
  const later = steps.filter(({ day }) => day + 1 >= from);
  const logarithm = (step: Step) => step.logChange;
  const points = (step: Step) => step.change;
  const specifications = [
    estimate("as written down", steps, written, logarithm),
    estimate("without the day after the largest fall", calm, written, logarithm),
    estimate("reaction bent", steps, bent, logarithm),
    estimate("reaction bent, without that day", calm, bent, logarithm),
    estimate("the days before the year held out", earlier, written, logarithm),
    estimate("the year held out", later, written, logarithm),
    ...["BTC", "ETH"].map((asset) =>
      estimate(
        `${asset} alone`,
        steps.filter((step) => step.asset === asset),
        written,
        logarithm,
      ),
    ),
    estimate("next day's falls only, rises apart", steps, (step) => [1, fall(step), down(step), up(step), fall(step) * down(step)], logarithm),
    ...[2, 3, 5].map((days) =>
      estimate(`the fall of ${days} days before`, steps, (step) => [1, fallOver(days)(step), step.drop, fallOver(days)(step) * step.drop], logarithm),
    ),
    estimate("the rise of the day before, in place of the fall", steps, riseRow, logarithm),
    estimate("in points", steps, written, points),
    estimate("in points, beyond the level", steps, (step) => [1, fall(step), step.level * step.drop, fall(step) * step.drop], points),
    estimate("added: a reaction of its own for each asset", steps, ownRow, logarithm),
    estimate("added: a reaction and a constant of its own for each year", steps, periodRow(steps, yearOf), logarithm),
    estimate("added: a reaction and a constant of its own for each quarter", steps, periodRow(steps, quarterOf), logarithm),
    estimate("added: beside the return of the 30 days before the fall", steps, trendRow, logarithm),
    estimate("added: changes cut at their 1st and 99th percentile", steps, written, cut(steps)),
    monthWithout(steps, logarithm),
    ...[...new Set(steps.map(yearOf))].sort().map((year) =>
      estimate(
        `added: ${year} alone`,
        steps.filter((step) => yearOf(step) === year),
        written,
        logarithm,
      ),
    ),
  ];
  const by = (name: string) => specifications.find((one) => one.name === name) as TiltEstimate;
  const errorOf = (row: Row) => {
    const { coefficients } = leastSquares(earlier.map(row), earlier.map(logarithm), 0);
    const misses = later.map((step) => 100 * (step.logChange - dot(row(step), coefficients)));
    return Math.sqrt(dot(misses, misses) / misses.length);
  };
  const errorPercent = { without: errorOf((step) => written(step).slice(0, -1)), with: errorOf(written) };
  const decisive = ["as written down", "without the day after the largest fall", "reaction bent"].map(by);
  const average = leastSquares(
    steps.map((step) => [1, step.drop]),
    steps.map(logarithm),
    0,
  );
  const { coefficients, errors } = leastSquares(steps.map(written), steps.map(logarithm), LAGS);
  return {
    specifications,
    reaction: { coefficient: coefficients[2], error: errors[2] },
    averageReaction: average.coefficients[1],
    deepestFall: fall(largest),
    heldOut: { errorPercent, count: later.length },
    identified:
      decisive.every(({ tilt, error }) => tilt >= SIGNIFICANT * error) && by("the year held out").tilt > 0 && errorPercent.with < errorPercent.without,
  };
}

function riseRow(step: Step): number[] {
  const rise = Math.max(step.before.get(1) as number, 0);
  return [1, rise, step.drop, rise * step.drop];
}

/** Constant, fall and reaction of ETH beside those of both. */
function ownRow(step: Step): number[] {
  const ether = step.asset === "ETH" ? 1 : 0;
  return [1, fall(step), step.drop, ether, ether * fall(step), ether * step.drop, fall(step) * step.drop];
}

function cut(steps: readonly Step[]): (step: Step) => number {
  const sorted = steps.map(({ logChange }) => logChange).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [at(0.01), at(0.99)];
  return ({ logChange }) => Math.min(Math.max(logChange, low), high);
}

function yearOf({ day }: Step): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 4);
}

function quarterOf(step: Step): string {
  return `${yearOf(step)} ${Math.floor(new Date(step.day * 86_400_000).getUTCMonth() / 3)}`;
}

/** Constants and reactions by period, in place of one: the slow changes of β taken out, with those that the falls of the period made. */
function periodRow(steps: readonly Step[], periodOf: (step: Step) => string): Row {
  const periods = [...new Set(steps.map(periodOf))];
  return (step) => {
    const own = periods.map((period) => (periodOf(step) === period ? 1 : 0));
    return [fall(step), ...own, ...own.map((one) => one * step.drop), fall(step) * step.drop];
  };
}

function trendRow(step: Step): number[] {
  return [1, fall(step), step.drop, step.trend, step.trend * step.drop, fall(step) * step.drop];
}

/** The calendar month without which the tilt is least certain left out. */
function monthWithout(steps: readonly Step[], target: (step: Step) => number): TiltEstimate {
  const monthOf = ({ day }: Step) => new Date(day * 86_400_000).toISOString().slice(0, 7);
  const without = [...new Set(steps.map(monthOf))].map((month) =>
    estimate(
      `added: without ${month}, of all months the one it hangs on most`,
      steps.filter((step) => monthOf(step) !== month),
      written,
      target,
    ),
  );
  return without.reduce((least, one) => (one.tilt / one.error < least.tilt / least.error ? one : least));
}

function estimate(name: string, steps: readonly Step[], row: Row, target: (step: Step) => number): TiltEstimate {
  const { coefficients, errors, count } = leastSquares(steps.map(row), steps.map(target), LAGS);
  return {
    name,
    tilt: coefficients[coefficients.length - 1],
    error: errors[errors.length - 1],
    count,
    deepFalls: steps.filter((step) => fall(step) > DEEP_FALL).length,
  };
}

function stepsOf(dataset: Dataset, asset: string): Step[] {
  const { history } = dataset;
  const closes = history.closes[history.assets.indexOf(asset)];
  const logClose = (day: number) => Math.log(closes[24 * (day + 1) - 1 - history.startHour]);
  const days = daysOf(dataset, asset);
  const next = new Map(days.map((day) => [day.day - 1, day]));
  return days.flatMap((day) => {
    const after = next.get(day.day);
    const before = new Map([1, 2, 3, 5].map((span) => [span, day.logClose - logClose(day.day - span)]));
    if (after === undefined || ![...before.values()].every(Number.isFinite)) return [];
    return [
      {
        asset,
        day: day.day,
        before,
        trend: logClose(day.day - 1) - logClose(day.day - 31),
        drop: day.logClose - after.logClose,
        level: Math.exp(day.level),
        logChange: after.level - day.level,
        change: Math.exp(after.level) - Math.exp(day.level),
      },
    ];
  });
}
