/**
 * Closing days of T2, the euro's settlement system, apart from weekends: the days on which large banks of many countries rest together.
 *
 * Source: European Central Bank, "T2 and T2S calendar": New Year's Day, Good Friday, Easter Monday, 1 May, 25 and 26 December. A short
 * list on purpose: what else counts where one's people live stands in the policy's `governance.holidays`.
 *
 * @param day a day of the calendar, `2026-12-25`
 * @returns the name of the holiday, or undefined on any other day
 * @example holidayOn("2026-04-03") // "Good Friday"
 */
export function holidayOn(day: string): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  const fixed = FIXED[day.slice(5)];
  if (fixed !== undefined) return fixed;
  const fromEaster = (Date.UTC(year, month - 1, date) - easterSunday(year)) / DAY_MS;
  return fromEaster === -2 ? "Good Friday" : fromEaster === 1 ? "Easter Monday" : undefined;
}

const DAY_MS = 86_400_000;
const FIXED: Readonly<Record<string, string>> = {
  "01-01": "New Year's Day",
  "05-01": "Labour Day",
  "12-25": "Christmas Day",
  "12-26": "the day after Christmas",
};

/** Easter Sunday of a Gregorian year, as milliseconds since 1970 (Meeus, Astronomical Algorithms, 2nd ed., chapter 8). */
function easterSunday(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const l = (32 + 2 * e + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1);
}
