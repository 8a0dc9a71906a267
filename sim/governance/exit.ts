import { exp, power } from "../math/index.ts";
import type { DynamicTimelock } from "./situation.ts";

/**
 * The share of users' value that is still there after so long, where a constant share of what is left leaves each hour.
 *
 * @param exitPerHour 0 … 1
 * @example shareLeft(0.01, 86_400); // 0.7857
 */
export function shareLeft(exitPerHour: number, seconds: number): number {
  return power(1 - exitPerHour, seconds / 3_600);
}

/**
 * The share of holders who leave where they may take their part of the book: each gains book less price, and stays only if it is attached to its
 * place by more than that. Attachment, as a part of the price, is spread exponentially around its mean: most have little, a few have much.
 *
 * @param book what leaving pays, per unit. @param price what the market pays for staying, per unit
 * @param meanAttachment above 0
 * @returns 0 where the price is at or above the book
 * @example exitShare(36, 30, 0.2); // 0.632
 */
export function exitShare(book: number, price: number, meanAttachment: number): number {
  if (book <= price) return 0;
  return 1 - exp(-(book / price - 1) / meanAttachment);
}

/**
 * The delay before execution where so large a share has signalled that it wants to leave; Infinity where execution waits until all of them have.
 *
 * @param signalled share 0 … 1
 * @example dynamicTimelockSeconds(LIDO, 0.055) / 86_400; // 25
 */
export function dynamicTimelockSeconds({ firstShare, secondShare, minSeconds, maxSeconds }: DynamicTimelock, signalled: number): number {
  if (signalled < firstShare) return 0;
  if (signalled >= secondShare) return Number.POSITIVE_INFINITY;
  return minSeconds + ((signalled - firstShare) / (secondShare - firstShare)) * (maxSeconds - minSeconds);
}
