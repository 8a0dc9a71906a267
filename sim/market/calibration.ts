import { BallastError } from "../errors.ts";
import { levenbergMarquardt } from "../math/levenberg-marquardt.ts";
import { butterflyArbitrage } from "./arbitrage.ts";
import { type ChainSurface, chainViolations, type MaturitySlice } from "./chain-surface.ts";
import { type Slice, smileOf, totalVariance } from "./slice.ts";

/** What the options of one expiry cost, as implied volatilities. */
export interface ExpiryQuotes {
  /** To expiry, above 0. */
  readonly years: number;
  /** Each ln(strike / forward) once, at least `FEWEST_STRIKES` of them. */
  readonly quotes: readonly Quote[];
}

export interface Quote {
  /** ln(strike / forward). */
  readonly logMoneyness: number;
  /** Annualised, above 0. */
  readonly volatility: number;
  /** How much a miss counts, above 0: 1 over what the quote may be wrong by, in any common unit. */
  readonly weight: number;
}

/** How well one expiry came out, in volatility (0.01 = one vol point). */
export interface ExpiryFit {
  readonly years: number;
  readonly count: number;
  /** Root mean square of fitted less quoted volatility, unweighted. */
  readonly rootMeanSquare: number;
  /** The largest miss, with its sign, and the ln(strike / forward) of it. */
  readonly worst: number;
  readonly worstAt: number;
}

export interface Calibration {
  readonly surface: ChainSurface;
  readonly expiries: readonly ExpiryFit[];
}

/** A slice has three numbers; two more strikes leave something to miss. */
export const FEWEST_STRIKES = 5;

/** Neither wing takes less than this of a rise, so |ρ| stays below 0.99: a smile that touches 0 on one side is no smile. */
const LEAST_PART = 0.005;

/** The conditions are kept with this much to spare, so that rounding to twelve digits cannot break them. */
const SPARE = 1e-9;

/** A wing stays below 2 by as much. */
const STEEPEST = 2 * (1 - SPARE);

/**
 * Fits an SSVI surface with a slice (θ, φ, ρ) of its own for every expiry to the implied volatilities of a chain, by least squares in
 * volatility, free of butterflies and calendar spreads by construction: what is searched is not θ, φ and ρ but how far each slice goes
 * from the one before it, as a share of the way the conditions leave (Gatheral and Jacquier 2014, theorem 4.2; Hendriks and Martini 2019,
 * proposition 3.1). First slice by slice from the shortest, then all together, so that no early slice binds the later ones by its noise.
 *
 * @param expiries in order of maturity.
 * The result is held against the conditions and against Durrleman's density before it is given out.
 *
 * @throws CALIBRATION_INPUT_INVALID for maturities out of order, or a quote that is no number, or fewer than `FEWEST_STRIKES` strikes.
 * @example calibrateSurface([{ years: 30 / 365, quotes }]).expiries[0].rootMeanSquare; // 0.004: 0.4 vol points
 */
export function calibrateSurface(expiries: readonly ExpiryQuotes[]): Calibration {
  requireQuotes(expiries);
  // Slice by slice: each begins in the middle of what its predecessor allows.
  const found: number[] = [];
  let before = START;
  for (const expiry of expiries) {
    const from = Float64Array.of(Math.sqrt(Math.max(atTheMoney(expiry) - before.theta, 0.01 * before.theta)), 0, 0);
    const fit = levenbergMarquardt((x, out) => missesOf(nextSlice(before, x, 0), expiry, out, 0), from, expiry.quotes.length);
    before = nextSlice(before, fit.parameters, 0);
    found.push(...fit.parameters);
  }
  const count = expiries.reduce((sum, { quotes }) => sum + quotes.length, 0);
  const together = levenbergMarquardt(
    (x, out) => {
      let at = 0;
      slicesOf(expiries, x).forEach((slice, i) => {
        missesOf(slice, expiries[i], out, at);
        at += expiries[i].quotes.length;
      });
    },
    Float64Array.from(found),
    count,
  );
  const slices = slicesOf(expiries, together.parameters);
  requireSound(slices);
  return { surface: { slices }, expiries: expiries.map((expiry, i) => fitOf(slices[i], expiry)) };
}

/**
 * How far a slice is from the volatilities of an expiry.
 *
 * @example fitOf(slice, expiry).rootMeanSquare
 */
export function fitOf(slice: Slice, { years, quotes }: ExpiryQuotes): ExpiryFit {
  let squares = 0;
  let worst = 0;
  let worstAt = quotes[0].logMoneyness;
  for (const { logMoneyness, volatility } of quotes) {
    const miss = Math.sqrt(totalVariance(slice, logMoneyness) / years) - volatility;
    squares += miss * miss;
    if (Math.abs(miss) > Math.abs(worst)) {
      worst = miss;
      worstAt = logMoneyness;
    }
  }
  return { years, count: quotes.length, rootMeanSquare: Math.sqrt(squares / quotes.length), worst, worstAt };
}

/** What holds by construction is looked at all the same: the conditions, and the density itself out to the last strike anybody quotes. */
function requireSound(slices: readonly MaturitySlice[]): void {
  const violations = chainViolations({ slices });
  const broken = slices.find((slice) => butterflyArbitrage((k) => smileOf(slice, k), REACH, 300) !== undefined);
  if (violations.length === 0 && broken === undefined) return;
  const what = violations[0] ?? `a butterfly at ${broken?.years} years`;
  throw new BallastError("CALIBRATION_ARBITRAGE", `The fitted surface has an arbitrage: ${what}.`, { exit: 1 });
}

/** ln(strike / forward): strikes from a twentieth to twenty times the forward. */
const REACH = 3;

/** Before the first expiry: nothing, and any φ. */
const START: Slice = { theta: 0, putWing: 0, callWing: 0 };

function slicesOf(expiries: readonly ExpiryQuotes[], x: Float64Array): MaturitySlice[] {
  let before = START;
  return expiries.map(({ years }, i) => {
    before = nextSlice(before, x, 3 * i);
    return { years, ...before };
  });
}

/**
 * The slice that three free numbers make after another: θ rises by the square of the first; of what the conditions leave to both wings together
 * the second takes a share, of which the third gives a share to the put wing.
 */
function nextSlice(before: Slice, x: Float64Array, at: number): Slice {
  const theta = before.theta + x[at] * x[at] + 1e-10;
  const toPut = LEAST_PART + (1 - 2 * LEAST_PART) * share(x[at + 2]);
  const room = Math.min(roomOfPhi(before, theta), roomOfWing(before, theta, before.putWing, toPut), roomOfWing(before, theta, before.callWing, 1 - toPut));
  const rise = share(x[at + 1]) * Math.max(room, 0);
  return { theta, putWing: before.putWing + rise * toPut, callWing: before.callWing + rise * (1 - toPut) };
}

/** φ may not rise: both wings together stay below φ before times θ now. */
function roomOfPhi({ theta, putWing, callWing }: Slice, now: number): number {
  return theta === 0 ? Number.POSITIVE_INFINITY : ((putWing + callWing) / theta) * now * (1 - SPARE) - putWing - callWing;
}

/** How much both wings may rise together until this one, which takes a part, reaches 2 or makes a butterfly: wing · (both) ≤ 2θ. */
function roomOfWing(before: Slice, theta: number, wing: number, part: number): number {
  const both = before.putWing + before.callWing;
  const linear = wing + part * both;
  const constant = Math.max(2 * theta * (1 - SPARE) - wing * both, 0);
  return Math.min((STEEPEST - wing) / part, (2 * constant) / (linear + Math.sqrt(linear * linear + 4 * part * constant)));
}

/** Any number to a share strictly between 0 and 1. */
function share(x: number): number {
  return Math.min(1 - SPARE, Math.max(SPARE, 0.5 * (1 + x / Math.sqrt(1 + x * x))));
}

function missesOf(slice: Slice, { years, quotes }: ExpiryQuotes, out: Float64Array, at: number): void {
  for (let i = 0; i < quotes.length; i++) {
    out[at + i] = (Math.sqrt(totalVariance(slice, quotes[i].logMoneyness) / years) - quotes[i].volatility) * quotes[i].weight;
  }
}

/** Total variance of the quote nearest to the money. */
function atTheMoney({ years, quotes }: ExpiryQuotes): number {
  const { volatility } = quotes.reduce((nearest, quote) => (Math.abs(quote.logMoneyness) < Math.abs(nearest.logMoneyness) ? quote : nearest));
  return volatility * volatility * years;
}

function requireQuotes(expiries: readonly ExpiryQuotes[]): void {
  const refuse = (message: string, field: string, value: unknown, fix: string): never => {
    throw new BallastError("CALIBRATION_INPUT_INVALID", message, { where: { field, value: String(value) }, fix });
  };
  if (expiries.length === 0) refuse("There is no expiry to fit.", "expiries", 0, "Give at least one.");
  expiries.forEach(({ years, quotes }, i) => {
    if (!(years > (expiries[i - 1]?.years ?? 0) && years < Number.POSITIVE_INFINITY))
      refuse("The maturities do not rise from above 0.", `expiries[${i}].years`, years, "Sort the expiries; each once.");
    const strikes = new Set(quotes.map(({ logMoneyness }) => logMoneyness)).size;
    if (strikes < FEWEST_STRIKES)
      refuse(`An expiry has ${strikes} strikes.`, `expiries[${i}].quotes`, strikes, `Give at least ${FEWEST_STRIKES}, or leave the expiry out.`);
    quotes.forEach(({ logMoneyness, volatility, weight }, j) => {
      if (Number.isFinite(logMoneyness) && volatility > 0 && weight > 0 && volatility + weight < Number.POSITIVE_INFINITY) return;
      refuse(
        "A quote is no number above 0.",
        `expiries[${i}].quotes[${j}]`,
        `${logMoneyness}, ${volatility}, ${weight}`,
        "Volatility and weight are finite and above 0.",
      );
    });
  });
}
