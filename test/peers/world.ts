import { createSurface, type Snapshot } from "../../sim/market/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";

export const HOUR = 480_000;

function underlying(asset: string, spot: number, annual: number): Snapshot["underlyings"][number] {
  return {
    asset,
    spot,
    realisedVolatility: annual,
    longRunVolatility: annual,
    atmVolatility: annual,
    atmSource: "model",
    surface: createSurface(annual, annual, 3.6),
    dailyVolumeUsd: 1e9,
    recentVolumeUsd: 1e9,
    perpetualBasis: 1,
    fundingRate: 0,
  };
}

/** Round prices, so that a test's figures can be checked by hand. 0.764 a year is 4 % a day. */
export const SNAPSHOT: Snapshot = {
  hour: HOUR,
  rate: 0,
  gasGwei: 20,
  pegs: { USDC: 1 },
  underlyings: [underlying("BTC", 100_000, 0.04 * Math.sqrt(365)), underlying("ETH", 4_000, 0.04 * Math.sqrt(365)), underlying("SOL", 200, 1)],
};

export const perp = (asset: string): Instrument => ({ kind: "perp", underlying: asset });
export const spot = (asset: string): Instrument => ({ kind: "spot", underlying: asset });
export const future = (asset: string, days: number): Instrument => ({ kind: "future", underlying: asset, expiryHour: HOUR + 24 * days });
export const option = (asset: string, right: "call" | "put", strike: number, days: number): Instrument => ({
  kind: "option",
  underlying: asset,
  right,
  strike,
  expiryHour: HOUR + 24 * days,
});

/** A book with everything in it. */
export const INSTRUMENTS: readonly Instrument[] = [
  perp("BTC"),
  spot("BTC"),
  future("BTC", 30),
  option("BTC", "call", 110_000, 7),
  option("BTC", "put", 110_000, 7),
  option("BTC", "put", 80_000, 60),
  perp("ETH"),
  spot("ETH"),
  option("ETH", "call", 4_400, 30),
  option("ETH", "put", 3_200, 30),
  option("ETH", "put", 3_200, 90),
  perp("SOL"),
];
