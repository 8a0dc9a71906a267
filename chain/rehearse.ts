import { type Address, encodeFunctionData, type Hex, isAddress } from "viem";
import { BallastError } from "../sim/errors.ts";
import { applyChanges, type Change, keysOf, type ParameterSet, valueOf } from "../sim/parameters/index.ts";
import { GOVERNOR_ABI, TOKEN_ABI } from "./abi.ts";
import { loadArtifacts } from "./artifacts.ts";
import { type Action, decodeActions } from "./decode.ts";
import { type Addresses, type Deployment, deployBallast } from "./deploy.ts";
import { encodeProposal, encodeStep, type Proposal, proposalId } from "./encode.ts";
import { type Governance, readGovernance } from "./governance.ts";
import { type EmbeddedChain, Reverted, startChain } from "./network.ts";
import { type OnChainParameters, readParameters } from "./read.ts";
import { type DecodedError, decodeRevert } from "./revert.ts";
import { addressesIn, slotNames } from "./slots.ts";
import { certifyByStandIns } from "./stand-ins.ts";
import { type AccountChange, type SlotChange, type StateDiff, stateDiff } from "./storage-diff.ts";
import { type Surroundings, surroundingsOf, type Treasury, treasuryOf } from "./surroundings.ts";

/** The stations of a proposal's life, in their order. */
export type StepName =
  | "deploy"
  | "fork"
  | "delegate"
  | "certify by stand-ins"
  | "propose"
  | "wait for the vote"
  | "vote"
  | "wait for the result"
  | "queue"
  | "wait for the timelock"
  | "execute"
  | "read back"
  | "wait for the ramps"
  | "diff";

/** A station that was passed. `time` is the chain's, in seconds since 1970; waiting has neither hash nor gas. */
export interface Step {
  readonly name: StepName;
  readonly time: number;
  readonly hash?: Hex;
  readonly gasUsed?: number;
}

/** A proposal that went the whole way, and what it did. */
export interface RehearsalPassed {
  readonly ok: true;
  readonly proposalId: string;
  readonly addresses: Addresses;
  readonly actions: readonly Action[];
  readonly steps: readonly Step[];
  /** What readers see in the block of the execution, and once every ramp has ended. */
  readonly atExecution: OnChainParameters;
  readonly afterRamps: OnChainParameters;
  /** How the deployment is governed before it is proposed, and in the block of the execution. */
  readonly governance: {
    readonly before: Governance;
    readonly after: Governance;
    /** Who plays the guardian on the embedded chain, in the place of a real one of which nothing is known. */
    readonly standIn?: Address;
  };
  /** Every storage slot that proposing, voting, queueing and executing changed, on the whole chain. */
  readonly slots: readonly SlotChange[];
  readonly accounts: readonly AccountChange[];
  /** What it found before it was proposed, and what the timelock owned once it was executed. */
  readonly surroundings: Surroundings;
  readonly treasuryAfter: Treasury;
}

/** A proposal that stopped, at which station, and why. */
export interface RehearsalFailed {
  readonly ok: false;
  readonly proposalId: string;
  readonly failed: StepName;
  readonly message: string;
  /** The custom error, when a contract refused. */
  readonly error?: DecodedError;
  readonly steps: readonly Step[];
  /** What it found before it was proposed; undefined when not even the system could be deployed. */
  readonly surroundings: Surroundings | undefined;
}

export type Rehearsal = RehearsalPassed | RehearsalFailed;

const FOR = 1;

/**
 * Votes a proposal through, for real, on a chain in this process: deploys the system with the parameters of `base`, then
 * delegate → certify (signed by stand-ins for the validators, who have seen nothing) → propose (the exact bytes given) → wait → vote → queue → wait → execute, reads every parameter back, now and
 * after the ramps, and names every storage slot that changed. Nothing is fetched; every run gives the same record.
 *
 * @param options.addresses Where the contracts stand that the proposal calls, when that is a live deployment; else `localAddresses()`.
 * @returns what happened; a proposal that cannot go the whole way is a result, not an exception. No state change at all, or
 * values read back other than those asked for, are failures.
 * @throws CONTRACTS_NOT_BUILT when the contracts do not compile.
 * @example
 * const rehearsal = await rehearse(initialParameters(), { calls: [{ target: localAddresses().parameters, value: 0n, calldata }], description });
 * if (rehearsal.ok) console.log(rehearsal.afterRamps.inForce.underlyings.ETH);
 */
export async function rehearse(base: ParameterSet, proposal: Proposal, options: { readonly addresses?: Addresses } = {}): Promise<Rehearsal> {
  const chain = await startChain();
  try {
    return await rehearseOn(chain, base, proposal, options);
  } finally {
    await chain.close();
  }
}

async function rehearseOn(chain: EmbeddedChain, base: ParameterSet, proposal: Proposal, options: { readonly addresses?: Addresses }): Promise<Rehearsal> {
  const id = proposalId(proposal);
  const steps: Step[] = [];
  let station: StepName = "deploy";
  let surroundings: Surroundings | undefined;
  const artifacts = await loadArtifacts();
  try {
    const deployment = await deployBallast(chain, base, options);
    const gasUsed = deployment.receipts.reduce((sum, { receipt }) => sum + receipt.gasUsed, 0);
    steps.push({ name: "deploy", time: chain.now(), gasUsed });
    surroundings = await surroundingsOf(chain, artifacts, proposal, deployment.addresses);
    const actions = await understood(chain, proposal, deployment.addresses);
    const changes = actions.flatMap((action) => (action.kind === "apply" ? action.changes : []));

    // Whoever a hidden call names is asked about too, whatever the events say.
    const named = { alsoAsk: proposal.calls.flatMap(({ calldata }) => addressesIn(calldata)) };
    const before = await readGovernance(chain.client, deployment.addresses, named);
    const hashes = await live(chain, deployment, proposal, steps, (name) => {
      station = name;
    });

    station = "read back";
    const treasuryAfter = await treasuryOf(chain, deployment.addresses);
    const atExecution = await readParameters(chain.client, deployment.addresses.parameters);
    const governance = { before, after: await readGovernance(chain.client, deployment.addresses, named), standIn: deployment.holders.guardian };
    steps.push({ name: station, time: chain.now() });
    station = "wait for the ramps";
    await chain.travelTo(chain.now() + Math.max(0, ...changes.map(({ rampSeconds }) => rampSeconds)));
    const afterRamps = await readParameters(chain.client, deployment.addresses.parameters);
    requireEqual(afterRamps.inForce, applyChanges(base, changes), changes);
    steps.push({ name: station, time: chain.now() });

    station = "diff";
    const declaredKeys = new Set(changes.map(({ scope, name }) => `${scope}.${name}`));
    const voters = [deployment.holders.receiver];
    const names = slotNames({ artifacts, addresses: deployment.addresses, set: base, proposal, declaredKeys, voters });
    const whole = await stateDiff(chain, hashes.all, deployment.addresses, names);
    const executed = await stateDiff(chain, [hashes.execute], deployment.addresses, names);
    requireEffect(executed, deployment.addresses);
    steps.push({ name: station, time: chain.now() });
    return {
      ok: true,
      proposalId: id.toString(),
      addresses: deployment.addresses,
      actions,
      steps,
      atExecution,
      afterRamps,
      governance,
      surroundings,
      treasuryAfter,
      ...whole,
    };
  } catch (error) {
    const stopped = { ok: false, proposalId: id.toString(), failed: station, steps, surroundings } as const;
    if (error instanceof Reverted) {
      if (error.data === "0x") return { ...stopped, message: error.message };
      const decoded = decodeRevert(artifacts, error.data);
      return { ...stopped, message: `${decoded.name}(${decoded.args.join(", ")})`, error: decoded };
    }
    if (error instanceof Unmet) return { ...stopped, failed: error.station ?? station, message: error.message };
    throw error;
  }
}

/** Walks a proposal through its life; returns the transactions from proposing on. */
async function live(chain: EmbeddedChain, deployment: Deployment, proposal: Proposal, steps: Step[], at: (station: StepName) => void) {
  const { addresses, holders, settings } = deployment;
  const id = proposalId(proposal);
  const all: Hex[] = [];
  const send = async (name: StepName, from: Address, to: Address, data: Hex, value = 0n) => {
    at(name);
    const { hash, gasUsed, time } = await chain.send({ from, to, data, value });
    steps.push({ name, time, hash, gasUsed });
    if (name !== "delegate") all.push(hash);
    return hash;
  };
  const wait = async (name: StepName, until: bigint) => {
    at(name);
    await chain.travelTo(Number(until));
    steps.push({ name, time: chain.now() });
  };
  const ask = (functionName: "proposalSnapshot" | "proposalDeadline" | "proposalEta") =>
    chain.client.readContract({ address: addresses.governor, abi: GOVERNOR_ABI, functionName, args: [id] });

  const proposer = proposerOf(proposal.description) ?? chain.accounts[3] ?? holders.receiver;
  const value = proposal.calls.reduce((sum, call) => sum + call.value, 0n);
  await send(
    "delegate",
    holders.receiver,
    addresses.token,
    encodeFunctionData({ abi: TOKEN_ABI, functionName: "transfer", args: [proposer, settings.proposalThreshold] }),
  );
  for (const holder of new Set([holders.receiver, proposer])) {
    await send("delegate", holder, addresses.token, encodeFunctionData({ abi: TOKEN_ABI, functionName: "delegate", args: [holder] }));
  }
  at("certify by stand-ins");
  for (const { hash, gasUsed, time } of await certifyByStandIns(chain, addresses, proposal)) steps.push({ name: "certify by stand-ins", time, hash, gasUsed });
  await send("propose", proposer, addresses.governor, encodeProposal(proposal));
  await wait("wait for the vote", (await ask("proposalSnapshot")) + 1n);
  await send("vote", holders.receiver, addresses.governor, encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "castVote", args: [id, FOR] }));
  await wait("wait for the result", (await ask("proposalDeadline")) + 1n);
  await send("queue", proposer, addresses.governor, encodeStep("queue", proposal));
  await wait("wait for the timelock", await ask("proposalEta"));
  const execute = await send("execute", proposer, addresses.governor, encodeStep("execute", proposal), value);
  return { all, execute };
}

/** A call to an address without code does nothing and reports success: it has to be refused before. */
export async function understood(chain: EmbeddedChain, proposal: Proposal, addresses: Addresses): Promise<Action[]> {
  for (const { target, calldata } of proposal.calls) {
    const code = await chain.client.getCode({ address: target });
    if (code === undefined && calldata !== "0x") {
      throw new Unmet(`The proposal calls ${target}, where there is no contract (the registry rehearsed is ${addresses.parameters}).`, "propose");
    }
  }
  try {
    return decodeActions(proposal, addresses.parameters);
  } catch (error) {
    throw error instanceof BallastError ? new Unmet(`${error.message} ${error.fix}`, "propose") : error;
  }
}

export function requireEqual(actual: ParameterSet, expected: ParameterSet, changes: readonly Change[]): void {
  const differing = keysOf(expected).find((key) => valueOf(actual, key) !== valueOf(expected, key));
  if (differing === undefined) return;
  const asked = changes.some(({ scope, name }) => scope === differing.scope && name === differing.name);
  throw new Unmet(
    `${differing.scope}.${differing.name} reads back as ${valueOf(actual, differing)}, ${asked ? "asked for" : "untouched by the changes, was"} ${valueOf(expected, differing)}.`,
  );
}

/** Beyond the governor's and the timelock's own record of it, an execution has to have changed something. */
export function requireEffect({ slots, accounts }: StateDiff, { governor, timelock }: Addresses): void {
  const record = (slot: SlotChange) => slot.declared && [governor, timelock].some((address) => address.toLowerCase() === slot.address.toLowerCase());
  if (slots.every(record) && accounts.length === 0) throw new Unmet("The execution changed no state: no effect is no evidence of one.");
}

/** Who alone may propose this text: OpenZeppelin's suffix, exactly the last 52 bytes. */
export function proposerOf(description: string): Address | undefined {
  const address = /#proposer=(0x[0-9a-fA-F]{40})$/.exec(description)?.[1];
  return address !== undefined && isAddress(address, { strict: false }) ? address : undefined;
}

/** A station whose condition does not hold though no contract refused. */
export class Unmet extends Error {
  readonly station: StepName | undefined;

  constructor(message: string, station?: StepName) {
    super(message);
    this.station = station;
  }
}
