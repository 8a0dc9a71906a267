import { normalCdf, normalPdf } from "./normal.ts";

/** Distance between two nodes of the table, and the range it covers on either side of 0. */
export const CDF_STEP = 1 / 256;
export const CDF_RANGE = 9;

/**
 * Φ and φ/6 at the nodes x_i = −9 + i/256, i = 0 … 4608, as pairs [Φ(x_i), φ(x_i)/6] at 2i and 2i + 1. The kernel reads one pair per
 * option leg; made when loaded, from this folder's own functions, so its bytes are the same everywhere.
 */
export const CDF_TABLE = new Float64Array(2 * (2 * CDF_RANGE * 256 + 1));
const LAST = CDF_TABLE.length - 2;
for (let at = 0; at <= LAST / 2; at += 2) {
  const x = (at / 2) * CDF_STEP - CDF_RANGE;
  CDF_TABLE[at] = normalCdf(x);
  CDF_TABLE[LAST - at] = 1 - CDF_TABLE[at];
  CDF_TABLE[at + 1] = CDF_TABLE[LAST - at + 1] = normalPdf(x) / 6;
}

/** 1.5 · 2^52 / 256: adding it and taking it away again rounds to the nearest node, ties to even. */
const TO_NODES = 26_388_279_066_624;

/**
 * Φ(x) from the table, absolute error at most 4e-13: the expansion about the nearest node x_i to third order,
 * Φ(x_i) + φ(x_i)/6·d·(6 − d² + y(y − 3)), d = x − x_i, y = x_i·d. Beyond ±9 it is the value at ±9 (1e-19 from the truth).
 * Relative accuracy in the far tail is not kept; `normalCdf` keeps it.
 *
 * @example tableCdf(1.2816); // 0.90001…
 */
export function tableCdf(x: number): number {
  const inside = Math.max(-CDF_RANGE, Math.min(CDF_RANGE, x));
  const node = inside + TO_NODES - TO_NODES;
  const index = (node + CDF_RANGE) * 256;
  const d = inside - node;
  const y = node * d;
  return CDF_TABLE[2 * index] + CDF_TABLE[2 * index + 1] * d * (6 - d * d + y * (y - 3));
}
