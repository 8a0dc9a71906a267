/** A book, a crash and parameters in; what would have happened out. */
export { type Book, type BookAccount, type BookPosition, COINS, type CollateralMix, type MarginCallResponse, type StrikeDistance } from "./book.ts";
export { LISTED_DAYS } from "./crash-bars.ts";
export { type ExecutionShock, type ExecutionShockInput, executionShock, type ShockedAccount } from "./execution-shock.ts";
export { checkLiquidationModel, DEFAULT_LIQUIDATION, type LiquidationModel, type OracleModel } from "./liquidation-model.ts";
export { LISTED_TENOR_DAYS, listedExpiry, listedStrike } from "./listing.ts";
export { type MaterialisedBook, materialise } from "./materialise.ts";
export type { Outcome, OutcomeSeries } from "./outcome.ts";
export { type Archetype, DEFAULT_STRATEGY, type PopulationStrategy, seededPopulation } from "./population/index.ts";
export { replay, SOLVENCY_EVERY_HOURS } from "./replay.ts";
export { type Broken, type ReverseStress, reverseStress } from "./reverse-stress.ts";
export type { ReplayInput } from "./simulation.ts";
