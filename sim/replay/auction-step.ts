import type { PositionTable } from "../margin/types.ts";
import type { Values } from "../parameters/index.ts";
import type { Accounts } from "./accounts.ts";
import type { Attestations } from "./attestation.ts";
import type { Cut } from "./cut.ts";
import type { Deleveraging } from "./deleveraging.ts";
import type { Keepers } from "./keepers.ts";
import type { Ledger } from "./ledger.ts";
import type { LiquidationModel } from "./liquidation-model.ts";
import type { Parts } from "./requirement-parts.ts";
import type { Venue } from "./venue.ts";

/** Auctions of all accounts over the replay. */
export interface Auctions {
  /** Minutes an account's auction has run; −1: none. */
  readonly minutes: Int32Array;
  /** Minutes until an auction that ran out starts again. */
  readonly pause: Int32Array;
  /** 1 once a slice of the account was sold or the account closed; once it was closed worth nothing; once its auction ran out unsold. */
  readonly liquidated: Uint8Array;
  readonly closed: Uint8Array;
  readonly ranOut: Uint8Array;
  notional: number;
  /** Accounts whose auction ran out, as often as they came under the hammer; auctions started again; slices that were a set of trades. */
  unsold: number;
  restarted: number;
  targeted: number;
}

/** One step of auctions: who and what takes part, and the terms. */
export interface AuctionInput {
  /** Hours since 1970-01-01T00:00Z, and how long the step is: 1, or 1/12. */
  readonly hour: number;
  readonly stepHours: number;
  readonly accounts: Accounts;
  readonly auctions: Auctions;
  readonly deleveraging: Deleveraging;
  readonly keepers: Keepers;
  readonly attestations: Attestations;
  readonly venue: Venue;
  readonly ledger: Ledger;
  readonly model: LiquidationModel;
  /** The protocol's parameters. */
  readonly terms: Values;
  /** What is required of every account of a table now. */
  readonly requirements: (table: PositionTable) => Parts;
  /** Of one lot of each instrument, in units of its underlying. */
  readonly deltas: Float64Array;
  readonly spots: Float64Array;
  readonly gasGwei: number;
  readonly etherUsd: number;
}

/** The same while it runs. */
export interface AuctionStep extends AuctionInput {
  /** Of one liquidation, USD, what the crowd adds included. */
  readonly gas: number;
  /** Candidates that may still be margined in this step. */
  readonly rows: { left: number };
  /** For the set of trades that is looked for. */
  readonly buffer: Cut;
}

/** An account under the hammer this step. */
export interface Lot {
  readonly account: number;
  readonly urgency: number;
  /** All of it, as it stands; stale after a sale that ends its turn. */
  readonly whole: Cut;
  waits: boolean;
  /** Whether the set of trades that restores it was looked for: once a step. */
  isSearched: boolean;
}
