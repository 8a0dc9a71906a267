import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";

/**
 * MODEL: at-the-money implied volatility where DVOL (Deribit's 30-day index) is not known, and how it answers the spot. Fitted by
 * `scripts/fit-implied-model.ts` on the DVOL years of the shipped dataset (BTC daily 2021-03-24…2025-10-31, ETH 92 days around four crashes);
 * a test fits again and compares. Standard errors are Newey–West.
 */

/** Decays per day (EWMA of hourly returns) of the two realised volatilities the level is regressed on. */
export const FAST_DECAY = 0.94;
export const SLOW_DECAY = 0.99;

/**
 * ln(DVOL) = constant + fast·ln(σ of decay 0.94) + slow·ln(σ of decay 0.99), BTC and ETH together, 1 745 days: standard errors 0.036, 0.087
 * and 0.130, R² 0.82, residual deviation 0.124 (a level of 65 % is right to about ±8 points). Out of fit, the earlier half of the BTC days
 * fitted and the later half predicted: bias +0.01, deviation 0.146, R² 0.47.
 */
export const LEVEL_MODEL = { constant: 0.0856, fast: 0.4938, slow: 0.4741 };

/** Whose premium the others take. */
export const LEADER = "BTC";

/**
 * The premium of options over what the level model says is the market's more than the asset's: ln(own level / own model) =
 * constant + leader·ln(BTC's DVOL / BTC's model). ETH on BTC, 94 days: standard errors 0.015 and 0.057, R² 0.85; what is left of ETH's ln(DVOL)
 * falls from 0.177 to 0.063 (a level of 65 % is right to about ±4 points). For SOL, LINK and AVAX it is assumed.
 */
export const PREMIUM_MODEL = { constant: -0.0805, leader: 0.9251 };

/**
 * Daily change of ln(DVOL) by the day's log return of the spot: fall·f + deepFall·max(f − 0.05, 0) for a fall f, rise·r for a rise r.
 * BTC and ETH together, 1 706 days: standard errors 0.088, 0.325 and 0.094 (a rise does nothing that could be told from 0), R² 0.16, residual
 * deviation 0.045 a day: what the spot explains, not all that volatility does. With the knot scaled by the root of time the same figures
 * explain 0.13–0.16 of BTC's changes over 2 to 5 days, and of ETH's hourly DVOL through four crashes (not fitted on) 0.24 over
 * 1 h, 0.40 over 3 h and 0.59 over 24 h, there 8–17 % too high on average: the careful side for who is short.
 */
export const REACTION_MODEL = { fall: 0.245, deepFall: 1.601, rise: -0.115 };

/** A log return below minus this in a day is a deep fall; over h hours it is this times √(h/24). Chosen, not fitted. */
export const DEEP_FALL = 0.05;

/** No shock raises volatility more than fourfold: the fit's own largest is a doubling, beyond it is extrapolation. Chosen. */
const LARGEST_MOVE = 3;

/**
 * κ of the at-the-money term structure, per year: the return of BTC's ln(DVOL) to its mean over 7 days. Over 30 days the same regression
 * says 2.4. It is how levels did move, taken for how options price them to: an assumption.
 */
export const REVERSION_PER_YEAR = 3.59;

/**
 * At-the-money 30-day implied volatility by the level model, annualised.
 *
 * @param fastVolatility annualised realised volatility of decay 0.94 per day, above 0. @param slowVolatility the same of decay 0.99.
 * @example modelAtmVolatility(0.5, 0.6); // 0.607
 */
export function modelAtmVolatility(fastVolatility: number, slowVolatility: number): number {
  return exp(LEVEL_MODEL.constant + LEVEL_MODEL.fast * log(fastVolatility) + LEVEL_MODEL.slow * log(slowVolatility));
}

/**
 * The factor on `modelAtmVolatility` of an asset whose own DVOL is unknown while the leader's is known.
 *
 * @param leaderLevel the leader's at-the-money volatility, above 0. @param leaderModel what the level model says of the leader, above 0.
 * @example premiumFactor(0.8, 0.6); // 1.204: the market pays a third over the model, this asset a fifth
 */
export function premiumFactor(leaderLevel: number, leaderModel: number): number {
  return exp(PREMIUM_MODEL.constant + PREMIUM_MODEL.leader * log(leaderLevel / leaderModel));
}

/**
 * Relative move of 30-day at-the-money implied volatility that goes with a move of the spot: 0.35 = from 60 % to 81 %. Falls raise it, rises
 * hardly lower it; at most +3 (fourfold).
 *
 * @param spotLogReturn ln(spot after / spot before). @param horizonHours over how long, above 0; a sudden fall counts as deeper.
 * @example volatilityMove(-0.2, 24); // 0.335
 */
export function volatilityMove(spotLogReturn: number, horizonHours: number): number {
  if (spotLogReturn >= 0) return exp(REACTION_MODEL.rise * spotLogReturn) - 1;
  const knot = DEEP_FALL * Math.sqrt(horizonHours / 24);
  const change = -REACTION_MODEL.fall * spotLogReturn + REACTION_MODEL.deepFall * Math.max(-spotLogReturn - knot, 0);
  return Math.min(LARGEST_MOVE, exp(change) - 1);
}
