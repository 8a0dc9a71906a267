import { type Address, encodeAbiParameters, type Hex, isAddress, keccak256, toHex } from "viem";
import { keysOf, type ParameterSet } from "../sim/parameters/index.ts";
import { type Artifacts, type StorageLayout, slotOf } from "./artifacts.ts";
import { type Addresses, ROLES, timelockOperationId } from "./deploy.ts";
import { descriptionHash, type Proposal, proposalId } from "./encode.ts";
import { toWord } from "./words.ts";

/** What a storage slot of the system holds, and whether a proposal that only changes parameters may change it. */
export interface SlotName {
  readonly name: string;
  readonly declared: boolean;
}

/** The names of all slots that a proposal could be expected to touch, by `address:slot`, both in lower case. */
export type SlotNames = ReadonlyMap<string, SlotName>;

/**
 * Names the storage slots of a deployment, from solc's own layout of it: every parameter, the version, the governor's and
 * the timelock's record of this proposal, and everyone's role who is named in its calldata.
 *
 * @param declaredKeys The parameters the proposal says it changes, as `scope.name`.
 * @param voters Accounts whose vote is expected.
 */
export function slotNames(options: {
  readonly artifacts: Artifacts;
  readonly addresses: Addresses;
  readonly set: ParameterSet;
  readonly proposal: Proposal;
  readonly declaredKeys: ReadonlySet<string>;
  readonly voters: readonly Address[];
}): SlotNames {
  const { artifacts, addresses, set, proposal } = options;
  const names = new Map<string, SlotName>();
  const name = (address: Address, slot: bigint, text: string, declared: boolean) =>
    names.set(slotKey(address, toHex(slot, { size: 32 })), { name: text, declared });

  const registry = (slot: bigint, text: string, declared: boolean) => name(addresses.parameters, slot, text, declared);
  const state = membersOf(artifacts.RiskParameters.storageLayout, "_state");
  registry(state.slot("version"), "version", true);
  for (const key of keysOf(set)) {
    const text = `${key.scope}.${key.name}`;
    const id = keccak256(encodeAbiParameters([{ type: "bytes32" }, { type: "bytes32" }], [toWord(key.scope), toWord(key.name)]));
    registry(mapped(id, state.slot("overlays")), `the steward's value over ${text}`, false);
    registry(mapped(id, state.slot("values")), text, options.declaredKeys.has(text));
    registry(mapped(toWord(key.name), state.slot("specs")), `specification of ${key.name}`, false);
  }
  registry(state.slot("overlaid"), "list of what the steward tightened", false);
  for (const [kind, text] of ["protocol", "underlyings", "collaterals"].entries())
    registry(mapped(toHex(kind, { size: 32 }), state.slot("scopes")), `list of ${text}`, false);

  const governor = (slot: bigint, text: string, declared = true) => name(addresses.governor, slot, text, declared);
  const governorLayout = artifacts.RiskGovernor.storageLayout;
  const id = proposalId(proposal);
  const idWord = toHex(id, { size: 32 });
  const core = mapped(idWord, slotOf(governorLayout, "_proposals"));
  governor(core, "proposal: proposer, vote start, duration, executed, canceled");
  governor(core + 1n, "proposal: time of execution in the timelock");
  const votes = mapped(idWord, slotOf(governorLayout, "_proposalVotes"));
  for (const [i, side] of ["against", "for", "abstain"].entries()) governor(votes + BigInt(i), `votes ${side}`);
  for (const voter of options.voters) governor(mapped(word(voter), votes + 3n), `has voted: ${voter}`);
  governor(mapped(idWord, slotOf(governorLayout, "_extendedDeadlines")), "extended deadline");
  governor(mapped(idWord, slotOf(governorLayout, "_timelockIds")), "the proposal's operation in the timelock");
  for (const [slot, text] of variablesOf(governorLayout)) governor(slot, text, false);

  const timelock = (slot: bigint, text: string, declared: boolean) => name(addresses.timelock, slot, text, declared);
  const timelockLayout = artifacts.TimelockController.storageLayout;
  const operation = timelockOperationId(proposal.calls, descriptionHash(proposal.description), addresses.governor);
  timelock(mapped(operation, slotOf(timelockLayout, "_timestamps")), "the operation's time stamp", true);
  timelock(slotOf(timelockLayout, "_minDelay"), "minimum delay", false);
  const accounts = new Set(
    [...Object.values(addresses), ...proposal.calls.flatMap(({ calldata }) => addressesIn(calldata))].map((account) => account.toLowerCase() as Address),
  );
  for (const [roleName, role] of Object.entries(ROLES)) {
    const data = mapped(role, slotOf(timelockLayout, "_roles"));
    for (const account of accounts) timelock(mapped(word(account), data), `${roleName} of ${account}`, false);
    timelock(data + 1n, `who administers ${roleName}`, false);
  }

  const evidenceLayout = artifacts.EvidenceRegistry.storageLayout;
  for (const [slot, text] of variablesOf(evidenceLayout)) name(addresses.evidenceRegistry, slot, text, false);
  for (const [slot, text] of variablesOf(artifacts.RiskSteward.storageLayout)) name(addresses.steward, slot, text, false);
  const isValidator = slotOf(evidenceLayout, "isValidator");
  for (const account of accounts) name(addresses.evidenceRegistry, mapped(word(account), isValidator), `whether ${account} is a validator`, false);

  for (const [slot, text] of variablesOf(artifacts.RiskToken.storageLayout)) name(addresses.token, slot, text, false);
  const balances = slotOf(artifacts.RiskToken.storageLayout, "_balances");
  for (const account of accounts) name(addresses.token, mapped(word(account), balances), `balance of ${account}`, false);
  return names;
}

/** How a slot is looked up in `SlotNames`. */
export function slotKey(address: string, slot: string): string {
  return `${address}:${slot}`.toLowerCase();
}

/** Solidity: the value of `key` in the mapping at `slot` is at keccak256(key . slot). */
function mapped(key: Hex, slot: bigint): bigint {
  return BigInt(keccak256(encodeAbiParameters([{ type: "bytes32" }, { type: "uint256" }], [key, slot])));
}

/** The variables of a contract by slot; those that share one are named together. */
function variablesOf({ storage }: StorageLayout): Map<bigint, string> {
  const bySlot = new Map<bigint, string>();
  for (const { label, slot } of storage) bySlot.set(BigInt(slot), [bySlot.get(BigInt(slot)) ?? [], plain(label)].flat().join(", "));
  return bySlot;
}

function membersOf(layout: StorageLayout, label: string): { slot(member: string): bigint } {
  const entry = layout.storage.find((variable) => variable.label === label);
  const members = layout.types?.[entry?.type ?? ""]?.members;
  return {
    slot(member) {
      const found = members?.find((one) => one.label === member);
      if (entry === undefined || found === undefined) throw new Error(`no member ${member} of ${label}`);
      return BigInt(entry.slot) + BigInt(found.slot);
    },
  };
}

/** Every word of calldata that could be an address: whoever a hidden call empowers is among them. */
export function addressesIn(calldata: Hex): Address[] {
  const words = calldata.slice(10).match(/.{64}/g) ?? [];
  return words
    .filter((text) => /^0{24}[0-9a-f]{40}$/i.test(text) && /[1-9a-f]/i.test(text))
    .map((text) => `0x${text.slice(24)}` as Address)
    .filter((text) => isAddress(text, { strict: false }));
}

function word(address: Address): Hex {
  return `0x${address.slice(2).toLowerCase().padStart(64, "0")}`;
}

function plain(label: string): string {
  return label.replace(/^_+/, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
