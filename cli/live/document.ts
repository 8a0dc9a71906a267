import type { LiveState } from "../../chain/live/state.ts";
import type { Voting } from "../../chain/voting.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { listed } from "./proposal.ts";
import { fileDifferences, liveRows } from "./rows.ts";

/** What `ballast params --rpc --json` prints: no number beyond 2^53, token amounts as decimal text in the smallest unit. */
export function liveDocument(live: LiveState, file: ParameterSet) {
  const { chain, parameters, governance, history, bounds, proposals, addresses } = live;
  return {
    endpoint: chain.host,
    chainId: chain.chainId,
    block: { number: Number(chain.block.number), hash: chain.block.hash, time: chain.block.time },
    version: parameters.version,
    parameters: liveRows(live, file),
    differences: fileDifferences(parameters.decided, file),
    bounds,
    history: history.map(({ evidence, ...batch }) => ({ ...batch, evidence: evidence ?? null })),
    governance: governanceOf(governance),
    proposals: proposals.map((proposal) => listed(proposal, addresses.parameters)),
  };
}

function governanceOf(voting: Voting) {
  const { name, symbol, decimals, totalSupply, proposalThreshold, quorumNumerator, quorumDenominator, certifiers } = voting;
  const { votingDelay, votingPeriod, lateQuorumExtension, timelockDelay, guardian } = voting;
  return {
    name,
    symbol,
    decimals,
    totalSupply: String(totalSupply),
    votingDelay,
    votingPeriod,
    lateQuorumExtension,
    timelockDelay,
    proposalThreshold: String(proposalThreshold),
    quorumPercent: (100 * Number(quorumNumerator)) / Number(quorumDenominator),
    guardian,
    validators: certifiers.validators,
    validatorThreshold: certifiers.threshold,
  };
}

export type LiveDocument = ReturnType<typeof liveDocument>;
