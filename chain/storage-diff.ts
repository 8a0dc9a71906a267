import type { Address, Hex } from "viem";
import type { ContractName } from "./artifacts.ts";
import type { Addresses } from "./deploy.ts";
import type { EmbeddedChain, PrestateDiff } from "./network.ts";
import { type SlotNames, slotKey } from "./slots.ts";

/** The contract of the system at an address, by `Addresses`' names, in lower case. */
export const CONTRACT_OF: Readonly<Record<keyof Addresses, ContractName>> = {
  token: "RiskToken",
  timelock: "TimelockController",
  governor: "RiskGovernor",
  parameters: "RiskParameters",
  evidenceRegistry: "EvidenceRegistry",
  steward: "RiskSteward",
};

/** One storage slot that is not what it was. */
export interface SlotChange {
  readonly address: Address;
  readonly slot: Hex;
  readonly before: Hex;
  readonly after: Hex;
  /** The contract of the system it belongs to, or undefined for any other. */
  readonly contract: ContractName | undefined;
  /** What the slot holds, or undefined when nothing explains it. */
  readonly name: string | undefined;
  /** Whether the proposal says it changes this. */
  readonly declared: boolean;
}

/**
 * An account whose balance (wei, decimal), nonce or code is not what it was, other than by sending the transactions: what they
 * cost, the ether sent along, and the tip to whoever made the block are taken out, so that ether which comes back is seen.
 */
export interface AccountChange {
  readonly address: Address;
  readonly what: "balance" | "nonce" | "code";
  readonly before: string;
  readonly after: string;
}

export interface StateDiff {
  readonly slots: readonly SlotChange[];
  readonly accounts: readonly AccountChange[];
}

const ZERO: Hex = `0x${"0".repeat(64)}`;

/**
 * Everything a run of transactions changed in the state of the whole chain, first state against last.
 *
 * @param hashes The transactions, in their order.
 */
export async function stateDiff(chain: EmbeddedChain, hashes: readonly Hex[], addresses: Addresses, names: SlotNames): Promise<StateDiff> {
  const contracts = new Map(Object.entries(addresses).map(([name, address]) => [address.toLowerCase(), CONTRACT_OF[name as keyof Addresses]]));
  const slots = new Map<string, { address: Address; slot: Hex; before: Hex; after: Hex }>();
  const accounts = new Map<string, { address: Address; what: AccountChange["what"]; before: string; after: string }>();
  for (const hash of hashes) {
    const { pre, post } = await chain.diff(hash);
    for (const { address, slot, before, after } of slotsOf(pre, post)) {
      const key = slotKey(address, slot);
      slots.set(key, { address, slot, before: slots.get(key)?.before ?? before, after });
    }
    for (const change of accountsOf(pre, post, await feesOf(chain, hash))) {
      const key = `${change.address}:${change.what}`;
      accounts.set(key, { ...change, before: accounts.get(key)?.before ?? change.before });
    }
  }
  return {
    slots: [...slots]
      .filter(([, { before, after }]) => before !== after)
      .map(([key, change]) => {
        const known = names.get(key);
        return { ...change, contract: contracts.get(change.address.toLowerCase()), name: known?.name, declared: known?.declared ?? false };
      }),
    accounts: [...accounts.values()].filter(({ before, after }) => before !== after),
  };
}

type Side = PrestateDiff["pre"];

/** In diff mode a slot that was or becomes zero is left out on that side. */
function slotsOf(pre: Side, post: Side): { address: Address; slot: Hex; before: Hex; after: Hex }[] {
  return addressesOf(pre, post).flatMap((address) => {
    const [before, after] = [pre[address]?.storage ?? {}, post[address]?.storage ?? {}];
    const slots = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<Hex>;
    return [...slots].map((slot) => ({ address, slot, before: before[slot] ?? ZERO, after: after[slot] ?? ZERO }));
  });
}

/** A field that did not change is left out of `post`; an account that did not exist has no field in `pre`. */
function accountsOf(pre: Side, post: Side, fees: ReadonlyMap<string, bigint>): AccountChange[] {
  return addressesOf(pre, post).flatMap((address) => {
    const [before, after] = [pre[address] ?? {}, { ...pre[address], ...post[address] }];
    const fee = fees.get(address.toLowerCase()) ?? 0n;
    const sent = fee < 0n ? 1 : 0;
    const fields = [
      { what: "balance", before: BigInt(before.balance ?? 0) + fee, after: BigInt(after.balance ?? 0) },
      { what: "nonce", before: (before.nonce ?? 0) + sent, after: after.nonce ?? 0 },
      { what: "code", before: before.code ?? "0x", after: after.code ?? "0x" },
    ] as const;
    return fields
      .filter((field) => field.before !== field.after)
      .map((field) => ({ address, what: field.what, before: String(field.before), after: String(field.after) }));
  });
}

/** What a transaction by itself does to balances: the sender pays for the gas and what it sends along, the block's maker gets the tip. */
async function feesOf(chain: EmbeddedChain, hash: Hex): Promise<Map<string, bigint>> {
  const ask = async (method: string, ...params: unknown[]) => (await chain.request(method, params)) as Record<string, Hex>;
  const [sent, receipt] = [await ask("eth_getTransactionByHash", hash), await ask("eth_getTransactionReceipt", hash)];
  const block = await ask("eth_getBlockByNumber", receipt.blockNumber, false);
  const of = (fields: Record<string, Hex>, name: string) => BigInt(fields[name] ?? 0);
  const [gas, price] = [of(receipt, "gasUsed"), of(receipt, "effectiveGasPrice")];
  const fees = new Map([[String(sent.from).toLowerCase(), -(gas * price) - of(sent, "value")]]);
  const miner = String(block.miner).toLowerCase();
  return fees.set(miner, (fees.get(miner) ?? 0n) + gas * (price - of(block, "baseFeePerGas")));
}

function addressesOf(pre: Side, post: Side): Address[] {
  return [...new Set([...Object.keys(pre), ...Object.keys(post)])] as Address[];
}
