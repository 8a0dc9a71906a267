/**
 * Time as the dataset writes it: a day is `2020-03-12`, an hour `2020-03-12T10:00Z`, five minutes `2020-03-12T10:05Z`, all UTC, all the
 * START of what they name. Inside they are integers: days, hours and five minutes since 1970-01-01T00:00Z.
 */

/** Days since 1970-01-01 of a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
export function dayOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** @example dayText(18333) // "2020-03-12" */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** @example hourText(440002) // "2020-03-12T10:00Z" */
export function hourText(hour: number): string {
  return `${new Date(hour * 3_600_000).toISOString().slice(0, 16)}Z`;
}

/** @example minutesText(5280029) // "2020-03-12T10:25Z" */
export function minutesText(fives: number): string {
  return `${new Date(fives * 300_000).toISOString().slice(0, 16)}Z`;
}

/**
 * The day of `YYYY-MM-DD`, the hour of `YYYY-MM-DDTHH:00Z` or the five minutes of `YYYY-MM-DDTHH:MMZ` written in ASCII at `at`; NaN if there
 * is no such time. Reads
 * bytes because the loader parses 80 000 of them in a few milliseconds.
 */
export function timeFromBytes(bytes: Uint8Array, at: number, step: Step): number {
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const date = twoDigits(bytes, at + 8);
  if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH || !(month >= 1 && month <= 12 && date >= 1)) return Number.NaN;
  const day = dayOf(year, month, date);
  if (date > 28 && day >= (month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1))) return Number.NaN;
  if (step === "day") return day;
  const hour = twoDigits(bytes, at + 11);
  const minute = twoDigits(bytes, at + 14);
  if (bytes[at + 10] !== LETTER_T || bytes[at + 13] !== COLON || bytes[at + 16] !== LETTER_Z || !(hour <= 23)) return Number.NaN;
  if (step === "hour") return minute === 0 ? day * 24 + hour : Number.NaN;
  return minute <= 55 && minute % 5 === 0 ? (day * 24 + hour) * 12 + minute / 5 : Number.NaN;
}

/** Characters of a time as the dataset writes it. */
export const TIME_WIDTH = { hour: 17, day: 10, "5min": 17 } as const;

const DASH = 45;
const LETTER_T = 84;
const ZERO = 48;
const COLON = 58;
const LETTER_Z = 90;

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** What a row of a file is: the name of its first column. */
export const STEPS = ["hour", "day", "5min"] as const;
export type Step = (typeof STEPS)[number];

/** Rows of a day. */
export const ROWS_PER_DAY = { hour: 24, day: 1, "5min": 288 } as const;

/** @example timeText("day", 18333) // "2020-03-12" */
export function timeText(step: Step, time: number): string {
  return step === "hour" ? hourText(time) : step === "day" ? dayText(time) : minutesText(time);
}

/** The day of `YYYY-MM-DD`, the hour of `YYYY-MM-DDTHH:00Z` or the five minutes of `YYYY-MM-DDTHH:MMZ`; NaN if the text is no such step. */
export function parseTime(step: Step, text: string): number {
  const bytes = new TextEncoder().encode(text);
  return bytes.length === TIME_WIDTH[step] ? timeFromBytes(bytes, 0, step) : Number.NaN;
}
