import type { Address } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { ROLES } from "../../chain/index.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { besides, call, forgedPayload } from "../checks/forged.ts";
import { expectStopped, gate, proposed, SOUND } from "./gate.ts";

const ATTACKER: Address = "0x00000000000000000000000000000000BaDc0FFe".toLowerCase() as Address;

describe("takeovers, each hidden beside a sound change, at this gate", { timeout: 180_000 }, () => {
  // Without evidence, which takes the longest to check again: it would leave with 5, and so a 3 comes from what was hidden.
  let sound: Proposal;
  beforeAll(async () => {
    sound = await proposed(SOUND);
  });

  it("has nothing against the sound change alone, with its evidence; without, only that it is missing", async () => {
    expect(await gate(await proposed(SOUND, { evidence: true }))).toEqual({ exit: 0, findings: [] });
    const { exit, findings } = await gate(sound);
    expect([exit, new Set(findings.map(({ kind }) => kind))]).toEqual([5, new Set(["evidence"])]);
  });

  // Beanstalk, 17 April 2022: the proposal itself handed the treasury over; a flash loan voted for it and it ran in the same transaction.
  it("Beanstalk: the vote hands the keys over", async () => {
    const { payload } = besides(sound, call(sound.deployment.timelock, "grantRole(bytes32,address)", ROLES.PROPOSER_ROLE, ATTACKER));
    const found = await gate(sound, payload);
    expectStopped(found, { exit: 3, check: "roles", message: /badc0ffe holds PROPOSER_ROLE once this proposal is executed/i, names: /Beanstalk, April 2022/ });
    expectStopped(found, { exit: 3, check: "decode", message: /grantRole\(bytes32,address\)/, names: /Beanstalk, April 2022/ });
    expect(found.findings.map(({ check }) => check)).toContain("state-diff");
  });
  it("Beanstalk: a first vote takes the time out that a second one needs", async () => {
    const { payload } = besides(sound, call(sound.deployment.timelock, "updateDelay(uint256)", 0n));
    expectStopped(await gate(sound, payload), {
      exit: 3,
      check: "timing",
      message: /timelock's delay is 0 seconds after this proposal \(2 days today\)/,
      names: /Beanstalk, April 2022/,
    });
  });

  // Maker, 26 October 2020: BProtocol borrowed 13 k MKR and voted with it in one transaction.
  it("Maker/BProtocol: a vote that is counted almost at once", async () => {
    const { payload } = besides(sound, call(sound.deployment.governor, "setVotingDelay(uint48)", 3_600));
    expectStopped(await gate(sound, payload), {
      exit: 3,
      check: "timing",
      message: /voting delay is 1 hour after this proposal \(1 day today\)/,
      names: /Maker\/BProtocol, October 2020/,
    });
  });
  it("Maker/BProtocol: no delay at all, which the governor itself refuses", async () => {
    const { payload } = besides(sound, call(sound.deployment.governor, "setVotingDelay(uint48)", 0));
    const found = await gate(sound, payload);
    expectStopped(found, { exit: 3, check: "lifecycle", message: /RiskGovernor_VotingDelayTooShort\(0, 3600\)/, names: /./ });
    // What it would leave is then unknown, and not taken for sound.
    expectStopped(found, { exit: 3, check: "timing", message: /how it leaves the vote is unknown/, names: /Maker\/BProtocol/ });
  });

  // Synthetify, October 2023: ten proposals that looked alike; nobody voted any more, and the tenth took the treasury.
  it("Synthetify: a title that only looks like the ones before", async () => {
    const { description } = sound.payload!.governor;
    const payload = forgedPayload(sound, { description: description.replace("volatility", "vоlatility") });
    expectStopped(await gate(sound, payload), { exit: 3, check: "description", message: /only looks like .*U\+043E/, names: /Synthetify, October 2023/ });
  });
  it("Synthetify: a quorum that nobody's absence would miss", async () => {
    const { payload } = besides(sound, call(sound.deployment.governor, "updateQuorumNumerator(uint256)", 0n));
    expectStopped(await gate(sound, payload), {
      exit: 3,
      check: "quorum",
      message: /quorum is 0 % of the supply after this proposal/,
      names: /Synthetify, October 2023/,
    });
  });

  // Tornado Cash, 20 May 2023: the contract that was voted for destroyed itself and came back at its address with other code.
  it("Tornado: a call to an address where there is no code yet", async () => {
    const { payload } = besides(sound, call(ATTACKER, "executeProposal()"));
    const found = await gate(sound, payload);
    expectStopped(found, { exit: 3, check: "state-diff", message: /what it changes is unknown/, names: /Tornado, May 2023/ });
    expectStopped(found, { exit: 3, check: "lifecycle", message: /where there is no contract/, names: /./ });
    expectStopped(found, { exit: 3, check: "decode", message: /Call 2 is not declared/, names: /./ });
  });
});
