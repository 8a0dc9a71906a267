import { type Address, encodeDeployData, encodeFunctionData, type Hex, padHex, zeroAddress } from "viem";
import { expect } from "vitest";
import { developmentAccount } from "../../../chain/accounts.ts";
import { type Certificate, certificateDigest, certificateTypedData, VERDICTS } from "../../../chain/certificate.ts";
import { EPOCH } from "../../../chain/network.ts";
import type { DecodedError } from "../../../chain/revert.ts";
import { standIns } from "../../../chain/stand-ins.ts";
import { addresses, artifacts, call, chain, DAY, EVIDENCE, type Provocations, refused } from "./refusals.ts";

const { timelock, governor, token, evidenceRegistry } = addresses;

const createRegistry = (owner: Address, validators: readonly Address[], threshold: bigint) => {
  const { abi, bytecode } = artifacts.EvidenceRegistry;
  return refused({ data: encodeDeployData({ abi, bytecode, args: [owner, validators, threshold] }) });
};
const CERTIFICATE: Certificate = {
  changesHash: EVIDENCE,
  versionBefore: 1n,
  datasetHash: EVIDENCE,
  engineHash: EVIDENCE,
  resultHash: EVIDENCE,
  verdict: "pass",
  expiry: EPOCH + 30 * DAY,
};
/** The certificate of stand-ins recorded, each with a signature that is given or true. */
const record = async (certificate: Certificate, signers: readonly Address[] = standIns().slice(0, 2), signatures?: readonly Hex[]) => {
  const signed = signatures ?? (await signaturesOf(certificate));
  const data = encodeFunctionData({
    abi: artifacts.EvidenceRegistry.abi,
    functionName: "record",
    args: [{ ...certificate, verdict: VERDICTS.indexOf(certificate.verdict) }, signers, signed],
  });
  return { from: timelock, to: evidenceRegistry, data };
};
const signaturesOf = (certificate: Certificate) =>
  Promise.all(
    [7, 8].map((addressIndex) =>
      developmentAccount(addressIndex).signTypedData(certificateTypedData({ chainId: 31_337, registry: evidenceRegistry }, certificate)),
    ),
  );
const recordRefused = async (...args: Parameters<typeof record>) => await refused(await record(...args));
async function twiceTheSame(): Promise<DecodedError> {
  const [signer = timelock] = standIns();
  const [signature = "0x"] = await signaturesOf(CERTIFICATE);
  return await recordRefused(CERTIFICATE, [signer, signer], [signature, signature]);
}
/** A question to the registry after a certificate was recorded, and validators replaced. */
async function afterRecording(certificate: Certificate, then: () => Promise<DecodedError>): Promise<DecodedError> {
  const fresh = await chain.request("evm_snapshot");
  await chain.send(await record(certificate));
  const found = await then();
  await chain.request("evm_revert", [fresh]);
  return found;
}
const requirePass = (until = EPOCH) => call(artifacts.EvidenceRegistry.abi, evidenceRegistry, "requirePass", EVIDENCE, 1n, EVIDENCE, BigInt(until));
const digest = (certificate: Certificate) => certificateDigest({ chainId: 31_337, registry: evidenceRegistry }, certificate);
const FAILED: Certificate = { ...CERTIFICATE, verdict: "fail" };

export const EVIDENCE_PROVOCATIONS: Provocations = {
  EvidenceRegistry_OnlyTimelock: [
    () =>
      refused({
        from: governor,
        to: evidenceRegistry,
        data: encodeFunctionData({ abi: artifacts.EvidenceRegistry.abi, functionName: "setValidators", args: [[], 0n] }),
      }),
    [governor],
  ],
  EvidenceRegistry_TimelockMissing: [() => createRegistry(zeroAddress, standIns(), 1n), []],
  EvidenceRegistry_ThresholdInvalid: [() => createRegistry(timelock, standIns(), 4n), ["4", "3"]],
  EvidenceRegistry_TooManyValidators: [
    () =>
      createRegistry(
        timelock,
        Array.from({ length: 17 }, () => token),
        1n,
      ),
    ["17", "16"],
  ],
  EvidenceRegistry_ValidatorsNotAscending: [() => createRegistry(timelock, [token, token], 1n), [token]],
  EvidenceRegistry_VerdictMissing: [() => recordRefused({ ...CERTIFICATE, verdict: "none" as "pass" }), []],
  EvidenceRegistry_Expired: [() => afterRecording(CERTIFICATE, () => requirePass(EPOCH + 31 * DAY)), [String(EPOCH + 30 * DAY), String(EPOCH + 31 * DAY)]],
  EvidenceRegistry_ExpiryTooFar: [() => recordRefused({ ...CERTIFICATE, expiry: EPOCH + 400 * DAY }), [String(EPOCH + 400 * DAY), expect.any(String)]],
  EvidenceRegistry_LengthsDiffer: [() => recordRefused(CERTIFICATE, standIns()), ["3", "2"]],
  EvidenceRegistry_TooFewSigners: [() => recordRefused(CERTIFICATE, [timelock], ["0x"]), ["1", "2"]],
  EvidenceRegistry_SignersNotAscending: [() => twiceTheSame(), standIns().slice(0, 1)],
  EvidenceRegistry_NotAValidator: [() => recordRefused(CERTIFICATE, [padHex("0x1", { size: 20 }), timelock]), [padHex("0x1", { size: 20 })]],
  EvidenceRegistry_SignatureInvalid: [() => recordRefused(CERTIFICATE, undefined, ["0x", "0x"]), standIns().slice(0, 1)],
  EvidenceRegistry_AlreadyRecorded: [() => afterRecording(CERTIFICATE, () => recordRefused(CERTIFICATE)), [digest(CERTIFICATE)]],
  EvidenceRegistry_Contradicted: [() => afterRecording(FAILED, () => recordRefused(CERTIFICATE)), [digest(FAILED)]],
  EvidenceRegistry_NotCertified: [() => requirePass(), [EVIDENCE, "1", EVIDENCE]],
  EvidenceRegistry_VerdictNotPass: [() => afterRecording(FAILED, () => requirePass()), [digest(FAILED)]],
  EvidenceRegistry_TooFewValidators: [
    () =>
      afterRecording(CERTIFICATE, async () => {
        const args = [standIns().slice(1), 2n];
        await chain.send({
          from: timelock,
          to: evidenceRegistry,
          data: encodeFunctionData({ abi: artifacts.EvidenceRegistry.abi, functionName: "setValidators", args }),
        });
        return await requirePass();
      }),
    [digest(CERTIFICATE), "1", "2"],
  ],
  EvidenceRegistry_ValidatorsTooNew: [
    () =>
      afterRecording(CERTIFICATE, async () => {
        const data = encodeFunctionData({ abi: artifacts.EvidenceRegistry.abi, functionName: "setValidators", args: [standIns(), 1n] });
        await chain.send({ from: timelock, to: evidenceRegistry, data });
        return await requirePass();
      }),
    [expect.any(String)],
  ],
};
