import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";

/** A snapshot of the underlyings that can be margined, and what is missing to margin them all. */
export interface Narrowed {
  readonly snapshot: Snapshot;
  /** Assets the parameter set does not know: left out. */
  readonly withoutParameters: readonly string[];
  /** Assets whose traded volume is not known: the cost of liquidating them cannot be part of a requirement. */
  readonly withoutVolume: readonly string[];
}

/** Stands for a volume that is not known, USD a day: no liquidation moves it. */
const BOTTOMLESS_USD = 1e18;

/**
 * The market at an hour, made fit to margin from prices alone: where a volume is not known, nothing is added for a thin market, and the
 * requirement tested is the smaller for it.
 *
 * @returns undefined where nothing has a price
 */
export function narrowed(market: Market, parameters: ParameterSet, hour: number): Narrowed | undefined {
  if (!covers(market, hour) || market.assetsAt(hour, 30).length === 0) return undefined;
  const snapshot = market.snapshotAt(hour);
  const known = snapshot.underlyings.filter(({ asset }) => parameters.underlyings[asset] !== undefined);
  if (known.length === 0) return undefined;
  const withoutVolume = known.filter(({ dailyVolumeUsd }) => !(dailyVolumeUsd > 0)).map(({ asset }) => asset);
  const withoutParameters = snapshot.underlyings.filter((state) => !known.includes(state)).map(({ asset }) => asset);
  const underlyings = known.map((state) => (state.dailyVolumeUsd > 0 ? state : { ...state, dailyVolumeUsd: BOTTOMLESS_USD, recentVolumeUsd: BOTTOMLESS_USD }));
  return { snapshot: { ...snapshot, underlyings }, withoutParameters, withoutVolume };
}

function covers({ history }: Market, hour: number): boolean {
  return hour > history.startHour && hour <= history.startHour + history.hours;
}
