/**
 * The arithmetic that costs time, behind one interface: this TypeScript twin today, the same bits from WebAssembly later.
 * Everything is a flat typed array; the layout of the cube is [tile][instrument][16 scenarios], so that one tile of all
 * instruments stays in the first-level cache while accounts are summed over it.
 */
export interface Kernel {
  fillCube(input: CubeInput, cube: Float64Array): void;
  sumGroups(cube: Float64Array, instruments: number, tiles: number, groups: Groups, from: number, to: number, rows: Float64Array): void;
}

/** Instruments and shocks of one step. S is the padded number of scenarios (16 · tiles), E the expiries, U the underlyings. */
export interface CubeInput {
  readonly tiles: number;
  /** Per instrument: 0 linear, 1 call, 2 put. */
  readonly kind: Uint8Array;
  /** Per instrument: its column among the expiries (options), its underlying (linear). */
  readonly column: Int32Array;
  readonly underlying: Int32Array;
  /** Options: ½ ln K, D·K per unit, volatility at its moneyness, −∂σ/∂k (the volatility moves along the smile as spot moves). */
  readonly halfLogStrike: Float64Array;
  readonly discountedStrike: Float64Array;
  readonly volatility: Float64Array;
  readonly tilt: Float64Array;
  /** Value of one lot now, and units of underlying in one lot. */
  readonly mark: Float64Array;
  readonly lot: Float64Array;
  /** E × S: D·F shocked, ½ ln F shocked, ½ √T (1 + term · volatility move), ½ √T · volatility floor. */
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
