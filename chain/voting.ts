import type { Address } from "viem";
import { EVIDENCE_REGISTRY_ABI, GOVERNOR_ABI, RISK_PARAMETERS_ABI, TIMELOCK_ABI, TOKEN_ABI } from "./abi.ts";
import type { Addresses } from "./deploy.ts";
import { type Ask, viewsOf } from "./views.ts";

/** How a deployment votes, what it executes through, and who certifies, as its contracts say it at one block. */
export interface Voting {
  readonly name: string;
  /** ERC-6372: what the governor counts in, and what its clock shows. */
  readonly clockMode: string;
  readonly clock: number;
  /** In units of that clock. */
  readonly votingDelay: number;
  readonly votingPeriod: number;
  readonly lateQuorumExtension: number;
  /** The timelock's least delay, always in seconds. */
  readonly timelockDelay: number;
  /** Votes it takes to propose, in the token's smallest unit. */
  readonly proposalThreshold: bigint;
  /** Share of the supply that has to vote for or abstain, as a fraction of the denominator. */
  readonly quorumNumerator: bigint;
  readonly quorumDenominator: bigint;
  readonly guardian: Address;
  /** The token whose votes the governor counts. */
  readonly token: Address;
  readonly symbol: string;
  readonly decimals: number;
  readonly totalSupply: bigint;
  /** The timelock that the governor executes through, and the one that the registry of parameters obeys. */
  readonly executor: Address;
  readonly owner: Address;
  readonly certifiers: Certifiers;
}

/** Who certifies evidence, ascending, how many of them it takes, and whom their registry obeys. */
export interface Certifiers {
  readonly validators: readonly Address[];
  readonly threshold: number;
  readonly owner: Address;
  /** No certificate counts before, seconds since 1970: validators were added, or fewer of them have to sign. In the past once that is over; 0 where it never was. */
  readonly countsFrom: number;
}

/**
 * Reads how a deployment votes: on a live chain and on an embedded one alike.
 *
 * @throws what asking throws, when a contract does not answer
 * @example (await readVoting(askingAt(client, blockNumber), addresses)).votingDelay // 86400
 */
export async function readVoting(ask: Ask, { governor, token, timelock, parameters, evidenceRegistry }: Addresses): Promise<Voting> {
  const answers = await ask([
    ...viewsOf(governor, GOVERNOR_ABI, "name", "CLOCK_MODE", "clock", "votingDelay", "votingPeriod", "lateQuorumVoteExtension", "proposalThreshold"),
    ...viewsOf(governor, GOVERNOR_ABI, "quorumNumerator", "quorumDenominator", "proposalGuardian", "token", "timelock"),
    ...viewsOf(token, TOKEN_ABI, "symbol", "decimals", "totalSupply"),
    ...viewsOf(timelock, TIMELOCK_ABI, "getMinDelay"),
    ...viewsOf(parameters, RISK_PARAMETERS_ABI, "timelock"),
    ...viewsOf(evidenceRegistry, EVIDENCE_REGISTRY_ABI, "validators", "threshold", "timelock", "countsFrom"),
  ]);
  const [name, clockMode, clock, votingDelay, votingPeriod, extension, proposalThreshold] = answers as [string, string, number, bigint, bigint, number, bigint];
  const [quorumNumerator, quorumDenominator, guardian, itsToken, executor] = answers.slice(7) as [bigint, bigint, Address, Address, Address];
  const [symbol, decimals, totalSupply, delay, owner, validators, threshold, certifiersOwner, countsFrom] = answers.slice(12) as [
    ...[string, number, bigint, bigint, Address],
    ...[Address[], bigint, Address, bigint],
  ];
  return {
    name,
    clockMode,
    clock: Number(clock),
    votingDelay: Number(votingDelay),
    votingPeriod: Number(votingPeriod),
    lateQuorumExtension: Number(extension),
    timelockDelay: Number(delay),
    proposalThreshold,
    quorumNumerator,
    quorumDenominator,
    guardian,
    token: itsToken,
    symbol,
    decimals: Number(decimals),
    totalSupply,
    executor,
    owner,
    certifiers: { validators, threshold: Number(threshold), owner: certifiersOwner, countsFrom: Number(countsFrom) },
  };
}

/**
 * The longest a proposal can take from its making to its execution, where the clock counts seconds: what `RiskGovernor.executableBy` adds to the time.
 *
 * @example wholeLife(GOVERNANCE) // 864000: ten days
 */
export function wholeLife(voting: Pick<Voting, "votingDelay" | "votingPeriod" | "lateQuorumExtension" | "timelockDelay">): number {
  return voting.votingDelay + voting.votingPeriod + voting.lateQuorumExtension + voting.timelockDelay;
}
