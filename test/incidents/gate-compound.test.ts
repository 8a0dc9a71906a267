import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Address, parseEther } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { evidenceText, rootOf } from "../../cli/backtest/assemble.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { buildPayload } from "../../cli/proposal/payload.ts";
import { besides, call } from "../checks/forged.ts";
import { expectStopped, gate, proposed, SOUND } from "./gate.ts";

const VAULT: Address = "0x00000000000000000000000000000000BaDc0FFe".toLowerCase() as Address;

describe("three proposals of Compound's, at this gate", { timeout: 180_000 }, () => {
  // Without evidence, which takes the longest to check again: alone it would leave with 5, and so a 3 comes from what was hidden.
  let sound: Proposal;
  beforeAll(async () => {
    sound = await proposed(SOUND);
  });

  // 29 September 2021: new code for the rewards with one `>` for a `>=`; 280 k COMP open to everyone, and no vote faster than seven days.
  it("62: new code in a vote about something else", async () => {
    const { payload } = besides(sound, call(sound.deployment.riskParameters, "upgradeTo(address)", VAULT));
    expectStopped(await gate(sound, payload), {
      exit: 3,
      check: "decode",
      message: /Call 2 is not declared .*upgradeTo\(address\)/,
      names: /Compound 62, September 2021/,
    });
  });
  it("62: a loosening together with the end of every way that is faster than a vote", async () => {
    const loose = await proposed(SOUND.replace("30 %", "22 %"), { policy: "checks: { escape: error }\n" });
    const { payload } = besides(loose, call(loose.deployment.riskSteward, "pause()"));
    expectStopped(await gate(loose, payload), {
      exit: 3,
      check: "escape",
      message: /ETH\.volBuffer\. A vote takes it back after 8 days, and there is no faster way: the steward is paused/,
      names: /Compound 62, September 2021/,
    });
  });

  // 30 August 2022: the price feed had changed 26 days after the last audit; every call for the price of cETH reverted, USD 830 M stood still for seven days.
  it("117: evidence that is about other code than what would run", async () => {
    const proven = await proposed(SOUND, { evidence: true });
    const file = join(proven.folder, "evidence.json");
    const honest = await readFile(file, "utf8");
    const audited = JSON.parse(honest) as Evidence;
    const changed = { ...audited, context: { ...audited.context, engine: `0x${"11".repeat(32)}` } };
    const evidence = { ...changed, root: rootOf(changed), leaves: audited.leaves };
    await writeFile(file, evidenceText(evidence));
    const found = await gate(proven, buildPayload(proven, evidence.root));
    expectStopped(found, {
      exit: 5,
      check: "evidence",
      message: /The evidence is stale: the engine changed since the backtest/,
      names: /Compound 117.*26 days after its last audit/,
    });
    expect(found.findings.every(({ kind }) => kind === "evidence")).toBe(true);
    await writeFile(file, honest);
    expect((await gate(await loadProposal(proven.folder), proven.payload)).exit).toBe(0);
  });

  // 28 July 2024: 499 k COMP, 5 % of the treasury, to a vault of the proposer's; passed by 682 191 to 633 636 on a Sunday.
  it("289: one call moves a part of the treasury", async () => {
    const { payload } = besides(sound, call(sound.deployment.token, "transfer(address,uint256)", VAULT, parseEther("499000")));
    expectStopped(await gate(sound, payload), {
      exit: 3,
      check: "decode",
      message: /Call 2 is not declared .*transfer\(address,uint256\)/,
      names: /Compound 289, July 2024/,
    });
  });
  it("289: a vote that ends on a Sunday, under a policy that insists on working days", async () => {
    const weekend = await proposed(SOUND, { policy: "checks: { calendar: error }\n" });
    // Proposed on a Monday: six days later it is Sunday.
    const monday = Date.UTC(2026, 10, 23, 12) / 1000;
    expectStopped(await gate(weekend, undefined, monday), {
      exit: 3,
      check: "calendar",
      message: /the vote ends on Sun 2026-11-29/,
      names: /Compound 289, July 2024: voted from a Thursday to a Sunday/,
    });
  });
});
