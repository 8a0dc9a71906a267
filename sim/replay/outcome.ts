/**
 * What happened to one book in one crash under one parameter set (DESIGN §7). Money in USD, shares as fractions (0.01 = 1 %),
 * times in hours since 1970-01-01T00:00Z. Plain JSON: this record is a leaf of the evidence.
 */
export interface Outcome {
  readonly crash: string;
  readonly seed: number;
  readonly accounts: number;
  /** Entries of every series: the opening, then the end of each hour. Within the hours there may be steps of five minutes. */
  readonly steps: number;
  /** Hours without a price of some underlying: nothing was marked, called or sold in them. */
  readonly gapHours: number;
  readonly underlyings: readonly string[];
  /** Losses beyond what accounts held, at their largest and at the end, before the fund. */
  readonly shortfallPeak: number;
  readonly shortfallFinal: number;
  readonly fundStart: number;
  readonly fundLeft: number;
  /** What the fund could not pay and all accounts shared pro rata. */
  readonly sharedLoss: number;
  readonly accountsLiquidated: number;
  readonly notionalLiquidated: number;
  readonly accountsWiped: number;
  readonly marginCalls: number;
  /**
   * Share of (account, day) observations whose loss over the horizon stayed within maintenance margin. The accounts are those of the book as
   * it was opened, positions held until they expire, liquidated or not: early liquidation neither raises nor lowers it.
   */
  readonly coverage: number;
  readonly coverageObservations: number;
  /** Initial margin of the book as it was opened over its gross notional, mean and peak over the hours. */
  readonly meanMarginRate: number;
  readonly peakMarginRate: number;
  /** Of the margin rate of a linear reference position, worst underlying: relative rises, and peak over trough. */
  readonly largestOneDayRise: number;
  readonly largestFiveDayRise: number;
  readonly peakToTrough: number;
  readonly keeperProfit: number;
  /** Accounts whose auction ran out unsold, counted each time they came under the hammer; auctions that started again after that. */
  readonly auctionsUnsold: number;
  readonly auctionsRestarted: number;
  /** Slices that were a set of trades, not a fraction of everything. */
  readonly slicesTargeted: number;
  /**
   * Accounts deleveraged, the notional closed, what they gave up, and how far that is from the same haircut on every gain: 0 (none) to 1. All 0 where
   * losses are shared pro rata.
   */
  readonly accountsDeleveraged: number;
  readonly notionalDeleveraged: number;
  readonly deleveragedLoss: number;
  readonly deleveragingUnfairness: number;
  /** Largest displacement of a price by our own liquidations, as a fraction. */
  readonly largestImpact: number;
  /** Loss-absorbing resources over the 99.9 % expected shortfall of the system's shortfall: least value over the steps; null when no scenario has a shortfall. */
  readonly leastSolvencyIndex: number | null;
  /** Largest joint shortfall of the two worst accounts in any scenario of any step. */
  readonly coverTwo: number;
  /** The insurance fund that would have met Cover-2 and a solvency index of 1 at every step looked at, USD. */
  readonly insuranceTarget: number;
  /** Hourly, for the report's charts; every array has `steps` entries. */
  readonly series: OutcomeSeries;
}

export interface OutcomeSeries {
  readonly startHour: number;
  readonly spot: Readonly<Record<string, readonly number[]>>;
  /**
   * Σ over accounts of equity after haircut, of maintenance margin, of initial margin, as the step found them; shortfall (deficits so
   * far and what open accounts are below zero) and fund, as it left them; full notional sold in the hour. Six significant digits.
   */
  readonly equity: readonly number[];
  readonly maintenance: readonly number[];
  readonly initial: readonly number[];
  readonly shortfall: readonly number[];
  readonly fund: readonly number[];
  readonly liquidatedNotional: readonly number[];
  /**
   * Σ over accounts of the loss (gains count as none: one account's margin does not cover another's) over the horizon that follows
   * each step with the positions held: what the maintenance margin of that step is there for. Null near the end and around gaps.
   */
  readonly horizonLoss: readonly (number | null)[];
}
