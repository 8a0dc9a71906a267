import { power } from "../math/index.ts";

/** Y of the square-root law: 0.5 to 1.5 in the literature, 1 by convention. */
export const IMPACT_FACTOR = 1;

/**
 * After this many hours half of a displacement is gone. Impact of flow without information decays nearly completely (Donier and
 * Bonart 2015, arXiv 1412.4503, section 5); the time is an assumption: long enough that one night of liquidations adds up.
 */
export const IMPACT_HALF_LIFE_HOURS = 6;

/** Liquidity of one underlying in one hour. */
export interface Liquidity {
  /** Standard deviation of the daily return, a fraction. */
  readonly dailyVolatility: number;
  /** USD a day. */
  readonly dailyVolumeUsd: number;
}

/**
 * Displacement of the price by a meta-order, a fraction: ΔP/P = Y·σ_D·√(Q/V) (Tóth et al. 2011; for Bitcoin over four decades of
 * size Donier and Bonart 2015, arXiv 1412.4503).
 *
 * @param quantityUsd Q, ≥ 0
 * @example displacement(1e6, { dailyVolatility: 0.04, dailyVolumeUsd: 1e8 }); // 0.004
 */
export function displacement(quantityUsd: number, { dailyVolatility, dailyVolumeUsd }: Liquidity): number {
  if (quantityUsd === 0) return 0;
  return IMPACT_FACTOR * dailyVolatility * Math.sqrt(quantityUsd / dailyVolumeUsd);
}

/** The quantity whose displacement this is: the inverse of `displacement`. */
export function quantityOf(displaced: number, { dailyVolatility, dailyVolumeUsd }: Liquidity): number {
  const ratio = displaced / (IMPACT_FACTOR * dailyVolatility);
  return dailyVolumeUsd * ratio * ratio;
}

/**
 * What it costs to trade `quantityUsd` on top of `beforeUsd` already traded the same hour, USD: the integral of the displacement
 * along the way, ⅔·Y·σ_D/√V·((Q₀ + Q)^{3/2} − Q₀^{3/2}). Two slices cost exactly what one of their sum costs: splitting gains nothing.
 *
 * @example unwindingCost(0, 1e6, { dailyVolatility: 0.04, dailyVolumeUsd: 1e8 }); // 2666.67
 */
export function unwindingCost(beforeUsd: number, quantityUsd: number, { dailyVolatility, dailyVolumeUsd }: Liquidity): number {
  if (quantityUsd === 0) return 0;
  const after = beforeUsd + quantityUsd;
  return ((2 / 3) * IMPACT_FACTOR * dailyVolatility * (after * Math.sqrt(after) - beforeUsd * Math.sqrt(beforeUsd))) / Math.sqrt(dailyVolumeUsd);
}

/** What is left of a displacement after so many hours. */
export function decayFactor(hours: number): number {
  return power(0.5, hours / IMPACT_HALF_LIFE_HOURS);
}
