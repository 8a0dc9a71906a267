import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Address, encodeFunctionData, getAddress, type Hex, toHex } from "viem";
import type { HDAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVIDENCE_REGISTRY_ABI } from "../../chain/abi.ts";
import { developmentAccount } from "../../chain/accounts.ts";
import { ROOT } from "../../chain/artifacts.ts";
import { connectLive } from "../../chain/live/client.ts";
import { readLive } from "../../chain/live/state.ts";
import { CERTIFICATE_FILE } from "../../cli/certificate/shape.ts";
import { wordsOf } from "../../cli/certificate/words.ts";
import { certificate as check } from "../../cli/checks/certificate.ts";
import { runChecks } from "../../cli/checks/run.ts";
import { loadProposal } from "../../cli/proposal/load.ts";
import type { GovernorPayload } from "../../cli/proposal/payload.ts";
import { contextOf } from "../checks/world.ts";
import { ballast, refusalOf, workspace } from "../cli/ballast.ts";
import { type NodeProcess, startHardhatNode } from "./node.ts";
import { deployWallet } from "./wallet.ts";
import { DAY, liveWorld, type World } from "./world.ts";

const FOLDER = "proposals/0001-raise-sol-vol-buffer";
const [KEEPER, OWNER, STRANGER] = [11, 12, 13].map((addressIndex) => developmentAccount(addressIndex)) as [HDAccount, HDAccount, HDAccount];
const keyOf = (account: HDAccount) => toHex(account.getHdKey().privateKey ?? new Uint8Array());
/** A registry sorts by value. */
const ascending = (...addresses: Address[]) => [...addresses].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));

/** Foundry's cast, the binary itself. */
async function cast(...args: string[]): Promise<string> {
  const require = createRequire(join(ROOT, "node_modules/@foundry-rs/cast/package.json"));
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const binary = require.resolve(`@foundry-rs/cast-${process.platform}-${cpu}/bin/cast`);
  return (await promisify(execFile)(binary, args, { cwd })).stdout.trim();
}

let node: NodeProcess;
let world: World;
let wallet: Address;
let cwd: string;
const onChain = ["--max-head-age", "90d"];
const run = (...args: string[]) => ballast([...args, "--rpc", node.url, ...onChain, "--json"], { cwd, env: { BALLAST_VALIDATOR_KEY: "" } });
const path = (...parts: string[]) => join(cwd, FOLDER, ...parts);
const inRegistry = async (validators: Address[], threshold: bigint) => {
  const data = encodeFunctionData({ abi: EVIDENCE_REGISTRY_ABI, functionName: "setValidators", args: [ascending(...validators), threshold] });
  await world.chain.send({ from: world.addresses.timelock, to: world.addresses.evidenceRegistry, data });
};
const namedFile = (threshold: number, ...validators: Address[]) =>
  writeFile(join(cwd, "proposals/validators.yaml"), `threshold: ${threshold}\nvalidators:\n${validators.map((one) => `  - "${one}"\n`).join("")}`);

/** A proposal of one crash and four accounts; a keeper with a keystore and a smart account certify it, both of them have to. */
beforeAll(async () => {
  [node, cwd] = await Promise.all([startHardhatNode(), workspace()]);
  world = await liveWorld(node.url);
  const { timelock } = world.addresses;
  await world.chain.request("hardhat_impersonateAccount", [timelock]);
  await world.chain.request("hardhat_setBalance", [timelock, "0xde0b6b3a7640000"]);
  wallet = await deployWallet(world.chain, OWNER.address);
  await inRegistry([KEEPER.address, wallet], 2n);
  await world.chain.travelTo(world.chain.now() + DAY);
  await namedFile(2, KEEPER.address, wallet);
  const file = join(cwd, "proposals/policy.yaml");
  const small = (await readFile(file, "utf8"))
    .replace(/( {2}- \d{4}-\S+\n)+/, "  - 2025-10-10-liquidation-cascade\n")
    .replace("accounts: 125", "accounts: 4")
    .replace(/^seeds: .*$/m, "seeds: [1]");
  await writeFile(file, small.replace("filtered: 512", "filtered: 64").replace("stressed: 128", "stressed: 16"));
  expect((await run("draft", "raise-sol-vol-buffer", "--set", "SOL.volBuffer=3000")).code).toBe(0);
  for (const args of [
    ["backtest", FOLDER],
    ["build", FOLDER],
  ])
    expect((await ballast(args, { cwd })).code).toBe(0);
}, 240_000);
afterAll(() => node?.stop());

/** What the check of a live chain says: its remarks with their severities, and what it looked at. */
async function checked() {
  const live = await readLive(await connectLive(node.url, { chainId: 31_337, maxHeadAgeSeconds: 90 * DAY }), world.addresses, 0n);
  const report = await runChecks([check], contextOf(await loadProposal(path()), { live: async () => live }));
  return { found: report.findings.map(({ severity, kind, message }) => [severity, kind, message]), looked: report.checked[0]?.looked };
}

describe("ballast certify --rpc", { timeout: 240_000 }, () => {
  it("signs nothing for another version than the one in force, nor for a backtest that began with other values: both before anything is run", async () => {
    const version = await run("certify", FOLDER, "--version-before", "1");
    expect([version.code, refusalOf(version).code]).toEqual([2, "VERSION_DIFFERS"]);
    const file = join(cwd, "proposals/parameters.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/volBuffer: 3000/, "volBuffer: 2500"));
    const base = await run("certify", FOLDER);
    await writeFile(file, text);
    expect([base.code, refusalOf(base).code, refusalOf(base).message]).toEqual([
      5,
      "CERTIFY_BASE_MOVED",
      expect.stringContaining("ETH.volBuffer at 2500; version 2"),
    ]);
  });

  it("asks no other chain than the deployment's, whatever it is asked for: for a version, for validators", async () => {
    const file = join(cwd, "proposals/deployment.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("chainId: 31337", "chainId: 10"));
    const refused = [await run("certify", FOLDER), await run("certify", FOLDER, "--collect")];
    await writeFile(file, text);
    expect(refused.map((one) => [one.code, refusalOf(one).code])).toEqual(Array(2).fill([2, "RPC_CHAIN_ID"]));
  });

  it("before anybody has signed, the chain would refuse the proposal, and the check says so: evidence is missing", async () => {
    const { found, looked } = await checked();
    expect(found).toEqual([
      ["error", "evidence", expect.stringContaining("no certificate of it for version 2, which is in force: to propose it reverts. 0 of 2")],
    ]);
    expect(looked).toContain("version 2 at block");
  });

  it("writes the words for a wallet; what cast signed with an encrypted keystore is added, and no key came near the program", async () => {
    const written = await run("certify", FOLDER, "--typed-data", "words.json");
    expect([written.code, written.stderr]).toEqual([0, ""]);
    const { digest, certificate } = JSON.parse(written.stdout);
    expect(certificate.versionBefore).toBe(2);
    const question = { abi: EVIDENCE_REGISTRY_ABI, address: world.addresses.evidenceRegistry, functionName: "digestOf" } as const;
    const message = { ...wordsOf({ certificate }), verdict: 1 };
    expect(digest).toBe(await world.chain.client.readContract({ ...question, args: [message] }));

    await mkdir(join(cwd, "keys"));
    await cast("wallet", "import", "keeper", "--private-key", keyOf(KEEPER), "--keystore-dir", "keys", "--unsafe-password", "secret");
    const signature = await cast("wallet", "sign", "--data", "--from-file", "words.json", "--keystore", "keys/keeper", "--password", "secret");
    const added = await run("certify", FOLDER, "--typed-data", "words.json", "--signer", KEEPER.address, "--signature", signature);
    expect([added.code, added.stderr]).toEqual([0, ""]);
    const file = CERTIFICATE_FILE.parse(JSON.parse(await readFile(path("certificates", `${KEEPER.address}.json`), "utf8")));
    expect(file).toMatchObject({ signer: KEEPER.address, signature: signature.toLowerCase(), certificate });
    // The same key, in this program: the same signature.
    const own = await ballast(["certify", FOLDER, "--rpc", node.url, ...onChain, "--json"], { cwd, env: { BALLAST_VALIDATOR_KEY: keyOf(KEEPER) } });
    expect(JSON.parse(own.stdout).signature).toBe(file.signature);
  });

  it("adds a smart account's signature where the account itself says that it is one, which only a chain can", async () => {
    const sign = (account: HDAccount) => cast("wallet", "sign", "--data", "--from-file", "words.json", "--private-key", keyOf(account));
    const add = (signature: string, ...rest: string[]) => [
      ...["certify", FOLDER, "--typed-data", "words.json", "--signer", wallet, "--signature", signature, "--json"],
      ...rest,
    ];
    const rpc = ["--rpc", node.url, ...onChain];
    const good = await sign(OWNER);
    const offline = refusalOf(await ballast(add(good), { cwd }));
    expect([offline.code, offline.fix]).toEqual(["CERTIFICATE_SIGNATURE_INVALID", expect.stringContaining("give --rpc")]);
    // Somebody else's signature, which the account denies; one that it reverts on; and the owner's own, who is no validator.
    for (const signature of [await sign(STRANGER), "0x", `${good}00`]) {
      const refused = await ballast(add(signature, ...rpc), { cwd });
      expect([refused.code, refusalOf(refused).code]).toEqual([3, "CERTIFICATE_SIGNATURE_INVALID"]);
    }
    const owner = await ballast(add(good, ...rpc, "--signer", OWNER.address), { cwd });
    expect(refusalOf(owner).code).toBe("CERTIFICATE_SIGNER_UNKNOWN");
    const added = await ballast(add(good, ...rpc), { cwd });
    expect([added.code, JSON.parse(added.stdout).signer]).toEqual([0, getAddress(wallet)]);
  });

  it("does not believe the words: typed data of another expiry is not what was signed", async () => {
    const words = JSON.parse(await readFile(join(cwd, "words.json"), "utf8"));
    words.message.expiry += 1;
    await writeFile(join(cwd, "later.json"), JSON.stringify(words));
    const { signature } = JSON.parse(await readFile(path("certificates", `${KEEPER.address}.json`), "utf8"));
    const refused = await run("certify", FOLDER, "--typed-data", "later.json", "--signer", KEEPER.address, "--signature", signature);
    expect([refused.code, refusalOf(refused).code]).toEqual([3, "CERTIFICATE_SIGNATURE_INVALID"]);
    const half = await run("certify", FOLDER, "--signer", KEEPER.address);
    expect([half.code, refusalOf(half).code]).toEqual([2, "SIGNATURE_INCOMPLETE"]);
    const missing = await run("certify", FOLDER, "--typed-data", "nowhere.json", "--signer", KEEPER.address, "--signature", signature);
    expect([missing.code, refusalOf(missing).code]).toEqual([2, "FILE_NOT_FOUND"]);
    const none = await run("certify", FOLDER, "--typed-data", "words.json", "--signer", KEEPER.address, "--signature", "sealed");
    expect([none.code, refusalOf(none).code]).toEqual([2, "SIGNATURE_MALFORMED"]);
  });
});

describe("ballast certify --collect --rpc", { timeout: 240_000 }, () => {
  const collect = () => run("certify", FOLDER, "--collect");

  it("counts whom the registry counts: by files alone the account's signature cannot be told, and a file that says otherwise is refused", async () => {
    const offline = await ballast(["certify", FOLDER, "--collect", "--json"], { cwd });
    expect(refusalOf(offline)).toMatchObject({
      code: "CERTIFICATE_SIGNATURE_INVALID",
      where: { field: "signature", file: path("certificates", `${getAddress(wallet)}.json`).slice(cwd.length + 1) },
    });
    await namedFile(1, KEEPER.address, wallet);
    const differs = await collect();
    expect([differs.code, refusalOf(differs).code]).toEqual([3, "VALIDATORS_DIFFER"]);
    expect((await checked()).found[0]).toEqual([
      "error",
      "check",
      expect.stringMatching(/^validators\.yaml says 1 of .*; the registry on chain 31337 says 2 of /),
    ]);
    await rm(join(cwd, "proposals/validators.yaml"));
  });

  it("what it writes is recorded by the registry, a contract's signature among the two, and then the proposal may be proposed", async () => {
    const collected = await collect();
    expect([collected.code, collected.stderr]).toEqual([0, ""]);
    const { to, calldata, signers } = JSON.parse(collected.stdout) as { to: Address; calldata: Hex; signers: Address[] };
    expect([...signers].sort()).toEqual([KEEPER.address, getAddress(wallet)].sort());
    // Signed by enough, and not sent yet: a warning, since anybody may.
    expect((await checked()).found).toEqual([["warn", "evidence", expect.stringContaining("nobody has recorded that: until then to propose it reverts")]]);
    const [anybody] = world.chain.accounts as [Address];
    await world.chain.send({ from: anybody, to, data: calldata });
    expect(await checked()).toMatchObject({ found: [], looked: expect.stringMatching(/recorded by 2, until .*; 2 of 2 certificates in the folder/) });
    const again = await collect();
    expect([again.code, refusalOf(again)]).toMatchObject([3, { code: "RECORD_REFUSED", fix: expect.stringContaining("Nothing has to be sent") }]);
  });

  it("what the chain has recorded needs no file; a file that is unsound is named all the same", async () => {
    await cp(path("certificates"), join(cwd, "kept"), { recursive: true });
    const file = path("certificates", `${KEEPER.address}.json`);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace('"versionBefore": 2', '"versionBefore": 1'));
    expect((await checked()).found.map(([, , message]) => message)).toEqual([
      expect.stringMatching(/^0x\w+\.json, signature 0x.*of these words/),
      expect.stringMatching(/^0x\w+\.json, certificate\.versionBefore 1: It is for version 1 of the parameters; on chain version 2 is in force\.$/),
      expect.stringContaining("has another versionBefore than"),
    ]);
    await rm(path("certificates"), { recursive: true });
    expect((await checked()).found).toEqual([]);
  });

  it("says what is recorded and not enough, once a signer is a validator no more", async () => {
    await inRegistry([KEEPER.address, STRANGER.address], 2n);
    expect((await checked()).found).toEqual([
      ["error", "evidence", expect.stringContaining("no certificate counts before")],
      ["error", "evidence", expect.stringContaining("only 1 of those who signed it are validators still, and it takes 2: to propose it reverts")],
    ]);
    await inRegistry([KEEPER.address, wallet], 2n);
    // One of them is new again: the registry waits for a day, and so does whoever proposes.
    expect((await checked()).found).toEqual([
      ["error", "evidence", expect.stringMatching(/no certificate counts before .*, and until then to propose it reverts/)],
    ]);
    await world.chain.travelTo(world.chain.now() + DAY);
    const { propose } = JSON.parse(await readFile(path("payload/governor.json"), "utf8")) as GovernorPayload;
    await world.chain.send({ from: world.holders[1] as Address, to: world.addresses.governor, data: propose });
    expect((await checked()).found).toEqual([]);
    await inRegistry([KEEPER.address, STRANGER.address], 2n);
    expect((await checked()).found).toEqual([["error", "evidence", expect.stringContaining("to execute it reverts")]]);
  });
});
