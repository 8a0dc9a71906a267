import { join } from "node:path";
import type { Hex } from "viem";
import { type Certificate, certificateTypedData, changesHash } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import { writeFile } from "../output/write.ts";
import type { Evidence } from "../proposal/evidence.ts";
import { loadProposal, type Proposal } from "../proposal/load.ts";
import { type Recompute, verifyFolder } from "../proposal/verify.ts";
import { firstDifference } from "./difference.ts";
import { CERTIFICATES, readCertificates, type Signed } from "./files.ts";
import { readAccount } from "./key.ts";
import type { CertificateFile } from "./shape.ts";

const DAY = 86_400;
/** What a registry records at most, `EvidenceRegistry.MAX_VALIDITY`. */
const MAX_VALIDITY = 60 * DAY;
const VALIDITY = 30 * DAY;

export interface CertifyInput {
  readonly folder: string;
  /** `RiskParameters.version()` of the parameters in force. */
  readonly versionBefore: number;
  /** The last second at which the certificate counts; by default that of the others, else the end of the day in 30 days. */
  readonly expiry?: number | undefined;
  readonly keyFile?: string | undefined;
  /** Seconds since 1970. */
  readonly now: number;
  readonly recompute: Recompute;
}

/**
 * Certifies a proposal as a validator: runs its whole backtest again, and signs what it found if that is, to the last byte, what is committed.
 *
 * @returns what was written to `certificates/`, the address of the signer its name
 * @throws BallastError CERTIFY_RESULT_DIFFERS (exit 6, with the first number that differs), CERTIFY_NOT_VERIFIED (exit 5 or 6), EXPIRY_INVALID,
 * KEY_*, and what verifying throws
 */
export async function certify(input: CertifyInput): Promise<Signed> {
  const { folder, now } = input;
  let again: Evidence | undefined;
  const found = await verifyFolder(folder, async (proposal) => {
    again = await input.recompute(proposal);
    return again;
  });
  const proposal = await loadProposal(folder);
  if (again !== undefined && proposal.evidence !== undefined) refuseDifference(folder, proposal.evidence, again);
  if (!found.match || again === undefined) {
    throw new BallastError("CERTIFY_NOT_VERIFIED", found.differences[0] ?? "The proposal could not be verified.", {
      where: { file: folder },
      fix: `Run ballast verify ${folder}: it lists everything that differs.`,
      exit: found.exit === 5 ? 5 : 6,
    });
  }
  const certificate = certificateOf(proposal, again, input.versionBefore, await expiryOf(input, again.root));
  if (certificate.expiry <= now || certificate.expiry > now + MAX_VALIDITY) {
    throw new BallastError("EXPIRY_INVALID", "A certificate counts from now on, for 60 days at most.", {
      where: { field: "expiry", value: String(certificate.expiry) },
      fix: `Give a time between ${now + 1} and ${now + MAX_VALIDITY}.`,
    });
  }
  const { chainId, evidenceRegistry: registry } = proposal.deployment;
  const account = await readAccount(input.keyFile);
  const signature = await account.signTypedData(certificateTypedData({ chainId, registry }, certificate));
  const written: CertificateFile = {
    version: 1,
    chainId,
    registry,
    certificate: { ...certificate, versionBefore: input.versionBefore },
    signer: account.address,
    signature,
  };
  const file = join(folder, CERTIFICATES, `${account.address}.json`);
  await writeFile(file, `${JSON.stringify(written, null, 2)}\n`);
  return { ...written, file };
}

/** What a proposal's evidence says, as it is signed. */
export function certificateOf(proposal: Pick<Proposal, "changes">, { context, root, verdict }: Evidence, versionBefore: number, expiry: number): Certificate {
  return {
    changesHash: changesHash(proposal.changes),
    versionBefore: BigInt(versionBefore),
    datasetHash: context.dataset as Hex,
    engineHash: context.engine as Hex,
    resultHash: root as Hex,
    verdict,
    expiry,
  };
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
async function expiryOf({ folder, expiry, now }: CertifyInput, root: string): Promise<number> {
  if (expiry !== undefined) return expiry;
  const others = (await readCertificates(folder)).filter(({ certificate }) => certificate.resultHash === root && certificate.expiry > now);
  return others[0]?.certificate.expiry ?? (Math.floor((now + VALIDITY) / DAY) + 1) * DAY - 1;
}
