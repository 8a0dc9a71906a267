/** What is known of the market at an hour: snapshots, surfaces, volatilities, histories. */
export { butterflyArbitrage, densityFactor, type SmilePoint } from "./arbitrage.ts";
export type { Bars, Crash, DailySeries, Dataset, History } from "./dataset.ts";
export { closeAt, indexOfHour, lastKnownClose, lastKnownDaily, lastKnownIndex } from "./history.ts";
export { modelAtmVolatility, premiumFactor, volatilityMove } from "./implied-model.ts";
export { createMarket, type Market } from "./market.ts";
export type { Snapshot, UnderlyingState } from "./snapshot.ts";
export {
  ASSUMED_SMILE,
  atmVolatility,
  createSurface,
  impliedVolatility,
  leastVolatility,
  type Smile,
  type Surface,
  skewSlope,
  smileAt,
  surfaceViolations,
} from "./surface.ts";
export { annualised, ewmaVariance, HOURS_PER_YEAR } from "./volatility.ts";
