import { chiSquareTail } from "../math/index.ts";
import type { TestResult } from "./likelihood-ratio.ts";

const LAGS = 4;
const COLUMNS = LAGS + 2;
/** A column of which less than this part is its own, the rest being what the others say already, is left out. */
const DEPENDENT = 1e-10;

/** The dynamic quantile regression: the statistic of both directions, and of too little margin alone. */
export interface DynamicQuantile extends TestResult {
  /** Only the days count on which the regression expects more exceedances than the model allows. */
  readonly directed: number;
}

/**
 * The dynamic quantile test (Engle and Manganelli, "CAViaR", 2004): Hit = I − p is regressed on a constant, its last four values and the
 * VaR of the day; b′X′Xb / (p(1 − p)) ~ χ²₆ if nothing known beforehand says when an exceedance comes. Columns that say nothing of their
 * own (a VaR that never moves, no exceedance to lag) are left out, and the degrees of freedom with them.
 *
 * The directed statistic is the same sum of squares Σ(X_t b)² over the days with X_t b > 0 only.
 *
 * @param hits 1 where the loss was beyond the VaR. @param valueAtRisk of the same days, in any unit
 * @example dynamicQuantile(hits, valueAtRisk, 0.05).pValue
 */
export function dynamicQuantile(hits: ArrayLike<number>, valueAtRisk: ArrayLike<number>, probability: number): DynamicQuantile {
  const { products, moments } = sumsOf(hits, valueAtRisk, probability);
  const { coefficients, rank } = leastSquares(products, moments);
  const scale = probability * (1 - probability);
  let explained = 0;
  for (let i = 0; i < COLUMNS; i++) explained += coefficients[i] * moments[i];
  const statistic = Math.max(0, explained / scale);
  return {
    statistic,
    degrees: rank,
    pValue: rank === 0 ? 1 : chiSquareTail(statistic, rank),
    directed: excess(hits, valueAtRisk, probability, coefficients) / scale,
  };
}

/** X′X and X′Hit. The columns: 1, Hit one to four days before, VaR. Hits are few, so the sums go over them and not over the days. */
function sumsOf(hits: ArrayLike<number>, valueAtRisk: ArrayLike<number>, p: number): { products: Float64Array[]; moments: Float64Array } {
  const days = hits.length;
  const n = days - LAGS;
  let sum = 0;
  let squares = 0;
  for (let t = LAGS; t < days; t++) {
    sum += valueAtRisk[t];
    squares += valueAtRisk[t] * valueAtRisk[t];
  }
  // by lag 0 … 4: how many indicators are 1, the VaR of their days; by two lags: how many are 1 together
  const ones = new Float64Array(LAGS + 1);
  const weighted = new Float64Array(LAGS + 1);
  const together = Array.from({ length: LAGS + 1 }, () => new Float64Array(LAGS + 1));
  for (let s = 0; s < days; s++) {
    if (hits[s] === 0) continue;
    for (let k = 0; k <= LAGS; k++) {
      const t = s + k;
      if (t < LAGS || t >= days) continue;
      ones[k]++;
      weighted[k] += valueAtRisk[t];
      for (let j = 0; j <= LAGS; j++) if (hits[t - j] === 1) together[k][j]++;
    }
  }
  const centred = (k: number, j: number) => together[k][j] - p * (ones[k] + ones[j]) + n * p * p;
  const products = Array.from({ length: COLUMNS }, () => new Float64Array(COLUMNS));
  const moments = new Float64Array(COLUMNS);
  const set = (i: number, j: number, value: number) => {
    products[i][j] = value;
    products[j][i] = value;
  };
  set(0, 0, n);
  set(0, LAGS + 1, sum);
  set(LAGS + 1, LAGS + 1, squares);
  moments[0] = ones[0] - n * p;
  moments[LAGS + 1] = weighted[0] - p * sum;
  for (let k = 1; k <= LAGS; k++) {
    set(0, k, ones[k] - n * p);
    set(k, LAGS + 1, weighted[k] - p * sum);
    for (let j = 1; j <= k; j++) set(k, j, centred(k, j));
    moments[k] = centred(0, k);
  }
  return { products, moments };
}

/** Solves products · b = moments by elimination without exchange, columns that depend on those before them left out (their b is 0). */
function leastSquares(products: Float64Array[], moments: Float64Array): { coefficients: Float64Array; rank: number } {
  const size = moments.length;
  const rows = products.map((row) => row.slice());
  const right = moments.slice();
  const kept: number[] = [];
  for (let i = 0; i < size; i++) {
    if (!(rows[i][i] > DEPENDENT * products[i][i])) continue;
    kept.push(i);
    for (let r = i + 1; r < size; r++) {
      const factor = rows[r][i] / rows[i][i];
      if (factor === 0) continue;
      for (let c = i; c < size; c++) rows[r][c] -= factor * rows[i][c];
      right[r] -= factor * right[i];
    }
  }
  const coefficients = new Float64Array(size);
  for (const i of kept.toReversed()) {
    let value = right[i];
    for (const c of kept) if (c > i) value -= rows[i][c] * coefficients[c];
    coefficients[i] = value / rows[i][i];
  }
  return { coefficients, rank: kept.length };
}

function excess(hits: ArrayLike<number>, valueAtRisk: ArrayLike<number>, p: number, b: Float64Array): number {
  let base = b[0];
  for (let k = 1; k <= LAGS; k++) base -= p * b[k];
  const slope = b[LAGS + 1];
  let total = 0;
  let recent = 0;
  for (let s = 0; s < LAGS; s++) recent = (recent << 1) | hits[s];
  for (let t = LAGS; t < hits.length; t++) {
    let expected = base + slope * valueAtRisk[t];
    // the last four days as bits, the day before lowest
    for (let k = 1, bits = recent & 15; bits > 0; k++, bits >>= 1) if ((bits & 1) === 1) expected += b[k];
    if (expected > 0) total += expected * expected;
    recent = (recent << 1) | hits[t];
  }
  return total;
}
