/** Share of the final displacement that a position pays on average while it is closed: ∫√x dx. */
const AVERAGE_OF_PATH = 2 / 3;
const DAYS_PER_YEAR = 365;

/** Where the spiral is at its worst: selling takes all of the margin, and as much again is sold. */
const DEEPEST_SPIRAL = Math.sqrt(2);
/** Each round divides what is missing by eight or more: after so many it is under a unit in the last place. */
export const SPIRAL_ROUNDS = 18;

/**
 * What selling all of a position takes off its value if every unit is marked at the price that is left, USD: Q·ΔP/P with the square-root law
 * ΔP/P = σ_day √(Q/V_day) (Tóth et al. 2011; for Bitcoin over four decades of size Donier & Bonart 2015, arXiv 1412.4503).
 *
 * @param deltaNotional Q = Σ|delta| in one underlying, USD
 * @param dailyVolume V_day, USD, above 0
 * @param annualVolatility of the underlying
 * @example displacementLoss(1e6, 1e9, 0.6); // 993
 */
export function displacementLoss(deltaNotional: number, dailyVolume: number, annualVolatility: number): number {
  if (deltaNotional === 0) return 0;
  return (annualVolatility / Math.sqrt(DAYS_PER_YEAR)) * Math.sqrt(deltaNotional / dailyVolume) * deltaNotional;
}

/** What closing costs by itself: the average of the displacement along the way. @param displacement Σ `displacementLoss` of an account, USD */
export function impactCost(displacement: number): number {
  return AVERAGE_OF_PATH * displacement;
}

/**
 * √max(1, days to liquidate) − 1, by which the offset requirement grows: risk grows with the root of the time closing takes. In days and not in horizons:
 * risk over a longer horizon grows by less than its root, so that, divided by the horizon, a longer one asked a large book for less (of USD 1 bn in ETH
 * 55 % of notional at five days and 77 % at one). A horizon is tighter up.
 *
 * @example extensionFactor(4e8, 1e9, 1_000); // 1: four days at a tenth of the volume
 */
export function extensionFactor(deltaNotional: number, dailyVolume: number, participationBps: number): number {
  if (deltaNotional === 0) return 0;
  const days = deltaNotional / (dailyVolume * (participationBps / 10_000));
  return Math.sqrt(Math.max(1, days)) - 1;
}

/**
 * Liquidation toxicity, USD: what a book's own liquidation does to the price, and so to everybody's margin, beyond the cost of selling it. The
 * spiral of Brunnermeier & Pedersen (2009, Review of Financial Studies 22) with the square-root law:
 *
 * Selling the book displaces the price by D, and whoever holds the same is marked there: a loss of S = Σ Q·D. Of margin R a share s = S·y / R
 * is gone, and that share of the position is sold too; Q (1 + s) displaces by D·y with y = √(1 + s). The requirement R = K + S·y
 * marks the book at the price the spiral ends at. K is what it needs without impact, so what is sought is the y with
 *
 *   y = g(y) = √(1 + S·y / (K + S·y)),   1 ≤ y ≤ √2.
 *
 * g rises and g′ = K S / (2 g (K + S y)²) ≤ 1 / (8 g y) ≤ 1/8 for every K, S ≥ 0: a contraction whatever the size of the book, with one solution.
 * Rounds start at √2 and fall towards it, so each is on the careful side; after n of them (√2 − 1) / 8ⁿ is missing at most. A book far too large
 * for its market gets y = √2. R rises with K and with S, so with every position's size, with volatility, and as volume falls.
 *
 * The crowd is taken to hold once what the book holds: an assumption, no open interest is in the data.
 *
 * @param risk K, USD, ≥ 0
 * @param displacement S, USD, ≥ 0; 0 has no toxicity
 * @returns S·y less `impactCost(S)`, which the requirement has already
 * @example toxicity(100_000, 10_000); // 3 796: y = 1.0463
 */
export function toxicity(risk: number, displacement: number, rounds: number = SPIRAL_ROUNDS): number {
  if (displacement === 0) return 0;
  let y = DEEPEST_SPIRAL;
  for (let round = 0; round < rounds; round++) {
    const sold = displacement * y;
    const next = Math.sqrt(1 + sold / (risk + sold));
    // Rounding can hold the last step above the solution, never below what was reached.
    if (next >= y) break;
    y = next;
  }
  return displacement * y - impactCost(displacement);
}
