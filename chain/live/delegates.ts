import { type Address, decodeEventLog, getAddress, type Hex, toEventSelector, zeroAddress } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { TOKEN_ABI } from "../abi.ts";
import type { Addresses } from "../deploy.ts";
import type { LiveChain } from "./client.ts";
import { logsOf } from "./logs.ts";
import { readTogether } from "./together.ts";

/** Somebody who can vote. `votes` in the token's smallest unit; `delegators` counts holders with a balance, oneself included. */
export interface Delegate {
  readonly address: Address;
  readonly votes: bigint;
  readonly delegators: number;
}

/** Who holds the vote at the pinned block, most votes first. */
export interface Distribution {
  readonly delegates: readonly Delegate[];
  readonly totalSupply: bigint;
  /** Held by accounts that delegate to nobody: it cannot vote. */
  readonly undelegated: bigint;
  readonly holders: number;
}

const TOPICS = [
  toEventSelector("Transfer(address,address,uint256)"),
  toEventSelector("DelegateChanged(address,address,address)"),
  toEventSelector("DelegateVotesChanged(address,uint256,uint256)"),
];

/**
 * The distribution of the vote, from the token's events. They tell it twice, by balances and delegations and by the votes themselves; both
 * have to agree, with the supply too, and so has what the chain says now: an event left out does not go unnoticed.
 *
 * @throws RPC_CONTRADICTS_ITSELF
 * @example
 * const { delegates } = await readDistribution(chain, addresses, 0n);
 */
export async function readDistribution(chain: LiveChain, { token }: Pick<Addresses, "token">, from: bigint): Promise<Distribution> {
  const balances = new Map<Address, bigint>();
  const delegateOf = new Map<Address, Address>();
  const votes = new Map<Address, bigint>();
  const add = (account: Address, value: bigint) => {
    if (account !== zeroAddress) balances.set(account, (balances.get(account) ?? 0n) + value);
  };
  for (const { topics, data } of await logsOf(chain, { addresses: [token], topics: TOPICS }, from)) {
    const event = decodeEventLog({ abi: TOKEN_ABI, topics: topics as [Hex, ...Hex[]], data, strict: true });
    if (event.eventName === "Transfer") {
      add(event.args.from, -event.args.value);
      add(event.args.to, event.args.value);
    } else if (event.eventName === "DelegateChanged") delegateOf.set(event.args.delegator, event.args.toDelegate);
    else votes.set(event.args.delegate, event.args.newVotes);
  }

  const holders = [...balances].filter(([, balance]) => balance !== 0n);
  const expected = new Map<Address, { votes: bigint; delegators: number }>();
  let undelegated = 0n;
  for (const [account, balance] of holders) {
    const delegate = delegateOf.get(account) ?? zeroAddress;
    if (delegate === zeroAddress) undelegated += balance;
    else {
      const so = expected.get(delegate) ?? { votes: 0n, delegators: 0 };
      expected.set(delegate, { votes: so.votes + balance, delegators: so.delegators + 1 });
    }
  }
  const delegates = [...expected].map(([address, one]) => ({ address: getAddress(address), ...one }));
  // Equal votes in the order of the addresses: the same chain gives the same file.
  delegates.sort((a, b) => (a.votes === b.votes ? (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1) : a.votes < b.votes ? 1 : -1));
  for (const address of new Set([...votes.keys(), ...expected.keys()]))
    requireSame(chain, `the votes of ${address}, by their own events,`, votes.get(address) ?? 0n, expected.get(address)?.votes ?? 0n);

  const [supply, ...now] = (await readTogether(chain, token, [
    { address: token, abi: TOKEN_ABI, functionName: "totalSupply" },
    ...delegates.map(({ address }) => ({ address: token, abi: TOKEN_ABI, functionName: "getVotes", args: [address] })),
  ])) as readonly bigint[];
  const held = holders.reduce((sum, [, balance]) => sum + balance, 0n);
  requireSame(chain, "the supply", supply ?? 0n, held);
  for (const [i, delegate] of delegates.entries()) requireSame(chain, `the votes of ${delegate.address}`, now[i] ?? 0n, delegate.votes);
  return { delegates, totalSupply: held, undelegated, holders: holders.length };
}

/**
 * Delegates as CSV with the columns `address,votes,delegators`, most votes first; votes in whole tokens, exactly.
 *
 * @param decimals the token's
 * @example
 * delegatesCsv(distribution.delegates, 18); // "address,votes,delegators\n0x7099…,1250000.5,3\n"
 */
export function delegatesCsv(delegates: readonly Delegate[], decimals: number): string {
  const lines = delegates.map(({ address, votes, delegators }) => `${address},${wholeTokens(votes, decimals)},${delegators}`);
  return `${["address,votes,delegators", ...lines].join("\n")}\n`;
}

/** A token amount in decimals without a needless zero, and without a rounding. */
export function wholeTokens(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, "0");
  const [whole, fraction] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals).replace(/0+$/, "")];
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

function requireSame(chain: LiveChain, what: string, state: bigint, events: bigint): void {
  if (state === events) return;
  throw new BallastError(
    "RPC_CONTRADICTS_ITSELF",
    `At block ${chain.block.number} ${chain.host} says ${what} is ${state}; balances and delegations from its events come to ${events}.`,
    {
      where: { field: "eth_getLogs", value: chain.host },
      fix: "Let `block` in deployment.yaml be the block of the deployment, or an earlier one; else use another endpoint.",
      exit: 1,
    },
  );
}
