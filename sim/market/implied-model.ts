import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";

/** Decays per day of the two realised volatilities the level model reads. */
export const FAST_DECAY = 0.94;
export const SLOW_DECAY = 0.99;

/** ln(DVOL) = constant + fast·ln(σ of decay 0.94) + slow·ln(σ of decay 0.99). */
export const LEVEL_MODEL = { constant: 0.09, fast: 0.5, slow: 0.48 };

/** Daily ln changes of DVOL by the spot's log return of the day. */
export const REACTION_MODEL = { fall: 0.22, deepFall: 1.67, rise: -0.04 };

/** A fall deeper than this in a day counts `deepFall` on top; over h hours it is this times √(h/24). */
export const DEEP_FALL = 0.05;

export const REVERSION_PER_YEAR = 3.6;

export function modelAtmVolatility(fastVolatility: number, slowVolatility: number): number {
  return exp(LEVEL_MODEL.constant + LEVEL_MODEL.fast * log(fastVolatility) + LEVEL_MODEL.slow * log(slowVolatility));
}

export function volatilityMove(spotLogReturn: number, horizonHours: number): number {
  if (spotLogReturn >= 0) return exp(REACTION_MODEL.rise * spotLogReturn) - 1;
  const knot = DEEP_FALL * Math.sqrt(horizonHours / 24);
  return exp(-REACTION_MODEL.fall * spotLogReturn + REACTION_MODEL.deepFall * Math.max(-spotLogReturn - knot, 0)) - 1;
}
