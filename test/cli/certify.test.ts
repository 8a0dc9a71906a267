import { chmod, cp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Hex, toHex } from "viem";
import type { HDAccount } from "viem/accounts";
import { beforeAll, describe, expect, test } from "vitest";
import { EVIDENCE_REGISTRY_ABI, RISK_PARAMETERS_ABI } from "../../chain/abi.ts";
import { developmentAccount } from "../../chain/accounts.ts";
import { deployBallast, localAddresses, startChain } from "../../chain/index.ts";
import { evidenceText, rootOf } from "../../cli/backtest/assemble.ts";
import { firstDifference } from "../../cli/certificate/difference.ts";
import { CERTIFICATE_FILE, type CertificateFile } from "../../cli/certificate/shape.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { initialParameters } from "../../sim/parameters/index.ts";
import { ballast, refusalOf, workspace } from "./ballast.ts";

const FOLDER = "proposals/0001-raise-eth-vol-buffer";
/** Stand-ins for validators, of the embedded chain; the second has the lower address of the two of a rehearsal's deployment. */
const [ONE, TWO, STRANGER] = [7, 8, 3].map((addressIndex) => developmentAccount(addressIndex)) as [HDAccount, HDAccount, HDAccount];
const keyOf = (account: HDAccount) => toHex(account.getHdKey().privateKey ?? new Uint8Array());
const env = (account: HDAccount) => ({ BALLAST_VALIDATOR_KEY: keyOf(account) });
const CERTIFY = ["certify", FOLDER, "--version-before", "1", "--json"];
const COLLECT = ["certify", FOLDER, "--collect", "--json"];

/** A workspace with a proposal, one crash and four accounts, certified by both validators. */
let certified: string;
let draft: string;
beforeAll(async () => {
  draft = await workspace({ "proposals/validators.yaml": `threshold: 2\nvalidators:\n  - "${ONE.address}"\n  - "${TWO.address}"\n` });
  const file = join(draft, "proposals/policy.yaml");
  const small = (await readFile(file, "utf8"))
    .replace(/( {2}- \d{4}-\S+\n)+/, "  - 2025-10-10-liquidation-cascade\n")
    .replace("accounts: 125", "accounts: 4")
    .replace(/^seeds: .*$/m, "seeds: [1]")
    .replace("filtered: 512", "filtered: 64")
    .replace("stressed: 128", "stressed: 16");
  await writeFile(file, small);
  await ballast(["draft", "raise-eth-vol-buffer", "--set", "ETH.volBuffer=3000"], { cwd: draft });
  await ballast(["backtest", FOLDER], { cwd: draft });
  expect((await ballast(["build", FOLDER], { cwd: draft })).code).toBe(0);
  certified = await copy(draft);
  for (const account of [ONE, TWO]) expect((await ballast(CERTIFY, { cwd: certified, env: env(account) })).code).toBe(0);
}, 240_000);

async function copy(from: string): Promise<string> {
  const other = await workspace();
  await cp(from, other, { recursive: true });
  return other;
}

const fileOf = (cwd: string, account: HDAccount) => join(cwd, FOLDER, "certificates", `${account.address}.json`);
async function edit(cwd: string, account: HDAccount, change: (file: CertificateFile) => unknown): Promise<void> {
  const file = JSON.parse(await readFile(fileOf(cwd, account), "utf8"));
  change(file);
  await writeFile(fileOf(cwd, account), JSON.stringify(file));
}

describe("ballast certify", () => {
  test("what two validators signed is recorded by the registry of a real deployment, and counts there", async () => {
    const run = await ballast(COLLECT, { cwd: certified });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    const { to, calldata, chainId, signers } = JSON.parse(run.stdout);
    expect([to, chainId, [...signers].sort()]).toEqual([localAddresses().evidenceRegistry, 31_337, [ONE.address, TWO.address].sort()]);
    const { certificate } = CERTIFICATE_FILE.parse(JSON.parse(await readFile(fileOf(certified, ONE), "utf8")));
    const chain = await startChain();
    try {
      await deployBallast(chain, initialParameters());
      // The chain's clock stands where every rehearsal begins; the certificate is of today.
      await chain.travelTo(certificate.expiry - 30 * 86_400);
      await chain.send({ from: STRANGER.address, to, data: calldata });
      // What is voted on, hashed by the contract itself.
      const voted = (await readFile(join(certified, FOLDER, "payload/calldata.txt"), "utf8")).trim() as Hex;
      const parameters = { address: localAddresses().parameters, abi: RISK_PARAMETERS_ABI } as const;
      const [changes, result] = await chain.client.readContract({ ...parameters, functionName: "callOf", args: [voted] });
      expect(result).toBe(certificate.resultHash);
      const args = [changes, 1n, result, BigInt(certificate.expiry)] as const;
      await chain.client.readContract({ address: to, abi: EVIDENCE_REGISTRY_ABI, functionName: "requirePass", args });
    } finally {
      await chain.close();
    }
  });

  test("says nothing of the key, and writes one file of the schema, named for the signer", async () => {
    const cwd = await copy(draft);
    const keyFile = join(cwd, "key");
    await writeFile(keyFile, `${keyOf(ONE)}\n`);
    await chmod(keyFile, 0o600);
    const run = await ballast([...CERTIFY, "--key-file", "key"], { cwd });
    expect(run.code).toBe(0);
    const text = await readFile(fileOf(cwd, ONE), "utf8");
    for (const printed of [run.stdout, run.stderr, text]) expect(printed).not.toContain(keyOf(ONE).slice(2));
    expect(await readdir(join(cwd, FOLDER, "certificates"))).toEqual([`${ONE.address}.json`]);
    expect(CERTIFICATE_FILE.parse(JSON.parse(text)).certificate.verdict).toBe("pass");
    await chmod(keyFile, 0o644);
    expect(refusalOf(await ballast([...CERTIFY, "--key-file", "key"], { cwd })).code).toBe("KEY_FILE_OPEN");
  });

  test("refuses a result it does not find, with the first number that differs: exit 6, nothing written", async () => {
    const cwd = await copy(draft);
    const file = join(cwd, FOLDER, "evidence.json");
    const evidence: Evidence = JSON.parse(await readFile(file, "utf8"));
    const outcomes = evidence.outcomes.map((one) => (one.set === "proposed" ? { ...one, outcome: { ...one.outcome, meanMarginRate: 0.01 } } : one));
    const improved = { ...evidence, outcomes };
    await writeFile(file, evidenceText({ ...improved, root: rootOf(improved) }));
    expect((await ballast(["build", FOLDER], { cwd })).code).toBe(0);
    const run = await ballast(CERTIFY, { cwd, env: env(ONE) });
    const refusal = refusalOf(run);
    expect([run.code, refusal.code]).toEqual([6, "CERTIFY_RESULT_DIFFERS"]);
    const real = evidence.outcomes.find(({ set }) => set === "proposed")?.outcome.meanMarginRate;
    expect(refusal.message).toBe(`Not signed: 2025-10-10-liquidation-cascade/proposed/1 meanMarginRate is 0.01 in evidence.json; run again it is ${real}.`);
    await expect(readdir(join(cwd, FOLDER, "certificates"))).rejects.toThrow("ENOENT");
  });

  test.each([
    ["without a version", ["certify", FOLDER, "--json"], env(ONE), 2, "VERSION_MISSING"],
    ["without a key", CERTIFY, { BALLAST_VALIDATOR_KEY: "" }, 2, "KEY_MISSING"],
    ["with a key that is none", CERTIFY, { BALLAST_VALIDATOR_KEY: "0x00" }, 2, "KEY_INVALID"],
    ["for ever", [...CERTIFY, "--expiry", "99999999999"], env(ONE), 2, "EXPIRY_INVALID"],
  ])("refuses to sign %s", async (_, args, variables, code, error) => {
    const run = await ballast(args, { cwd: draft, env: variables });
    expect([run.code, refusalOf(run).code]).toEqual([code, error]);
  });
});

describe("ballast certify --collect", () => {
  test.each<[string, (file: CertificateFile) => unknown, string, number]>([
    [
      "another result, signature and all kept",
      (file) => Object.assign(file.certificate, { resultHash: `0x${"11".repeat(32)}` }),
      "CERTIFICATE_SIGNATURE_INVALID",
      3,
    ],
    ["a later expiry", (file) => Object.assign(file.certificate, { expiry: file.certificate.expiry + 1 }), "CERTIFICATE_SIGNATURE_INVALID", 3],
    ["another signature", (file) => Object.assign(file, { signature: file.signature.replace(/^0x../, "0x00") }), "CERTIFICATE_SIGNATURE_INVALID", 3],
    ["another chain", (file) => Object.assign(file, { chainId: 1 }), "CERTIFICATE_CHAIN_WRONG", 3],
    ["another registry", (file) => Object.assign(file, { registry: localAddresses().governor }), "CERTIFICATE_REGISTRY_WRONG", 3],
    ["somebody else as its signer", (file) => Object.assign(file, { signer: STRANGER.address }), "CERTIFICATE_SIGNER_UNKNOWN", 3],
    ["the other validator as its signer", (file) => Object.assign(file, { signer: TWO.address }), "CERTIFICATE_MISNAMED", 3],
    ["a field nobody knows", (file) => Object.assign(file, { note: "trust me" }), "FIELD_UNKNOWN", 2],
  ])("refuses %s", async (_, change, error, code) => {
    const cwd = await copy(certified);
    await edit(cwd, ONE, change);
    const run = await ballast(COLLECT, { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([code, error]);
  });

  test("refuses the same signer twice, truncated JSON, other words than the first, too few, and what has expired", async () => {
    const spoil = async (work: (cwd: string) => Promise<unknown>) => {
      const cwd = await copy(certified);
      await work(cwd);
      const run = await ballast(COLLECT, { cwd });
      return [run.code, refusalOf(run).code];
    };
    expect(await spoil((cwd) => cp(fileOf(cwd, ONE), join(cwd, FOLDER, "certificates/0xff.json")))).toEqual([3, "CERTIFICATE_DUPLICATE"]);
    expect(await spoil(async (cwd) => writeFile(fileOf(cwd, ONE), (await readFile(fileOf(cwd, ONE), "utf8")).slice(0, -20)))).toEqual([2, "JSON_MALFORMED"]);
    expect(await spoil((cwd) => rename(fileOf(cwd, ONE), join(cwd, "elsewhere.json")))).toEqual([5, "CERTIFICATES_TOO_FEW"]);
    const expiry = Math.floor(Date.now() / 1000) + 40 * 86_400;
    expect(await spoil((cwd) => ballast([...CERTIFY, "--expiry", String(expiry)], { cwd, env: env(ONE) }))).toEqual([3, "CERTIFICATES_DIFFER"]);
    const soon = Math.floor(Date.now() / 1000) + 45;
    expect(
      await spoil(async (cwd) => {
        for (const account of [ONE, TWO]) expect((await ballast([...CERTIFY, "--expiry", String(soon)], { cwd, env: env(account) })).code).toBe(0);
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, (soon + 1) * 1000 - Date.now())));
      }),
    ).toEqual([5, "CERTIFICATE_EXPIRED"]);
  }, 240_000);

  test("refuses a certificate of changes that the proposal no longer makes", async () => {
    const cwd = await copy(certified);
    const file = join(cwd, FOLDER, "proposal.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace("3000", "3100"));
    const run = await ballast(COLLECT, { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([3, "CERTIFICATE_CHANGES_WRONG"]);
  });
});

describe("the first difference of two runs", () => {
  test("is none between a run and itself, and else the first in the order of the replays", async () => {
    const evidence: Evidence = JSON.parse(await readFile(join(draft, FOLDER, "evidence.json"), "utf8"));
    expect(firstDifference(evidence, structuredClone(evidence))).toBeUndefined();
    const [first, ...rest] = evidence.outcomes;
    expect(firstDifference(evidence, { ...evidence, outcomes: rest })).toMatchObject({ found: "nothing" });
    expect(firstDifference({ ...evidence, outcomes: rest }, evidence)).toMatchObject({ at: `${first?.crash}/${first?.set}/${first?.seed}` });
    expect(firstDifference(evidence, { ...evidence, context: { ...evidence.context, engine: `0x${"00".repeat(32)}` } })).toMatchObject({
      at: "context",
      field: "engine",
      committed: JSON.stringify(evidence.context.engine),
    });
  });
});
