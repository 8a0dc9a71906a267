import { basename, join } from "node:path";
import { type Address, getAddress, type Hex, isAddressEqual, recoverTypedDataAddress } from "viem";
import { type Certificate, certificateTypedData, encodeRecord } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import { writeFile } from "../output/write.ts";
import { loadProposal, type Proposal } from "../proposal/load.ts";
import { shapeOf } from "../proposal/shape.ts";
import { readYaml } from "../proposal/yaml.ts";
import { certificateOf } from "./certify.ts";
import { CERTIFICATES, readCertificates, type Signed } from "./files.ts";
import { VALIDATORS } from "./shape.ts";

/** What anybody may send to the registry: written to `certificates/submit.json`. */
export interface Submission {
  readonly chainId: number;
  readonly to: Address;
  readonly calldata: Hex;
  readonly signers: readonly Address[];
  readonly file: string;
}

/**
 * Collects the certificates of a proposal and writes the calldata that records them. Every file has to be sound: one that is not is named, not skipped.
 *
 * @param now seconds since 1970
 * @throws BallastError CERTIFICATE_CHAIN_WRONG, CERTIFICATE_REGISTRY_WRONG, CERTIFICATE_CHANGES_WRONG, CERTIFICATE_RESULT_WRONG,
 * CERTIFICATE_SIGNER_UNKNOWN, CERTIFICATE_DUPLICATE, CERTIFICATE_SIGNATURE_INVALID, CERTIFICATES_DIFFER (exit 3), CERTIFICATE_EXPIRED,
 * CERTIFICATES_TOO_FEW, EVIDENCE_MISSING (exit 5), and what reading the files throws
 */
export async function collect(folder: string, validatorsFile: string, now: number): Promise<Submission> {
  const [proposal, { threshold, validators }] = await Promise.all([loadProposal(folder), readValidators(validatorsFile)]);
  const signed = await readCertificates(folder);
  const seen = new Set<Address>();
  for (const one of signed) await requireSound(one, proposal, { validators, seen, now });
  for (const one of signed) requireSame(signed[0] ?? one, one);
  const [first] = signed;
  if (first === undefined || signed.length < threshold) {
    throw new BallastError("CERTIFICATES_TOO_FEW", `${signed.length} of ${threshold} validators have certified ${folder}.`, {
      where: { file: join(folder, CERTIFICATES) },
      fix: `Ask the others to run ballast certify ${folder}.`,
      exit: 5,
    });
  }
  const certificate = onChain(first);
  const signatures = signed.map(({ signer, signature }) => ({ signer: getAddress(signer), signature: signature as Hex }));
  const submission = {
    chainId: proposal.deployment.chainId,
    to: proposal.deployment.evidenceRegistry,
    calldata: encodeRecord(certificate, signatures),
    signers: signatures.map(({ signer }) => signer),
  };
  const file = join(folder, CERTIFICATES, "submit.json");
  await writeFile(file, `${JSON.stringify(submission, null, 2)}\n`);
  return { ...submission, file };
}

/** Who may certify. @throws BallastError FILE_*, YAML_*, FIELD_*, VALIDATORS_INVALID */
export async function readValidators(file: string): Promise<{ threshold: number; validators: readonly Address[] }> {
  const yaml = await readYaml(file);
  const { threshold, validators } = shapeOf(yaml, VALIDATORS);
  const addresses = validators.map((address) => getAddress(address));
  if (threshold > addresses.length || new Set(addresses).size < addresses.length) {
    throw new BallastError("VALIDATORS_INVALID", "A validator is named twice, or more have to sign than there are.", {
      where: yaml.at(["validators"]),
      fix: "Name each once, and a threshold they can reach.",
    });
  }
  return { threshold, validators: addresses };
}

async function requireSound(
  one: Signed,
  proposal: Proposal,
  { validators, seen, now }: { validators: readonly Address[]; seen: Set<Address>; now: number },
): Promise<void> {
  const { deployment, evidence, folder } = proposal;
  if (evidence === undefined)
    throw new BallastError("EVIDENCE_MISSING", `${folder} has no evidence.json.`, { fix: `Run \`ballast backtest ${folder}\`.`, exit: 5 });
  const { certificate } = one;
  const refuse = (code: string, message: string, field: string, value: string | number, exit: 3 | 5 = 3) =>
    new BallastError(code, message, { where: { file: one.file, field, value: String(value) }, fix: "Have it signed again, or remove the file.", exit });
  const signer = getAddress(one.signer);
  if (one.chainId !== deployment.chainId)
    throw refuse("CERTIFICATE_CHAIN_WRONG", `It is for chain ${one.chainId}, not ${deployment.chainId}.`, "chainId", one.chainId);
  if (!isAddressEqual(getAddress(one.registry), deployment.evidenceRegistry))
    throw refuse("CERTIFICATE_REGISTRY_WRONG", `It is for another registry than ${deployment.evidenceRegistry}.`, "registry", one.registry);
  if (!validators.includes(signer)) throw refuse("CERTIFICATE_SIGNER_UNKNOWN", `${signer} is no validator.`, "signer", signer);
  if (seen.has(signer)) throw refuse("CERTIFICATE_DUPLICATE", `${signer} has signed another file as well.`, "signer", signer);
  seen.add(signer);
  if (basename(one.file) !== `${signer}.json`)
    throw refuse("CERTIFICATE_MISNAMED", `The certificate of ${signer} stands in a file of another name.`, "signer", signer);
  const typed = certificateTypedData({ chainId: one.chainId, registry: getAddress(one.registry) }, onChain(one));
  const recovered = await recoverTypedDataAddress({ ...typed, signature: one.signature as Hex }).catch(() => undefined);
  if (recovered !== signer)
    throw refuse("CERTIFICATE_SIGNATURE_INVALID", "The signature is not the signer's of these words: one of them was changed.", "signature", one.signature);
  const expected = certificateOf(proposal, evidence, certificate.versionBefore, certificate.expiry);
  if (certificate.changesHash !== expected.changesHash)
    throw refuse("CERTIFICATE_CHANGES_WRONG", "It certifies other changes than the proposal makes.", "certificate.changesHash", certificate.changesHash);
  for (const field of ["resultHash", "datasetHash", "engineHash", "verdict"] as const) {
    if (certificate[field] !== expected[field])
      throw refuse("CERTIFICATE_RESULT_WRONG", `It certifies another ${field} than evidence.json has.`, `certificate.${field}`, certificate[field]);
  }
  if (certificate.expiry < now)
    throw refuse("CERTIFICATE_EXPIRED", `It counted until ${new Date(certificate.expiry * 1000).toISOString()}.`, "certificate.expiry", certificate.expiry, 5);
}

/** Signatures add up only under the same words. */
function requireSame(first: Signed, other: Signed): void {
  for (const field of ["versionBefore", "expiry"] as const) {
    if (first.certificate[field] === other.certificate[field]) continue;
    throw new BallastError("CERTIFICATES_DIFFER", `${other.file} has another ${field} than ${first.file}.`, {
      where: { file: other.file, field: `certificate.${field}`, value: String(other.certificate[field]) },
      fix: `All have to sign ${field} ${first.certificate[field]}.`,
      exit: 3,
    });
  }
}

function onChain({ certificate }: Signed): Certificate {
  return { ...certificate, versionBefore: BigInt(certificate.versionBefore) } as Certificate;
}
