import { BallastError } from "../errors.ts";
import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { normalCdf } from "../math/normal.ts";

export type Right = "call" | "put";

/**
 * The value of a European option on a forward (Black 1976): discount · (F·N(d₁) − K·N(d₂)) for a call,
 * d₁ = ln(F/K)/(σ√T) + σ√T/2, d₂ = d₁ − σ√T. Prices the leg out of the money and adds the intrinsic value by put–call parity, so that
 * small time values keep their relative accuracy.
 *
 * @param forward in USD, at least 0. @param strike in USD, above 0. @param years to expiry; 0 gives the intrinsic value.
 * @param volatility annualised, 0.65 = 65 %; 0 gives the intrinsic value. @param discount value now of 1 USD at expiry, above 0.
 * @returns USD per unit of the underlying.
 * @throws OPTION_INPUT_INVALID for NaN, infinite or negative input.
 * @example black76("call", 100, 105, 1, 0.2, 0.95); // 5.610313797977724
 */
export function black76(right: Right, forward: number, strike: number, years: number, volatility: number, discount: number): number {
  requireInputs(forward, strike, years, volatility, discount);
  const intrinsic = right === "call" ? forward - strike : strike - forward;
  return discount * (outOfTheMoney(forward, strike, volatility * Math.sqrt(years)) + Math.max(intrinsic, 0));
}

/**
 * The value of a European option on a spot price with carry (Black and Scholes 1973, Merton 1973): `black76` on the forward
 * spot · e^((rate − carryYield)·years), discounted at `rate`. Rates are continuously compounded, per year.
 *
 * @throws OPTION_INPUT_INVALID as `black76`.
 * @example blackScholes("call", 60, 65, 0.25, 0.3, 0.08, 0); // 2.1334 (Haug 1998)
 */
export function blackScholes(right: Right, spot: number, strike: number, years: number, volatility: number, rate: number, carryYield: number): number {
  return black76(right, spot * exp((rate - carryYield) * years), strike, years, volatility, exp(-rate * years));
}

/** Undiscounted value of the option out of the money: a call for strike ≥ forward, else a put. deviation = σ√T. */
export function outOfTheMoney(forward: number, strike: number, deviation: number): number {
  if (deviation === 0 || forward === 0) return 0;
  const d1 = log(forward / strike) / deviation + 0.5 * deviation;
  const d2 = d1 - deviation;
  const value = strike >= forward ? forward * normalCdf(d1) - strike * normalCdf(d2) : strike * normalCdf(-d2) - forward * normalCdf(-d1);
  // far out both products agree to the last bit or so, and their difference may come out as a negative rounding error
  return Math.max(value, 0);
}

/** Throws unless every input is a number an option can have. */
export function requireInputs(forward: number, strike: number, years: number, volatility: number, discount: number): void {
  if (
    forward >= 0 &&
    strike > 0 &&
    years >= 0 &&
    volatility >= 0 &&
    discount > 0 &&
    forward + strike + years + volatility + discount < Number.POSITIVE_INFINITY
  )
    return;
  const named = { forward, strike, years, volatility, discount };
  const [field, value] = Object.entries(named).find(([name, x]) => !(Number.isFinite(x) && (name === "strike" || name === "discount" ? x > 0 : x >= 0))) ?? [
    "forward",
    forward,
  ];
  throw new BallastError("OPTION_INPUT_INVALID", `An option cannot have ${field} ${value}.`, {
    where: { field, value: String(value) },
    fix: "Forward, years and volatility are finite and not negative; strike and discount are finite and above 0.",
  });
}
