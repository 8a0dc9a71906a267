import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { normalCdf, normalPdf } from "../math/normal.ts";
import { blackScholes, type Right, requireInputs } from "./black76.ts";
import { spotGreeks } from "./greeks.ts";

/** What a risk report asks of an option beyond its first derivatives. Rates are continuous and annual, volatility per 1.00. */
export interface HigherGreeks {
  /** ∂²V/∂spot∂volatility: how delta moves with volatility. */
  readonly vanna: number;
  /** ∂²V/∂volatility²: how vega moves with volatility. */
  readonly volga: number;
  /** delta · spot / value: per cent of value per per cent of spot. */
  readonly elasticity: number;
  /** ∂V/∂carryYield. */
  readonly dividendRho: number;
  /** ∂V/∂strike, and its derivative: discounted, the risk-neutral distribution and density at the strike. */
  readonly strikeDelta: number;
  readonly strikeGamma: number;
  /** Risk-neutral probability of expiring in the money, in money and counted in the asset. */
  readonly cashProbability: number;
  readonly assetProbability: number;
}

/**
 * Derivatives of `blackScholes` beyond `spotGreeks` (Haug 1998, ch. 1 and 2).
 *
 * @param years, volatility above 0: at expiry an option has no curvature to speak of.
 * @throws OPTION_INPUT_INVALID as `black76`, and for years, volatility or spot of 0.
 * @example higherGreeks("call", 60000, 60000, 7 / 365, 0.8, 0, 0).vanna; // 0.0276
 */
export function higherGreeks(right: Right, spot: number, strike: number, years: number, volatility: number, rate: number, carryYield: number): HigherGreeks {
  const forward = spot * exp((rate - carryYield) * years);
  const discount = exp(-rate * years);
  // A deviation of 0 divides by nothing below: refused as any other impossible input, by the inverse that is not finite.
  requireInputs(forward, strike, 1 / years, 1 / volatility, discount);
  requireInputs(1 / forward, strike, years, volatility, discount);
  const deviation = volatility * Math.sqrt(years);
  const d1 = log(forward / strike) / deviation + 0.5 * deviation;
  const d2 = d1 - deviation;
  const sign = right === "call" ? 1 : -1;
  const { delta, vega } = spotGreeks(right, spot, strike, years, volatility, rate, carryYield);
  const cashProbability = normalCdf(sign * d2);
  return {
    vanna: (-exp(-carryYield * years) * normalPdf(d1) * d2) / volatility,
    volga: (vega * d1 * d2) / volatility,
    elasticity: (delta * spot) / blackScholes(right, spot, strike, years, volatility, rate, carryYield),
    dividendRho: -years * spot * delta,
    strikeDelta: -sign * discount * cashProbability,
    strikeGamma: (discount * normalPdf(d2)) / (strike * deviation),
    cashProbability,
    assetProbability: normalCdf(sign * d1),
  };
}
