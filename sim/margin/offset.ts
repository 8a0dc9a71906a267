/**
 * Netting between underlyings, held by offsetCap: at least the joint loss, and at least the part of the losses of each
 * underlying alone that may not be netted (EMIR RTS 153/2013 art. 27).
 *
 * @param joint loss of the whole account, USD
 * @param alone Σ of the losses of each underlying alone, USD
 * @example offsetLoss(60, 100, 5000); // 80: half of the 40 of diversification counts
 */
export function offsetLoss(joint: number, alone: number, offsetCapBps: number): number {
  // In this form not even rounding makes a higher cap ask for more.
  return joint + (1 - offsetCapBps / 10_000) * Math.max(0, alone - joint);
}
