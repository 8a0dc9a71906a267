import { type Address, isAddressEqual } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { RISK_PARAMETERS_ABI } from "../abi.ts";
import type { Addresses } from "../deploy.ts";
import { GOVERNOR_READ_ABI, TIMELOCK_READ_ABI, TOKEN_READ_ABI } from "./abi.ts";
import type { LiveChain } from "./client.ts";
import { readTogether, type View } from "./together.ts";

/** How a live deployment votes. Times in seconds, votes in the token's smallest unit. */
export interface LiveGovernance {
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
  readonly totalSupply: bigint;
  readonly votingDelay: number;
  readonly votingPeriod: number;
  readonly proposalThreshold: bigint;
  /** The share of the supply that has to vote for or abstain. */
  readonly quorumPercent: number;
  readonly lateQuorumExtension: number;
  readonly timelockDelay: number;
  readonly guardian: Address;
}

/**
 * The settings of a live deployment, whose contracts have to know each other as deployment.yaml says they do.
 *
 * @throws LIVE_DEPLOYMENT_DIFFERS (exit 3) when the governor has another token or timelock, or the parameters another owner
 */
export async function readGovernance(chain: LiveChain, addresses: Addresses): Promise<LiveGovernance> {
  const ask = (address: Address, abi: View["abi"]) => (functionName: string) => ({ address, abi, functionName });
  const [governor, token] = [ask(addresses.governor, GOVERNOR_READ_ABI), ask(addresses.token, TOKEN_READ_ABI)];
  const answers = await readTogether(chain, addresses.token, [
    ...["token", "timelock", "name", "votingDelay", "votingPeriod", "proposalThreshold", "quorumNumerator", "quorumDenominator"].map(governor),
    ...["lateQuorumVoteExtension", "proposalGuardian"].map(governor),
    ...["symbol", "decimals", "totalSupply"].map(token),
    ask(addresses.timelock, TIMELOCK_READ_ABI)("getMinDelay"),
    ask(addresses.parameters, RISK_PARAMETERS_ABI)("timelock"),
  ]);
  const [itsToken, itsTimelock, name, votingDelay, votingPeriod, proposalThreshold, numerator, denominator, extension, guardian] = answers;
  const [symbol, decimals, totalSupply, timelockDelay, owner] = answers.slice(10);
  requireEqual("The governor's token", itsToken, "token", addresses.token);
  requireEqual("The governor's timelock", itsTimelock, "timelock", addresses.timelock);
  requireEqual("The timelock that owns RiskParameters", owner, "timelock", addresses.timelock);
  return {
    name: String(name),
    symbol: String(symbol),
    decimals: Number(decimals),
    totalSupply: totalSupply as bigint,
    votingDelay: Number(votingDelay),
    votingPeriod: Number(votingPeriod),
    proposalThreshold: proposalThreshold as bigint,
    quorumPercent: (100 * Number(numerator)) / Number(denominator),
    lateQuorumExtension: Number(extension),
    timelockDelay: Number(timelockDelay),
    guardian: guardian as Address,
  };
}

function requireEqual(what: string, found: unknown, field: string, expected: Address): void {
  if (isAddressEqual(found as Address, expected)) return;
  throw new BallastError("LIVE_DEPLOYMENT_DIFFERS", `${what} is ${String(found)}; deployment.yaml says ${expected}.`, {
    where: { field, value: String(found) },
    fix: "Mend deployment.yaml: its addresses are not of one system.",
    exit: 3,
  });
}
