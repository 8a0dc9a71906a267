import { keeperProfit } from "../liquidation/index.ts";
import type { AuctionStep } from "./auction-step.ts";
import type { Cut } from "./cut.ts";
import { costOf } from "./venue.ts";

/** At what terms an account is sold at one moment of its auction: rates are fractions, money USD. */
export interface Terms {
  readonly discountRate: number;
  readonly keeperRate: number;
  /** The keeper's and the insurance fund's. */
  readonly feeRate: number;
  /** Of the whole account, at the protocol's prices. */
  readonly worth: number;
}

/** What a part of an account is sold for, less than it is worth; USD. */
export interface Offer {
  readonly discount: number;
  /** The keeper's, and all fees. Together with the discount they stop at what the part is worth. */
  readonly fee: number;
  readonly fees: number;
}

/** @param part of the account by size, 0 … 1 */
export function offerOf({ discountRate, keeperRate, feeRate, worth }: Terms, part: number, deltaNotional: number): Offer {
  const fees = Math.min(feeRate * deltaNotional, (1 - discountRate) * part * worth);
  return { discount: discountRate * part * worth, fee: Math.min(keeperRate * deltaNotional, fees), fees };
}

/** What a sale costs everyone: what the account gives up, what unwinding does to the price, and gas; USD. */
export function costOfSale({ venue, gas }: AuctionStep, { discount, fees }: Offer, cut: Cut): number {
  return discount + fees + costOf(venue, cut.gross, 1) + gas;
}

/** What a keeper earns on it. A price that lags the market is its gain or its loss. */
export function profitOf({ venue, gas }: AuctionStep, { discount, fee }: Offer, cut: Cut): number {
  return keeperProfit({ discount: discount - cut.lag, fee, unwinding: costOf(venue, cut.gross, 1), gas });
}
