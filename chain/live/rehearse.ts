import type { Address } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { applyChanges, hasKey, keysOf, valueOf } from "../../sim/parameters/index.ts";
import { loadArtifacts } from "../artifacts.ts";
import { type Proposal, proposalId } from "../encode.ts";
import { readGovernance } from "../governance.ts";
import { type EmbeddedChain, Reverted, startChain } from "../network.ts";
import { type OnChainParameters, readParameters } from "../read.ts";
import { type Rehearsal, requireEffect, requireEqual, type Step, type StepName, Unmet, understood } from "../rehearse.ts";
import { decodeRevert } from "../revert.ts";
import { addressesIn, slotNames } from "../slots.ts";
import { stateDiff } from "../storage-diff.ts";
import { type Surroundings, surroundingsOf, treasuryOf } from "../surroundings.ts";
import { type Distribution, readDistribution } from "./delegates.ts";
import { walk } from "./life.ts";
import { startRelay } from "./relay.ts";
import type { LiveState } from "./state.ts";

/** A rehearsal on a fork, with the accounts that were made to vote. */
export type LiveRehearsal = Rehearsal & { readonly voters: readonly Address[] };

/**
 * Takes a proposal through the rest of its life on a fork of the live chain at the pinned block: the contracts that are really there, the
 * accounts that really hold the vote, the timelock's real delay. A proposal that is on chain already goes on from where it is. The
 * largest delegates are made to vote for it until it passes: that says whether it can be executed, not whether it will be.
 *
 * Nothing is sent to the live chain; what the fork reads of it goes through the checked client.
 *
 * @param from the block of the deployment, or an earlier one: the delegates are read from the token's events
 * @returns what happened; a proposal that cannot go the whole way is a result, not an exception
 * @throws BallastError RPC_* when the endpoint fails
 * @example
 * const rehearsal = await rehearseLive(live, proposal, 0n);
 */
export async function rehearseLive(live: LiveState, proposal: Proposal, from: bigint): Promise<LiveRehearsal> {
  const distribution = await readDistribution(live.chain, live.addresses, from);
  await live.chain.confirm();
  const relay = await startRelay(live.chain.request);
  let fork: EmbeddedChain | undefined;
  try {
    const { block, chainId } = live.chain;
    fork = await startChain({ url: relay.url, blockNumber: block.number, chainId });
    const rehearsal = await rehearseOn(fork, live, proposal, distribution, from);
    throwIfFailed(relay.failure());
    return rehearsal;
  } catch (error) {
    throw relay.failure() ?? error;
  } finally {
    await fork?.close();
    await relay.close();
  }
}

/** The fork reads storage slot by slot, where the reading before asked the contract: both have to tell the same. */
function requireSameState({ chain, parameters }: LiveState, forked: OnChainParameters): void {
  const differing = keysOf(parameters.decided).find((key) => !hasKey(forked.decided, key) || valueOf(forked.decided, key) !== valueOf(parameters.decided, key));
  if (differing === undefined && forked.version === parameters.version) return;
  const what = differing === undefined ? "the version" : `${differing.scope}.${differing.name}`;
  throw new BallastError(
    "RPC_CONTRADICTS_ITSELF",
    `At block ${chain.block.number} the storage that ${chain.host} gives has another ${what} than the contract says.`,
    {
      where: { field: "eth_getStorageAt", value: chain.host },
      fix: "Do not rely on this endpoint: one of its two answers is wrong. Use another.",
      exit: 1,
    },
  );
}

/** What a fork could not read it may have taken for a refusal of a contract. */
function throwIfFailed(failure: Error | undefined): void {
  if (failure !== undefined) throw failure;
}

async function rehearseOn(fork: EmbeddedChain, live: LiveState, proposal: Proposal, distribution: Distribution, from: bigint): Promise<LiveRehearsal> {
  const { addresses } = live;
  const id = proposalId(proposal).toString();
  const steps: Step[] = [{ name: "fork", time: fork.now() }];
  const voters: Address[] = [];
  const artifacts = await loadArtifacts();
  let station: StepName = "fork";
  let surroundings: Surroundings | undefined;
  const at = (name: StepName) => {
    station = name;
  };
  try {
    requireSameState(live, await readParameters(fork.client, addresses.parameters));
    at("propose");
    surroundings = await surroundingsOf(fork, artifacts, proposal, addresses);
    // Whoever a hidden call names is asked about too, whatever the events say.
    const named = { fromBlock: from, alsoAsk: proposal.calls.flatMap(({ calldata }) => addressesIn(calldata)) };
    const before = await readGovernance(fork.client, addresses, named);
    const actions = await understood(fork, proposal, addresses);
    const changes = actions.flatMap((action) => (action.kind === "apply" ? action.changes : []));
    const hashes = await walk(fork, live, proposal, distribution, { steps, voters, at });

    at("read back");
    const treasuryAfter = await treasuryOf(fork, addresses);
    const left = await readGovernance(fork.client, addresses, named);
    // The one change that the rehearsal made itself, so that it could be certified at all, is not the proposal's; a further one is.
    const isOwn = steps.some(({ name }) => name === "certify by stand-ins") && left.certifiers.changes === before.certifiers.changes + 1;
    const governance = { before, after: isOwn ? { ...left, certifiers: before.certifiers } : left };
    const atExecution = await readParameters(fork.client, addresses.parameters);
    steps.push({ name: station, time: fork.now() });
    at("wait for the ramps");
    const ends = Object.values(atExecution.lastChanged).map(({ at: start, rampSeconds }) => start + rampSeconds);
    await fork.travelTo(Math.max(fork.now(), ...ends));
    const afterRamps = await readParameters(fork.client, addresses.parameters);
    requireEqual(afterRamps.inForce, applyChanges(live.parameters.decided, changes), changes);
    steps.push({ name: station, time: fork.now() });

    at("diff");
    const declaredKeys = new Set(changes.map(({ scope, name }) => `${scope}.${name}`));
    const names = slotNames({ artifacts, addresses, set: live.parameters.decided, proposal, declaredKeys, voters });
    const whole = await stateDiff(fork, hashes.all, addresses, names);
    requireEffect(await stateDiff(fork, [hashes.execute], addresses, names), addresses);
    steps.push({ name: station, time: fork.now() });
    const passed = { ok: true, proposalId: id, addresses, actions, steps, atExecution, afterRamps, governance, surroundings, treasuryAfter } as const;
    return { ...passed, ...whole, voters };
  } catch (error) {
    const failed = { ok: false, proposalId: id, failed: station, steps, surroundings, voters } as const;
    if (error instanceof Unmet) return { ...failed, failed: error.station ?? station, message: error.message };
    if (!(error instanceof Reverted)) throw error;
    if (error.data === "0x") return { ...failed, message: error.message };
    const decoded = decodeRevert(artifacts, error.data);
    return { ...failed, message: `${decoded.name}(${decoded.args.join(", ")})`, error: decoded };
  }
}
