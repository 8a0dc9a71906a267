/** What is known of the market at an hour: snapshots, surfaces, volatilities, histories. */
export { butterflyArbitrage, densityFactor, type SmilePoint } from "./arbitrage.ts";
export { type Calibration, calibrateSurface, type ExpiryFit, type ExpiryQuotes, FEWEST_STRIKES, fitOf, type Quote } from "./calibration.ts";
export { type ChainSurface, chainMoved, chainViolations, type MaturitySlice } from "./chain-surface.ts";
export type { Bars, ChainFit, Crash, DailySeries, Dataset, FundingSeries, History } from "./dataset.ts";
export { closeAt, indexOfHour, lastKnownClose, lastKnownDaily, lastKnownIndex } from "./history.ts";
export { modelAtmVolatility, premiumFactor, skewStickiness, skewTilt, volatilityMove } from "./implied-model.ts";
export { createMarket, type Market } from "./market.ts";
export { pegHistory } from "./pegs.ts";
export { basisHistory, fundingPaid, lastFundingRate } from "./perpetuals.ts";
export { butterfliesOf, calendarsOf, type QuoteArbitrage, type TwoSided } from "./quote-arbitrage.ts";
export { calendarViolations, type Slice, sliceOf, sliceViolations, smileOf, tiltedSlice, totalVariance } from "./slice.ts";
export type { Snapshot, UnderlyingState } from "./snapshot.ts";
export {
  ASSUMED_SMILE,
  atmVolatility,
  createSurface,
  impliedVolatility,
  leastVolatility,
  type ModelSurface,
  type Smile,
  type Surface,
  skewSlope,
  sliceAt,
  smileAt,
  surfaceAtLevel,
  surfaceViolations,
} from "./surface.ts";
export { type RawSvi, rawSvi } from "./svi.ts";
export { annualised, ewmaVariance, HOURS_PER_YEAR } from "./volatility.ts";
