import fc from "fast-check";
import { encodeFunctionData, type Hex, keccak256, padHex, recoverAddress, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVIDENCE_REGISTRY_ABI, RISK_PARAMETERS_ABI } from "../../chain/abi.ts";
import { developmentAccount } from "../../chain/accounts.ts";
import { type Certificate, certificateDigest, changesHash, listingHash, VERDICTS } from "../../chain/certificate.ts";
import { deployBallast, localAddresses } from "../../chain/deploy.ts";
import { encodeApply } from "../../chain/encode.ts";
import { type EmbeddedChain, startChain } from "../../chain/network.ts";
import { isSignedByKey } from "../../chain/signature.ts";
import { toWord } from "../../chain/words.ts";
import { initialParameters, PARAMETERS } from "../../sim/parameters/index.ts";

const { parameters, evidenceRegistry } = localAddresses();
const RESULT = padHex("0xe1", { size: 32 });

let chain: EmbeddedChain;
beforeAll(async () => {
  chain = await startChain();
  await deployBallast(chain, initialParameters());
});
afterAll(() => chain.close());

const callOf = (calldata: Hex) => chain.client.readContract({ address: parameters, abi: RISK_PARAMETERS_ABI, functionName: "callOf", args: [calldata] });
const hash = fc.stringMatching(/^[0-9a-f]{64}$/).map((digits): Hex => `0x${digits}`);
const change = fc.record({
  scope: fc.constantFrom("protocol", "ETH", "stETH"),
  name: fc.constantFrom(...PARAMETERS.map(({ name }) => name)),
  from: fc.nat(),
  to: fc.nat(),
  rampSeconds: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

describe("the hash of what is certified", () => {
  it("is the one the contract computes from the calldata of a batch", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 32 }), hash, async (changes, result) => {
        expect(await callOf(encodeApply(changes, result))).toEqual([changesHash(changes), result]);
      }),
      { numRuns: 40 },
    );
  });

  it("is the one the contract computes from the calldata of a listing", async () => {
    const values = [2_000n, 0n, 500_000n];
    const calldata = encodeFunctionData({ abi: RISK_PARAMETERS_ABI, functionName: "addAsset", args: [2, toWord("DAI"), values, RESULT] });
    expect(await callOf(calldata)).toEqual([listingHash(2, "DAI", values), RESULT]);
  });

  it("is keccak256 of the ABI encoding, laid out by hand", () => {
    const word = (value: number) => value.toString(16).padStart(64, "0");
    const one = `${toWord("ETH").slice(2)}${toWord("volBuffer").slice(2)}${word(2_500)}${word(3_000)}${word(86_400)}`;
    expect(changesHash([{ scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 86_400 }])).toBe(keccak256(`0x${word(32)}${word(1)}${one}`));
  });
});

describe("the digest a validator signs", () => {
  it("is the one the contract computes", async () => {
    const certificates: fc.Arbitrary<Certificate> = fc.record({
      changesHash: hash,
      versionBefore: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      datasetHash: hash,
      engineHash: hash,
      resultHash: hash,
      verdict: fc.constantFrom("pass", "fail"),
      expiry: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    });
    await fc.assert(
      fc.asyncProperty(certificates, async (certificate) => {
        const message = { ...certificate, verdict: VERDICTS.indexOf(certificate.verdict) };
        const contract = { address: evidenceRegistry, abi: EVIDENCE_REGISTRY_ABI } as const;
        const digest = await chain.client.readContract({ ...contract, functionName: "digestOf", args: [message] });
        expect(digest).toBe(certificateDigest({ chainId: 31_337, registry: evidenceRegistry }, certificate));
      }),
      { numRuns: 40 },
    );
  });
});

describe("a signature by a key", () => {
  const account = developmentAccount(4);
  const digest = padHex("0xd1", { size: 32 });
  /** The order of secp256k1, SEC 2 section 2.4.1. */
  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

  it("counts as OpenZeppelin's ECDSA counts it: not its twin with a high s, not another v, not a byte more, and not for another account", async () => {
    const signature = await account.sign({ hash: digest });
    const [r, s, v] = [signature.slice(0, 66), BigInt(`0x${signature.slice(66, 130)}`), signature.slice(130)] as [Hex, bigint, string];
    const twin: Hex = `${r}${toHex(ORDER - s, { size: 32 }).slice(2)}${v === "1b" ? "1c" : "1b"}`;
    // Mathematically the twin is the same account's: many readers take it.
    expect(await recoverAddress({ hash: digest, signature: twin })).toBe(account.address);
    const given: Hex[] = [signature, twin, `${signature.slice(0, 130)}${v === "1b" ? "00" : "01"}` as Hex, `${signature}00`, "0x"];
    expect(await Promise.all(given.map((one) => isSignedByKey(account.address, digest, one)))).toEqual([true, false, false, false, false]);
    expect(await isSignedByKey(evidenceRegistry, digest, signature)).toBe(false);
  });
});
