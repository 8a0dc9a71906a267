/** Scenarios come in tiles of 16, the width the kernel works in. */
export const TILE = 16;

/**
 * Joint shocks of several assets, family after family: filtered historical with the jumps laid over it, stressed, grid. Each family is padded with
 * zero shocks to whole tiles; `count` says how many are real, `offset` where they start.
 *
 * spot[a][s] is a log return, volatility[a][s] the relative move of 30-day implied volatility (0.35 = up 35 %),
 * tilt[a][s] the change of its skew ∂ln(σ)/∂k at the money beyond that (−0.5: steeper by half a vol for each unit of moneyness and of vol),
 * volatilityFloor[a][s] the least absolute volatility an option is priced with in that scenario. damping[s] scales the P&L.
 * basis[a][s] is the log return of a perpetual over its spot's, pegs[name][s] that of a collateral over what it stands for; a collateral
 * without one keeps its peg.
 */
export interface ScenarioSet {
  readonly assets: readonly string[];
  readonly filtered: Family;
  readonly stressed: Family;
  readonly grid: Family;
  /** All scenarios with their padding: a multiple of 16. */
  readonly padded: number;
  readonly spot: readonly Float64Array[];
  readonly volatility: readonly Float64Array[];
  readonly tilt: readonly Float64Array[];
  readonly volatilityFloor: readonly Float64Array[];
  readonly basis: readonly Float64Array[];
  readonly pegs: Readonly<Record<string, Float64Array>>;
  readonly damping: Float64Array;
  /** Where scenario s comes from: the last hour of the move for historical ones, the place on the grid else; nothing for padding. */
  originOf(s: number): string;
}

export interface Family {
  readonly offset: number;
  readonly count: number;
  /** How many equally likely scenarios these are the largest of: what a tail is measured in. */
  readonly population: number;
}
