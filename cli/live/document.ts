import type { LiveState } from "../../chain/live/state.ts";
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
    governance: { ...governance, totalSupply: String(governance.totalSupply), proposalThreshold: String(governance.proposalThreshold) },
    proposals: proposals.map((proposal) => listed(proposal, addresses.parameters)),
  };
}

export type LiveDocument = ReturnType<typeof liveDocument>;
