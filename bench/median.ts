/** Median of a sample; the sample is not changed. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rounded to three significant digits, for reading. */
export function short(value: number): number {
  return Number(value.toPrecision(3));
}
