/** Gas of one liquidation: bid, transfer of the slice, settlement; the order of an auction take in the protocols of the field. */
export const GAS_PER_LIQUIDATION = 600_000;

/** Where the gas price is not known: a price of a crowded day, so that ignorance makes liquidation harder, not easier. */
export const FALLBACK_GAS_GWEI = 200;

const ETH_PER_GWEI = 1e-9;

/**
 * Cost of one liquidation on chain, USD.
 *
 * @param gasGwei gas price; NaN where unknown
 * @example gasCostUsd(100, 200); // 12
 */
export function gasCostUsd(gasGwei: number, etherUsd: number): number {
  return GAS_PER_LIQUIDATION * (Number.isNaN(gasGwei) ? FALLBACK_GAS_GWEI : gasGwei) * ETH_PER_GWEI * etherUsd;
}

/** What a keeper weighs before it takes a slice; USD. */
export interface KeeperInput {
  /** d·f·E: what it buys the slice below its value. */
  readonly discount: number;
  readonly fee: number;
  readonly unwinding: number;
  readonly gas: number;
}

/**
 * A keeper takes a slice only if this is above zero: it has no opinion and no inventory, it closes what it takes.
 *
 * @example keeperProfit({ discount: 100, fee: 10, unwinding: 60, gas: 12 }); // 38
 */
export function keeperProfit({ discount, fee, unwinding, gas }: KeeperInput): number {
  return discount + fee - unwinding - gas;
}
