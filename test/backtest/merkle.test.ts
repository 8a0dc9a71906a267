import { createHash } from "node:crypto";
import fc from "fast-check";
import { concat, encodeAbiParameters, type Hex, hexToBigInt, keccak256 } from "viem";
import { describe, expect, it } from "vitest";
import { canonicalJson, sha256 } from "../../cli/backtest/canonical.ts";
import { type Leaf, merkleRoot, proofOf, standsUnder } from "../../cli/backtest/merkle.ts";

/** The tree of OpenZeppelin's documentation, built here from its definition with another library's keccak. */
function rootByDefinition(leaves: readonly Leaf[]): Hex {
  const hashes = leaves.map(({ kind, value }) =>
    keccak256(keccak256(encodeAbiParameters([{ type: "string" }, { type: "string" }], [kind, canonicalJson(value)]))),
  );
  hashes.sort((a, b) => (hexToBigInt(a) < hexToBigInt(b) ? -1 : 1));
  const n = hashes.length;
  const tree: Hex[] = new Array(2 * n - 1);
  hashes.forEach((hash, i) => {
    tree[2 * n - 2 - i] = hash;
  });
  for (let i = n - 2; i >= 0; i--) {
    const [a, b] = [tree[2 * i + 1], tree[2 * i + 2]];
    tree[i] = keccak256(hexToBigInt(a) < hexToBigInt(b) ? concat([a, b]) : concat([b, a]));
  }
  return tree[0];
}

const outcomes = (n: number): Leaf[] =>
  Array.from({ length: n }, (_, i) => ({ kind: i === 0 ? "context" : "outcome", value: { crash: `c${i}`, seed: i, coverage: 1 / (i + 1) } }));

describe("canonical JSON", () => {
  it("is the example of RFC 8785 §3.2.4", () => {
    const value = {
      numbers: [JSON.parse("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });
  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [{ loss: Number.NaN }]])("refuses %s, which JSON would hide", (value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: "NOT_JSON" }));
  });
  it("is hashed with sha256", () => {
    expect(sha256("abc")).toBe("0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-4, example B.1
    expect(sha256("é")).toBe(
      `0x${createHash("sha256")
        .update(Buffer.from([0xc3, 0xa9]))
        .digest("hex")}`,
    );
  });
});

describe("the result hash", () => {
  it.each([1, 2, 3, 7, 40])("is the root of OpenZeppelin's standard tree over %i leaves", (n) => {
    expect(merkleRoot(outcomes(n))).toBe(rootByDefinition(outcomes(n)));
  });
  it("does not depend on the order of the leaves", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(outcomes(9), { minLength: 9, maxLength: 9 }), (leaves) => merkleRoot(leaves) === merkleRoot(outcomes(9))),
      { numRuns: 20 },
    );
  });
  it("changes with any value of any leaf", () => {
    const root = merkleRoot(outcomes(5));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: 2 }), (at, coverage) => {
        const leaves = outcomes(5).map((leaf, i) => (i === at ? { ...leaf, value: { crash: `c${i}`, seed: i, coverage } } : leaf));
        return merkleRoot(leaves) !== root;
      }),
      { numRuns: 30 },
    );
  });
  it("lets one leaf be checked without the others", () => {
    const leaves = outcomes(6);
    const proof = proofOf(leaves, leaves[3]);
    expect(standsUnder(merkleRoot(leaves), leaves[3], proof)).toBe(true);
    expect(standsUnder(merkleRoot(leaves), { ...leaves[3], value: { crash: "c3", seed: 3, coverage: 1 } }, proof)).toBe(false);
  });
  it("refuses no leaf at all, and the same leaf twice", () => {
    expect(() => merkleRoot([])).toThrow(expect.objectContaining({ code: "EVIDENCE_EMPTY", exit: 5 }));
    expect(() => merkleRoot([...outcomes(3), outcomes(3)[2]])).toThrow(expect.objectContaining({ code: "EVIDENCE_LEAF_TWICE" }));
  });
});
