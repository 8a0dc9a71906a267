import { SimpleMerkleTree, StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { encodeAbiParameters, type Hex, keccak256 } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { canonicalJson } from "./canonical.ts";

/** One leaf of the evidence: what kind of statement it is, and the statement. */
export interface Leaf {
  readonly kind: LeafKind;
  readonly value: unknown;
}

export type LeafKind = "context" | "outcome" | "shock" | "attribution";

/** How a leaf is ABI-encoded before it is hashed twice: anyone can check one with OpenZeppelin's MerkleProof on chain. */
const LEAF_ENCODING = ["string", "string"];
const LEAF_TYPES = LEAF_ENCODING.map((type) => ({ type }));

/**
 * The result hash of a backtest (DESIGN §8): root of OpenZeppelin's standard Merkle tree over [kind, canonical JSON]. The tree
 * sorts its leaves by hash, so neither the order of the tasks nor the number of workers is in the root.
 *
 * @param leaves at least one, no two alike
 * @returns 0x and 64 hex digits
 * @throws BallastError EVIDENCE_EMPTY, EVIDENCE_LEAF_TWICE
 * @example merkleRoot([{ kind: "context", value: { dataset: "0x…" } }])
 */
export function merkleRoot(leaves: readonly Leaf[]): Hex {
  return rootOver(leaves.map(leafHash));
}

/** The same root over leaves of which only the hashes are known. @throws like `merkleRoot` */
export function rootOver(hashes: readonly Hex[]): Hex {
  return treeOver(hashes).root as Hex;
}

/** The hash of one leaf, as it stands at the bottom of the tree. A tree of one leaf is its hash. */
export function leafHash(leaf: Leaf): Hex {
  return keccak256(keccak256(encodeAbiParameters(LEAF_TYPES, encode(leaf))));
}

/** The siblings that carry one leaf up to the root: what somebody needs who has one outcome and the root only. */
export function proofOf(leaves: readonly Leaf[], leaf: Leaf): string[] {
  return treeOver(leaves.map(leafHash)).getProof(leafHash(leaf));
}

/** Whether a leaf stands under a root, by its proof alone. */
export function standsUnder(root: string, leaf: Leaf, proof: readonly string[]): boolean {
  return StandardMerkleTree.verify(root, LEAF_ENCODING, encode(leaf), [...proof]);
}

function treeOver(hashes: readonly Hex[]): SimpleMerkleTree {
  if (hashes.length === 0) throw new BallastError("EVIDENCE_EMPTY", "Evidence without a single leaf has no root.", { exit: 5, fix: "Run the backtest again." });
  if (new Set(hashes).size !== hashes.length) {
    throw new BallastError("EVIDENCE_LEAF_TWICE", "The same outcome stands in the evidence twice.", { exit: 5, fix: "Run the backtest again." });
  }
  return SimpleMerkleTree.of([...hashes]);
}

function encode(leaf: Leaf): string[] {
  return [leaf.kind, canonicalJson(leaf.value)];
}
