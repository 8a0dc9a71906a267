import { type Abi, type Address, decodeFunctionData, type Hex, parseAbi } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { EVIDENCE_REGISTRY_ABI } from "../abi.ts";
import { loadArtifacts } from "../artifacts.ts";
import { type Certificate, VERDICTS } from "../certificate.ts";
import { isSignedByKey } from "../signature.ts";
import type { LiveChain } from "./client.ts";
import { attempt, readAlone } from "./together.ts";

/** A certificate as a registry keeps it; `expiry` in seconds since 1970. */
export interface RecordedCertificate {
  readonly digest: Hex;
  readonly verdict: Certificate["verdict"];
  readonly expiry: number;
  readonly signers: readonly Address[];
}

/**
 * What a registry keeps for changes, a version and a result at the pinned block, whether it counts or not.
 *
 * @returns undefined where nobody certified them
 * @throws BallastError RPC_*, LIVE_VIEW_FAILED
 * @example (await readRecord(chain, evidenceRegistry, certificate))?.expiry
 */
export async function readRecord(
  chain: LiveChain,
  registry: Address,
  { changesHash, versionBefore, resultHash }: Pick<Certificate, "changesHash" | "versionBefore" | "resultHash">,
): Promise<RecordedCertificate | undefined> {
  const view = { address: registry, abi: EVIDENCE_REGISTRY_ABI, functionName: "recordOf", args: [changesHash, versionBefore, resultHash] };
  const found = (await readAlone(chain, view)) as { digest: Hex; verdict: number; expiry: number; signers: readonly Address[] };
  const verdict = VERDICTS[found.verdict];
  return verdict === undefined || verdict === "none" ? undefined : { ...found, verdict };
}

const ERC1271_ABI = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
const VALID = "0x1626ba7e";

/**
 * Whether a signer signed a digest, as the registry will see it: an account without code by its key, one with code by what it answers itself
 * (ERC-1271), both at the pinned block.
 *
 * @throws BallastError RPC_* when the endpoint fails: that says nothing about the signature
 */
export async function isSignedOnChain(chain: LiveChain, token: Address, signer: Address, digest: Hex, signature: Hex): Promise<boolean> {
  const code = await chain.request("eth_getCode", [signer, { blockHash: chain.block.hash }]);
  if (code === "0x") return await isSignedByKey(signer, digest, signature);
  const found = await attempt(chain, token, { address: signer, abi: ERC1271_ABI, functionName: "isValidSignature", args: [digest, signature] });
  // A contract that reverts, or answers with anything but the word, has not signed.
  return "answer" in found && found.answer === VALID;
}

/**
 * Asks the registry at the pinned block whether it would record a certificate, with the very calldata that is to be sent.
 *
 * @throws RECORD_REFUSED (exit 3), RPC_*
 */
export async function requireRecordable(chain: LiveChain, token: Address, registry: Address, calldata: Hex): Promise<void> {
  const { functionName, args } = decodeFunctionData({ abi: EVIDENCE_REGISTRY_ABI, data: calldata });
  const abi = (await loadArtifacts()).EvidenceRegistry.abi as Abi;
  const found = await attempt(chain, token, { address: registry, abi, functionName, args });
  if ("answer" in found) return;
  const { name, args: details } = found.refused ?? { name: "no reason given", args: [] };
  throw new BallastError("RECORD_REFUSED", `The registry would not record it at block ${chain.block.number}: ${name}(${details.join(", ")}).`, {
    where: { field: "record", value: registry },
    fix:
      name === "EvidenceRegistry_AlreadyRecorded"
        ? "Nothing has to be sent: a certificate that says the same counts already."
        : "Nothing was written. Look at the signatures, and at what the registry keeps, before anything is sent.",
    exit: 3,
  });
}
