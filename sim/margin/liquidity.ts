/** Share of the final displacement that a position pays on average while it is closed: ∫√x dx. */
const AVERAGE_OF_PATH = 2 / 3;
const SECONDS_PER_DAY = 86_400;

/**
 * What closing a position costs beyond the horizon's own risk.
 *
 * `days` at the allowed participation, against the horizon: risk grows with the root of the time it takes. Impact by the
 * square-root law, ΔP/P = σ_day √(Q/V_day) (Tóth et al. 2011; for Bitcoin Donier & Bonart 2015, arXiv 1412.4503).
 *
 * @param deltaNotional Σ|delta| per underlying, USD
 * @param dailyVolume USD
 * @param annualVolatility of the underlying
 */
export function impactCost(deltaNotional: number, dailyVolume: number, annualVolatility: number): number {
  if (deltaNotional === 0) return 0;
  return AVERAGE_OF_PATH * (annualVolatility / Math.sqrt(365)) * Math.sqrt(deltaNotional / dailyVolume) * deltaNotional;
}

/** √max(1, days to liquidate / horizon) − 1, by which the offset requirement grows. */
export function extensionFactor(deltaNotional: number, dailyVolume: number, participationBps: number, horizonSeconds: number): number {
  if (deltaNotional === 0) return 0;
  const days = deltaNotional / (dailyVolume * (participationBps / 10_000));
  return Math.sqrt(Math.max(1, (days * SECONDS_PER_DAY) / horizonSeconds)) - 1;
}
