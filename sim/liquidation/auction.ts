/** A Dutch auction is looked at once a minute. */
export const TICK_SECONDS = 60;
export const TICKS_PER_HOUR = 60;

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
