/**
 * Numbers as a reader sees them, the same on every machine: no locale, no Intl. A no-break space stands between a number
 * and its unit, a narrow one between thousands, a real minus sign before negative values.
 */

const SPACE = "\u00a0";
const NARROW = "\u202f";
const MINUS = "\u2212";

/**
 * Money to three significant digits, in k, M or bn.
 *
 * @param value USD
 * @example usd(1_236_000) // "USD 1.24 M"
 * @example usd(-840) // "−USD 840"
 */
export function usd(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  const size = Math.abs(value);
  // Less than half a dollar in a book of millions is rounding of the sums, not a loss.
  if (size < 0.5) return `USD${SPACE}0`;
  const sign = value < 0 ? MINUS : "";
  for (const [unit, scale] of [
    ["bn", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const) {
    // 999 600 reads "USD 1.00 M", not "USD 1 000 k".
    if (size >= scale * 0.9995) return `${sign}USD${SPACE}${threeDigits(size / scale)}${SPACE}${unit}`;
  }
  return `${sign}USD${SPACE}${size.toFixed(0)}`;
}

/** Money with its sign always shown, for differences. @example usdChange(1200) // "+USD 1.20 k" */
export function usdChange(value: number): string {
  return value >= 0.5 ? `+${usd(value)}` : usd(value);
}

/**
 * A fraction as a percentage with as many decimals as say something: 128 %, 12.8 %, 1.28 %, 0.13 %.
 *
 * @param fraction 0.01 = 1 %
 * @example percent(0.128) // "12.8 %"
 */
export function percent(fraction: number): string {
  if (!Number.isFinite(fraction)) return "unknown";
  const size = Math.abs(fraction) * 100;
  const text = size >= 99.95 ? grouped(size.toFixed(0)) : size >= 9.995 ? size.toFixed(1) : size.toFixed(2);
  const zero = Number(text) === 0;
  if (zero && size > 0) return `${fraction < 0 ? MINUS : ""}<0.01${SPACE}%`;
  return `${fraction < 0 ? MINUS : ""}${zero ? "0" : text}${SPACE}%`;
}

/** A percentage with its sign always shown, for relative changes. @example percentChange(0.04) // "+4.00 %" */
export function percentChange(fraction: number): string {
  return fraction > 0 ? `+${percent(fraction)}` : percent(fraction);
}

/**
 * A difference of two fractions in percentage points, with its sign.
 *
 * @example points(0.0042) // "+0.42 pp"
 */
export function points(difference: number): string {
  // Its sign would say more than anybody can see.
  if (difference !== 0 && Math.abs(difference) < 0.00005) return `<0.01${SPACE}pp`;
  return percentChange(difference).replace(`${SPACE}%`, `${SPACE}pp`);
}

/**
 * The two ends of an interval; empty where both read the same, and around nought where nothing of either can be seen.
 *
 * @example interval([0.0031, 0.0053], points) // "+0.31 pp to +0.53 pp"
 */
export function interval([low, high]: readonly [number, number], format: (value: number) => string): string {
  const ends = [format(low), format(high)];
  if (ends.every((end) => end.includes("<"))) return low < 0 && high > 0 ? `within ±${ends[1].replace(/^[^0-9]*/, "")}` : "";
  return ends[0] === ends[1] ? "" : ends.join(" to ");
}

/**
 * A share that ought to be near one, rounded down to two decimals: 99.996 % must not read as 100 %.
 *
 * @example share(0.99996) // "99.99 %"
 */
export function share(fraction: number): string {
  if (!Number.isFinite(fraction)) return "unknown";
  // Adding a millionth of a percent keeps 0.9987, whose double lies below it, at 99.87.
  const hundredths = Math.floor(fraction * 10_000 + 1e-6);
  return `${(hundredths / 100).toFixed(hundredths % 10_000 === 0 ? 0 : 2)}${SPACE}%`;
}

/** A formatted number without the zeros that end its decimals, for prose and limits. @example trimmed("10.0 %") // "10 %" */
export function trimmed(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");
}

/** A whole number with its thousands apart. @example count(12345) // "12 345" */
export function count(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  const text = grouped(Math.abs(value).toFixed(0));
  return `${value < 0 && text !== "0" ? MINUS : ""}${text}`;
}

/** A whole number with its sign always shown. @example countChange(3) // "+3" */
export function countChange(value: number): string {
  return value > 0 ? `+${count(value)}` : count(value);
}

/** A count and its noun. @example plural(1, "gate") // "1 gate" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}${SPACE}${value === 1 ? one : many}`;
}

/** A day, UTC. @param hour hours since 1970-01-01T00:00Z @example day(439_000) // "2020-01-30" */
export function day(hour: number): string {
  return new Date(hour * 3_600_000).toISOString().slice(0, 10);
}

/** A day without its year, for axes. @example shortDay(439_000) // "30 Jan" */
export function shortDay(hour: number): string {
  const date = new Date(hour * 3_600_000);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** The month an hour lies in. @example month(439_000) // "January 2020" */
export function month(hour: number): string {
  const date = new Date(hour * 3_600_000);
  return `${LONG_MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** A hash short enough to read aloud. @example shortHash("0x0123…cdef") // "0x012345…cdef" */
export function shortHash(hash: string): string {
  return hash.length <= 14 ? hash : `${hash.slice(0, 8)}…${hash.slice(-4)}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LONG_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

function threeDigits(value: number): string {
  return value >= 99.95 ? grouped(value.toFixed(0)) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, NARROW);
}
