import type { Dataset } from "../../sim/market/dataset.ts";
import { changesOf, type Day, daysOf, levelRow, reactionRow } from "./fit.ts";
import { dot, leastSquares } from "./least-squares.ts";

/** How far the model is from what it did not see, and from what it saw. */
export interface ModelErrors {
  /** First and last day held out: days since 1970-01-01. */
  readonly from: number;
  readonly to: number;
  readonly level: readonly LevelError[];
  readonly reaction: readonly ReactionError[];
}

/** Of the level at the money for 30 days against DVOL. Points are vol points. */
export interface LevelError {
  /** Whose level, and from what: where BTC's DVOL is known the others take its premium over the model. */
  readonly asset: string;
  readonly sample: "in sample" | "held out";
  readonly days: number;
  /** Mean of model less DVOL, root mean square, and 95th percentile of its size. */
  readonly biasPoints: number;
  readonly errorPoints: number;
  readonly largePoints: number;
  /** Root mean square, in points, of always saying the mean of the days fitted on. */
  readonly constantPoints: number;
}

/** Of the daily change of ln(DVOL), in per cent of the level. */
export interface ReactionError {
  readonly sample: "in sample" | "held out";
  /** All days, or those on which the spot fell by more than 5 %. */
  readonly days: "all" | "deep falls";
  readonly count: number;
  readonly biasPercent: number;
  readonly errorPercent: number;
  /** Root mean square of saying that nothing changes. */
  readonly nothingPercent: number;
}

const HELD_OUT_DAYS = 365;
const DEEP = -0.05;

/**
 * The level and the reaction fitted on everything before the dataset's last year and asked about that year; beside it the same of the fit on
 * all days, which is the model in use. Nothing of the held-out year is in the first fit.
 *
 * @example modelErrors(await loadDataset()).level
 */
export function modelErrors(dataset: Dataset): ModelErrors {
  const days = ["BTC", "ETH"].flatMap((asset) => daysOf(dataset, asset));
  const to = days.reduce((last, { day }) => Math.max(last, day), 0);
  const from = to - HELD_OUT_DAYS + 1;
  const before = days.filter(({ day }) => day < from);
  const after = days.filter(({ day }) => day >= from);
  return {
    from,
    to,
    level: [...levelErrors(days, days, "in sample"), ...levelErrors(before, after, "held out")],
    reaction: [...reactionErrors(days, days, "in sample"), ...reactionErrors(before, after, "held out")],
  };
}

function levelErrors(fitted: readonly Day[], asked: readonly Day[], sample: LevelError["sample"]): LevelError[] {
  const { coefficients } = leastSquares(
    fitted.map(levelRow),
    fitted.map(({ level }) => level),
    0,
  );
  const left = (day: Day) => day.level - dot(levelRow(day), coefficients);
  const paired = (days: readonly Day[]) => {
    const bitcoin = new Map(days.filter(({ asset }) => asset === "BTC").map((day) => [day.day, day]));
    return days.flatMap((day) => {
      const leader = bitcoin.get(day.day);
      return day.asset === "ETH" && leader ? [{ day, row: [1, left(leader)] }] : [];
    });
  };
  const pairs = paired(fitted);
  const premium = leastSquares(
    pairs.map(({ row }) => row),
    pairs.map(({ day }) => left(day)),
    0,
  ).coefficients;
  const rows = (["BTC", "ETH"] as const).map((asset) => ({
    asset: `${asset} from its own prices`,
    of: asset,
    answers: asked.filter((day) => day.asset === asset).map((day) => ({ day, model: dot(levelRow(day), coefficients) })),
  }));
  const premiumRow = {
    asset: "ETH with BTC's premium",
    of: "ETH",
    answers: paired(asked).map(({ day, row }) => ({ day, model: dot(levelRow(day), coefficients) + dot(row, premium) })),
  };
  return [...rows, premiumRow].map(({ asset, of, answers }) => {
    const misses = answers.map(({ day, model }) => 100 * (Math.exp(model) - Math.exp(day.level)));
    const past = mean(fitted.filter((day) => day.asset === of).map(({ level }) => Math.exp(level)));
    return {
      asset,
      sample,
      days: answers.length,
      biasPoints: mean(misses),
      errorPoints: rootMeanSquare(misses),
      largePoints: misses.map(Math.abs).sort((a, b) => a - b)[Math.ceil(0.95 * misses.length) - 1],
      constantPoints: rootMeanSquare(answers.map(({ day }) => 100 * (past - Math.exp(day.level)))),
    };
  });
}

function reactionErrors(fitted: readonly Day[], asked: readonly Day[], sample: ReactionError["sample"]): ReactionError[] {
  const changes = (days: readonly Day[]) => [...Map.groupBy(days, ({ asset }) => asset).values()].flatMap((own) => changesOf(own, 1));
  const past = changes(fitted);
  const { coefficients } = leastSquares(
    past.map(({ move }) => reactionRow(move, 1)),
    past.map(({ change }) => change),
    0,
  );
  const all = changes(asked);
  return (["all", "deep falls"] as const).map((days) => {
    const own = days === "all" ? all : all.filter(({ move }) => move < DEEP);
    const misses = own.map(({ move, change }) => 100 * (dot(reactionRow(move, 1), coefficients) - change));
    return {
      sample,
      days,
      count: own.length,
      biasPercent: mean(misses),
      errorPercent: rootMeanSquare(misses),
      nothingPercent: rootMeanSquare(own.map(({ change }) => 100 * change)),
    };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(dot(values, values) / values.length);
}
