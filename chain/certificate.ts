import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, hashTypedData, keccak256, parseAbiParameters, stringToHex } from "viem";
import type { Change } from "../sim/parameters/index.ts";
import { EVIDENCE_REGISTRY_ABI } from "./abi.ts";
import { toWord } from "./words.ts";

/** What a backtest found, in the order of the contract's enum. */
export const VERDICTS = ["none", "pass", "fail"] as const;

/** What a validator signs. Chain and registry are bound through the EIP-712 domain, once. */
export interface Certificate {
  /** `changesHash` of the changes voted on. */
  readonly changesHash: Hex;
  /** The version of the parameters that the backtest began with. */
  readonly versionBefore: bigint;
  readonly datasetHash: Hex;
  readonly engineHash: Hex;
  /** The evidence hash that the calldata carries. */
  readonly resultHash: Hex;
  readonly verdict: "pass" | "fail";
  /** The last second, since 1970, at which the certificate counts. */
  readonly expiry: number;
}

/** A certificate with the chain and the `EvidenceRegistry` it is for. */
export interface CertificateDomain {
  readonly chainId: number;
  readonly registry: Address;
}

/** The EIP-712 types; `EvidenceRegistry` hashes the same ones. */
export const CERTIFICATE_TYPES = {
  Certificate: [
    { name: "changesHash", type: "bytes32" },
    { name: "versionBefore", type: "uint256" },
    { name: "datasetHash", type: "bytes32" },
    { name: "engineHash", type: "bytes32" },
    { name: "resultHash", type: "bytes32" },
    { name: "verdict", type: "uint8" },
    { name: "expiry", type: "uint48" },
  ],
} as const;

/**
 * A certificate as the typed data that `signTypedData` takes.
 *
 * @example
 * await account.signTypedData(certificateTypedData({ chainId: 1, registry }, certificate)); // 0x…
 */
export function certificateTypedData({ chainId, registry }: CertificateDomain, certificate: Certificate) {
  return {
    domain: { name: "Ballast EvidenceRegistry", version: "1", chainId, verifyingContract: registry },
    types: CERTIFICATE_TYPES,
    primaryType: "Certificate",
    message: messageOf(certificate),
  } as const;
}

/** The digest that is signed: what `EvidenceRegistry.digestOf` says. */
export function certificateDigest(domain: CertificateDomain, certificate: Certificate): Hex {
  return hashTypedData(certificateTypedData(domain, certificate));
}

/**
 * What is certified of a batch: keccak256(abi.encode(changes)), as `RiskParameters.callOf` computes it from the calldata.
 *
 * @throws WORD_INVALID when a scope or a name cannot stand on chain.
 * @example
 * changesHash([{ scope: "ETH", name: "volBuffer", from: 2500, to: 3000, rampSeconds: 86_400 }]); // 0x…
 */
export function changesHash(changes: readonly Change[]): Hex {
  const encoded = changes.map(({ scope, name, from, to, rampSeconds }) => ({
    scope: toWord(scope),
    name: toWord(name),
    from: BigInt(from),
    to: BigInt(to),
    ramp: rampSeconds,
  }));
  return keccak256(encodeAbiParameters(CHANGES, [encoded]));
}

const CHANGES = parseAbiParameters(["Change[] changes", "struct Change { bytes32 scope; bytes32 name; uint256 from; uint256 to; uint32 ramp; }"]);
const ADD_ASSET = keccak256(stringToHex("RiskParameters.addAsset(uint8 kind,bytes32 scope,uint256[] values)"));

/**
 * What is certified of a listing: the kind (as in `KINDS`), the scope and its values, under a tag of their own.
 *
 * @throws WORD_INVALID when the scope cannot stand on chain.
 */
export function listingHash(kind: number, scope: string, values: readonly bigint[]): Hex {
  return keccak256(encodeAbiParameters(parseAbiParameters("bytes32, uint8, bytes32, uint256[]"), [ADD_ASSET, kind, toWord(scope), values]));
}

/** The calldata of `EvidenceRegistry.record`: the signatures in the order the registry wants, ascending by signer. */
export function encodeRecord(certificate: Certificate, signatures: readonly { readonly signer: Address; readonly signature: Hex }[]): Hex {
  const sorted = [...signatures].sort((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1));
  return encodeFunctionData({
    abi: EVIDENCE_REGISTRY_ABI,
    functionName: "record",
    args: [messageOf(certificate), sorted.map(({ signer }) => signer), sorted.map(({ signature }) => signature)],
  });
}

function messageOf({ verdict, ...rest }: Certificate) {
  return { ...rest, verdict: VERDICTS.indexOf(verdict) };
}
