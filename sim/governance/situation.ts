import type { Rules } from "./vote.ts";

/**
 * Everything an attack on a vote depends on. Money USD, votes whole tokens, shares fractions, times seconds unless the name says otherwise. Where a
 * figure is a guess about people it is an input: nothing here has a default.
 */
export interface Situation {
  readonly supply: number;
  readonly rules: Rules;
  readonly token: TokenMarket;
  /** Who may cancel; null where nobody can. */
  readonly guardian: Guardian | null;
  readonly turnout: Turnout;
  readonly voters: Voters;
  /** Largest first or not; empty where nobody listed them. */
  readonly delegates: readonly Delegate[];
  readonly borrowable: readonly Pool[];
  readonly bribes: readonly BribeTranche[];
  readonly coalition: Coalition;
  readonly attacker: Attacker;
  readonly value: ValueAtStake;
}

export interface TokenMarket {
  readonly priceUsd: number;
  /** Tokens that somebody would sell. */
  readonly floatVotes: number;
  /** Liquidity of the square-root law: see `sim/liquidation/impact.ts`. */
  readonly dailyVolumeUsd: number;
  readonly dailyVolatility: number;
  /** How far the price falls when the attack is seen, before what was bought is sold again. */
  readonly discoveryFall: number;
}

export interface Guardian {
  /** From when harm can be seen until the guardian can have cancelled. */
  readonly responseSeconds: number;
  /** Probability that it does, given the time. */
  readonly acts: number;
}

/** Share of the supply that votes on a proposal: a record of past votes, or a normal distribution cut off at nothing and everything. */
export type Turnout = { readonly history: readonly number[] } | { readonly mean: number; readonly deviation: number };

export interface Voters {
  /** Of those who vote anyway, how a harmful proposal divides them; the rest abstains. */
  readonly against: number;
  readonly deceived: number;
  /** Share of the supply that would come to vote Against once it sees the attack, and the time after which 63 % of it has. */
  readonly mobilisable: number;
  readonly mobilisationSeconds: number;
  /** Share of the turnout, and of those who can be called, that is left each time a proposal is made again. */
  readonly fatigue: number;
}

export interface Delegate {
  readonly id: string;
  readonly votes: number;
  readonly delegators: number;
  /** Tokens of the delegate itself, where known. */
  readonly own: number | null;
}

/** Votes that can be borrowed. */
export interface Pool {
  readonly name: string;
  readonly votes: number;
  readonly annualRate: number;
  /** Paid once, of the value borrowed. */
  readonly fee: number;
  /** Has to be given back in the same transaction. */
  readonly flashLoan: boolean;
  /** Collateral over the value borrowed. */
  readonly collateralRatio: number;
}

/** A step of the supply curve of votes for sale. */
export interface BribeTranche {
  readonly votes: number;
  readonly priceUsd: number;
}

export interface Coalition {
  /** Delegates who act together already, by id. */
  readonly members: readonly string[];
  /** What one more delegate asks for, beside what the fall of the price costs its own tokens. */
  readonly paymentUsd: number;
}

export interface Attacker {
  /** Infinity for one with all the money there is. */
  readonly capitalUsd: number;
  /** How sure of passing a route is made, 0.5 … 1 excluded: what turnout may do against it is taken at this quantile. */
  readonly certainty: number;
  /** How often the same proposal can be made before somebody stops it. */
  readonly attempts: number;
  /** Cost of one proposal beside the votes: gas, a bond. */
  readonly attemptUsd: number;
  /** How long before the end a late swing comes. */
  readonly swingSeconds: number;
}

export interface ValueAtStake {
  /** What a harmful set lets the attacker take from users. */
  readonly extractableUsd: number;
  /** What a proposal can simply send: nobody leaves with it. */
  readonly treasuryUsd: number;
  /** Share of users' value that leaves each hour once harm can be seen. */
  readonly exitPerHour: number;
  /** A timelock that grows with those who leave; null for none. */
  readonly dynamicTimelock: DynamicTimelock | null;
}

/** Lido's Dual Governance: nothing up to `firstShare`, from `minSeconds` to `maxSeconds` in between, no execution from `secondShare` on. */
export interface DynamicTimelock {
  readonly firstShare: number;
  readonly secondShare: number;
  readonly minSeconds: number;
  readonly maxSeconds: number;
}
