import type { Snapshot } from "../market/snapshot.ts";
import type { Instrument } from "../pricing/instrument.ts";
import type { ScenarioCounts } from "../scenarios/index.ts";

export type { ScenarioCounts };

/**
 * Positions of many accounts as a compressed sparse row table. Row a holds entries offsets[a] … offsets[a + 1] − 1; an
 * entry is an index into `instruments` and an integer number of lots (negative: short). Within a row, entries are sorted
 * by underlying (the engine nets each underlying alone first).
 */
export interface PositionTable {
  readonly accounts: number;
  readonly offsets: Int32Array;
  readonly instrument: Int32Array;
  readonly lots: Float64Array;
}

/** How many historical scenarios a step draws: for evidence, and for a first look. */
export const CANONICAL_COUNTS: ScenarioCounts = { filtered: 512, stressed: 128 };
export const QUICK_COUNTS: ScenarioCounts = { filtered: 128, stressed: 32 };

/**
 * Requirements of every account of a table, USD, one array entry per account. DESIGN §6:
 * maintenance = max(offset, floor) + liquidity, initial = initialMargin · maintenance.
 */
export interface Requirements {
  readonly core: Float64Array;
  readonly offset: Float64Array;
  /** Worst loss on the grid, netted between underlyings as the core is, before the short-option minimum. What stablecoins may lose is in `core`, `offset` and `grid` alike. */
  readonly grid: Float64Array;
  readonly shortOptionMinimum: Float64Array;
  /** For a book that takes longer than the horizon to close; the cost of closing it; what closing it does to the price of what is held. */
  readonly extension: Float64Array;
  readonly impact: Float64Array;
  readonly toxicity: Float64Array;
  /** The sum of the three. */
  readonly liquidity: Float64Array;
  readonly maintenance: Float64Array;
  readonly initial: Float64Array;
  /** Index of the scenario with the largest joint loss of each account, into the step's scenario set. */
  readonly worstScenario: Int32Array;
  /** Σ |lots · lot size · spot| over linear positions and |delta| notional of options, USD. */
  readonly deltaNotional: Float64Array;
}

/** The instruments of one step, priced now and in every scenario, ready to margin any table over them. */
export interface MarginStep {
  readonly hour: number;
  readonly instruments: readonly Instrument[];
  /** Mark of ONE LOT of each instrument, USD: the option's value; the spot price times the lot for linear ones. */
  readonly marks: Float64Array;
  /** Delta of one lot of each instrument, in units of its underlying. */
  readonly deltas: Float64Array;
  readonly scenarioNames: (index: number) => string;
  /** Requirements of every account. Sums do not depend on the order of entries, accounts or scenarios. */
  requirements(table: PositionTable): Requirements;
  /** P&L of one account in every scenario, USD; filled into `out` (length = number of scenarios). */
  profitAndLoss(table: PositionTable, account: number, out: Float64Array): void;
  /** The largest loss of every account in any of these scenarios, never below zero, USD: at a fraction of the time of looking at all of them. */
  worstLosses(table: PositionTable): Float64Array;
  readonly scenarios: number;
  /** Scenarios of the filtered family come first, then the stressed, then the grid. */
  readonly filtered: number;
  readonly stressed: number;
  readonly grid: number;
  /** How many equally likely moves the filtered scenarios are the largest of. */
  readonly filteredPopulation: number;
}

/** The margin engine for one parameter set. `step` prices and shocks; what it returns margins accounts. */
export interface MarginEngine {
  step(snapshot: Snapshot, instruments: readonly Instrument[]): MarginStep;
  /**
   * Maintenance requirement of one long and of one short unit-notional perpetual on `asset`, as fractions of notional,
   * without liquidity add-ons: the margin rate whose rise measures procyclicality.
   */
  linearRates(snapshot: Snapshot, asset: string): { readonly long: number; readonly short: number };
}
