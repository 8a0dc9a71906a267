import { type Address, createPublicClient, custom, type Hex, type PublicClient, toHex } from "viem";
import { developmentKey } from "./accounts.ts";
import { ROOT } from "./artifacts.ts";

/** A chain in this process: EDR behind a clock that only moves when told to, so that a run is the same every time. */
export interface EmbeddedChain {
  readonly client: PublicClient;
  /** Unlocked accounts with ether; the first deploys. */
  readonly accounts: readonly Address[];
  /** The latest block's time, in seconds since 1970. */
  now(): number;
  /** Makes the next block's time `seconds`, which may not be past. */
  travelTo(seconds: number): Promise<void>;
  /** Sends a transaction in a block of its own, one second after the last. Any address may send. @throws Reverted */
  send(transaction: { readonly from: Address; readonly to?: Address; readonly data: Hex; readonly value?: bigint }): Promise<Receipt>;
  /** What a transaction changed, as `prestateTracer` tells it. */
  diff(hash: Hex): Promise<PrestateDiff>;
  /** Any other JSON-RPC method. @throws Reverted */
  request(method: string, params?: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface Receipt {
  readonly hash: Hex;
  readonly gasUsed: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly contractAddress: Address | undefined;
  readonly logs: readonly { readonly address: Address; readonly topics: readonly Hex[]; readonly data: Hex }[];
}

export interface PrestateDiff {
  readonly pre: Readonly<Record<Address, AccountState>>;
  readonly post: Readonly<Record<Address, AccountState>>;
}

export interface AccountState {
  readonly balance?: Hex;
  readonly nonce?: number;
  readonly code?: Hex;
  readonly storage?: Readonly<Record<Hex, Hex>>;
}

/** A transaction that the chain refused, with the bytes it reverted with. */
export class Reverted extends Error {
  override readonly name = "Reverted";
  readonly data: Hex;

  constructor(data: Hex, message: string) {
    super(message);
    this.data = data;
  }
}

/** 2026-01-01T00:00:00Z: where every embedded chain begins. */
export const EPOCH = 1_767_225_600;

/** A chain to go on from, in this process, where nothing reaches it. */
export interface ForkedFrom {
  /** A JSON-RPC endpoint on this machine: EDR puts the URL into its messages. */
  readonly url: string;
  readonly blockNumber: bigint;
  readonly chainId: number;
}

/**
 * Starts an embedded chain. Nothing is fetched and nothing is written, but what a fork reads of the chain it goes on from.
 *
 * @param fork the chain to go on from; a fresh one where it is absent
 * @example
 * const chain = await startChain();
 * const { gasUsed } = await chain.send({ from: chain.accounts[0], to, data });
 * await chain.close();
 */
export async function startChain(fork?: ForkedFrom): Promise<EmbeddedChain> {
  const hre = await runtime();
  const { provider, close } = await hre.network.create({
    network: EMBEDDED,
    override:
      fork === undefined ? { initialDate: new Date(EPOCH * 1000) } : { chainId: fork.chainId, forking: { url: fork.url, blockNumber: fork.blockNumber } },
  });
  const request = (method: string, params: readonly unknown[] = []): Promise<unknown> =>
    provider.request({ method, params: [...params] }).catch((error: unknown) => {
      throw revertedOf(error);
    });
  const client = createPublicClient({ transport: custom(provider, { retryCount: 0 }), cacheTime: 0 });
  const accounts = (await request("eth_accounts")) as Address[];
  const unlocked = new Set<string>(accounts.map((account) => account.toLowerCase()));
  const latest = async () => Number(((await request("eth_getBlockByNumber", ["latest", false])) as { timestamp: Hex }).timestamp);
  let now = await latest();
  if (fork !== undefined) {
    // Below its first own block EDR would have to know which rules the other chain had when.
    await request("evm_setNextBlockTimestamp", [now + 1]);
    await request("evm_mine");
    now += 1;
  }

  const unlock = async (account: Address) => {
    if (unlocked.has(account.toLowerCase())) return;
    await request("hardhat_impersonateAccount", [account]);
    await request("hardhat_setBalance", [account, toHex(10n ** 21n)]);
    unlocked.add(account.toLowerCase());
  };

  return {
    client,
    accounts,
    request,
    now: () => now,
    async travelTo(seconds) {
      if (seconds <= now) return;
      await request("evm_setNextBlockTimestamp", [seconds]);
      await request("evm_mine");
      now = seconds;
    },
    async send({ from, to, data, value }) {
      await unlock(from);
      await request("evm_setNextBlockTimestamp", [now + 1]);
      const transaction = { from, data, gas: toHex(16_000_000), ...(to === undefined ? {} : { to }), ...(value === undefined ? {} : { value: toHex(value) }) };
      const hash = (await request("eth_sendTransaction", [transaction]).finally(async () => {
        now = await latest(); // a transaction that reverts is in a block all the same
      })) as Hex;
      const receipt = (await request("eth_getTransactionReceipt", [hash])) as { gasUsed: Hex; contractAddress: Address | null; logs: Receipt["logs"] };
      return { hash, gasUsed: Number(receipt.gasUsed), time: now, contractAddress: receipt.contractAddress ?? undefined, logs: receipt.logs };
    },
    async diff(hash) {
      return (await request("debug_traceTransaction", [hash, { tracer: "prestateTracer", tracerConfig: { diffMode: true } }])) as PrestateDiff;
    },
    close,
  };
}

type Runtime = Awaited<ReturnType<typeof import("hardhat/hre").createHardhatRuntimeEnvironment>>;

const EMBEDDED = "embedded";
const ACCOUNTS = 10;
const ETHER_EACH = 10_000n * 10n ** 18n;
let made: Promise<Runtime> | undefined;

/** One for all chains of a process: the first chain reads every compiled contract, to name what reverts, and takes a third of a second for it. */
function runtime(): Promise<Runtime> {
  made ??= import("hardhat/hre").then(({ createHardhatRuntimeEnvironment }) =>
    createHardhatRuntimeEnvironment(
      {
        networks: {
          [EMBEDDED]: {
            type: "edr-simulated",
            chainType: "l1",
            hardfork: "prague",
            accounts: Array.from({ length: ACCOUNTS }, (_, i) => ({ privateKey: developmentKey(i), balance: ETHER_EACH })),
          },
        },
      },
      {},
      ROOT,
    ),
  );
  return made;
}

/** EDR puts the revert data on its error; what it refused before it ran (for want of gas or ether) has none. */
function revertedOf(error: unknown): unknown {
  const { name, message, data } = error as { name?: string; message?: string; data?: unknown };
  const hex = typeof data === "string" ? data : (data as { data?: unknown } | undefined | null)?.data;
  if (typeof hex === "string" && hex.startsWith("0x")) return new Reverted(hex as Hex, message ?? "");
  return name === "ProviderError" ? new Reverted("0x", message ?? "") : error;
}
