/**
 * The mean pinball loss of a value at risk (Koenker and Bassett 1978), the score a forecast of a quantile is compared by: the smaller, the
 * closer the limit follows the losses. In the unit of the losses.
 *
 * @param losses positive is a loss. @param limits the value at risk of the same days. @param probability of an exceedance: 1 − confidence
 * @example quantileLoss([3, 0], [1, 1], 0.05); // (0.95 · 2 + 0.05 · 1) / 2
 */
export function quantileLoss(losses: ArrayLike<number>, limits: ArrayLike<number>, probability: number): number {
  let total = 0;
  for (let t = 0; t < losses.length; t++) {
    const beyond = losses[t] - limits[t];
    total += beyond > 0 ? (1 - probability) * beyond : -probability * beyond;
  }
  return total / losses.length;
}
