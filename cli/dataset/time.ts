/**
 * Time as the dataset writes it: a day is `2020-03-12`, an hour `2020-03-12T10:00Z`, both UTC, both the START of what
 * they name. Inside they are integers: days and hours since 1970-01-01T00:00Z.
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

/**
 * The day of `YYYY-MM-DD` or the hour of `YYYY-MM-DDTHH:00Z` written in ASCII at `at`; NaN if there is no such time. Reads
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
  for (let i = 0; i < HOUR_TAIL.length; i++) if (bytes[at + 13 + i] !== HOUR_TAIL[i]) return Number.NaN;
  return bytes[at + 10] === LETTER_T && hour <= 23 ? day * 24 + hour : Number.NaN;
}

/** Characters of an hour and of a day as the dataset writes them. */
export const TIME_WIDTH = { hour: 17, day: 10 } as const;

const DASH = 45;
const LETTER_T = 84;
const ZERO = 48;
const HOUR_TAIL = [58, 48, 48, 90]; // ":00Z"

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

export type Step = "hour" | "day";

/** @example timeText("day", 18333) // "2020-03-12" */
export function timeText(step: Step, time: number): string {
  return step === "hour" ? hourText(time) : dayText(time);
}

/** The day of `YYYY-MM-DD` or the hour of `YYYY-MM-DDTHH:00Z`, NaN if the text is neither. */
export function parseTime(step: Step, text: string): number {
  const bytes = new TextEncoder().encode(text);
  return bytes.length === TIME_WIDTH[step] ? timeFromBytes(bytes, 0, step) : Number.NaN;
}
