import type { CollateralMix } from "../book.ts";

/** From and to; draws are uniform between them. */
export type Range = readonly [number, number];

/** How the accounts of one archetype are drawn. */
export interface ArchetypeStrategy {
  /** Share of the accounts, the whale apart. */
  readonly share: number;
  /** Equity at the start over initial margin. */
  readonly cushion: Range;
  /** What can be added later, over the collateral at the start. */
  readonly reserve: Range;
  readonly answersCalls: number;
  readonly answerDelayHours: Range;
  /** Shares of USDC, the underlying's own coin and, where that is ETH, of it held as stETH. */
  readonly ownCoin: Range;
  readonly stakedPartOfEther: number;
  /** Standard deviations from the forward, unsigned; days. What an archetype does not trade is left out. */
  readonly strikeDeviations: Range;
  readonly tenorDays: readonly number[];
}

export type Archetype = "covered-call writer" | "put seller" | "volatility seller" | "market maker" | "leveraged long" | "basis trader" | "whale";

export interface PopulationStrategy {
  /** Notional of an account: lognormal, cut at the largest. */
  readonly notionalMedianUsd: number;
  readonly notionalLogDeviation: number;
  readonly largestNotionalUsd: number;
  /** Probability of each underlying; an account trades one, a market maker all. */
  readonly underlyings: readonly (readonly [asset: string, weight: number])[];
  /** Insurance fund over the gross notional of the book. */
  readonly fundShare: number;
  /** Notional of the whale over that of all others. */
  readonly whaleShare: number;
  readonly whaleCollateral: CollateralMix;
  readonly archetypes: Readonly<Record<Archetype, ArchetypeStrategy>>;
}

/**
 * The population's assumptions, every number of them. There is no public record of who trades options on margin, so none is
 * fitted: they are set to what the field describes. Option books are short volatility to earn yield, most accounts are small and a
 * few are large, cushions are thin because collateral costs, and professionals answer a margin call while others sleep through it.
 */
export const DEFAULT_STRATEGY: PopulationStrategy = {
  notionalMedianUsd: 40_000,
  notionalLogDeviation: 1.2,
  largestNotionalUsd: 2_000_000,
  underlyings: [
    ["BTC", 0.45],
    ["ETH", 0.45],
    ["SOL", 0.1],
  ],
  fundShare: 0.01,
  whaleShare: 0.12,
  whaleCollateral: { USDC: 0.2, ETH: 0.5, stETH: 0.3 },
  archetypes: {
    "covered-call writer": {
      share: 0.2,
      cushion: [1.1, 2],
      reserve: [0, 0.5],
      answersCalls: 0.5,
      answerDelayHours: [1, 12],
      ownCoin: [0.8, 1],
      stakedPartOfEther: 0.4,
      strikeDeviations: [0.5, 1.5],
      tenorDays: [7, 14, 30],
    },
    "put seller": {
      share: 0.2,
      cushion: [1.05, 1.8],
      reserve: [0, 0.5],
      answersCalls: 0.5,
      answerDelayHours: [1, 12],
      ownCoin: [0, 0.3],
      stakedPartOfEther: 0.2,
      strikeDeviations: [0.5, 1.5],
      tenorDays: [7, 14, 30],
    },
    "volatility seller": {
      share: 0.15,
      cushion: [1.05, 1.6],
      reserve: [0, 0.8],
      answersCalls: 0.6,
      answerDelayHours: [1, 8],
      ownCoin: [0, 0.6],
      stakedPartOfEther: 0.2,
      strikeDeviations: [0.5, 1.5],
      tenorDays: [7, 14, 30, 60],
    },
    "market maker": {
      share: 0.08,
      cushion: [1.15, 1.8],
      reserve: [0.5, 2],
      answersCalls: 0.95,
      answerDelayHours: [0, 2],
      ownCoin: [0, 0.2],
      stakedPartOfEther: 0,
      strikeDeviations: [0, 2.5],
      tenorDays: [7, 14, 30, 60, 90],
    },
    "leveraged long": {
      share: 0.27,
      cushion: [1.02, 1.5],
      reserve: [0, 0.5],
      answersCalls: 0.4,
      answerDelayHours: [1, 12],
      ownCoin: [0, 1],
      stakedPartOfEther: 0.4,
      strikeDeviations: [0, 0],
      tenorDays: [],
    },
    "basis trader": {
      share: 0.1,
      cushion: [1.1, 1.6],
      reserve: [0.2, 1],
      answersCalls: 0.9,
      answerDelayHours: [0, 4],
      ownCoin: [0.7, 1],
      stakedPartOfEther: 0.3,
      strikeDeviations: [0, 0],
      tenorDays: [30, 60, 90],
    },
    whale: {
      share: 0,
      cushion: [1.1, 1.1],
      reserve: [0.1, 0.1],
      answersCalls: 0.7,
      answerDelayHours: [2, 6],
      ownCoin: [0, 0],
      stakedPartOfEther: 0,
      strikeDeviations: [1, 1],
      tenorDays: [30],
    },
  },
};
