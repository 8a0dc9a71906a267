import { type Address, isAddressEqual } from "viem";
import { BallastError } from "../../sim/errors.ts";
import type { Addresses } from "../deploy.ts";
import { readVoting, type Voting } from "../voting.ts";
import type { LiveChain } from "./client.ts";
import { readTogether } from "./together.ts";

/**
 * How a live deployment votes, whose contracts have to know each other as deployment.yaml says they do. Its clock counts seconds: `readTogether` sees to it.
 *
 * @throws LIVE_DEPLOYMENT_DIFFERS (exit 3) when the governor has another token or timelock, or one of the registries another owner
 */
export async function readLiveVoting(chain: LiveChain, addresses: Addresses): Promise<Voting> {
  const voting = await readVoting((views) => readTogether(chain, addresses.token, views), addresses);
  requireEqual("The governor's token", voting.token, "token", addresses.token);
  requireEqual("The governor's timelock", voting.executor, "timelock", addresses.timelock);
  requireEqual("The timelock that owns RiskParameters", voting.owner, "timelock", addresses.timelock);
  requireEqual("The timelock that owns EvidenceRegistry", voting.certifiers.owner, "timelock", addresses.timelock);
  return voting;
}

function requireEqual(what: string, found: Address, field: string, expected: Address): void {
  if (isAddressEqual(found, expected)) return;
  throw new BallastError("LIVE_DEPLOYMENT_DIFFERS", `${what} is ${found}; deployment.yaml says ${expected}.`, {
    where: { field, value: found },
    fix: "Mend deployment.yaml: its addresses are not of one system.",
    exit: 3,
  });
}
