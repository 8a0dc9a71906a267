import { type ByAsset, ofAsset, type PeerModel } from "./model.ts";
import type { PricedInstrument } from "./priced.ts";

/** Ratios of notional, fixed whatever the market does. */
export interface StaticParameters {
  /** Of a perp's or future's notional. */
  readonly linearMaintenance: ByAsset;
  readonly linearInitial: ByAsset;
  /** Of spot, per short option. */
  readonly shortMaintenance: number;
  /** Of the mark, the least for a short put. */
  readonly shortPutMark: number;
  /** Initial, of spot: the larger, less how far out of the money the option is, but not less than the smaller. */
  readonly shortInitialMost: number;
  readonly shortInitialLeast: number;
  /** A short put's initial requirement with its mark is at least this multiple of the maintenance one with its mark. */
  readonly putInitialScale: number;
}

/** Derive's standard manager without its offsets (v2-core `config-mainnet.sol`, perps and option requirements; margin-systems §1.4). */
export const STATIC_DEFAULTS: StaticParameters = {
  linearMaintenance: { BTC: 0.065, ETH: 0.065, other: 0.067 },
  linearInitial: { BTC: 0.1, ETH: 0.1, other: 0.1 },
  shortMaintenance: 0.09,
  shortPutMark: 0.09,
  shortInitialMost: 0.15,
  shortInitialLeast: 0.13,
  putInitialScale: 1.05,
};

/**
 * Fixed ratios, position by position: what the field started with, and what a rules-based account has today. Nothing offsets anything; a
 * long option is paid for in full (its value does not carry other positions); coins held as collateral need nothing.
 *
 * @example peerStep(staticModel(STATIC_DEFAULTS), snapshot, instruments)
 */
export function staticModel(parameters: StaticParameters): PeerModel {
  return (instruments) => (holdings) => {
    const components = { linear: 0, longOptions: 0, shortOptions: 0 };
    let initial = 0;
    for (const { instrument, lots } of holdings) {
      const held = instruments[instrument];
      const size = Math.abs(lots);
      if (held.kind === "spot") continue;
      if (held.kind !== "option") {
        components.linear += size * held.mark * ofAsset(parameters.linearMaintenance, held.asset);
        initial += size * held.mark * ofAsset(parameters.linearInitial, held.asset);
      } else if (lots > 0) {
        components.longOptions += size * held.mark;
        initial += size * held.mark;
      } else {
        const short = shortOption(held, parameters);
        components.shortOptions += size * short.maintenance;
        initial += size * short.initial;
      }
    }
    return { maintenance: components.linear + components.longOptions + components.shortOptions, initial, components };
  };
}

/** Of one lot short, beyond the mark that equity already owes. */
function shortOption({ lot, spot, strike, isCall, mark }: PricedInstrument, p: StaticParameters): { maintenance: number; initial: number } {
  const outOfTheMoney = Math.max(0, isCall ? strike - spot : spot - strike) / spot;
  const initial = Math.max(p.shortInitialLeast, p.shortInitialMost - outOfTheMoney) * lot * spot;
  if (isCall) return { maintenance: p.shortMaintenance * lot * spot, initial };
  const maintenance = Math.max(p.shortMaintenance * lot * spot, p.shortPutMark * mark);
  return { maintenance, initial: Math.max(initial, p.putInitialScale * (maintenance + mark) - mark) };
}
