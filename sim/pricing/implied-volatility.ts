import { BallastError } from "../errors.ts";
import { log } from "../math/log.ts";
import { normalPdf } from "../math/normal.ts";
import { outOfTheMoney, type Right, requireInputs } from "./black76.ts";

const ITERATIONS = 100;

/**
 * The volatility at which `black76` gives a price. The time value alone is inverted (of the leg out of the money, by parity), by Newton's
 * method inside a bracket that only narrows; below the inflection of the price in volatility it runs on the price's logarithm, where it
 * is nearly straight however far out of the money the option is (the idea of Jäckel's "Let's be rational", 2015).
 *
 * A price in the money knows its time value only to its own rounding: the answer is as good as price − intrinsic.
 *
 * @param price USD per unit of the underlying, discounted as `black76` returns it.
 * @returns annualised volatility, 0 when the price is the intrinsic value exactly.
 * @throws OPTION_INPUT_INVALID for an input no option can have (or years = 0); PRICE_OUTSIDE_ARBITRAGE_BOUNDS for a price below the intrinsic
 *   value or not below the forward (call) or strike (put).
 * @example impliedVolatility("call", 5.610313797977724, 100, 105, 1, 0.95); // 0.2
 */
export function impliedVolatility(right: Right, price: number, forward: number, strike: number, years: number, discount: number): number {
  requireInputs(forward, strike, years, 0, discount);
  if (years === 0 || forward === 0) {
    throw new BallastError("OPTION_INPUT_INVALID", "An option at expiry, or on nothing, has no implied volatility.", {
      where: { field: years === 0 ? "years" : "forward", value: "0" },
      fix: "Give a time to expiry and a forward above 0.",
    });
  }
  const intrinsic = Math.max(right === "call" ? forward - strike : strike - forward, 0);
  const timeValue = price / discount - intrinsic;
  const bound = Math.min(forward, strike);
  if (!(timeValue >= 0 && timeValue < bound)) {
    throw new BallastError("PRICE_OUTSIDE_ARBITRAGE_BOUNDS", `No volatility gives a ${right} the price ${price}.`, {
      where: { field: "price", value: String(price) },
      fix: `With these inputs it lies from ${discount * intrinsic} to below ${discount * (right === "call" ? forward : strike)}.`,
    });
  }
  return timeValue === 0 ? 0 : impliedDeviation(timeValue, forward, strike) / Math.sqrt(years);
}

/** σ√T from an undiscounted time value strictly between 0 and min(forward, strike). */
function impliedDeviation(target: number, forward: number, strike: number): number {
  const moneyness = log(forward / strike);
  const inflection = Math.sqrt(2 * Math.abs(moneyness));
  const atInflection = outOfTheMoney(forward, strike, inflection);
  const logarithmic = target < atInflection;
  let low = logarithmic ? 0 : inflection;
  let high = logarithmic ? inflection : Number.POSITIVE_INFINITY;
  // at the money the price is F·(2N(s/2) − 1) ≈ F·s/√(2π); elsewhere the inflection is where Newton converges from
  let guess = inflection > 0 ? inflection : (target / forward) * 2.5066282746310002;
  for (let i = 0; i < ITERATIONS; i++) {
    const value = outOfTheMoney(forward, strike, guess);
    if (value === target) return guess;
    if (value < target) low = guess;
    else high = guess;
    const slope = forward * normalPdf(moneyness / guess + 0.5 * guess);
    const step = logarithmic ? (log(value / target) * value) / slope : (value - target) / slope;
    let next = guess - step;
    if (!(next > low && next < high)) next = high === Number.POSITIVE_INFINITY ? 2 * guess : 0.5 * (low + high);
    if (Math.abs(next - guess) <= 2.220446049250313e-16 * guess || next === low || next === high) return next;
    guess = next;
  }
  return guess;
}
