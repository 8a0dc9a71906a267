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
 * How much the skew steepens by a fall, beyond what it does with the level. No smile is in the data; in theory the reaction of the level to
 * the spot tells the skew: ∂σ/∂k = −σ·β/R at the money, β the rise of ln(volatility) per log return the spot falls, R the skew-stickiness
 * ratio (Bergomi, "Smile Dynamics IV", 2009). The day after a fall F that β is 0.217 + 9.683·F, by a regression written down before it was run: BTC
 * and ETH together, 1 706 days, 92 of them after a fall of more than 5 %, standard errors 0.079 and 1.777. Without the day after the deepest
 * fall 11.5 (1.9), with the reaction bent as above 8.8 (1.5), of the year held out 8.3 (4.8), of BTC alone 12.2 (3.5), of ETH around crashes 6.3 (1.1),
 * with the changes cut at their 1st and 99th percentile 4.9 (1.5), with each year's or quarter's own reaction taken out 6.2 (1.6) and 3.5 (1.6): the
 * sign is sure, the size within a factor of two to three. ETH's hourly DVOL through four crashes (not fitted on) says 10.3 (3.9) of the hour
 * after an hour's fall and 2.8 (0.9) of the day after a day's. DVOL, an index over all strikes, is taken for the volatility at the money.
 */
export const TILT_MODEL = { steepening: 9.683 };

/** No fall steepens the skew more than one of this size in a day: the fit's own deepest is 0.191, beyond it is extrapolation. Chosen. */
const LARGEST_STEEPENING_FALL = 0.19;

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

/**
 * R, the skew-stickiness ratio, of a maturity: x(1 − e^(−x))/(x − 1 + e^(−x)), x = κ·years, what Bergomi's expansion at first order in the
 * volatility of volatility gives one factor that returns at κ, over a flat term structure: 2 at maturity 0, 1 far out, 1.91 at 30 days. κ is
 * `REVERSION_PER_YEAR`; that options are priced so is an assumption. At R = 1 the tilt would be nearly twice as large; where volatility's answer
 * is not linear R can pass 2 at short maturities, as it was seen to on indices (Vargas, Dao and Bouchaud 2015), and the tilt be smaller.
 *
 * @param years above 0.
 * @example skewStickiness(30 / 365); // 1.906
 */
export function skewStickiness(years: number): number {
  const x = REVERSION_PER_YEAR * years;
  // below 1e-3 the difference loses digits; the series to x² is exact to 1e-10 there
  if (x < 1e-3) return 2 - x * (0.3333333333333333 - x * 0.05555555555555555);
  const decayed = 1 - exp(-x);
  return (x * decayed) / (x - decayed);
}

/**
 * Change of the 30-day skew ∂ln(σ)/∂k at the money that goes with a move of the spot, k = ln(strike / forward): −0.5 makes a put 10 % out of the
 * money dearer by 5 % of its volatility, a call as far out cheaper by as much, to first order. It comes on top of what the smile does when all of
 * it moves by one factor; in vol points it is this times the volatility at the money. 0 in rises; in falls of more than 19 % that of 19 %.
 *
 * The data says of one day: over hours a fall counts as one in a day, over longer horizons as √(24 / hours) of itself (over 2, 3 and 5 days
 * the fit says 7.4, 7.0 and 5.3, this 6.8, 5.6 and 4.3).
 *
 * @param spotLogReturn ln(spot after / spot before). @param horizonHours over how long, above 0.
 * @example skewTilt(-0.1, 24); // -0.508
 */
export function skewTilt(spotLogReturn: number, horizonHours: number): number {
  if (spotLogReturn >= 0) return 0;
  const fall = -spotLogReturn * Math.min(1, Math.sqrt(24 / horizonHours));
  return (-TILT_MODEL.steepening * Math.min(fall, LARGEST_STEEPENING_FALL)) / skewStickiness(30 / 365);
}
