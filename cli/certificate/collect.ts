import { join } from "node:path";
import { type Address, getAddress, type Hex } from "viem";
import { encodeRecord } from "../../chain/index.ts";
import { requireRecordable } from "../../chain/live/certificates.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { BallastError } from "../../sim/errors.ts";
import { writeFile } from "../output/write.ts";
import { loadProposal, type Proposal } from "../proposal/load.ts";
import { type Authority, authorityOfFile, authorityOnChain, differenceOf, readValidators, validatorsFileOf, validatorsIfAny } from "./authority.ts";
import { CERTIFICATES, readCertificates } from "./files.ts";
import { faultsOf, refusal } from "./sound.ts";
import { wordsOf } from "./words.ts";

/** What anybody may send to the registry: written to `certificates/submit.json`. */
export interface Submission {
  readonly chainId: number;
  readonly to: Address;
  readonly calldata: Hex;
  readonly signers: readonly Address[];
  readonly file: string;
}

/** Where it is looked up who may sign. */
export interface Sources {
  /** A file; where none is given, validators.yaml beside the proposal's folder. */
  readonly validatorsFile?: string | undefined;
  /** A live chain: then its registry says it, and a file has to agree. */
  readonly live?: LiveState | undefined;
}

/**
 * Collects the certificates of a proposal and writes the calldata that records them. Every file has to be sound: one that is not is named, not skipped.
 * Where a chain is given its registry has to be ready to record them.
 *
 * @param now seconds since 1970
 * @throws BallastError the code of the first fault that `faultsOf` finds (exit 3 or 5), CERTIFICATES_TOO_FEW, EVIDENCE_MISSING (exit 5), VALIDATORS_DIFFER,
 * RECORD_REFUSED (exit 3), RPC_*, and what reading the files throws
 */
export async function collect(folder: string, sources: Sources, now: number): Promise<Submission> {
  const [proposal, authority] = await Promise.all([loadProposal(folder), authorityFrom(folder, sources)]);
  const signed = await readCertificates(folder);
  const [fault] = signed.length === 0 ? [] : await faultsOf(signed, { proposal, evidence: evidenceOf(proposal), authority, now });
  if (fault !== undefined) throw refusal(fault);
  const [first] = signed;
  if (first === undefined || signed.length < authority.threshold) {
    throw new BallastError("CERTIFICATES_TOO_FEW", `${signed.length} of ${authority.threshold} validators have certified ${folder}.`, {
      where: { file: join(folder, CERTIFICATES) },
      fix: `Ask the others to run ballast certify ${folder}.`,
      exit: 5,
    });
  }
  const signatures = signed.map(({ signer, signature }) => ({ signer: getAddress(signer), signature: signature as Hex }));
  const submission = {
    chainId: proposal.deployment.chainId,
    to: proposal.deployment.evidenceRegistry,
    calldata: encodeRecord(wordsOf(first), signatures),
    signers: signatures.map(({ signer }) => signer),
  };
  if (sources.live !== undefined) await requireRecordable(sources.live.chain, proposal.deployment.token, submission.to, submission.calldata);
  const file = join(folder, CERTIFICATES, "submit.json");
  await writeFile(file, `${JSON.stringify(submission, null, 2)}\n`);
  return { ...submission, file };
}

/**
 * Who may certify a proposal: the registry of a chain where one is given, else a file.
 *
 * @throws BallastError VALIDATORS_DIFFER (exit 3) where there are both and they do not agree, and what reading the file throws
 */
export async function authorityFrom(folder: string, { validatorsFile, live }: Sources): Promise<Authority> {
  if (live === undefined) return authorityOfFile(await readValidators(validatorsFile ?? validatorsFileOf(folder)));
  const registry = authorityOnChain(live);
  const file = await (validatorsFile === undefined ? validatorsIfAny(validatorsFileOf(folder)) : readValidators(validatorsFile));
  const difference = file === undefined ? undefined : differenceOf(file, registry);
  if (difference === undefined) return registry;
  throw new BallastError("VALIDATORS_DIFFER", difference, {
    where: { file: validatorsFile ?? validatorsFileOf(folder), field: "validators" },
    fix: "Bring the file up to the registry, which alone decides.",
    exit: 3,
  });
}

/** @throws BallastError EVIDENCE_MISSING (exit 5) */
export function evidenceOf({ folder, evidence }: Pick<Proposal, "folder" | "evidence">): NonNullable<Proposal["evidence"]> {
  if (evidence !== undefined) return evidence;
  throw new BallastError("EVIDENCE_MISSING", `${folder} has no evidence.json.`, { fix: `Run \`ballast backtest ${folder}\`.`, exit: 5 });
}
