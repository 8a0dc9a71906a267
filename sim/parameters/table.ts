/**
 * The one schema of the risk parameters. The zod types, the on-chain bounds of a deployment, the JSON Schema for
 * editors and the reference page are all derived from it; a test asserts that chain and table agree.
 *
 * Every value is an unsigned integer, on chain and here: basis points, seconds, days, counts, thousands of USD.
 */

export type Scope = "protocol" | "underlying" | "collateral";

/** Which way a parameter makes the system safer. A neutral one has no safe side and gets the slow path both ways. */
export type Tighter = "up" | "down" | "neutral";

/** What reads the parameter today: the margin engine, the crash replay, or so far only the on-chain registry. */
export type Reach = "engine" | "replay" | "registry";

export type Unit = "bps" | "seconds" | "days" | "choice" | "usdThousands" | "bpsPerYear";

export interface ParameterSpec {
  readonly name: string;
  readonly scope: Scope;
  readonly unit: Unit;
  readonly min: number;
  readonly max: number;
  /** Largest step up and down in one batch: in the parameter's unit, or in bps of the old value when `relative`. */
  readonly maxIncrease: number;
  readonly maxDecrease: number;
  readonly relative: boolean;
  readonly tighter: Tighter;
  /** Seconds that have to pass between two changes of this parameter. */
  readonly cooldown: number;
  /** The value a new protocol starts with; per asset where the assets differ. */
  readonly initial: number | Readonly<Record<string, number>>;
  readonly reach: Reach;
  readonly doc: string;
}

const DAY = 86_400;
/** 2^40 − 1 thousand USD: the widest cap the registry can hold. */
const WIDEST_CAP = 1_099_511_627_775;

function spec(
  scope: Scope,
  name: string,
  unit: Unit,
  [min, max]: readonly [number, number],
  [maxDecrease, maxIncrease]: readonly [number, number],
  tighter: Tighter,
  initial: ParameterSpec["initial"],
  reach: Reach,
  doc: string,
  options: { relative?: boolean; cooldown?: number } = {},
): ParameterSpec {
  return {
    name,
    scope,
    unit,
    min,
    max,
    maxIncrease,
    maxDecrease,
    relative: options.relative ?? false,
    tighter,
    cooldown: options.cooldown ?? 7 * DAY,
    initial,
    reach,
    doc,
  };
}

// biome-ignore format: a table, one row per parameter
export const PARAMETERS: readonly ParameterSpec[] = [
  spec("protocol", "confidence", "bps", [9_000, 9_999], [50, 90], "up", 9_900, "engine", "Confidence level α of the loss quantile: 99 % margins the worst 1 % of scenarios."),
  spec("protocol", "riskMeasure", "choice", [0, 1], [1, 1], "up", 1, "engine", "0: value at risk (the quantile). 1: expected shortfall (the mean beyond it).", { cooldown: 30 * DAY }),
  spec("protocol", "horizon", "seconds", [3_600, 432_000], [21_600, 86_400], "up", 86_400, "engine", "Margin period of risk: how long a position may take to be closed."),
  spec("protocol", "lookback", "days", [90, 3_650], [180, 365], "neutral", 730, "engine", "How far back the filtered historical scenarios reach."),
  spec("protocol", "decay", "bps", [9_000, 9_999], [100, 100], "neutral", 9_700, "engine", "EWMA λ per day of the volatility that scales historical moves."),
  spec("protocol", "stressWeight", "bps", [0, 10_000], [500, 2_500], "up", 2_500, "engine", "Weight of the stressed family in the core requirement (EMIR RTS 153/2013 art. 28(b) asks for at least 25 %)."),
  spec("protocol", "initialMargin", "bps", [10_000, 30_000], [500, 2_500], "up", 12_500, "engine", "Initial margin, as a part of maintenance margin."),
  spec("protocol", "offsetCap", "bps", [0, 8_000], [2_500, 500], "down", 5_000, "engine", "Most netting allowed between underlyings (EMIR RTS 153/2013 art. 27 allows 80 %)."),
  spec("protocol", "liquidationTarget", "bps", [10_000, 20_000], [500, 1_500], "up", 11_500, "replay", "What a liquidation restores, as a part of maintenance margin."),
  spec("protocol", "liquidationDiscount", "bps", [0, 5_000], [500, 500], "neutral", 2_000, "replay", "Largest discount the Dutch auction of a liquidated slice reaches."),
  spec("protocol", "auctionDuration", "seconds", [60, 86_400], [3_600, 3_600], "neutral", 1_800, "replay", "How long the Dutch auction takes from no discount to the largest."),
  spec("protocol", "keeperFee", "bps", [0, 1_000], [100, 100], "neutral", 100, "replay", "Paid to the keeper, of the notional it takes over."),
  spec("protocol", "insuranceFee", "bps", [0, 1_000], [100, 100], "neutral", 200, "replay", "Paid to the insurance fund, of the notional liquidated."),
  spec("protocol", "attestationTtl", "seconds", [60, 86_400], [3_600, 1_800], "down", 3_600, "replay", "How old an attested requirement may be before it no longer counts: the delay with which a replay sees an account fall short."),
  spec("protocol", "participation", "bps", [100, 5_000], [500, 250], "down", 1_000, "engine", "Share of a day's volume that a liquidation may take."),
  spec("underlying", "volBuffer", "bps", [0, 10_000], [500, 1_500], "up", 2_500, "engine", "Added to every spot and volatility shock; released as realised volatility doubles (EMIR RTS 153/2013 art. 28(a))."),
  spec("underlying", "volFloor", "bps", [0, 30_000], [500, 1_500], "up", { "*": 4_000, SOL: 6_000, AVAX: 6_000, LINK: 6_000 }, "engine", "Lowest annualised volatility that historical moves are scaled to."),
  spec("underlying", "spotRange", "bps", [200, 9_000], [250, 1_000], "up", { "*": 1_600, SOL: 2_500, AVAX: 2_500, LINK: 2_500 }, "engine", "Width of the grid scan: the spot moves by thirds of it."),
  spec("underlying", "volRangeUp", "bps", [0, 30_000], [1_000, 2_500], "up", 5_000, "engine", "Relative rise of implied volatility on the grid, at 30 days."),
  spec("underlying", "volRangeDown", "bps", [0, 9_000], [500, 1_000], "up", 2_500, "engine", "Relative fall of implied volatility on the grid, at 30 days."),
  spec("underlying", "minVolUp", "bps", [0, 30_000], [500, 1_500], "up", { "*": 4_000, SOL: 6_000, AVAX: 6_000, LINK: 6_000 }, "engine", "Lowest implied volatility that the grid's upward shock ends at."),
  spec("underlying", "jumpIntensity", "bpsPerYear", [0, 500_000], [2_000, 10_000], "up", { "*": 13_931, BTC: 8_617, ETH: 9_848, SOL: 11_674, LINK: 13_414 }, "engine", "Jumps a year, of the Merton overlay on the filtered draws."),
  spec("underlying", "jumpMean", "bps", [0, 9_000], [250, 1_000], "up", { "*": 1_576, BTC: 661, ETH: 759, LINK: 654, AVAX: 1_096 }, "engine", "Mean fall of a jump, a log return."),
  spec("underlying", "jumpVol", "bps", [0, 9_000], [250, 1_000], "up", { "*": 3_533, BTC: 2_172, ETH: 2_813, SOL: 3_170, AVAX: 3_332 }, "engine", "Standard deviation of a jump."),
  spec("underlying", "shortOptionMinimum", "bps", [0, 1_000], [25, 100], "up", 50, "engine", "Least requirement of a naked short option, of its notional."),
  spec("underlying", "openInterestCap", "usdThousands", [0, WIDEST_CAP], [5_000, 2_500], "down", { BTC: 1_000_000, ETH: 600_000, SOL: 150_000, LINK: 40_000, AVAX: 40_000 }, "registry", "Largest open interest the protocol takes.", { relative: true }),
  spec("collateral", "haircut", "bps", [0, 10_000], [250, 1_500], "up", { USDC: 0, ETH: 2_000, BTC: 2_000, stETH: 3_500 }, "engine", "Taken off the value of the collateral before it counts as equity."),
  spec("collateral", "depegShock", "bps", [0, 10_000], [250, 1_500], "up", { USDC: 500, ETH: 0, BTC: 0, stETH: 1_000 }, "engine", "Least fall of the collateral against what it stands for in every stressed scenario."),
  spec("collateral", "cap", "usdThousands", [0, WIDEST_CAP], [5_000, 2_500], "down", { USDC: 2_000_000, ETH: 500_000, BTC: 500_000, stETH: 100_000 }, "registry", "Most of this collateral the protocol takes.", { relative: true }),
];

/** The assets of a new protocol. A deployment may name others; the table is per scope, not per asset. */
export const DEFAULT_UNDERLYINGS = ["BTC", "ETH", "SOL", "LINK", "AVAX"] as const;
export const DEFAULT_COLLATERALS = ["USDC", "ETH", "BTC", "stETH"] as const;
