import { type Address, decodeFunctionResult, encodeFunctionData, type Hex, toHex } from "viem";
import { EVIDENCE_REGISTRY_ABI, RISK_PARAMETERS_ABI } from "./abi.ts";
import { developmentAccount } from "./accounts.ts";
import { loadArtifacts, slotOf } from "./artifacts.ts";
import { type Certificate, certificateTypedData, encodeRecord } from "./certificate.ts";
import type { Proposal } from "./encode.ts";
import { type EmbeddedChain, type Receipt, Reverted } from "./network.ts";

const DAY = 86_400;

/**
 * The validators of an embedded chain: accounts whose keys everybody knows. They stand in for real ones and sign whatever a
 * rehearsal needs signed, so what they certify says nothing about the change.
 */
const STAND_INS = [7, 8, 6].map((addressIndex) => developmentAccount(addressIndex));

/** The stand-ins' addresses, ascending. */
export function standIns(): Address[] {
  return STAND_INS.map(({ address }) => address);
}

/** A certificate as a stand-in gives it; on an embedded chain nobody re-ran anything. */
const UNSEEN: Hex = `0x${"0".repeat(64)}`;

/**
 * Certifies what a proposal asks of the parameters, for the version in force and with the evidence hash its calldata carries.
 * Calls that the registry cannot read are left alone: the governor has its own words for them.
 *
 * @returns the receipts, one for each different call
 * @throws Reverted when the registry's validators are not the stand-ins
 * @example
 * await certifyByStandIns(chain, addresses, proposal);
 */
export async function certifyByStandIns(
  chain: EmbeddedChain,
  addresses: { readonly parameters: Address; readonly evidenceRegistry: Address },
  proposal: Pick<Proposal, "calls">,
): Promise<Receipt[]> {
  const { parameters, evidenceRegistry } = addresses;
  const [from = parameters] = chain.accounts;
  const versionBefore = await chain.client.readContract({ address: parameters, abi: RISK_PARAMETERS_ABI, functionName: "version" });
  const threshold = Number(await chain.client.readContract({ address: evidenceRegistry, abi: EVIDENCE_REGISTRY_ABI, functionName: "threshold" }));
  const chainId = Number((await chain.request("eth_chainId")) as Hex);
  const receipts = new Map<string, Receipt>();
  for (const { target, calldata } of proposal.calls) {
    if (target.toLowerCase() !== parameters.toLowerCase()) continue;
    const asked = await askedFor(chain, parameters, calldata);
    if (asked === undefined || receipts.has(asked.join())) continue;
    const [changesHash, resultHash] = asked;
    const certificate: Certificate = {
      changesHash,
      versionBefore,
      datasetHash: UNSEEN,
      engineHash: UNSEEN,
      resultHash,
      verdict: "pass",
      expiry: chain.now() + 30 * DAY,
    };
    const data = certificateTypedData({ chainId, registry: evidenceRegistry }, certificate);
    const signatures = await Promise.all(
      STAND_INS.slice(0, threshold).map(async (account) => ({ signer: account.address, signature: await account.signTypedData(data) })),
    );
    receipts.set(asked.join(), await chain.send({ from, to: evidenceRegistry, data: encodeRecord(certificate, signatures) }));
  }
  return [...receipts.values()];
}

/**
 * Puts the stand-ins in the place of a registry's validators, on a fork: what the real ones have not signed yet can then be rehearsed.
 * That nothing counts for a day after a replacement is undone: on the chain itself nobody was replaced.
 *
 * @example
 * if (!(await isCertified(fork, addresses, proposal))) await replaceValidators(fork, addresses);
 */
export async function replaceValidators(
  fork: EmbeddedChain,
  { timelock, evidenceRegistry }: { readonly timelock: Address; readonly evidenceRegistry: Address },
): Promise<void> {
  const data = encodeFunctionData({ abi: EVIDENCE_REGISTRY_ABI, functionName: "setValidators", args: [standIns(), 1n] });
  const countsFrom = toHex(slotOf((await loadArtifacts()).EvidenceRegistry.storageLayout, "countsFrom"));
  const before = await fork.request("eth_getStorageAt", [evidenceRegistry, countsFrom, "latest"]);
  await fork.send({ from: timelock, to: evidenceRegistry, data });
  await fork.request("hardhat_setStorageAt", [evidenceRegistry, countsFrom, before]);
}

/** Whether validators have certified everything a proposal asks of the parameters, for the version in force, until `until` at least. */
export async function isCertified(
  chain: EmbeddedChain,
  { parameters, evidenceRegistry }: { readonly parameters: Address; readonly evidenceRegistry: Address },
  proposal: Pick<Proposal, "calls">,
  until = chain.now(),
): Promise<boolean> {
  const version = await chain.client.readContract({ address: parameters, abi: RISK_PARAMETERS_ABI, functionName: "version" });
  for (const { target, calldata } of proposal.calls) {
    if (target.toLowerCase() !== parameters.toLowerCase()) continue;
    const asked = await askedFor(chain, parameters, calldata);
    if (asked === undefined) return false;
    const data = encodeFunctionData({ abi: EVIDENCE_REGISTRY_ABI, functionName: "requirePass", args: [asked[0], version, asked[1], BigInt(until)] });
    try {
      await chain.request("eth_call", [{ to: evidenceRegistry, data }]);
    } catch (error) {
      if (error instanceof Reverted) return false;
      throw error;
    }
  }
  return true;
}

async function askedFor(chain: EmbeddedChain, parameters: Address, calldata: Hex): Promise<readonly [Hex, Hex] | undefined> {
  const question = encodeFunctionData({ abi: RISK_PARAMETERS_ABI, functionName: "callOf", args: [calldata] });
  try {
    const answer = (await chain.request("eth_call", [{ to: parameters, data: question }])) as Hex;
    return decodeFunctionResult({ abi: RISK_PARAMETERS_ABI, functionName: "callOf", data: answer });
  } catch (error) {
    if (error instanceof Reverted) return undefined;
    throw error;
  }
}
