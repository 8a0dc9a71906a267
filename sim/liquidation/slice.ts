/** What a liquidation knows of an account when it sizes a slice; USD unless said otherwise. */
export interface SliceInput {
  /** Maintenance margin of the whole account, ≥ 0. */
  readonly maintenance: number;
  /** k: what the sale restores, as a multiple of maintenance margin, ≥ 1. */
  readonly target: number;
  /** E: equity as margin counts it, collateral after haircut. */
  readonly equity: number;
  /** Equity at market value, before haircuts; what a slice is sold against. Equal to `equity` without haircuts. */
  readonly saleValue: number;
  /** d: discount of the auction on the sale value, 0 … 1. */
  readonly discount: number;
  /** φ·N: what fees would be if the whole account were sold. See `cappedFees`. */
  readonly fees: number;
  /** c: what margin counts of each USD of proceeds, at most 1: less the haircut of USDC and target times what USDC asks for itself. */
  readonly credit: number;
}

/**
 * The smallest fraction f of an account whose sale restores its equity to k times the maintenance margin of the rest.
 *
 * Selling f turns f of everything into cash, less the discount and the fees: (1 − f)·E + f·c·((1 − d)·V − φN) = k·(1 − f)·MM, so
 * f = (k·MM − E) / (k·MM − E + c·((1 − d)·V − φN)). Without haircuts (V = E, c = 1) it is (k·MM − E) / (k·MM − E·d − φN), the closed form
 * of DESIGN §7; with R = 0 also that of Derive's DutchAuction. Whatever cannot be restored is sold whole: the result is in [0, 1].
 *
 * @example sliceFraction({ maintenance: 100, target: 1.15, equity: 80, saleValue: 80, discount: 0.1, fees: 0, credit: 1 }); // 35 / 107
 */
export function sliceFraction(input: SliceInput): number {
  const missing = input.target * input.maintenance - input.equity;
  if (missing <= 0) return 0;
  const proceeds = input.credit * ((1 - input.discount) * input.saleValue - cappedFees(input));
  if (proceeds <= 0) return 1;
  return missing / (missing + proceeds);
}

/** Fees never take more than the slice's equity after the discount: a fee on notional may not turn a solvent account into a bad debt. */
export function cappedFees(input: Pick<SliceInput, "saleValue" | "discount" | "fees">): number {
  return Math.max(0, Math.min(input.fees, (1 - input.discount) * input.saleValue));
}
