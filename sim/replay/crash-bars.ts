import { BallastError } from "../errors.ts";
import type { Bars, Crash } from "../market/dataset.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import { depthFactor, illiquidity, usualIlliquidity } from "./depth.ts";

/** Days of history an underlying needs at the start of a crash to be traded in its replay. */
export const LISTED_DAYS = 90;

/** Underlyings of a replay: those of the book and of the crash with 90 days of history at its start, in the market's order. */
export function replayUnderlyings(market: Market, crash: Crash, wanted: ReadonlySet<string>): string[] {
  const listed = market.assetsAt(crash.startHour, LISTED_DAYS);
  return listed.filter((asset) => wanted.has(asset) && crash.assets.includes(asset));
}

/** The bars of a crash as its replay steps through them: by the hour, and by five minutes where all that time is covered by such bars. */
export interface CrashBars {
  /** The time of the next step after `hour`, a whole hour or a twelfth of one. */
  next(hour: number): number;
  /** What the step that ends at `hour` saw; undefined at the first hour of a crash, before any of its bars has ended. */
  at(hour: number): StepBars | undefined;
}

/** The last bars known at a time of a crash, one entry per underlying. */
export interface StepBars {
  /** Whether some underlying had no price in the step. */
  readonly isGap: boolean;
  readonly closes: Float64Array;
  /** Turnover of the step, USD. */
  readonly volumeUsd: Float64Array;
  /** What is left of the usual depth, 0.02 … 1. */
  readonly depth: Float64Array;
}

/**
 * An underlying without five-minute bars keeps its last hourly close between two hours, a twelfth of that hour's turnover in each step, and
 * its depth.
 */
export function crashBars(crash: Crash, underlyings: readonly string[]): CrashBars {
  const { fine, startHour } = crash;
  const perHour = fine === undefined ? 1 : 60 / fine.stepMinutes;
  const sources = underlyings.map((asset) => {
    const hourly = crash.bars[crash.assets.indexOf(asset)];
    return { hourly, usual: usualIlliquidity(hourly), fine: fine?.bars[fine.assets.indexOf(asset)] };
  });
  const isFine = (from: number) => fine !== undefined && from >= fine.startHour && from < fine.startHour + fine.steps / perHour;

  return {
    next: (hour) => (isFine(hour) ? (Math.floor(hour * perHour + 0.5) + 1) / perHour : hour + 1),

    at(hour) {
      const index = Math.floor(hour) - 1 - startHour;
      if (index < 0) return undefined;
      const seen = sources.map(({ hourly, usual, fine: bars }) => {
        // Less half a step: whether the step that ends now began among the fine bars.
        if (fine === undefined || !isFine(hour - 0.5 / perHour)) return seenIn(hourly, index, usual[index], 1);
        if (bars === undefined) return seenIn(hourly, index, usual[index], 1 / perHour);
        const i = Math.floor((hour - fine.startHour) * perHour + 0.5) - 1;
        return seenIn(bars, i, usual[fine.startHour - startHour + Math.floor(i / perHour)], 1);
      });
      const closes = Float64Array.from(seen, ({ close }) => close);
      return {
        closes,
        isGap: closes.some((close) => Number.isNaN(close)),
        volumeUsd: Float64Array.from(seen, ({ volumeUsd }) => volumeUsd),
        depth: Float64Array.from(seen, ({ depth }) => depth),
      };
    },
  };
}

function seenIn(bars: Bars, i: number, usual: number, share: number): { close: number; volumeUsd: number; depth: number } {
  const close = bars.close[i];
  // A bar without a known volume takes nothing.
  const volumeUsd = bars.volume[i] > 0 ? bars.volume[i] * close * share : 0;
  return { close, volumeUsd, depth: depthFactor(illiquidity(bars, i), usual) };
}

/**
 * The market between two hours: that of the last whole hour with its volatilities, volumes and scenarios, at the spots and the time of now.
 */
export function withinHour(hourly: Snapshot, hour: number, spots: Float64Array): Snapshot {
  return { ...hourly, hour, scenariosOf: hourly, underlyings: hourly.underlyings.map((state, u) => ({ ...state, spot: spots[u] })) };
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
