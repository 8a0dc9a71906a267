import { basename } from "node:path";
import { type Address, getAddress, type Hex, isAddressEqual } from "viem";
import { certificateDigest } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Proposal } from "../proposal/load.ts";
import type { Authority } from "./authority.ts";
import type { Signed } from "./files.ts";
import { certificateOf, wordsOf } from "./words.ts";

/** What is wrong with one field of one certificate. */
export interface Fault {
  readonly code: string;
  readonly file: string;
  readonly field: string;
  readonly value: string;
  readonly message: string;
  readonly fix: string;
  /** 3: it is not sound; 5: it was, and is too old. */
  readonly exit: 3 | 5;
}

/** What certificates are held against. */
export interface Subject {
  readonly proposal: Pick<Proposal, "changes" | "deployment">;
  readonly evidence: Evidence;
  readonly authority: Authority;
  /** Seconds since 1970: what has expired by then counts no more. */
  readonly now: number;
}

/**
 * Everything that is wrong with the certificates of a proposal: each has to be a different validator's own signature, of exactly these changes, this
 * evidence, this deployment and this version; and all have to say the same words, or their signatures do not add up.
 *
 * @returns the faults file by file, in the order of the files; empty where all are sound
 * @example (await faultsOf(await readCertificates(folder), { proposal, evidence, authority, now })).length
 */
export async function faultsOf(signed: readonly Signed[], subject: Subject): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  const seen = new Set<Address>();
  for (const one of signed) faults.push(...(await faultsOfOne(one, subject, seen)));
  for (const one of signed) faults.push(...differences(signed[0] ?? one, one));
  return faults;
}

/** A fault as the error of a command that stops at the first. */
export function refusal({ code, message, file, field, value, fix, exit }: Fault): BallastError {
  return new BallastError(code, message, { where: { file, field, value }, fix, exit });
}

async function faultsOfOne(one: Signed, { proposal, evidence, authority, now }: Subject, seen: Set<Address>): Promise<Fault[]> {
  const faults: Fault[] = [];
  const fault = (code: string, field: string, value: string | number, message: string, rest: Partial<Fault> = {}) =>
    faults.push({ code, file: one.file, field, value: String(value), message, fix: "Have it signed again, or remove the file.", exit: 3, ...rest });
  const { chainId, evidenceRegistry } = proposal.deployment;
  const { certificate } = one;
  const signer = getAddress(one.signer);
  if (one.chainId !== chainId) fault("CERTIFICATE_CHAIN_WRONG", "chainId", one.chainId, `It is for chain ${one.chainId}, not ${chainId}.`);
  if (!isAddressEqual(getAddress(one.registry), evidenceRegistry))
    fault("CERTIFICATE_REGISTRY_WRONG", "registry", one.registry, `It is for another registry than ${evidenceRegistry}.`);
  if (!authority.validators.includes(signer)) fault("CERTIFICATE_SIGNER_UNKNOWN", "signer", signer, `${signer} is no validator, as ${authority.source} says.`);
  if (seen.has(signer)) fault("CERTIFICATE_DUPLICATE", "signer", signer, `${signer} has signed another file as well.`);
  seen.add(signer);
  if (basename(one.file) !== `${signer}.json`)
    fault("CERTIFICATE_MISNAMED", "signer", signer, `The certificate of ${signer} stands in a file of another name.`);
  const digest = certificateDigest({ chainId: one.chainId, registry: getAddress(one.registry) }, wordsOf(one));
  if (!(await authority.isSigned(signer, digest, one.signature as Hex))) {
    const contract = authority.asksContracts ? "" : " If the signer is a contract, only a chain can say: give --rpc.";
    const fix = `Have it signed again, or remove the file.${contract}`;
    fault("CERTIFICATE_SIGNATURE_INVALID", "signature", one.signature, "The signature is not the signer's of these words: one of them was changed.", { fix });
  }
  const expected = certificateOf(proposal, evidence, certificate.versionBefore, certificate.expiry);
  if (certificate.changesHash !== expected.changesHash)
    fault("CERTIFICATE_CHANGES_WRONG", "certificate.changesHash", certificate.changesHash, "It certifies other changes than the proposal makes.");
  for (const field of ["resultHash", "datasetHash", "engineHash", "verdict"] as const) {
    if (certificate[field] !== expected[field])
      fault("CERTIFICATE_RESULT_WRONG", `certificate.${field}`, certificate[field], `It certifies another ${field} than evidence.json has.`);
  }
  if (authority.version !== undefined && certificate.versionBefore !== authority.version) {
    const message = `It is for version ${certificate.versionBefore} of the parameters; on chain version ${authority.version} is in force.`;
    fault("CERTIFICATE_VERSION_WRONG", "certificate.versionBefore", certificate.versionBefore, message, { exit: 5 });
  }
  if (certificate.expiry < now)
    fault("CERTIFICATE_EXPIRED", "certificate.expiry", certificate.expiry, `It counted until ${isoOf(certificate.expiry)}.`, { exit: 5 });
  return faults;
}

/** Signatures add up only under the same words. */
function differences(first: Signed, other: Signed): Fault[] {
  return (["versionBefore", "expiry"] as const)
    .filter((field) => first.certificate[field] !== other.certificate[field])
    .map((field) => ({
      code: "CERTIFICATES_DIFFER",
      file: other.file,
      field: `certificate.${field}`,
      value: String(other.certificate[field]),
      message: `${other.file} has another ${field} than ${first.file}.`,
      fix: `All have to sign ${field} ${first.certificate[field]}.`,
      exit: 3,
    }));
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
