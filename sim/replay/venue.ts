import { decayFactor, displacement, type Liquidity, quantityOf, unwindingCost } from "../liquidation/index.ts";
import { exp } from "../math/index.ts";

/** Where slices are unwound: what our own liquidations have done to each price, and how much more the hour takes. */
export interface Venue {
  /** Displacement of the log price up and down, by underlying; they decay on their own, so that one does not make the other cheaper. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly liquidity: Liquidity[];
  /** Gross USD unwound within the last hour, and still allowed this step. */
  readonly unwoundUsd: Float64Array;
  readonly roomUsd: Float64Array;
  largestDisplacement: number;
}

export function createVenue(underlyings: number): Venue {
  return {
    up: new Float64Array(underlyings),
    down: new Float64Array(underlyings),
    liquidity: Array.from({ length: underlyings }, () => ({ dailyVolatility: 0, dailyVolumeUsd: 0 })),
    unwoundUsd: new Float64Array(underlyings),
    roomUsd: new Float64Array(underlyings),
    largestDisplacement: 0,
  };
}

/** Time passes: displacements decay, and what was unwound within the last hour is let go, all of it after an hour. */
export function decay(venue: Venue, hours: number): void {
  const factor = decayFactor(hours);
  const kept = Math.max(0, 1 - hours);
  for (let u = 0; u < venue.up.length; u++) {
    venue.up[u] *= factor;
    venue.down[u] *= factor;
    venue.unwoundUsd[u] *= kept;
  }
}

/** What the market of one underlying takes during one step. */
export interface Turnover {
  /** Standard deviation of the daily return, a fraction. */
  readonly dailyVolatility: number;
  /** USD a day, trailing; not above zero where it is not known: then the step takes nothing. */
  readonly dailyVolumeUsd: number;
  /** USD traded during the step. */
  readonly stepVolumeUsd: number;
  /** Parameter participation, a fraction. */
  readonly participation: number;
  /** What is left of the usual depth, 0.02 … 1 (10 October 2025: 2 % in the worst minutes). Both impact and room see only this share. */
  readonly depthFactor: number;
}

/** Opens one underlying for a step: its liquidity, and how much of its volume liquidations may take. */
export function openVenue(venue: Venue, u: number, { dailyVolatility, dailyVolumeUsd, stepVolumeUsd, participation, depthFactor }: Turnover): void {
  venue.liquidity[u] = { dailyVolatility, dailyVolumeUsd: dailyVolumeUsd * depthFactor };
  venue.roomUsd[u] = dailyVolumeUsd > 0 ? stepVolumeUsd * participation * depthFactor : 0;
}

/** What the exogenous price of an underlying is multiplied by. */
export function displacementOf(venue: Venue, u: number): number {
  const displaced = venue.up[u] - venue.down[u];
  return displaced === 0 ? 1 : exp(displaced);
}

/** The largest part of a cut, at most all of it, that the step's room still takes. */
export function roomFor(venue: Venue, gross: Float64Array): number {
  let fraction = 1;
  for (let u = 0; u < gross.length; u++) if (gross[u] > 0) fraction = Math.min(fraction, venue.roomUsd[u] / gross[u]);
  return fraction;
}

/** Cost of unwinding a fraction of a cut now, USD. */
export function costOf(venue: Venue, gross: Float64Array, fraction: number): number {
  let cost = 0;
  for (let u = 0; u < gross.length; u++) if (gross[u] > 0) cost += unwindingCost(venue.unwoundUsd[u], fraction * gross[u], venue.liquidity[u]);
  return cost;
}

/** Unwinds a cut: room is used up, and what it sells of the underlying pushes the price down (buys: up). */
export function unwind(venue: Venue, gross: Float64Array, net: Float64Array): void {
  for (let u = 0; u < gross.length; u++) {
    if (gross[u] === 0) continue;
    venue.unwoundUsd[u] += gross[u];
    venue.roomUsd[u] = Math.max(0, venue.roomUsd[u] - gross[u]);
    const side = net[u] > 0 ? venue.down : venue.up;
    const liquidity = venue.liquidity[u];
    side[u] = displacement(quantityOf(side[u], liquidity) + Math.abs(net[u]), liquidity);
    venue.largestDisplacement = Math.max(venue.largestDisplacement, Math.abs(displacementOf(venue, u) - 1));
  }
}
