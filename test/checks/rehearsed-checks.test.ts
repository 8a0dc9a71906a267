import { encodeFunctionData, parseAbi } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { type Rehearsal, rehearse } from "../../chain/index.ts";
import { lifecycle } from "../../cli/checks/lifecycle.ts";
import { stateDiff } from "../../cli/checks/state-diff.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { onChainProposal } from "../../cli/proposal/payload.ts";
import { contextOf, find, GOOD, proposalFolder } from "./world.ts";

const STRANGER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

async function findings(check: typeof lifecycle, proposal: Proposal, rehearsal: Rehearsal) {
  return (await find(check, contextOf(proposal, { rehearsal: () => Promise.resolve(rehearsal) }))).map(({ message }) => message);
}

describe("what an embedded chain says about the payload", { timeout: 120_000 }, () => {
  let good: Proposal;
  let passed: Rehearsal;
  beforeAll(async () => {
    good = (await proposalFolder(GOOD)).proposal;
    passed = await rehearse(good.base, onChainProposal(good.payload!));
  });

  it("nothing, about a sound proposal", async () => {
    expect(await findings(lifecycle, good, passed)).toEqual([]);
    expect(await findings(stateDiff, good, passed)).toEqual([]);
  });

  it("Beanstalk: that a role changes hands, though every call succeeds", async () => {
    const governor = good.payload!.governor;
    const grant = encodeFunctionData({ abi: parseAbi(["function grantRole(bytes32,address)"]), args: [`0x${"00".repeat(32)}`, STRANGER] });
    const payload = { ...governor, targets: [...governor.targets, good.deployment.timelock], values: ["0", "0"], calldatas: [...governor.calldatas, grant] };
    const malicious = { ...good, payload: { ...good.payload!, governor: payload } };
    const rehearsal = await rehearse(good.base, onChainProposal(malicious.payload));
    expect(rehearsal.ok).toBe(true);
    expect(await findings(stateDiff, malicious, rehearsal)).toEqual([expect.stringMatching(/TimelockController: DEFAULT_ADMIN_ROLE of 0x70997970/i)]);
  });

  it("the contract's own error, when it refuses", async () => {
    const { proposal } = await proposalFolder(GOOD.replace("30 %", "41 %"));
    const rehearsal = await rehearse(proposal.base, onChainProposal(proposal.payload!));
    expect(await findings(lifecycle, proposal, rehearsal)).toEqual([
      expect.stringMatching(/stops at "execute": RiskParameters_StepTooLarge\(ETH, volBuffer, 2500, 4100, 4000\)/),
    ]);
    // What it would change is then unknown, which is a failure of its own.
    expect(await findings(stateDiff, proposal, rehearsal)).toEqual([expect.stringMatching(/what it changes is unknown/)]);
  });

  it("seatbelt #127: that an empty difference is not a reassurance", async () => {
    expect(await findings(stateDiff, good, { ...passed, slots: [] } as Rehearsal)).toContainEqual(expect.stringMatching(/changed no storage at all/));
  });

  it("that a parameter changed which proposal.yaml does not declare, though the payload does", async () => {
    const undeclared = { ...good, changes: [] };
    expect(await findings(stateDiff, undeclared, passed)).toEqual([expect.stringMatching(/RiskParameters: ETH\.volBuffer/)]);
  });
});
