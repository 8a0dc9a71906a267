import { BallastError } from "../../sim/errors.ts";
import type { Market } from "../../sim/market/market.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { horizonOf } from "../../sim/validation/index.ts";
import { day } from "../report/format.ts";

/** Which windows are tested: they begin at every hour from the first to the last; one a day, or fewer, do not overlap. */
export interface Span {
  /** First and last hour at which a window begins. */
  readonly firstHour: number;
  readonly lastHour: number;
  readonly horizonHours: number;
  /** Hours from one window to the next that does not overlap it: whole days. */
  readonly strideHours: number;
  /** Windows before this hour are margined on less than the whole lookback. */
  readonly wholeLookbackFrom: number;
}

/** Volatility is known 30 days after the first price; the engine wants 60 moves a quarter of the horizon apart. */
const SEED_HOURS = 720;
const FEWEST_MOVES = 60;
/** With fewer days than this beyond the whole lookback, days on a shorter one are better than none. */
const ENOUGH_DAYS = 250;

/**
 * The span of a validation. Without a first day it begins where the whole lookback is known, or, where that leaves less than 250 days,
 * where the engine can give a requirement at all.
 *
 * @param firstDay @param lastDay days since 1970-01-01: windows begin on or after the one, and end by the end of the other
 * @throws BallastError SPAN_BACKWARDS, and SPAN_NOT_COVERED where the history does not hold it
 */
export function spanOf(market: Market, parameters: ParameterSet, firstDay?: number, lastDay?: number): Span {
  const { startHour, hours } = market.history;
  const horizonHours = horizonOf(parameters);
  const strideHours = 24 * Math.ceil(horizonHours / 24);
  const seeded = startHour + SEED_HOURS + horizonHours;
  const earliest = dayFrom(seeded + FEWEST_MOVES * Math.max(1, Math.floor(horizonHours / 4)) + 24);
  const wholeLookbackFrom = dayFrom(seeded + parameters.protocol.lookback * 24);
  const end = Math.min(startHour + hours, lastDay === undefined ? Number.POSITIVE_INFINITY : 24 * (lastDay + 1));
  const lastHour = end - horizonHours;
  const usual = lastHour - wholeLookbackFrom >= ENOUGH_DAYS * 24 ? wholeLookbackFrom : earliest;
  const firstHour = firstDay === undefined ? Math.min(usual, lastHour) : 24 * firstDay;
  if (firstDay !== undefined && lastDay !== undefined && firstDay > lastDay)
    throw new BallastError("SPAN_BACKWARDS", "The first day comes after the last one.", {
      where: { field: "--from, --to", value: `${day(24 * firstDay)} to ${day(24 * lastDay)}` },
      fix: "Exchange the two.",
    });
  if (firstHour < earliest || firstHour > lastHour || (lastDay !== undefined && 24 * lastDay > startHour + hours)) {
    throw new BallastError("SPAN_NOT_COVERED", "The price history does not hold the days to validate on.", {
      where: { field: "from, to", value: `${day(firstHour)} to ${day(Math.max(firstHour, end - 1))}` },
      fix:
        earliest <= startHour + hours - horizonHours
          ? `Windows can begin from ${day(earliest)} on, and end by ${day(startHour + hours - 1)}: give --from and --to within.`
          : "Give a dataset with at least 50 days of hourly prices; `ballast data import` adds to one.",
    });
  }
  return { firstHour, lastHour, horizonHours, strideHours, wholeLookbackFrom };
}

/** Whether a window is one of those that do not overlap: they begin at midnight UTC. */
export function isPrimary({ firstHour, strideHours }: Span, hour: number): boolean {
  return (hour - dayFrom(firstHour)) % strideHours === 0 && hour >= dayFrom(firstHour);
}

function dayFrom(hour: number): number {
  return 24 * Math.ceil(hour / 24);
}
