/** A market with less than 44 % of its usual volume counts as one with 44 %: thinner days are rare, and a single bad print must not double a margin. */
const LARGEST_FACTOR = 1.5;

/**
 * What the moves of the spot are multiplied by in a thin market, 1 … 1.5: √(usual volume / recent volume), never below 1. By the square-root
 * law ΔP/P = σ √(Q/V) (Tóth et al. 2011; Donier & Bonart 2015, arXiv 1412.4503) the same order moves the price so much more; it is the volatility
 * of a liquidity-adjusted value at risk (Bangia, Diebold, Schuermann & Stroughair 1999) with volume in the place of the spread. No volume at all,
 * or none known of late, is the thinnest market.
 *
 * @param usualVolumeUsd mean of 30 days, above 0. @param recentVolumeUsd mean of the last seven
 * @example thinnessFactor(1e9, 0.64e9); // 1.25
 */
export function thinnessFactor(usualVolumeUsd: number, recentVolumeUsd: number): number {
  if (!(recentVolumeUsd > 0)) return LARGEST_FACTOR;
  return Math.min(LARGEST_FACTOR, Math.sqrt(Math.max(1, usualVolumeUsd / recentVolumeUsd)));
}
