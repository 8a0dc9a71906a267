/** A Dutch auction is looked at once a minute. */
export const TICK_SECONDS = 60;

/**
 * How many looks a step has, at least one.
 *
 * @example ticksOf(1 / 12); // 5
 */
export function ticksOf(stepHours: number): number {
  return Math.max(1, Math.floor((stepHours * 3_600) / TICK_SECONDS + 0.5));
}

/**
 * Discount of a Dutch auction: from 0 linearly to the largest over its duration, then held.
 *
 * @param elapsedSeconds since it started, ≥ 0
 * @param durationSeconds parameter auctionDuration, > 0
 * @param largest parameter liquidationDiscount as a fraction
 * @example discountAt(900, 1800, 0.2); // 0.1
 */
export function discountAt(elapsedSeconds: number, durationSeconds: number, largest: number): number {
  return largest * Math.min(1, elapsedSeconds / durationSeconds);
}
