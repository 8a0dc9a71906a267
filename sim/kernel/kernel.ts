import type { Tail } from "./tail.ts";

/**
 * The arithmetic that costs time, behind one interface: WebAssembly (`wasm.ts`) in use, a TypeScript twin (`twin.ts`) as its oracle;
 * they agree bit for bit. A kernel has memory of its own and is used by one engine at a time.
 *
 * The cube of P&L stays inside the kernel, in tiles of 16 scenarios of all instruments, so that one tile stays in the first-level cache
 * while accounts are summed over it. A kernel holds one cube; asked about another input, it makes that input's cube again.
 */
export interface Kernel {
  /**
   * Makes the cube: P&L of one lot of each instrument in each scenario, USD, snapped to 2^−20.
   *
   * @returns whether every number of the cube is finite
   */
  price(input: CubeInput): boolean;
  /** A copy of the cube: [(tile · instruments + instrument) · 16 + lane]. */
  cubeOf(input: CubeInput): Float64Array;
  /** P&L of entries from…to−1 together, one number per scenario; to be read until the kernel is called again. Sums are exact. */
  profitAndLoss(input: CubeInput, entries: Entries, from: number, to: number): Float64Array;
  /** The losses of accounts from…to−1 of a book, by netting group and as a whole; to be read until the kernel is called again. */
  measure(input: CubeInput, book: Groups, from: number, to: number, yardstick: Yardstick): Losses;
  /** The loss of a P&L given scenario by scenario, one number per family. Every number has to be finite. */
  measureRow(row: Float64Array, yardstick: Yardstick): Float64Array;
}

/** Shocks of one step. S is the padded number of scenarios (16 · tiles); every array is rows of S numbers. */
export interface Shocks {
  readonly tiles: number;
  /** By underlying: log return of spot, its exponential, relative move of 30-day volatility and change of its skew beyond that, least volatility. */
  readonly logReturn: Float64Array;
  readonly growth: Float64Array;
  readonly volatilityMove: Float64Array;
  readonly tilt: Float64Array;
  readonly volatilityFloor: Float64Array;
}

/** The distinct (underlying, expiry) pairs of a step. */
export interface Columns {
  readonly underlying: Int32Array;
  /** D·F of one lot, ln F, ½ √T, and what a 30-day move of volatility, and one of the skew, is multiplied by at this expiry. */
  readonly discountedForward: Float64Array;
  readonly logForward: Float64Array;
  readonly halfRoot: Float64Array;
  readonly termScale: Float64Array;
  readonly tiltScale: Float64Array;
  /** The deepest tilt that counts, at most 0. */
  readonly deepestTilt: Float64Array;
  /** Volatility at the money, and the smile's ρ with what a tilt adds to it: its lowest point is σ√(1 − ρ²). |ρ| stays below 1. */
  readonly atTheMoney: Float64Array;
  readonly rho: Float64Array;
  readonly rhoPerTilt: Float64Array;
}

/** Instruments and shocks of one step, what a cube is made from; not to be changed while the kernel may be asked about it. */
export interface CubeInput {
  readonly shocks: Shocks;
  readonly columns: Columns;
  /** Rows of S simple returns that linear instruments move with. */
  readonly simpleReturn: Float64Array;
  /** Per instrument: 0 linear, 1 call, 2 put. */
  readonly kind: Uint8Array;
  /** Per instrument: its column (options), its row of `simpleReturn` (linear). */
  readonly place: Int32Array;
  /** Options: ½ ln K, D·K of one lot; volatility at its moneyness and ∂σ/∂k, for it moves along the smile as spot moves; what a tilt does to it by unit and how that changes with moneyness. */
  readonly halfLogStrike: Float64Array;
  readonly discountedStrike: Float64Array;
  readonly volatility: Float64Array;
  readonly slope: Float64Array;
  readonly rotation: Float64Array;
  readonly rotationSlope: Float64Array;
  /** Value of one lot now. */
  readonly mark: Float64Array;
}

/** Positions: an index of an instrument and a whole number of lots each. */
export interface Entries {
  readonly instrument: Int32Array;
  readonly lots: Float64Array;
}

/** Entries grouped by (account, underlying): group g holds entries offsets[g] … offsets[g + 1] − 1, account a has groups first[a] … first[a + 1] − 1. */
export interface Groups extends Entries {
  readonly offsets: Int32Array;
  readonly first: Int32Array;
}

/** What is measured of a P&L. */
export interface Yardstick {
  readonly families: readonly MeasuredFamily[];
  /** Per scenario: what the P&L of a family without a tail is multiplied by. */
  readonly damping: Float64Array;
}

/** Scenarios offset…offset + count − 1; `offset` is a multiple of 16. */
export interface MeasuredFamily {
  readonly offset: number;
  readonly count: number;
  /** Its loss is the mean of this tail; without one, the largest damped loss, never below zero. */
  readonly tail?: Tail;
}

/** One number per family, in their order; not a number where some scenario has no finite P&L. */
export interface Losses {
  /** Of group g at (g − first[from]) · families. */
  readonly groups: Float64Array;
  /** Of account a, all its groups together, at (a − from) · families. */
  readonly joint: Float64Array;
  /** Scenario of the largest joint loss of account a at a − from, damped; −1 where some scenario has no finite P&L. The first of equals. */
  readonly worst: Int32Array;
}
