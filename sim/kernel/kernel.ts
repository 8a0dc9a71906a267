/**
 * The arithmetic that costs time, behind one interface: WebAssembly (`wasm.ts`) in use, a TypeScript twin (`twin.ts`) as its oracle;
 * they agree bit for bit. A kernel has memory of its own for P&L rows and is used by one engine at a time.
 *
 * Everything is a flat typed array; the layout of the cube is [tile][instrument][16 scenarios], so that one tile of all
 * instruments stays in the first-level cache while accounts are summed over it.
 */
export interface Kernel {
  /**
   * P&L of one lot of each instrument in each scenario, USD, snapped to 2^−20: cube[(tile · instruments + instrument) · 16 + lane].
   *
   * @returns whether every number of the cube is finite
   */
  fillCube(input: CubeInput, cube: Float64Array): boolean;
  /** Makes room for this many numbers, to hold rows of P&L; what stood there may be gone. Indices below are into that room. */
  reserveRows(length: number): void;
  /** The numbers at `from`, to read and to write, until the kernel is called again. */
  row(from: number, length: number): Float64Array;
  /** Sums lots times P&L over the entries of groups from…to−1, into the row at `at` and those that follow. Sums are exact. */
  sumGroups(cube: Float64Array, instruments: number, tiles: number, groups: Groups, from: number, to: number, at: number): void;
  /** Adds the row at `from` to the row at `to`; `length` is even. */
  addRow(from: number, to: number, length: number): void;
  /** Expected shortfall or value at risk of a population whose worst are among the `count` numbers at `from`: see `tail.ts`. */
  tailLoss(from: number, count: number, population: number, confidenceBps: number, expectedShortfall: boolean): number;
}

/** Instruments and shocks of one step. S is the padded number of scenarios (16 · tiles), E the expiries, U the underlyings. */
export interface CubeInput {
  readonly tiles: number;
  /** Per instrument: 0 linear, 1 call, 2 put. */
  readonly kind: Uint8Array;
  /** Per instrument: its column among the expiries (options), its underlying (linear). */
  readonly column: Int32Array;
  readonly underlying: Int32Array;
  /** Options: ½ ln K, D·K of one lot, volatility at its moneyness, −∂σ/∂k (the volatility moves along the smile as spot moves), the smile's lowest. */
  readonly halfLogStrike: Float64Array;
  readonly discountedStrike: Float64Array;
  readonly volatility: Float64Array;
  readonly tilt: Float64Array;
  readonly least: Float64Array;
  /** Value of one lot now. */
  readonly mark: Float64Array;
  /** E × S: D·F of one lot shocked, ½ ln F shocked, ½ √T (1 + term · volatility move), ½ √T · volatility floor. */
  readonly discountedForward: Float64Array;
  readonly halfLogForward: Float64Array;
  readonly halfDeviation: Float64Array;
  readonly halfFloor: Float64Array;
  /** U × S: log return, and simple return of spot. */
  readonly logReturn: Float64Array;
  readonly simpleReturn: Float64Array;
}

/** Entries grouped by (account, underlying): group g holds entries offsets[g] … offsets[g + 1] − 1. */
export interface Groups {
  readonly offsets: Int32Array;
  readonly instrument: Int32Array;
  readonly lots: Float64Array;
}
