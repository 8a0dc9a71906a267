import { BallastError } from "../errors.ts";

/**
 * What an account can hold. Linear contracts are marked daily into cash (variation margin); options carry their value.
 * `spot` is collateral seen as a position: it moves with its underlying inside every scenario, and with its peg where it is a `coin` that
 * stands for the underlying (stETH for ETH). A stablecoin's underlying is itself: only its peg moves.
 *
 * Times are hours since 1970-01-01T00:00Z, strikes USD. Quantities elsewhere are integer lots of `lotSize(underlying)`.
 */
export type Instrument =
  | { readonly kind: "option"; readonly underlying: string; readonly right: "call" | "put"; readonly strike: number; readonly expiryHour: number }
  | { readonly kind: "future"; readonly underlying: string; readonly expiryHour: number }
  | { readonly kind: "perp"; readonly underlying: string }
  | { readonly kind: "spot"; readonly underlying: string; readonly coin?: string };

const LOT_SIZES: Readonly<Record<string, number>> = { BTC: 1 / 128, ETH: 1 / 8, SOL: 1, LINK: 8, AVAX: 4, USDC: 128, USDT: 128 };
const STABLECOINS: readonly string[] = ["USDC", "USDT"];

/**
 * Units of the underlying in one lot. Powers of two, so that a lot times a price snapped to a binary grid stays exact.
 *
 * @throws LOT_SIZE_UNKNOWN for an asset without one.
 * @example lotSize("ETH"); // 0.125
 */
export function lotSize(underlying: string): number {
  const size = LOT_SIZES[underlying];
  if (size === undefined) {
    throw new BallastError("LOT_SIZE_UNKNOWN", `There is no lot size for ${underlying}.`, {
      where: { value: underlying },
      fix: `Use one of ${Object.keys(LOT_SIZES).join(", ")}.`,
    });
  }
  return size;
}

/** Whether an asset is a dollar that moves only against its peg: no contract has it for an underlying. @example isStablecoin("USDC"); // true */
export function isStablecoin(asset: string): boolean {
  return STABLECOINS.includes(asset);
}

/** A stable name, unique per instrument, e.g. `ETH-P-2000-438000`. */
export function instrumentId(instrument: Instrument): string {
  switch (instrument.kind) {
    case "option":
      return `${instrument.underlying}-${instrument.right === "call" ? "C" : "P"}-${instrument.strike}-${instrument.expiryHour}`;
    case "future":
      return `${instrument.underlying}-F-${instrument.expiryHour}`;
    case "perp":
      return `${instrument.underlying}-PERP`;
    case "spot":
      return `${instrument.coin ?? instrument.underlying}-SPOT`;
  }
}
