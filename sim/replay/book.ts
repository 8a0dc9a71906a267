/**
 * A book of accounts that fits every crash: strikes are distances from the forward, expiries are tenors, sizes are USD. Plain
 * JSON: what a book file holds and what a seeded population gives.
 */
export interface Book {
  readonly name: string;
  /** Insurance fund at the start, USD. */
  readonly fundUsd: number;
  readonly accounts: readonly BookAccount[];
}

export interface BookAccount {
  /** Unique; results depend on it, never on an account's place in the list. */
  readonly id: string;
  /** What kind of trader it is; for reading only. */
  readonly archetype: string;
  /** Equity at the start, as a multiple of the initial margin of its positions and coins under the parameters tested, ≥ 1; what its USDC asks for comes on top. */
  readonly cushion: number;
  /** Shares of the collateral after haircut, adding up to 1. */
  readonly collateral: CollateralMix;
  readonly positions: readonly BookPosition[];
  /** How much it can add later, as a multiple of its collateral at the start. */
  readonly reserve: number;
  readonly response: MarginCallResponse;
}

export interface CollateralMix {
  readonly USDC?: number;
  readonly ETH?: number;
  readonly BTC?: number;
  readonly stETH?: number;
}

export interface MarginCallResponse {
  /** Probability of answering one call, 0 … 1. */
  readonly probability: number;
  /** Whole hours between the call and the money. */
  readonly delayHours: number;
}

/** Sizes are signed (negative: short) and in USD of the underlying at the start, rounded to whole lots, at least one. */
export type BookPosition =
  | {
      readonly kind: "option";
      readonly underlying: string;
      readonly right: "call" | "put";
      readonly strike: StrikeDistance;
      readonly tenorHours: number;
      readonly notionalUsd: number;
    }
  | { readonly kind: "future"; readonly underlying: string; readonly tenorHours: number; readonly notionalUsd: number }
  | { readonly kind: "perp"; readonly underlying: string; readonly notionalUsd: number }
  /** A perpetual against this share of the account's delta in the underlying at the start. */
  | { readonly kind: "hedge"; readonly underlying: string; readonly share: number };

/** Distance of a strike from the forward: their ratio, or a number of standard deviations of the log return to expiry at the money. */
export type StrikeDistance = { readonly moneyness: number } | { readonly standardDeviations: number };

/** Coins taken as collateral and the underlying they move with. USDC is the currency everything is settled in: one is one USD. */
export const COINS = [
  { name: "BTC", underlying: "BTC" },
  { name: "ETH", underlying: "ETH" },
  { name: "stETH", underlying: "ETH" },
] as const;
