import type { Governance } from "../../chain/index.ts";
import { type GovernanceLimits, governanceLimits } from "../proposal/governance-policy.ts";
import type { Check, Emit } from "./check.ts";
import { duration, governanceOf, governorSeconds } from "./governance.ts";
import { holidayOn } from "./holidays.ts";

export const calendar: Check = {
  id: "calendar",
  title: "Somebody is there when the vote ends and when it is executed",
  why: "A vote that ends on a Sunday, or an execution on Christmas Day, is one that nobody answers.",
  incident:
    "Compound 289, July 2024: voted from a Thursday to a Sunday, USD 24 M, passed by 682 191 to 633 636. Build Finance, February 2022: the second try went unnoticed. Sky executes in office hours only.",
  fix: "Propose on another day; a policy for people elsewhere names its `governance.timeZone` and `holidays`.",
  severity: "warn",
  dated: true,
  kind: "check",
  async run(context, emit) {
    const { before } = await governanceOf(context);
    const limits = governanceLimits(context.policy);
    const times = timesOf(context.now(), before, limits.blockSeconds);
    for (const [what, at] of [
      ["vote ends", times.ends],
      ["timelock lets the execution through", times.executable],
    ] as const) {
      const reason = restReason(at, limits);
      if (reason !== undefined) emit({ message: `Proposed now, the ${what} on ${dateText(at, limits.timeZone)}, ${reason}.` });
    }
    emitQuietVote(times, limits, emit);
    emitHours(times.executable, limits, emit);
    const text = (at: number) => dateText(at, limits.timeZone);
    const late = `${text(times.ends)} (up to ${duration(times.latest - times.ends)} later after a late quorum)`;
    return `proposed ${text(times.proposed)}: voting from ${text(times.starts)} to ${late}, execution from ${text(times.executable)}`;
  },
};

/** When the stations of a proposal come, in seconds since 1970. */
export interface Times {
  readonly proposed: number;
  readonly starts: number;
  readonly ends: number;
  /** The end when a quorum is reached in the last moment. */
  readonly latest: number;
  /** Queued at once, the earliest execution. */
  readonly executable: number;
}

/**
 * The earliest stations of a proposal made at a time, under the settings in force: those it changes hold for the next one.
 *
 * @example timesOf(1_800_000_000, governance, 12).ends
 */
export function timesOf(proposed: number, governance: Governance, blockSeconds: number): Times {
  const seconds = (units: number) => governorSeconds(units, governance, blockSeconds);
  const starts = proposed + seconds(governance.votingDelay);
  const ends = starts + seconds(governance.votingPeriod);
  return { proposed, starts, ends, latest: ends + seconds(governance.lateQuorumExtension), executable: ends + governance.timelockDelay };
}

/** In how many working days at least somebody has to be able to vote. */
const LEAST_WORKING_DAYS = 2;

function emitQuietVote({ starts, ends }: Times, limits: GovernanceLimits, emit: Emit): void {
  // A moment of each day between: the start, then a day later each time, and the end.
  const moments = Array.from({ length: Math.floor((ends - starts) / DAY_SECONDS) + 1 }, (_, i) => starts + i * DAY_SECONDS);
  const working = new Set([...moments, ends].filter((at) => restReason(at, limits) === undefined).map((at) => partsOf(at, limits.timeZone).day));
  if (working.size < LEAST_WORKING_DAYS) {
    emit({ message: `The vote, from ${dateText(starts, limits.timeZone)} to ${dateText(ends, limits.timeZone)}, has ${working.size} working days in it.` });
  }
}

function emitHours(at: number, { timeZone, staffedHours }: GovernanceLimits, emit: Emit): void {
  if (staffedHours === undefined) return;
  const { hour } = partsOf(at, timeZone);
  const [from, to] = staffedHours;
  if (hour < from || hour >= to)
    emit({ message: `The timelock lets the execution through at ${dateText(at, timeZone)}; somebody is there from ${from} to ${to} h.` });
}

/** Why nobody is there on the day of a moment, as the end of a sentence. */
function restReason(at: number, { timeZone, holidays }: GovernanceLimits): string | undefined {
  const { day, weekday } = partsOf(at, timeZone);
  const holiday = holidayOn(day);
  if (holiday !== undefined) return `which is ${holiday}`;
  if (holidays.includes(day)) return "which is a holiday by the policy";
  return weekday === "Sat" || weekday === "Sun" ? "which is a weekend" : undefined;
}

const DAY_SECONDS = 86_400;

function partsOf(at: number, timeZone: string): { readonly day: string; readonly weekday: string; readonly hour: number; readonly time: string } {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = Object.fromEntries(format.formatToParts(at * 1000).map(({ type, value }) => [type, value]));
  return { day: `${parts.year}-${parts.month}-${parts.day}`, weekday: parts.weekday ?? "", hour: Number(parts.hour), time: `${parts.hour}:${parts.minute}` };
}

/** @example dateText(1_782_043_200, "UTC") // "Sun 2026-06-21 12:00 UTC" */
export function dateText(at: number, timeZone: string): string {
  const { day, weekday, time } = partsOf(at, timeZone);
  return `${weekday} ${day} ${time} ${timeZone}`;
}
