/**
 * Mean or quantile of the worst losses of a row of P&L, by one pass that keeps the k worst: tails are short and rows many.
 *
 * Expected shortfall over n equally weighted P&L at confidence α: with tail mass m = n (1 − α), the mean of the ⌊m⌋ worst
 * losses and the fraction of the next, divided by m (Acerbi & Tasche 2002). Value at risk is the loss at rank ⌈α n⌉.
 *
 * @param rows P&L in USD, the row starts at `from` and has `count` entries
 * @param scratch room for ⌊m⌋ + 1 numbers
 * @returns the loss, positive for a loss
 */
export function tailLoss(rows: Float64Array, from: number, count: number, confidenceBps: number, expectedShortfall: boolean, scratch: Float64Array): number {
  // In ten-thousandths of a scenario, so that the tail mass is an exact integer.
  const mass = count * (10_000 - confidenceBps);
  const whole = Math.floor(mass / 10_000);
  const kept = Math.min(count, expectedShortfall ? whole + 1 : count - Math.ceil((count * confidenceBps) / 10_000) + 1);
  keepWorst(rows, from, count, kept, scratch);
  if (!expectedShortfall || mass < 10_000) return -scratch[kept - 1];
  let sum = 0;
  for (let j = 0; j < whole; j++) sum += scratch[j];
  const part = mass - whole * 10_000;
  if (part > 0) sum += scratch[whole] * (part / 10_000);
  return -sum / (mass / 10_000);
}

/** The `kept` least entries in ascending order at the head of scratch. */
function keepWorst(rows: Float64Array, from: number, count: number, kept: number, scratch: Float64Array): void {
  for (let j = 0; j < kept; j++) scratch[j] = Number.POSITIVE_INFINITY;
  let threshold = Number.POSITIVE_INFINITY;
  const last = kept - 1;
  for (let s = from; s < from + count; s++) {
    const value = rows[s];
    if (value >= threshold) continue;
    let j = last;
    while (j > 0 && scratch[j - 1] > value) {
      scratch[j] = scratch[j - 1];
      j--;
    }
    scratch[j] = value;
    threshold = scratch[last];
  }
}
