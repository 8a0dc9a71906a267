import {
  type Address,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  keccak256,
  parseAbi,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { BallastError } from "../sim/errors.ts";
import { type ParameterSet, REQUIREMENT_LIMITS, type RequirementLimits } from "../sim/parameters/index.ts";
import { type Artifacts, type ContractName, loadArtifacts } from "./artifacts.ts";
import type { Call } from "./encode.ts";
import type { EmbeddedChain, Receipt } from "./network.ts";
import { GOVERNANCE, type GovernanceSettings, type Holders } from "./settings.ts";
import { assetsOf, namedSpecs } from "./specs.ts";
import { standIns } from "./stand-ins.ts";
import { governorSalt, operationId } from "./timelock.ts";

/** Where the contracts of a deployment are. */
export interface Addresses {
  readonly token: Address;
  readonly timelock: Address;
  readonly governor: Address;
  readonly parameters: Address;
  readonly evidenceRegistry: Address;
  readonly steward: Address;
}

/** A deployment on an embedded chain. */
export interface Deployment {
  readonly addresses: Addresses;
  readonly holders: Holders;
  readonly settings: GovernanceSettings;
  readonly artifacts: Artifacts;
  readonly receipts: readonly { readonly name: string; readonly receipt: Receipt }[];
}

const TIMELOCK_ROLES_ABI = parseAbi(["function grantRole(bytes32 role, address account)", "function renounceRole(bytes32 role, address account)"]);

/** The timelock's roles, by OpenZeppelin's names. */
export const ROLES: Readonly<Record<string, Hex>> = {
  DEFAULT_ADMIN_ROLE: zeroHash,
  PROPOSER_ROLE: keccak256(stringToHex("PROPOSER_ROLE")),
  CANCELLER_ROLE: keccak256(stringToHex("CANCELLER_ROLE")),
  EXECUTOR_ROLE: keccak256(stringToHex("EXECUTOR_ROLE")),
};

/** The first account of every embedded chain. */
const DEPLOYER: Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/**
 * Where a fresh embedded chain puts the contracts: the same on every machine, so that a proposal can be encoded before
 * anything is deployed.
 *
 * @example
 * localAddresses().parameters; // "0xCf7E…"
 */
export function localAddresses(): Addresses {
  const at = (nonce: bigint) => getContractAddress({ from: DEPLOYER, nonce });
  const parameters = at(3n);
  return { token: at(0n), timelock: at(1n), evidenceRegistry: at(2n), parameters, governor: at(4n), steward: stewardOf(parameters) };
}

/** Where the steward of a registry of parameters is: the first contract that the registry made, in its own constructor. */
export function stewardOf(parameters: Address): Address {
  return getContractAddress({ from: parameters, nonce: 1n });
}

/**
 * Deploys and wires the whole system as `ignition/modules/Ballast.ts` does: the governor the timelock's only proposer and
 * canceller, execution open, no admin left, and the parameters owned by the timelock from their first block.
 *
 * @param set The first values; every parameter of every asset.
 * @param options.addresses Where the contracts have to stand, when they are those of a live deployment.
 * @throws DEPLOY_ELSEWHERE when the chain is not fresh, so that the addresses would not be `localAddresses()`.
 * @example
 * const { addresses } = await deployBallast(await startChain(), initialParameters());
 */
export async function deployBallast(
  chain: EmbeddedChain,
  set: ParameterSet,
  options: {
    readonly settings?: GovernanceSettings;
    readonly holders?: Partial<Holders>;
    readonly limits?: RequirementLimits;
    readonly addresses?: Addresses;
  } = {},
): Promise<Deployment> {
  const settings = options.settings ?? GOVERNANCE;
  const [deployer = zeroAddress, receiver = zeroAddress, guardian = zeroAddress, , council = zeroAddress] = chain.accounts;
  const holders: Holders = { receiver, guardian, council, validators: standIns(), ...options.holders };
  const artifacts = await loadArtifacts();
  const receipts: { name: string; receipt: Receipt }[] = [];
  const local = localAddresses();
  const given = options.addresses ?? local;
  const addresses: Addresses = { ...given, steward: stewardOf(given.parameters) };
  // A fresh chain's own addresses are deployed to as any chain is; only a live deployment's have to be made to stand there.
  const isLocal = (Object.keys(local) as (keyof Addresses)[]).every((name) => addresses[name].toLowerCase() === local[name].toLowerCase());
  const create = async (name: ContractName, at: Address, args: readonly unknown[]) => {
    const initcode = encodeDeployData({ abi: artifacts[name].abi, bytecode: artifacts[name].bytecode, args });
    receipts.push({
      name,
      receipt: isLocal ? await createHere(chain, deployer, initcode, at) : await constructAt(chain, deployer, initcode, at),
    });
    return at;
  };
  const wire = async (functionName: "grantRole" | "renounceRole", role: Hex, account: Address) => {
    const data = encodeFunctionData({ abi: TIMELOCK_ROLES_ABI, functionName, args: [role, account] });
    receipts.push({ name: functionName, receipt: await chain.send({ from: deployer, to: addresses.timelock, data }) });
  };

  const token = await create("RiskToken", addresses.token, [settings.tokenName, settings.tokenSymbol, holders.receiver, settings.tokenSupply]);
  // The zero address as executor opens execution to everyone; the deployer is admin only until the roles are wired.
  const timelock = await create("TimelockController", addresses.timelock, [BigInt(settings.timelockDelay), [], [zeroAddress], deployer]);
  const evidence = await create("EvidenceRegistry", addresses.evidenceRegistry, [timelock, holders.validators, BigInt(settings.validatorThreshold)]);
  const limits = options.limits ?? REQUIREMENT_LIMITS;
  const parameters = await create("RiskParameters", addresses.parameters, [
    timelock,
    evidence,
    namedSpecs(),
    assetsOf(set),
    limits,
    stewardSettings(settings, holders),
  ]);
  const governor = await create("RiskGovernor", addresses.governor, [token, timelock, parameters, governorSettings(settings, holders)]);
  await wire("grantRole", roleOf("PROPOSER_ROLE"), governor);
  await wire("grantRole", roleOf("CANCELLER_ROLE"), governor);
  await wire("renounceRole", roleOf("DEFAULT_ADMIN_ROLE"), deployer);
  return { addresses, holders, settings, artifacts, receipts };
}

async function createHere(chain: EmbeddedChain, deployer: Address, initcode: Hex, expected: Address): Promise<Receipt> {
  const receipt = await chain.send({ from: deployer, data: initcode });
  if (receipt.contractAddress?.toLowerCase() === expected.toLowerCase()) return receipt;
  throw new BallastError("DEPLOY_ELSEWHERE", "The chain is not fresh: the contracts are not where proposals expect them.", {
    fix: "Start a new embedded chain.",
    exit: 1,
  });
}

/**
 * Runs a constructor where a live deployment has its contract: the creation code stands there for one transaction, writes
 * that address' storage, and is replaced by the runtime code it returns, immutables and all.
 */
async function constructAt(chain: EmbeddedChain, deployer: Address, initcode: Hex, at: Address): Promise<Receipt> {
  await chain.request("hardhat_setCode", [at, initcode]);
  // A contract under construction counts what it makes from one.
  await chain.request("hardhat_setNonce", [at, "0x1"]);
  const runtime = await chain.request("eth_call", [{ from: deployer, to: at }]);
  const receipt = await chain.send({ from: deployer, to: at, data: "0x" });
  await chain.request("hardhat_setCode", [at, runtime]);
  return receipt;
}

/** The governor's constructor argument. */
export function governorSettings(settings: GovernanceSettings, { guardian }: Pick<Holders, "guardian">) {
  const { governorName, votingDelay, votingPeriod, proposalThreshold, quorumPercent, lateQuorumExtension } = settings;
  return { name: governorName, votingDelay, votingPeriod, proposalThreshold, quorumPercent: BigInt(quorumPercent), lateQuorumExtension, guardian };
}

/** The steward's part of the constructor of `RiskParameters`. */
export function stewardSettings({ steward }: GovernanceSettings, { council, guardian }: Pick<Holders, "council" | "guardian">) {
  return { council, guardian, limits: steward };
}

/** The id under which the timelock keeps a proposal of the governor: no predecessor, the governor's address in the salt. */
export function timelockOperationId(calls: readonly Call[], descriptionHash: Hex, governor: Address): Hex {
  return operationId(calls, governorSalt(governor, descriptionHash));
}

function roleOf(name: string): Hex {
  return ROLES[name] ?? zeroHash;
}
