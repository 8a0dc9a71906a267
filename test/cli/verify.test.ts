import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { concat, encodeFunctionData, type Hex, keccak256, parseAbi } from "viem";
import { beforeAll, describe, expect, test } from "vitest";
import { evidenceText, rootOf } from "../../cli/backtest/assemble.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { VERIFY_LEAF_OUTPUT, VERIFY_OUTPUT } from "../../cli/proposal/verify-output.ts";
import { ballast, refusalOf, workspace } from "./ballast.ts";

const FOLDER = "proposals/0001-raise-eth-vol-buffer";

/** One crash and four accounts: the real backtest, in a second. */
async function small(): Promise<string> {
  const cwd = await workspace();
  const file = join(cwd, "proposals/policy.yaml");
  const text = await readFile(file, "utf8");
  const one = text
    .replace(/( {2}- \d{4}-\S+\n)+/, "  - 2025-10-10-liquidation-cascade\n")
    .replace("accounts: 125", "accounts: 4")
    .replace(/^seeds: .*$/m, "seeds: [1, 2]");
  await writeFile(file, one.replace("filtered: 512", "filtered: 64").replace("stressed: 128", "stressed: 16"));
  return cwd;
}

describe("ballast verify", () => {
  let cwd: string;
  let root: string;
  let calldata: string;

  beforeAll(async () => {
    cwd = await small();
    await ballast(["draft", "raise-eth-vol-buffer", "--set", "ETH.volBuffer=3000"], { cwd });
    await ballast(["backtest", FOLDER], { cwd });
    const built = await ballast(["build", FOLDER, "--json"], { cwd });
    expect([built.code, built.stderr]).toEqual([0, ""]);
    calldata = (await readFile(join(cwd, FOLDER, "payload/calldata.txt"), "utf8")).trim();
    root = JSON.parse(await readFile(join(cwd, FOLDER, "evidence.json"), "utf8")).root;
  });

  /** The workspace again, for a test that spoils it. */
  async function copy(): Promise<string> {
    const other = await workspace();
    await cp(cwd, other, { recursive: true });
    return other;
  }

  const verified = { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, unit: "bps" };

  test("a whole proposal matches: folder, raw calldata, and every file of its payload that holds calldata", async () => {
    // Selector, two words, length, scope, name, from, to, ramp: the evidence is the second word.
    expect(`0x${calldata.slice(2 + 8 + 64, 2 + 8 + 128)}`).toBe(root);
    for (const subject of [FOLDER, calldata, `${FOLDER}/payload/governor.json`]) {
      const run = await ballast(["verify", subject, "--json"], { cwd });
      expect([run.code, VERIFY_OUTPUT.parse(JSON.parse(run.stdout))]).toEqual([0, { match: true, changes: [verified], hash: root }]);
    }
  });

  test("evidence that somebody improved, root and all, does not reproduce: exit 6, and the hash is the real one", async () => {
    const other = await copy();
    const file = join(other, FOLDER, "evidence.json");
    const evidence: Evidence = JSON.parse(await readFile(file, "utf8"));
    const improved = {
      ...evidence,
      outcomes: evidence.outcomes.map((one) => ({ ...one, outcome: { ...one.outcome, meanMarginRate: 0.01 } })),
    };
    const forged = rootOf(improved);
    await writeFile(file, evidenceText({ ...improved, root: forged }));
    expect((await ballast(["build", FOLDER], { cwd: other })).code).toBe(0);
    const run = await ballast(["verify", FOLDER, "--json"], { cwd: other });
    expect([run.code, JSON.parse(run.stdout)]).toEqual([6, { match: false, changes: [verified], hash: root }]);
    expect(run.stderr).toContain(`The backtest run again gives ${root}, evidence.json says ${forged}.`);
  });

  test("one replay alone is held against the root by its proof; a forged list of leaves, or a replay nobody recorded, is not: exit 6", async () => {
    const leaf = "2025-10-10-liquidation-cascade/proposed/2";
    const found = await ballast(["verify", FOLDER, "--leaf", leaf, "--json"], { cwd });
    expect(found.code).toBe(0);
    const { hash, claimed, proof } = VERIFY_LEAF_OUTPUT.parse(JSON.parse(found.stdout));
    expect(claimed).toBe(hash);
    // OpenZeppelin's MerkleProof: each sibling hashed in, the smaller of the two first.
    const up = proof.reduce((node, sibling) => keccak256(concat([node, sibling].sort() as Hex[])), hash as Hex);
    expect(up).toBe(root);
    const other = await copy();
    const file = join(other, FOLDER, "evidence.json");
    await writeFile(file, (await readFile(file, "utf8")).replaceAll(hash, `0x${"ab".repeat(32)}`));
    expect((await ballast(["verify", FOLDER, "--leaf", leaf], { cwd: other })).code).toBe(6);
    const absent = await ballast(["verify", FOLDER, "--leaf", leaf.replace(/2$/, "3"), "--json"], { cwd });
    expect([absent.code, JSON.parse(absent.stdout)]).toEqual([6, expect.objectContaining({ match: false, claimed: null, proof: [] })]);
    expect((await ballast(["verify", FOLDER, "--leaf", "nonsense"], { cwd })).code).toBe(2);
  });

  test.for([
    ["whose root was typed over", "evidence.json", (text: string) => text.replace(root, `0x${"ab".repeat(32)}`), "EVIDENCE_BROKEN"],
    ["of other changes", "proposal.yaml", (text: string) => text.replace("3000", "2900"), "EVIDENCE_STALE"],
    ["of parameters that have moved", "../parameters.yaml", (text: string) => text.replace("confidence: 9900", "confidence: 9910"), "EVIDENCE_STALE"],
    ["cut off in the middle", "evidence.json", (text: string) => text.slice(0, 500), "EVIDENCE_MALFORMED"],
  ] as const)("build refuses evidence %s: exit 5, and leaves the payload as it was", async ([, name, spoil, code]) => {
    const other = await copy();
    const file = join(other, FOLDER, name);
    await writeFile(file, spoil(await readFile(file, "utf8")));
    const run = await ballast(["build", FOLDER, "--json"], { cwd: other });
    expect([run.code, refusalOf(run).code]).toEqual([5, code]);
    expect((await readFile(join(other, FOLDER, "payload/calldata.txt"), "utf8")).trim()).toBe(calldata);
  });

  test("a payload that asks for more than the proposal: exit 6", async () => {
    const other = await copy();
    await writeFile(join(other, FOLDER, "proposal.yaml"), (await readFile(join(other, FOLDER, "proposal.yaml"), "utf8")).replace("3000", "2900"));
    const run = await ballast(["verify", FOLDER, "--json"], { cwd: other });
    expect([run.code, JSON.parse(run.stdout).match]).toEqual([6, false]);
    expect(run.stderr).toContain("The calldata makes other changes than proposal.yaml.");
  });

  test("a role change hidden beside the parameter change is named: exit 6", async () => {
    const other = await copy();
    const file = join(other, FOLDER, "payload/governor.json");
    const governor = JSON.parse(await readFile(file, "utf8"));
    const abi = parseAbi(["function grantRole(bytes32 role, address account)"]);
    governor.targets.push("0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512");
    governor.values.push("0");
    governor.calldatas.push(encodeFunctionData({ abi, args: [`0x${"00".repeat(32)}`, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"] }));
    await writeFile(file, JSON.stringify(governor));
    const run = await ballast(["verify", FOLDER, "--json"], { cwd: other });
    expect([run.code, JSON.parse(run.stdout).match]).toEqual([6, false]);
    expect(run.stderr).toContain("It also calls grantRole(bytes32,address) on 0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512.");
  });

  test("a newline at the end of the description is another description", async () => {
    const other = await copy();
    await appendFile(join(other, FOLDER, "payload/description.md"), "\n");
    const run = await ballast(["verify", FOLDER, "--json"], { cwd: other });
    expect(run.code).toBe(6);
    expect(run.stderr).toContain("payload/description.md is not what the proposal makes.");
  });

  test("calldata with another value under the same evidence is not that proposal: exit 6", async () => {
    const run = await ballast(["verify", calldata.replace("0bb8", "0bb9"), "--json"], { cwd });
    expect(run.code).toBe(6);
    expect(JSON.parse(run.stdout)).toEqual({ match: false, changes: [{ ...verified, to: 3_001 }], hash: root });
  });

  test("calldata whose evidence nobody has: decoded, no match, exit 5", async () => {
    const unknown = calldata.replace(root.slice(2), "cd".repeat(32));
    const run = await ballast(["verify", unknown, "--json"], { cwd });
    expect([run.code, JSON.parse(run.stdout)]).toEqual([5, { match: false, changes: [verified], hash: `0x${"cd".repeat(32)}` }]);
  });

  test.for([
    ["half a byte", "0x123", 2, "CALLDATA_INVALID"],
    ["another function", "0xdeadbeef", 3, "CALLDATA_UNKNOWN"],
    ["nothing there", "proposals/0009-gone", 2, "PROPOSAL_NOT_FOUND"],
  ] as const)("refuses %s", async ([, subject, code, name]) => {
    const run = await ballast(["verify", subject, "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([code, name]);
  });

  test("bytes after the end of the calldata are refused, not ignored", async () => {
    const run = await ballast(["verify", `${calldata}00`, "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([3, "CALLDATA_NOT_CANONICAL"]);
  });
});
