import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { normalCdf, normalPdf } from "../math/normal.ts";
import { black76, type Right, requireInputs } from "./black76.ts";

/** Derivatives of an option's value in USD per unit of the underlying. Rates are continuous and annual. */
export interface Greeks {
  /** Per USD of the forward (`black76Greeks`) or of the spot (`spotGreeks`). */
  readonly delta: number;
  /** The derivative of delta. */
  readonly gamma: number;
  /** Per 1.00 of volatility: divide by 100 for a vol point. */
  readonly vega: number;
  /** Per year of passing time, all else fixed: negative where waiting costs. Divide by 365 for a day. */
  readonly theta: number;
  /** Per 1.00 of the rate: divide by 10 000 for a basis point. */
  readonly rho: number;
}

/**
 * Greeks of `black76`. The rate is what the discount implies, −ln(discount)/years; theta and rho hold the forward fixed, so
 * rho = −years · value and theta = rate · value − discount · F·φ(d₁)·σ/(2√T).
 *
 * At expiry or without volatility they are those of the intrinsic value, its kink counted with the in-the-money side at half weight:
 * delta ±discount·(1, ½ or 0), gamma and vega 0.
 *
 * @throws OPTION_INPUT_INVALID as `black76`.
 * @example black76Greeks("call", 100, 105, 1, 0.2, 0.95).delta; // 0.4206311695565335
 */
export function black76Greeks(right: Right, forward: number, strike: number, years: number, volatility: number, discount: number): Greeks {
  const { delta, gamma, vega, decay } = core(right, forward, strike, years, volatility, discount);
  const value = black76(right, forward, strike, years, volatility, discount);
  const rate = years > 0 ? -log(discount) / years : 0;
  return { delta, gamma, vega, theta: rate * value - decay, rho: -years * value };
}

/**
 * Greeks of `blackScholes`: by the spot, theta and rho holding the spot fixed (the forward moves with time and rate).
 *
 * @throws OPTION_INPUT_INVALID as `black76`.
 * @example spotGreeks("call", 105, 100, 0.5, 0.36, 0.1, 0.1).delta; // 0.5946 (Haug 1998)
 */
export function spotGreeks(right: Right, spot: number, strike: number, years: number, volatility: number, rate: number, carryYield: number): Greeks {
  const growth = exp((rate - carryYield) * years);
  const forward = spot * growth;
  const discount = exp(-rate * years);
  const { delta, gamma, vega, decay } = core(right, forward, strike, years, volatility, discount);
  const value = black76(right, forward, strike, years, volatility, discount);
  return {
    delta: delta * growth,
    gamma: gamma * growth * growth,
    vega,
    // V = e^(−rT)·B(F, T) and F = S·e^((r−q)T): −∂V/∂T at fixed S
    theta: rate * value - decay - delta * forward * (rate - carryYield),
    rho: years * (delta * forward - value),
  };
}

/** What both conventions share: derivatives by the forward, by volatility, and the decay at a fixed forward before discounting's own part. */
function core(right: Right, forward: number, strike: number, years: number, volatility: number, discount: number) {
  requireInputs(forward, strike, years, volatility, discount);
  const sign = right === "call" ? 1 : -1;
  const root = Math.sqrt(years);
  const deviation = volatility * root;
  if (deviation === 0 || forward === 0) {
    const inTheMoney = (1 + Math.sign(sign * (forward - strike))) / 2;
    return { delta: sign * discount * inTheMoney, gamma: 0, vega: 0, decay: 0 };
  }
  const d1 = log(forward / strike) / deviation + 0.5 * deviation;
  const density = discount * normalPdf(d1);
  return {
    delta: sign * discount * normalCdf(sign * d1),
    gamma: density / (forward * deviation),
    vega: density * forward * root,
    decay: (density * forward * volatility) / (2 * root),
  };
}
