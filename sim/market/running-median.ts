/**
 * The median of all values so far, at each of them: entry i is the median of values 0 … i, NaN left out; NaN while there is none.
 * With an even number it is the mean of the two in the middle. One sorted buffer, inserted into: quick for a few thousand.
 *
 * @example runningMedian(Float64Array.of(3, 1, 2)); // 3, 2, 2
 */
export function runningMedian(values: Float64Array): Float64Array {
  const sorted = new Float64Array(values.length);
  const medians = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) insert(sorted, count++, values[i]);
    const half = count >> 1;
    medians[i] = count === 0 ? Number.NaN : count % 2 === 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
  }
  return medians;
}

function insert(sorted: Float64Array, count: number, value: number): void {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  sorted.copyWithin(low + 1, low, count);
  sorted[low] = value;
}
