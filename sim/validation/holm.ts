/**
 * Holm's step-down correction (1979): p-values as they count when all of them are looked at together. Rejecting what lies below 5 % then
 * rejects a model that is right in at most one of twenty validations, however the tests depend on each other.
 *
 * @returns in the order given, each at most 1
 * @example holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b] || a - b);
  const adjusted = new Array<number>(pValues.length);
  let floor = 0;
  order.forEach((i, rank) => {
    floor = Math.max(floor, Math.min(1, (pValues.length - rank) * pValues[i]));
    adjusted[i] = floor;
  });
  return adjusted;
}
