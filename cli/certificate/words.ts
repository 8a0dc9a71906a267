import type { Hex } from "viem";
import { type Certificate, changesHash } from "../../chain/index.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Proposal } from "../proposal/load.ts";
import type { CertificateFile } from "./shape.ts";

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

/** What a file says was signed. */
export function wordsOf({ certificate }: Pick<CertificateFile, "certificate">): Certificate {
  return { ...certificate, versionBefore: BigInt(certificate.versionBefore) } as Certificate;
}
