import { createMarginEngine, type ScenarioCounts } from "../margin/index.ts";
import type { Market } from "../market/market.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { narrowed } from "./narrowed.ts";

/** Margin rates of a linear position, one value an hour asked; NaN where the asset has no price. */
export interface MarginRates {
  readonly asset: string;
  readonly long: number[];
  readonly short: number[];
}

/** Margin rates of every asset at some hours. */
export function marginRates(market: Market, parameters: ParameterSet, counts: ScenarioCounts, hours: readonly number[]): MarginRates[] {
  const engine = createMarginEngine(market, parameters, counts);
  const rates = market.history.assets
    .filter((asset) => parameters.underlyings[asset] !== undefined)
    .map((asset) => ({ asset, long: [] as number[], short: [] as number[] }));
  for (const hour of hours) {
    const snapshot = narrowed(market, parameters, hour)?.snapshot;
    for (const { asset, long, short } of rates) {
      const known = snapshot?.underlyings.some((state) => state.asset === asset) === true;
      const rate = snapshot !== undefined && known ? engine.linearRates(snapshot, asset) : { long: Number.NaN, short: Number.NaN };
      long.push(rate.long);
      short.push(rate.short);
    }
  }
  return rates;
}

/** The same set without a volatility buffer: what the buffer does is the difference. */
export function withoutBuffer(parameters: ParameterSet): ParameterSet {
  const underlyings = Object.fromEntries(Object.entries(parameters.underlyings).map(([asset, own]) => [asset, { ...own, volBuffer: 0 }]));
  return { ...parameters, underlyings };
}
