/** A linear regression; `errors` are standard errors, `deviation` the standard deviation of what is left. */
export interface Regression {
  readonly coefficients: number[];
  readonly errors: number[];
  readonly rSquared: number;
  readonly deviation: number;
  readonly count: number;
}

/**
 * Ordinary least squares with Newey–West (1987) standard errors: neighbouring rows may share their noise up to `lags` rows apart.
 *
 * @param rows one row of regressors per observation, a constant included if wanted.
 * @example leastSquares([[1, 0], [1, 1], [1, 2]], [1, 3, 5], 0).coefficients // [1, 2]
 */
export function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[], lags: number): Regression {
  const count = rows.length;
  const inverse = invert(crossProduct(rows, rows));
  const coefficients = multiply(
    inverse,
    crossProduct(
      rows,
      targets.map((target) => [target]),
    ),
  ).map(([value]) => value);
  const residuals = rows.map((row, i) => targets[i] - dot(row, coefficients));
  const centre = targets.reduce((total, target) => total + target, 0) / count;
  const explained = 1 - dot(residuals, residuals) / targets.reduce((total, target) => total + (target - centre) ** 2, 0);
  const scores = rows.map((row, i) => row.map((value) => value * residuals[i]));
  const meat = crossProduct(scores, scores);
  for (let lag = 1; lag <= lags; lag++) {
    const weight = 1 - lag / (lags + 1);
    const shifted = crossProduct(scores.slice(lag), scores.slice(0, -lag));
    for (const [i, line] of meat.entries()) for (const j of line.keys()) line[j] += weight * (shifted[i][j] + shifted[j][i]);
  }
  const covariance = multiply(multiply(inverse, meat), inverse);
  return {
    coefficients,
    errors: covariance.map((line, i) => Math.sqrt(line[i])),
    rSquared: explained,
    deviation: Math.sqrt(dot(residuals, residuals) / (count - coefficients.length)),
    count,
  };
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * b[i], 0);
}

type Matrix = number[][];

/** aᵀ·b. */
function crossProduct(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): Matrix {
  const product = a[0].map(() => b[0].map(() => 0));
  for (const [n, line] of a.entries()) for (const [i, x] of line.entries()) for (const [j, y] of b[n].entries()) product[i][j] += x * y;
  return product;
}

function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((line) => b[0].map((_, j) => line.reduce((total, x, k) => total + x * b[k][j], 0)));
}

/** Gauss–Jordan with the largest pivot; the matrices here are small. */
function invert(matrix: Matrix): Matrix {
  const size = matrix.length;
  const work = matrix.map((line, i) => [...line, ...line.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) if (Math.abs(work[row][column]) > Math.abs(work[pivot][column])) pivot = row;
    if (work[pivot][column] === 0) throw new Error("The regressors are not independent.");
    [work[column], work[pivot]] = [work[pivot], work[column]];
    const scale = work[column][column];
    work[column] = work[column].map((value) => value / scale);
    for (let row = 0; row < size; row++) {
      const factor = work[row][column];
      if (row !== column) work[row] = work[row].map((value, j) => value - factor * work[column][j]);
    }
  }
  return work.map((line) => line.slice(size));
}
