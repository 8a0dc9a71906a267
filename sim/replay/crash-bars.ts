import { BallastError } from "../errors.ts";
import type { Crash } from "../market/dataset.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";

/** Days of history an underlying needs at the start of a crash to be traded in its replay. */
export const LISTED_DAYS = 90;

/** Underlyings of a replay: those of the book and of the crash with 90 days of history at its start, in the market's order. */
export function replayUnderlyings(market: Market, crash: Crash, wanted: ReadonlySet<string>): string[] {
  const listed = market.assetsAt(crash.startHour, LISTED_DAYS);
  return listed.filter((asset) => wanted.has(asset) && crash.assets.includes(asset));
}

/** The last bar known at an hour of a crash. */
export interface LastBar {
  /** Whether some underlying had no price in the hour before. */
  readonly isGap: boolean;
  readonly closes: Float64Array;
  /** Turnover of the hour, USD. */
  readonly volumeUsd: Float64Array;
}

/** The bar that ended at `hour`, of each underlying; undefined at the first hour of a crash, before any of its bars has ended. */
export function lastBar(crash: Crash, hour: number, underlyings: readonly string[]): LastBar | undefined {
  const index = hour - 1 - crash.startHour;
  if (index < 0) return undefined;
  const bars = underlyings.map((asset) => crash.bars[crash.assets.indexOf(asset)]);
  const closes = Float64Array.from(bars, ({ close }) => close[index]);
  return {
    closes,
    isGap: closes.some((close) => Number.isNaN(close)),
    // An hour without a known volume takes nothing.
    volumeUsd: Float64Array.from(bars, ({ volume }, u) => (volume[index] > 0 ? volume[index] * closes[u] : 0)),
  };
}

/**
 * A snapshot of these underlyings only, in this order.
 *
 * @param spots by underlying, where they are not the snapshot's own
 * @throws MARKET_ASSET_UNKNOWN
 */
export function narrowed(snapshot: Snapshot, underlyings: readonly string[], spots?: Float64Array): Snapshot {
  const states = underlyings.map((asset, u) => {
    const state = snapshot.underlyings.find((one) => one.asset === asset);
    if (state === undefined) {
      throw new BallastError("MARKET_ASSET_UNKNOWN", `The market has no ${asset} at hour ${snapshot.hour}.`, {
        where: { field: "asset", value: asset },
        fix: "Use a dataset whose history covers the crash.",
      });
    }
    return spots === undefined ? state : { ...state, spot: spots[u] };
  });
  return { ...snapshot, underlyings: states };
}
