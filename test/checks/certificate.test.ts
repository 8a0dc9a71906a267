import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { developmentAccount } from "../../chain/accounts.ts";
import { certificateTypedData, localAddresses } from "../../chain/index.ts";
import { certificatePath, fileOf } from "../../cli/certificate/certify.ts";
import type { CertificateFile } from "../../cli/certificate/shape.ts";
import { certificateOf } from "../../cli/certificate/words.ts";
import { certificate as check } from "../../cli/checks/certificate.ts";
import { exitCodeOf, runChecks } from "../../cli/checks/run.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { contextOf, GOOD, NOW, proposalFolder, ROOT, remove } from "./world.ts";

const [ONE, TWO, THREE, STRANGER] = [4, 5, 6, 9].map((addressIndex) => developmentAccount(addressIndex)) as [...[Account, Account, Account, Account]];
type Account = ReturnType<typeof developmentAccount>;
const DAY = 86_400;
/** What a certificate says of evidence, and no more of it than that. */
const EVIDENCE = {
  root: ROOT,
  verdict: "pass",
  context: { dataset: `0x${"11".repeat(32)}`, engine: `0x${"22".repeat(32)}` },
} as unknown as Evidence;

let proposal: Proposal;
beforeAll(async () => {
  proposal = { ...(await proposalFolder(GOOD)).proposal, evidence: EVIDENCE };
});
afterAll(() => remove(join(proposal.folder, "..")));
beforeEach(async () => {
  await rm(join(proposal.folder, "certificates"), { recursive: true, force: true });
  await mkdir(join(proposal.folder, "certificates"));
  await validators(2, ONE, TWO, THREE);
});

const validators = (threshold: number, ...accounts: Account[]) =>
  writeFile(
    join(proposal.folder, "../validators.yaml"),
    `threshold: ${threshold}\nvalidators:\n${accounts.map(({ address }) => `  - "${address}"\n`).join("")}`,
  );

/** A validator's file, as `ballast certify` writes it; `forge` changes it after it was signed. */
async function signs(account: Account, { expiry = NOW + 30 * DAY, version = 7, of = proposal, forge = (file: CertificateFile): object => file } = {}) {
  const certificate = certificateOf(of, of.evidence ?? EVIDENCE, version, expiry);
  const domain = { chainId: 31_337, registry: localAddresses().evidenceRegistry };
  const file = fileOf({ domain, certificate }, account.address, await account.signTypedData(certificateTypedData(domain, certificate)));
  await writeFile(certificatePath(proposal.folder, account.address), JSON.stringify(forge(file)));
}

async function checked(now = NOW) {
  const report = await runChecks([check], contextOf(proposal, { now: () => now }));
  const found = report.findings.map(({ severity, message, where }) => [
    severity,
    message.replace(/^0x\w+\.json, /, ""),
    where?.file.split("/").slice(-2).join("/"),
  ]);
  return { found, looked: report.checked[0]?.looked, exit: exitCodeOf(report.findings) };
}
const fileNamed = ({ address }: Account) => `certificates/${address}.json`;

describe("the certificates of a proposal, by its files alone", () => {
  it("are no fault where there are none yet: it says who has to sign", async () => {
    expect(await checked()).toEqual({ found: [], looked: "no certificate yet: before it can be proposed 2 of 3 validators have to sign", exit: 0 });
    await rm(join(proposal.folder, "../validators.yaml"));
    expect(await checked()).toMatchObject({ found: [], looked: expect.stringContaining("stands in the registry on chain") });
  });

  it("are sound where enough validators signed exactly this", async () => {
    await signs(ONE);
    await signs(THREE);
    const { found, looked } = await checked();
    expect([found, looked]).toEqual([
      [],
      expect.stringMatching(/^2 of 2 certificates, as validators\.yaml asks for, for version 7, until 2026-12-24 12:00 UTC/),
    ]);
  });

  it("may be on their way: one that is missing is a warning, with how many more it takes", async () => {
    await signs(ONE);
    expect(await checked()).toMatchObject({
      found: [["warn", expect.stringContaining("1 of 2 certificates that validators.yaml asks for are here: 1 more"), "0001-example/evidence.json"]],
      exit: 0,
    });
  });

  it.each<[string, () => Promise<unknown>, string, number]>([
    ["another chain", () => signs(ONE, { forge: (file) => ({ ...file, chainId: 1 }) }), "chainId 1: It is for chain 1, not 31337.", 3],
    ["another registry", () => signs(ONE, { forge: (file) => ({ ...file, registry: localAddresses().governor }) }), "registry 0x", 3],
    ["a stranger", () => signs(STRANGER), "signer 0x", 3],
    [
      "a longer life than was signed",
      () => signs(ONE, { forge: (file) => ({ ...file, certificate: { ...file.certificate, expiry: NOW + 50 * DAY } }) }),
      "signature 0x",
      3,
    ],
    [
      "other changes",
      () => signs(ONE, { of: { ...proposal, changes: proposal.changes.map((one) => ({ ...one, to: one.to + 1 })) } }),
      "certificate.changesHash 0x",
      3,
    ],
    [
      "another result",
      () => signs(ONE, { of: { ...proposal, evidence: { ...EVIDENCE, root: `0x${"cd".repeat(32)}` } } }),
      "certificate.resultHash 0xcdcdcdcd",
      3,
    ],
    [
      "another dataset",
      () => signs(ONE, { of: { ...proposal, evidence: { ...EVIDENCE, context: { ...EVIDENCE.context, dataset: ROOT } } } }),
      "certificate.datasetHash 0x",
      3,
    ],
    ["the opposite verdict", () => signs(ONE, { of: { ...proposal, evidence: { ...EVIDENCE, verdict: "fail" } } }), "certificate.verdict fail", 3],
    ["another version than the other's", () => signs(ONE, { version: 8 }), "certificate.versionBefore", 3],
    ["too short a life", () => signs(ONE, { expiry: NOW + 10 * DAY - 1 }), "certificate.expiry", 3],
  ])("that one is of %s is found, with its file and the field", async (_, spoil, named, exit) => {
    await signs(TWO);
    await spoil();
    const result = await checked();
    expect(result.found).toContainEqual(["error", expect.stringContaining(named), expect.stringMatching(/^certificates\/0x\w{40}\.json$/)]);
    expect(result.exit).toBe(exit);
  });

  it("has to outlive delay, vote, late quorum and timelock, ten days in all: to the second, on the day of the check", async () => {
    const expiry = NOW + 10 * DAY;
    for (const account of [ONE, TWO]) await signs(account, { expiry });
    expect(await checked()).toMatchObject({ found: [], exit: 0 });
    const later = await checked(NOW + 1);
    expect(later.found).toEqual(
      [ONE, TWO].map((account) => ["error", expect.stringContaining("the proposal may need it until 2026-12-04 12:00 UTC"), fileNamed(account)]).sort(byFile),
    );
    expect(later.exit).toBe(5);
    expect((await checked(expiry + 1)).found.map(([, message]) => message)).toEqual([
      expect.stringContaining("It counted until"),
      expect.stringContaining("It counted until"),
    ]);
  });

  it("that certify a failure let nobody propose", async () => {
    proposal = { ...proposal, evidence: { ...EVIDENCE, verdict: "fail" } };
    for (const account of [ONE, TWO]) await signs(account);
    const { found, exit } = await checked();
    expect(found.map(([, message]) => message)).toEqual(
      Array(2).fill("certificate.verdict fail: it certifies that the changes fail, and lets nobody propose them."),
    );
    expect(exit).toBe(4);
    proposal = { ...proposal, evidence: EVIDENCE };
  });

  it("cannot be judged without validators.yaml, nor where a file is not whole: what could not be checked has failed", async () => {
    await signs(ONE);
    await writeFile(certificatePath(proposal.folder, TWO.address), "{");
    expect((await checked()).found).toEqual([["error", expect.stringMatching(/^Could not run, so it has failed: .*0x\w+\.json/), expect.anything()]]);
    await rm(certificatePath(proposal.folder, TWO.address));
    await rm(join(proposal.folder, "../validators.yaml"));
    expect((await checked()).found).toEqual([["error", expect.stringMatching(/^Could not run, so it has failed: .*validators\.yaml/), expect.anything()]]);
  });
});

function byFile(a: unknown[], b: unknown[]): number {
  return String(a[2]) < String(b[2]) ? -1 : 1;
}
