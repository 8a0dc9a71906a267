/** Where a least-squares search ended. */
export interface LeastSquaresFit {
  readonly parameters: Float64Array;
  readonly sumOfSquares: number;
}

const ITERATIONS = 200;
/** A step that lowers the sum of squares by less than this share of it ends the search. */
const TOLERANCE = 1e-14;

/**
 * Nonlinear least squares by Levenberg (1944) and Marquardt (1963), derivatives by central differences. A local minimum; only arithmetic and
 * square roots, so the same input gives the same bits.
 *
 * @param residuals writes `count` residuals at the parameters it is given; it is called often. @param start where to begin, of order 1.
 * @example levenbergMarquardt((x, out) => { out[0] = x[0] - 3; }, Float64Array.of(1), 1).parameters // [3]
 */
export function levenbergMarquardt(residuals: (parameters: Float64Array, out: Float64Array) => void, start: Float64Array, count: number): LeastSquaresFit {
  const size = start.length;
  let parameters = start.slice();
  let left = new Float64Array(count);
  residuals(parameters, left);
  let sumOfSquares = squares(left);
  let damping = 1e-3;
  const above = new Float64Array(count);
  const below = new Float64Array(count);
  for (let iteration = 0; iteration < ITERATIONS && sumOfSquares > 0; iteration++) {
    const slopes: Float64Array[] = [];
    for (let j = 0; j < size; j++) {
      const at = parameters[j];
      const step = 1e-6 * Math.max(1, Math.abs(at));
      parameters[j] = at + step;
      residuals(parameters, above);
      parameters[j] = at - step;
      residuals(parameters, below);
      parameters[j] = at;
      slopes.push(above.map((value, i) => (value - below[i]) / (2 * step)));
    }
    const gradient = slopes.map((slope) => dot(slope, left));
    const normal = slopes.map((slope, j) => slopes.map((other, k) => (k <= j ? dot(slope, other) : 0)));
    let gained = 0;
    while (gained === 0 && damping < 1e12) {
      const move = solve(normal, gradient, damping);
      const tried = parameters.map((value, j) => value - move[j]);
      const then = new Float64Array(count);
      residuals(tried, then);
      const sum = squares(then);
      if (sum < sumOfSquares) {
        gained = (sumOfSquares - sum) / sumOfSquares;
        parameters = tried;
        left = then;
        sumOfSquares = sum;
        damping = Math.max(damping / 8, 1e-12);
      } else damping *= 4;
    }
    if (gained < TOLERANCE) break;
  }
  return { parameters, sumOfSquares };
}

/** Solves (A + damping·(diag A + tiny))·x = b by Cholesky's decomposition; A is given by its lower half. */
function solve(normal: readonly (readonly number[])[], gradient: readonly number[], damping: number): Float64Array {
  const size = gradient.length;
  const root: number[][] = [];
  for (let j = 0; j < size; j++) {
    root.push([]);
    for (let k = 0; k <= j; k++) {
      let value = normal[j][k] + (j === k ? damping * (normal[j][j] + 1e-12) : 0);
      for (let i = 0; i < k; i++) value -= root[j][i] * root[k][i];
      root[j].push(j === k ? Math.sqrt(Math.max(value, 1e-300)) : value / root[k][k]);
    }
  }
  const x = Float64Array.from(gradient);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < j; i++) x[j] -= root[j][i] * x[i];
    x[j] /= root[j][j];
  }
  for (let j = size - 1; j >= 0; j--) {
    for (let i = j + 1; i < size; i++) x[j] -= root[i][j] * x[i];
    x[j] /= root[j][j];
  }
  return x;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function squares(values: Float64Array): number {
  return dot(values, values);
}
