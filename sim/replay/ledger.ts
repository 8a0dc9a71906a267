/**
 * Every USD that enters, leaves or changes sides. At every step
 * Σ worth of accounts + fund + keepers + unwinding + gas − uncovered = Σ worth at the start + fund at the start + market + paidIn.
 */
export interface Ledger {
  /** What accounts gained on their positions and coins, funding included, and with the fund on USDC, from the market they trade with. */
  market: number;
  /** Answers to margin calls. */
  paidIn: number;
  fund: number;
  /** Profit of keepers after unwinding and gas. */
  keepers: number;
  /** Lost to the price while slices were unwound, by keepers and by the protocol. */
  unwinding: number;
  gas: number;
  /** Deficits of closed accounts so far, before the fund; how much of it deleveraged accounts gave up, all others shared; and what nobody could pay. */
  deficits: number;
  deleveraged: number;
  shared: number;
  uncovered: number;
}

export function createLedger(fundUsd: number): Ledger {
  return { market: 0, paidIn: 0, fund: fundUsd, keepers: 0, unwinding: 0, gas: 0, deficits: 0, deleveraged: 0, shared: 0, uncovered: 0 };
}
