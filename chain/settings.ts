import { type Address, parseEther } from "viem";

/** How a deployment votes and who holds what. Times in seconds; token amounts in wei. */
export interface GovernanceSettings {
  readonly tokenName: string;
  readonly tokenSymbol: string;
  readonly tokenSupply: bigint;
  /** At most 31 bytes: OpenZeppelin keeps the governor's EIP-712 name in one word. */
  readonly governorName: string;
  readonly votingDelay: number;
  readonly votingPeriod: number;
  readonly proposalThreshold: bigint;
  readonly quorumPercent: number;
  readonly lateQuorumExtension: number;
  readonly timelockDelay: number;
  /** How many validators have to certify what a change does. */
  readonly validatorThreshold: number;
  /** What the steward may do: shares in basis points of a vote's step, times in seconds. */
  readonly steward: { readonly step: number; readonly drift: number; readonly refill: number; readonly life: number; readonly rest: number };
}

/** Who a deployment belongs to in the beginning. */
export interface Holders {
  /** Gets the whole supply of the vote. */
  readonly receiver: Address;
  /** May cancel any proposal, also the one that would replace it, and do nothing else: choose one that many control. */
  readonly guardian: Address;
  /** May tighten parameters for a while, within the steward's limits; the zero address is nobody. */
  readonly council: Address;
  /** Re-run backtests and certify what they find; ascending. */
  readonly validators: readonly Address[];
}

const DAY = 86_400;

/** The settings a new deployment gets, on a live chain and in a rehearsal alike. */
export const GOVERNANCE: GovernanceSettings = {
  tokenName: "Ballast Risk",
  tokenSymbol: "BLST",
  tokenSupply: parseEther("100000000"),
  governorName: "Ballast Risk Governor",
  votingDelay: DAY,
  votingPeriod: 5 * DAY,
  proposalThreshold: parseEther("100000"),
  quorumPercent: 4,
  lateQuorumExtension: 2 * DAY,
  timelockDelay: 2 * DAY,
  validatorThreshold: 2,
  // A vote takes ten days at most: what the council tightens outlives one that ratifies it.
  steward: { step: 5_000, drift: 10_000, refill: 30 * DAY, life: 14 * DAY, rest: 7 * DAY },
};
