/** Selling the slice of an account that makes it whole: how much, at what discount, at what cost. */
export { discountAt, TICK_SECONDS, ticksOf } from "./auction.ts";
export { decayFactor, displacement, IMPACT_FACTOR, IMPACT_HALF_LIFE_HOURS, type Liquidity, quantityOf, unwindingCost } from "./impact.ts";
export { FALLBACK_GAS_GWEI, GAS_PER_LIQUIDATION, gasCostUsd, type KeeperInput, keeperProfit } from "./keeper.ts";
export { checkKeeperModel, DEFAULT_KEEPERS, type Keeper, type KeeperModel, OUTAGE_KEEPERS, type Outage, offlineKeepers, priorityOf } from "./keeper-model.ts";
export { cappedFees, type SliceInput, sliceFraction } from "./slice.ts";
export { type TargetedProblem, type TargetedSlice, targetedSlice } from "./targeted.ts";
