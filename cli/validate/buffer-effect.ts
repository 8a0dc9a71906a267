import type { Procyclicality } from "../../sim/replay/procyclicality.ts";
import { dailyProcyclicality, type MarginRates } from "../../sim/validation/index.ts";

/** How margin rates of linear positions moved over the span, and what the volatility buffer does to that. */
export interface BufferEffect {
  readonly assets: readonly AssetRates[];
  /** Largest of all assets and sides. */
  readonly withBuffer: Procyclicality;
  readonly withoutBuffer: Procyclicality;
}

export interface AssetRates {
  readonly asset: string;
  /** Mean rate of the long and of the short side. */
  readonly long: number;
  readonly short: number;
  readonly withBuffer: Procyclicality;
  readonly withoutBuffer: Procyclicality;
}

/** @param parts of the days in order, each with the same assets. @returns null where no asset has a rate on any day */
export function bufferEffect(withBuffer: readonly MarginRates[][], without: readonly MarginRates[][]): BufferEffect | null {
  const sides = (parts: readonly MarginRates[][], asset: number) => [parts.flatMap((part) => part[asset].long), parts.flatMap((part) => part[asset].short)];
  const assets = (withBuffer[0] ?? [])
    .map(({ asset }, a) => ({ asset, kept: sides(withBuffer, a), bare: sides(without, a) }))
    .filter(({ kept }) => kept[0].some((rate) => !Number.isNaN(rate)));
  if (assets.length === 0) return null;
  const mean = (rates: readonly number[]) => {
    const known = rates.filter((rate) => !Number.isNaN(rate));
    return known.reduce((sum, rate) => sum + rate, 0) / known.length;
  };
  return {
    assets: assets.map(({ asset, kept, bare }) => ({
      asset,
      long: mean(kept[0]),
      short: mean(kept[1]),
      withBuffer: dailyProcyclicality(kept),
      withoutBuffer: dailyProcyclicality(bare),
    })),
    withBuffer: dailyProcyclicality(assets.flatMap(({ kept }) => kept)),
    withoutBuffer: dailyProcyclicality(assets.flatMap(({ bare }) => bare)),
  };
}
