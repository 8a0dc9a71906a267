/**
 * The sum of values with Neumaier's compensation (1974): as accurate as if added in twice the precision and rounded once,
 * so that it does not lose small terms beside large ones.
 *
 * @example sum([1e100, 1, -1e100]); // 1
 */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  // an infinite total leaves NaN in `lost`; the total says it better
  return Math.abs(total) === Number.POSITIVE_INFINITY ? total : total + lost;
}
