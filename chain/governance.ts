import { type Address, type Hex, isAddressEqual, type PublicClient, parseAbi, parseAbiItem, zeroAddress } from "viem";
import { type Addresses, ROLES } from "./deploy.ts";

/** The timelock's roles, by OpenZeppelin's names. */
export type RoleName = "DEFAULT_ADMIN_ROLE" | "PROPOSER_ROLE" | "CANCELLER_ROLE" | "EXECUTOR_ROLE";

/** Who decides, how fast, and who holds which power, as a chain says it at one block. */
export interface Governance {
  /** Seconds since 1970, and the number, of the block it was read at. */
  readonly time: number;
  readonly block: number;
  /** ERC-6372: what the governor counts in, and what its clock shows. */
  readonly clockMode: string;
  readonly clock: number;
  /** In units of that clock. */
  readonly votingDelay: number;
  readonly votingPeriod: number;
  readonly lateQuorumExtension: number;
  /** Votes it takes to propose, wei. */
  readonly proposalThreshold: bigint;
  /** Share of the supply that has to vote for or abstain, as a fraction of the denominator. */
  readonly quorumNumerator: bigint;
  readonly quorumDenominator: bigint;
  readonly guardian: { readonly address: Address; readonly hasCode: boolean };
  /** The timelock that the governor executes through, and the one that the registry obeys. */
  readonly executor: Address;
  readonly owner: Address;
  /** Who certifies evidence, how many of them it takes, and whom their registry obeys. */
  readonly certifiers: Certifiers;
  /** Who may tighten parameters without a vote, as the registry of parameters names it. */
  readonly steward: Steward;
  /** The timelock's least delay, always in seconds. */
  readonly timelockDelay: number;
  /** Who holds each role of the timelock: everyone to whom the contract itself, asked by `hasRole`, says yes. */
  readonly roles: Readonly<Record<RoleName, readonly Address[]>>;
  /** Which role may grant each role, where that is not DEFAULT_ADMIN_ROLE. */
  readonly admins: readonly { readonly role: RoleName; readonly admin: Hex }[];
  /** Every grant and revocation since the timelock was made, in their order. */
  readonly roleEvents: readonly RoleEvent[];
  /** Accounts for which the events and `hasRole` do not say the same: power that was given in another way. */
  readonly unexplained: readonly { readonly role: RoleName; readonly account: Address; readonly holds: boolean }[];
}

/** `changes`: how often somebody named them since the registry was made, by its events. */
export interface Certifiers {
  readonly validators: readonly Address[];
  readonly threshold: number;
  readonly owner: Address;
  readonly changes: number;
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

const SETTINGS_ABI = parseAbi([
  "function CLOCK_MODE() view returns (string)",
  "function clock() view returns (uint48)",
  "function votingDelay() view returns (uint256)",
  "function votingPeriod() view returns (uint256)",
  "function lateQuorumVoteExtension() view returns (uint48)",
  "function proposalThreshold() view returns (uint256)",
  "function quorumNumerator() view returns (uint256)",
  "function quorumDenominator() view returns (uint256)",
  "function proposalGuardian() view returns (address)",
  "function timelock() view returns (address)",
  "function getMinDelay() view returns (uint256)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
  "function validators() view returns (address[])",
  "function threshold() view returns (uint256)",
  "function steward() view returns (address)",
  "function council() view returns (address)",
  "function guardian() view returns (address)",
  "function paused() view returns (bool)",
  "struct StewardLimits { uint16 step; uint16 drift; uint40 refill; uint40 life; uint40 rest; }",
  "function limits() view returns (StewardLimits)",
]);
const GRANTED = parseAbiItem("event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)");
const REVOKED = parseAbiItem("event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)");
const VALIDATORS_CHANGED = parseAbiItem("event ValidatorsChanged(address[] validators, uint256 threshold)");
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
  const at = { abi: SETTINGS_ABI, blockNumber } as const;
  const governor = { ...at, address: addresses.governor } as const;
  const [clockMode, clock, votingDelay, votingPeriod, lateQuorumExtension, proposalThreshold, quorumNumerator, quorumDenominator, guardian, executor, owner] =
    await Promise.all([
      client.readContract({ ...governor, functionName: "CLOCK_MODE" }),
      client.readContract({ ...governor, functionName: "clock" }),
      client.readContract({ ...governor, functionName: "votingDelay" }),
      client.readContract({ ...governor, functionName: "votingPeriod" }),
      client.readContract({ ...governor, functionName: "lateQuorumVoteExtension" }),
      client.readContract({ ...governor, functionName: "proposalThreshold" }),
      client.readContract({ ...governor, functionName: "quorumNumerator" }),
      client.readContract({ ...governor, functionName: "quorumDenominator" }),
      client.readContract({ ...governor, functionName: "proposalGuardian" }),
      client.readContract({ ...governor, functionName: "timelock" }),
      client.readContract({ ...at, address: addresses.parameters, functionName: "timelock" }),
    ]);
  const [timelockDelay, guardianCode, roles, steward, certifiers] = await Promise.all([
    client.readContract({ ...at, address: addresses.timelock, functionName: "getMinDelay" }),
    client.getCode({ address: guardian, blockNumber }),
    readRoles(client, addresses, blockNumber, options),
    readSteward(client, addresses.parameters, blockNumber),
    readCertifiers(client, addresses.evidenceRegistry, blockNumber, options.fromBlock),
  ]);
  return {
    time: Number(timestamp),
    block: Number(blockNumber),
    clockMode,
    clock,
    votingDelay: Number(votingDelay),
    votingPeriod: Number(votingPeriod),
    lateQuorumExtension,
    proposalThreshold,
    quorumNumerator,
    quorumDenominator,
    guardian: { address: guardian, hasCode: guardianCode !== undefined && guardianCode !== "0x" },
    executor,
    owner,
    certifiers,
    steward,
    timelockDelay: Number(timelockDelay),
    ...roles,
  };
}

async function readCertifiers(client: PublicClient, address: Address, blockNumber: bigint, fromBlock = 0n): Promise<Certifiers> {
  const registry = { abi: SETTINGS_ABI, address, blockNumber } as const;
  const [validators, threshold, owner, logs] = await Promise.all([
    client.readContract({ ...registry, functionName: "validators" }),
    client.readContract({ ...registry, functionName: "threshold" }),
    client.readContract({ ...registry, functionName: "timelock" }),
    client.getLogs({ address, event: VALIDATORS_CHANGED, fromBlock, toBlock: blockNumber }),
  ]);
  return { validators, threshold: Number(threshold), owner, changes: logs.length };
}

/** Asked of the registry, which alone decides whose overlays it takes, not of a file that names one. */
async function readSteward(client: PublicClient, parameters: Address, blockNumber: bigint): Promise<Steward> {
  const at = { abi: SETTINGS_ABI, blockNumber } as const;
  const address = await client.readContract({ ...at, address: parameters, functionName: "steward" });
  const code = await client.getCode({ address, blockNumber });
  if (code === undefined || code === "0x") return { address, hasCode: false, council: zeroAddress, guardian: zeroAddress, paused: false, stepBps: 0 };
  const steward = { ...at, address } as const;
  const [council, guardian, paused, limits] = await Promise.all([
    client.readContract({ ...steward, functionName: "council" }),
    client.readContract({ ...steward, functionName: "guardian" }),
    client.readContract({ ...steward, functionName: "paused" }),
    client.readContract({ ...steward, functionName: "limits" }),
  ]);
  return { address, hasCode: true, council, guardian, paused, stepBps: limits.step };
}

type Roles = Pick<Governance, "roles" | "admins" | "roleEvents" | "unexplained">;

async function readRoles(
  client: PublicClient,
  addresses: Addresses,
  blockNumber: bigint,
  { fromBlock = 0n, alsoAsk = [] }: { readonly fromBlock?: bigint; readonly alsoAsk?: readonly Address[] },
): Promise<Roles> {
  const contract = { address: addresses.timelock, abi: SETTINGS_ABI, blockNumber } as const;
  const logs = await client.getLogs({ address: addresses.timelock, events: [GRANTED, REVOKED], fromBlock, toBlock: blockNumber, strict: true });
  const roleEvents = logs.map(({ eventName, args, blockNumber: block }): RoleEvent => {
    return { kind: eventName === "RoleGranted" ? "granted" : "revoked", role: args.role, account: args.account, block: Number(block) };
  });
  const suspects = distinct([zeroAddress, ...Object.values(addresses), ...alsoAsk, ...roleEvents.map(({ account }) => account)]);
  const found = await Promise.all(
    ROLE_NAMES.map(async (name) => {
      const role = ROLES[name] as Hex;
      const [admin, answers] = await Promise.all([
        client.readContract({ ...contract, functionName: "getRoleAdmin", args: [role] }),
        Promise.all(suspects.map((account) => client.readContract({ ...contract, functionName: "hasRole", args: [role, account] }))),
      ]);
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
