import { join } from "node:path";
import { getAddress } from "viem";
import { type Certificate, type CertificateDomain, certificateTypedData } from "../../chain/index.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { BallastError } from "../../sim/errors.ts";
import { fileDifferences } from "../live/rows.ts";
import { writeFile } from "../output/write.ts";
import type { Evidence } from "../proposal/evidence.ts";
import { loadProposal, type Proposal } from "../proposal/load.ts";
import { type Recompute, verifyFolder } from "../proposal/verify.ts";
import { firstDifference } from "./difference.ts";
import { CERTIFICATES, readCertificates, type Signed } from "./files.ts";
import { readAccount } from "./key.ts";
import type { CertificateFile } from "./shape.ts";
import { certificateOf } from "./words.ts";

const DAY = 86_400;
/** What a registry records at most, `EvidenceRegistry.MAX_VALIDITY`. */
const MAX_VALIDITY = 60 * DAY;
const VALIDITY = 30 * DAY;

export interface CertifyInput {
  readonly folder: string;
  /** `RiskParameters.version()` of the parameters in force, as somebody says; a live chain says it itself. */
  readonly versionBefore?: number | undefined;
  readonly live?: LiveState | undefined;
  /** The last second at which the certificate counts; by default that of the others, else the end of the day in 30 days. */
  readonly expiry?: number | undefined;
  /** Seconds since 1970. */
  readonly now: number;
  readonly recompute: Recompute;
}

/** What is ready to be signed, and for which registry. */
export interface Ready {
  readonly domain: CertificateDomain;
  readonly certificate: Certificate;
}

/**
 * Certifies a proposal as a validator: runs its whole backtest again, and signs what it found if that is, to the last byte, what is committed.
 *
 * @returns what was written to `certificates/`, the address of the signer its name
 * @throws BallastError KEY_*, and what `readyToSign` throws
 */
export async function certify(input: CertifyInput & { readonly keyFile?: string | undefined }): Promise<Signed> {
  const asked = await askedOf(input);
  // Before minutes of replays, not after.
  const account = await readAccount(input.keyFile);
  const { domain, certificate } = await foundAgain(input, asked);
  const signature = await account.signTypedData(certificateTypedData(domain, certificate));
  return await writeCertificate(input.folder, fileOf({ domain, certificate }, account.address, signature));
}

/**
 * Runs a proposal's whole backtest again, and says what a validator may sign: only what was found.
 *
 * @throws BallastError CERTIFY_RESULT_DIFFERS (exit 6, with the first number that differs), CERTIFY_NOT_VERIFIED (exit 5 or 6), CERTIFY_BASE_MOVED (exit 5),
 * VERSION_MISSING, VERSION_DIFFERS, EXPIRY_INVALID (exit 2), and what verifying throws
 */
export async function readyToSign(input: CertifyInput): Promise<Ready> {
  return await foundAgain(input, await askedOf(input));
}

/** What is known of a certificate before anything is run. */
interface Asked {
  readonly proposal: Proposal;
  readonly versionBefore: number;
  readonly expiry: number;
}

async function askedOf(input: CertifyInput): Promise<Asked> {
  const proposal = await loadProposal(input.folder);
  return { proposal, versionBefore: versionOf(input), expiry: await expiryOf(input, proposal.evidence?.root) };
}

async function foundAgain({ folder, recompute }: CertifyInput, { proposal, versionBefore, expiry }: Asked): Promise<Ready> {
  let again: Evidence | undefined;
  const found = await verifyFolder(folder, async (subject) => {
    again = await recompute(subject);
    return again;
  });
  if (again !== undefined && proposal.evidence !== undefined) refuseDifference(folder, proposal.evidence, again);
  if (!found.match || again === undefined) {
    throw new BallastError("CERTIFY_NOT_VERIFIED", found.differences[0] ?? "The proposal could not be verified.", {
      where: { file: folder },
      fix: `Run ballast verify ${folder}: it lists everything that differs.`,
      exit: found.exit === 5 ? 5 : 6,
    });
  }
  const certificate = certificateOf(proposal, again, versionBefore, expiry);
  const { chainId, evidenceRegistry: registry } = proposal.deployment;
  return { domain: { chainId, registry }, certificate };
}

/** A signed certificate as its file holds it. */
export function fileOf({ domain, certificate }: Ready, signer: string, signature: string): CertificateFile {
  const versionBefore = Number(certificate.versionBefore);
  return { version: 1, ...domain, certificate: { ...certificate, versionBefore }, signer: getAddress(signer), signature };
}

/** Where the certificate of a signer stands. */
export function certificatePath(folder: string, signer: string): string {
  return join(folder, CERTIFICATES, `${getAddress(signer)}.json`);
}

export async function writeCertificate(folder: string, written: CertificateFile): Promise<Signed> {
  const file = certificatePath(folder, written.signer);
  await writeFile(file, `${JSON.stringify(written, null, 2)}\n`);
  return { ...written, file };
}

/**
 * Refuses what no validator may sign: that a backtest began with the version in force, when it began with other values.
 *
 * @throws BallastError CERTIFY_BASE_MOVED (exit 5)
 */
export async function requireBase(folder: string, { chain, parameters }: LiveState): Promise<void> {
  const { base } = await loadProposal(folder);
  const [first, ...more] = fileDifferences(parameters.decided, base);
  if (first === undefined) return;
  const name = `${first.scope}.${first.name}`;
  throw new BallastError(
    "CERTIFY_BASE_MOVED",
    `Not signed: the backtest began with ${name} at ${first.file ?? "none"}; version ${parameters.version}, in force on chain ${chain.chainId}, has ${first.chain ?? "none"}${more.length > 0 ? `, and ${more.length} more differ` : ""}.`,
    {
      where: { file: folder, field: name, value: String(first.file ?? "none") },
      fix: "Draft and backtest it again from the values on chain. Where it is voted on already, and you judge that its evidence still holds, give --version-before and no --rpc.",
      exit: 5,
    },
  );
}

function versionOf({ versionBefore, live }: CertifyInput): number {
  const onChain = live?.parameters.version;
  const version = onChain ?? versionBefore;
  if (version === undefined) {
    throw new BallastError("VERSION_MISSING", "A certificate is for one version of the parameters, and none was given.", {
      fix: "Give --rpc, so that it is read from the chain; or read RiskParameters.version() where it is deployed, and give it as --version-before.",
    });
  }
  if (onChain === undefined || versionBefore === undefined || versionBefore === onChain) return version;
  throw new BallastError("VERSION_DIFFERS", `--version-before is ${versionBefore}; on chain version ${onChain} is in force.`, {
    where: { field: "--version-before", value: String(versionBefore) },
    fix: "Leave --version-before out: the chain says it.",
  });
}

function refuseDifference(folder: string, committed: Evidence, again: Evidence): void {
  const difference = firstDifference(committed, again);
  if (difference === undefined) return;
  const { at, field, committed: said, found } = difference;
  throw new BallastError("CERTIFY_RESULT_DIFFERS", `Not signed: ${at}${field && ` ${field}`} is ${said} in evidence.json; run again it is ${found}.`, {
    where: { file: join(folder, "evidence.json"), field: `${at} ${field}`.trim(), value: said },
    fix: "Ask whoever committed it with which engine, dataset and policy it was made.",
    exit: 6,
  });
}

/** All have to sign the same words: whoever comes later takes the expiry of who came first. */
async function expiryOf({ folder, expiry: asked, now }: CertifyInput, root: string | undefined): Promise<number> {
  const others = (await readCertificates(folder)).filter(({ certificate }) => certificate.resultHash === root && certificate.expiry > now);
  const expiry = asked ?? others[0]?.certificate.expiry ?? (Math.floor((now + VALIDITY) / DAY) + 1) * DAY - 1;
  if (expiry > now && expiry <= now + MAX_VALIDITY) return expiry;
  throw new BallastError("EXPIRY_INVALID", "A certificate counts from now on, for 60 days at most.", {
    where: { field: "expiry", value: String(expiry) },
    fix: `Give a time between ${now + 1} and ${now + MAX_VALIDITY}.`,
  });
}
