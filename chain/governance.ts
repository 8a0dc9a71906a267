import { type Address, type Hex, isAddressEqual, type PublicClient, zeroAddress } from "viem";
import { EVIDENCE_REGISTRY_ABI, RISK_PARAMETERS_ABI, RISK_STEWARD_ABI, TIMELOCK_ABI } from "./abi.ts";
import { type Addresses, ROLES } from "./deploy.ts";
import { type Ask, askingAt, viewsOf } from "./views.ts";
import { type Certifiers, readVoting, type Voting } from "./voting.ts";

/** The timelock's roles, by OpenZeppelin's names. */
export type RoleName = "DEFAULT_ADMIN_ROLE" | "PROPOSER_ROLE" | "CANCELLER_ROLE" | "EXECUTOR_ROLE";

/** Who decides, how fast, and who holds which power, as a chain says it at one block. */
export interface Governance extends Omit<Voting, "guardian"> {
  /** Seconds since 1970, and the number, of the block it was read at. */
  readonly time: number;
  readonly block: number;
  readonly guardian: { readonly address: Address; readonly hasCode: boolean };
  /** `changes`: how often somebody named the certifiers since their registry was made, by its events. */
  readonly certifiers: Certifiers & { readonly changes: number };
  /** Who may tighten parameters without a vote, as the registry of parameters names it. */
  readonly steward: Steward;
  /** Who holds each role of the timelock: everyone to whom the contract itself, asked by `hasRole`, says yes. */
  readonly roles: Readonly<Record<RoleName, readonly Address[]>>;
  /** Which role may grant each role, where that is not DEFAULT_ADMIN_ROLE. */
  readonly admins: readonly { readonly role: RoleName; readonly admin: Hex }[];
  /** Every grant and revocation since the timelock was made, in their order. */
  readonly roleEvents: readonly RoleEvent[];
  /** Accounts for which the events and `hasRole` do not say the same: power that was given in another way. */
  readonly unexplained: readonly { readonly role: RoleName; readonly account: Address; readonly holds: boolean }[];
}

/** A way to tighten that is faster than a vote, and whether it is open. */
export interface Steward {
  readonly address: Address;
  readonly hasCode: boolean;
  /** Zero where nobody may. */
  readonly council: Address;
  readonly guardian: Address;
  readonly paused: boolean;
  /** The largest part of a vote's step that it takes at once, in basis points; zero stops it. */
  readonly stepBps: number;
}

export interface RoleEvent {
  readonly kind: "granted" | "revoked";
  readonly role: Hex;
  readonly account: Address;
  readonly block: number;
}

const ROLE_NAMES = Object.keys(ROLES) as RoleName[];

/**
 * Reads how a deployment is governed, all at one block: the governor's settings, the timelock's delay, and its roles twice over:
 * rebuilt from every RoleGranted and RoleRevoked event, and asked of the contract. OpenZeppelin's AccessControl keeps no list, so
 * the events say whom to ask about, and the answers say whether the events tell everything.
 *
 * @param options.fromBlock the block to read events from: the timelock's own first, or before
 * @param options.alsoAsk further accounts to ask about, whatever the events say
 * @throws what the client throws when a contract does not answer
 * @example (await readGovernance(client, addresses)).roles.PROPOSER_ROLE // [the governor]
 */
export async function readGovernance(
  client: PublicClient,
  addresses: Addresses,
  options: { readonly fromBlock?: bigint; readonly alsoAsk?: readonly Address[] } = {},
): Promise<Governance> {
  const { number: blockNumber, timestamp } = await client.getBlock();
  const ask = askingAt(client, blockNumber);
  const [voting, roles, steward, changes] = await Promise.all([
    readVoting(ask, addresses),
    readRoles(client, ask, addresses, { ...options, blockNumber }),
    readSteward(client, ask, addresses.parameters, blockNumber),
    client.getContractEvents({
      address: addresses.evidenceRegistry,
      abi: EVIDENCE_REGISTRY_ABI,
      eventName: "ValidatorsChanged",
      fromBlock: options.fromBlock ?? 0n,
      toBlock: blockNumber,
    }),
  ]);
  return {
    ...voting,
    time: Number(timestamp),
    block: Number(blockNumber),
    guardian: { address: voting.guardian, hasCode: await hasCode(client, voting.guardian, blockNumber) },
    certifiers: { ...voting.certifiers, changes: changes.length },
    steward,
    ...roles,
  };
}

async function hasCode(client: PublicClient, address: Address, blockNumber: bigint): Promise<boolean> {
  const code = await client.getCode({ address, blockNumber });
  return code !== undefined && code !== "0x";
}

/** Asked of the registry, which alone decides whose overlays it takes, not of a file that names one. */
async function readSteward(client: PublicClient, ask: Ask, parameters: Address, blockNumber: bigint): Promise<Steward> {
  const [address] = (await ask(viewsOf(parameters, RISK_PARAMETERS_ABI, "steward"))) as [Address];
  if (!(await hasCode(client, address, blockNumber)))
    return { address, hasCode: false, council: zeroAddress, guardian: zeroAddress, paused: false, stepBps: 0 };
  const answers = await ask(viewsOf(address, RISK_STEWARD_ABI, "council", "guardian", "paused", "limits"));
  const [council, guardian, paused, limits] = answers as [Address, Address, boolean, { readonly step: number }];
  return { address, hasCode: true, council, guardian, paused, stepBps: limits.step };
}

type Roles = Pick<Governance, "roles" | "admins" | "roleEvents" | "unexplained">;

async function readRoles(
  client: PublicClient,
  ask: Ask,
  addresses: Addresses,
  { blockNumber, fromBlock = 0n, alsoAsk = [] }: { readonly blockNumber: bigint; readonly fromBlock?: bigint; readonly alsoAsk?: readonly Address[] },
): Promise<Roles> {
  const contract = { address: addresses.timelock, abi: TIMELOCK_ABI } as const;
  const logs = await client.getContractEvents({ ...contract, fromBlock, toBlock: blockNumber, strict: true });
  const roleEvents = logs.map(({ eventName, args, blockNumber: block }): RoleEvent => {
    return { kind: eventName === "RoleGranted" ? "granted" : "revoked", role: args.role, account: args.account, block: Number(block) };
  });
  const suspects = distinct([zeroAddress, ...Object.values(addresses), ...alsoAsk, ...roleEvents.map(({ account }) => account)]);
  const found = await Promise.all(
    ROLE_NAMES.map(async (name) => {
      const role = ROLES[name] as Hex;
      const [admin, ...answers] = (await ask([
        { ...contract, functionName: "getRoleAdmin", args: [role] },
        ...suspects.map((account) => ({ ...contract, functionName: "hasRole", args: [role, account] })),
      ])) as [Hex, ...boolean[]];
      const holders = suspects.filter((_, i) => answers[i]);
      const told = suspects.filter((account) => lastOf(roleEvents, role, account) === "granted");
      const differing = suspects.filter((account) => holders.includes(account) !== told.includes(account));
      return { name, admin, holders, unexplained: differing.map((account) => ({ role: name, account, holds: holders.includes(account) })) };
    }),
  );
  return {
    roles: Object.fromEntries(found.map(({ name, holders }) => [name, holders])) as unknown as Governance["roles"],
    admins: found.filter(({ admin }) => admin !== ROLES.DEFAULT_ADMIN_ROLE).map(({ name, admin }) => ({ role: name, admin })),
    roleEvents,
    unexplained: found.flatMap(({ unexplained }) => unexplained),
  };
}

function lastOf(events: readonly RoleEvent[], role: Hex, account: Address): RoleEvent["kind"] | undefined {
  return events.findLast((event) => event.role === role && isAddressEqual(event.account, account))?.kind;
}

function distinct(accounts: readonly Address[]): Address[] {
  const seen = new Map(accounts.map((account) => [account.toLowerCase(), account]));
  return [...seen.values()];
}
