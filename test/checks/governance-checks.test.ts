import { type Address, encodeAbiParameters, keccak256, stringToHex, toHex, zeroAddress, zeroHash } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { deployBallast, type Governance, type RehearsalPassed, ROLES, readGovernance, rehearse, startChain } from "../../chain/index.ts";
import type { Check } from "../../cli/checks/check.ts";
import { escape } from "../../cli/checks/escape.ts";
import { clockUnit } from "../../cli/checks/governance.ts";
import { guardian } from "../../cli/checks/guardian.ts";
import { quorum } from "../../cli/checks/quorum.ts";
import { roles } from "../../cli/checks/roles.ts";
import { timing } from "../../cli/checks/timing.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { onChainProposal } from "../../cli/proposal/payload.ts";
import { POLICY as POLICY_SHAPE } from "../../cli/proposal/policy.ts";
import { initialParameters } from "../../sim/parameters/index.ts";
import { besides, call } from "./forged.ts";
import { contextOf, find, GOOD, POLICY, proposalFolder } from "./world.ts";

const CHECKS: readonly Check[] = [timing, quorum, roles, guardian, escape];
const STRANGER: Address = "0x00000000000000000000000000000000BaDc0FFe".toLowerCase() as Address;
const HOUR = 3_600;
const DAY = 24 * HOUR;

async function passing(proposal: Proposal): Promise<RehearsalPassed> {
  const rehearsal = await rehearse(proposal.base, onChainProposal(proposal.payload!));
  if (!rehearsal.ok) throw new Error(`${rehearsal.failed}: ${rehearsal.message}`);
  return rehearsal;
}

describe("how the vote is governed, on the chain that executes the proposal", { timeout: 120_000 }, () => {
  let good: Proposal;
  let passed: RehearsalPassed;
  beforeAll(async () => {
    good = (await proposalFolder(GOOD)).proposal;
    passed = await passing(good);
  });

  const find_ = (check: Check, rehearsal: RehearsalPassed, proposal = good, policy: unknown = undefined) =>
    find(check, contextOf(proposal, { rehearsal: () => Promise.resolve(rehearsal), ...(policy === undefined ? {} : { policy: policyWith(policy) }) }));
  const messages = async (...args: Parameters<typeof find_>) => (await find_(...args)).map(({ message }) => message);
  const policyWith = (governance: unknown) => POLICY_SHAPE.parse({ ...POLICY, governance }) as typeof POLICY;
  /** The same chain with another figure: what a check makes of settings that no contract of ours would take. */
  const leaving = (change: Partial<Governance>): RehearsalPassed => ({
    ...passed,
    governance: { ...passed.governance, after: { ...passed.governance.after, ...change } },
  });

  it.each(CHECKS.map((check) => [check.id, check] as const))("%s has nothing against a sound proposal", async (_id, check) => {
    expect(await find_(check, passed)).toEqual([]);
  });
  it("is read as it was deployed", () => {
    const { governor, timelock } = passed.addresses;
    // What a new deployment gets stands in DESIGN §9 and in chain/settings.ts; the figures here are the README's.
    expect(passed.governance.before).toMatchObject({
      clockMode: "mode=timestamp",
      votingDelay: DAY,
      votingPeriod: 5 * DAY,
      timelockDelay: 2 * DAY,
      quorumNumerator: 4n,
      quorumDenominator: 100n,
      executor: timelock,
      owner: timelock,
      roles: { DEFAULT_ADMIN_ROLE: [timelock], PROPOSER_ROLE: [governor], CANCELLER_ROLE: [governor], EXECUTOR_ROLE: [zeroAddress] },
      admins: [],
      unexplained: [],
    });
    expect(passed.governance.after.roleEvents).toEqual(passed.governance.before.roleEvents);
  });
  it.each(CHECKS.map((check) => [check.id, check] as const))("%s could not run, and so has failed, where the proposal was not executed", async (_id, check) => {
    const stopped = { ok: false, proposalId: "1", failed: "execute", message: "no", steps: [], surroundings: passed.surroundings } as const;
    const found = await find(check, contextOf(good, { rehearsal: () => Promise.resolve(stopped) }));
    expect(found).toMatchObject([{ severity: "error", message: expect.stringMatching(/stops at "execute".*how it leaves the vote is unknown/) }]);
  });

  it("timing, quorum and guardian judge what the proposal leaves, not what stands today", async () => {
    const { governor, timelock } = good.deployment;
    const proposal = besides(
      good,
      call(governor, "setVotingDelay(uint48)", HOUR),
      call(governor, "setLateQuorumVoteExtension(uint48)", 0),
      call(governor, "setVotingPeriod(uint32)", DAY),
      call(governor, "updateQuorumNumerator(uint256)", 1n),
      call(governor, "setProposalGuardian(address)", STRANGER),
      call(timelock, "updateDelay(uint256)", BigInt(HOUR)),
    );
    const rehearsal = await passing(proposal);
    expect(await messages(timing, rehearsal, proposal)).toEqual([
      expect.stringMatching(/^The voting delay is 1 hour after this proposal \(1 day today\); at least 1 day is needed/),
      expect.stringMatching(/^The voting period is 1 day after this proposal \(5 days today\); at least 3 days is needed/),
      expect.stringMatching(/^The timelock's delay is 1 hour after this proposal \(2 days today\); at least 2 days is needed, so that users can leave first/),
    ]);
    expect(await messages(quorum, rehearsal, proposal)).toEqual([
      "The quorum is 1 % of the supply after this proposal (4 % today); at least 4 % is needed.",
      expect.stringMatching(/does not extend the vote/),
    ]);
    expect(await find_(guardian, rehearsal, proposal)).toMatchObject([
      { severity: "warn", message: expect.stringMatching(/makes 0x0+badc0ffe the guardian, in place of 0x3C44/i) },
      { severity: "warn", message: expect.stringMatching(/account without code/) },
    ]);
    expect(await find_(roles, rehearsal, proposal)).toEqual([]);
    // The same chain under a policy that asks for less.
    const lax = { votingDelaySeconds: HOUR, votingPeriodSeconds: DAY, exitSeconds: HOUR, quorumBps: 100, guardians: [STRANGER] };
    const lowered = await find_(timing, rehearsal, proposal, lax);
    expect(lowered).toHaveLength(3);
    expect(lowered).toMatchObject([{ severity: "warn", message: expect.stringMatching(/shortens the voting delay from 1 day to 1 hour/) }, {}, {}]);
    expect(await find_(quorum, rehearsal, proposal, lax)).toMatchObject([
      { severity: "warn", message: "This proposal lowers the quorum from 4 % to 1 % of the supply." },
      { severity: "error" },
    ]);
    expect(await messages(guardian, rehearsal, proposal, lax)).toEqual([expect.stringMatching(/makes 0x0+badc0ffe the guardian/i)]);
  });

  it("roles names who holds too much, who lost what they need, and power that only passed through", async () => {
    const { timelock, governor } = good.deployment;
    const proposal = besides(
      good,
      call(timelock, "grantRole(bytes32,address)", ROLES.CANCELLER_ROLE, STRANGER),
      call(timelock, "grantRole(bytes32,address)", ROLES.PROPOSER_ROLE, STRANGER),
      call(timelock, "revokeRole(bytes32,address)", ROLES.PROPOSER_ROLE, STRANGER),
      call(timelock, "revokeRole(bytes32,address)", ROLES.PROPOSER_ROLE, governor),
      call(timelock, "revokeRole(bytes32,address)", ROLES.EXECUTOR_ROLE, zeroAddress),
    );
    const rehearsal = await passing(proposal);
    const said = (await messages(roles, rehearsal, proposal)).join("\n");
    expect(said).toMatch(/0x0+badc0ffe holds CANCELLER_ROLE once this proposal is executed/i);
    expect(said).toMatch(new RegExp(`${governor} does not hold PROPOSER_ROLE any more once this proposal is executed`));
    expect(said).toMatch(/Nobody holds EXECUTOR_ROLE/);
    expect(said).toMatch(/Its execution grants PROPOSER_ROLE to 0x0+badc0ffe/i);
    expect(said).toMatch(/Its execution revokes PROPOSER_ROLE from 0x0+badc0ffe/i);
    expect(said).not.toMatch(/0x0+badc0ffe holds PROPOSER_ROLE/i);
    // Granting at all is said; a canceller that policy accepts is not too many.
    expect((await messages(roles, rehearsal, proposal, { cancellers: [STRANGER] })).join("\n")).not.toMatch(/holds CANCELLER_ROLE/);
  });

  it("roles asks the contract, and does not believe its events alone", async () => {
    const chain = await startChain();
    try {
      const { addresses } = await deployBallast(chain, initialParameters());
      // A role written straight into storage, as a malicious upgrade would: _roles is the first variable, its members the first of a role.
      const role = keccak256(encodeAbiParameters([{ type: "bytes32" }, { type: "uint256" }], [ROLES.PROPOSER_ROLE as `0x${string}`, 0n]));
      const slot = keccak256(encodeAbiParameters([{ type: "address" }, { type: "bytes32" }], [STRANGER, role]));
      await chain.request("hardhat_setStorageAt", [addresses.timelock, slot, toHex(1, { size: 32 })]);
      const silent = await readGovernance(chain.client, addresses);
      expect(silent.unexplained).toEqual([]);
      const after = await readGovernance(chain.client, addresses, { alsoAsk: [STRANGER] });
      expect(after.roles.PROPOSER_ROLE).toEqual([addresses.governor, STRANGER]);
      const said = await messages(roles, leaving(after));
      expect(said).toEqual([
        expect.stringMatching(/badc0ffe holds PROPOSER_ROLE once/i),
        expect.stringMatching(/badc0ffe holds PROPOSER_ROLE, though the events of the timelock say otherwise/i),
      ]);
    } finally {
      await chain.close();
    }
  });

  it("roles names a governor that would execute through another timelock, and roles nobody knows", async () => {
    expect(await messages(roles, leaving({ executor: STRANGER }))).toEqual([expect.stringMatching(/executes through the timelock 0x0+badc0ffe/i)]);
    expect(await messages(roles, leaving({ owner: STRANGER }))).toEqual([expect.stringMatching(/The registry obeys 0x0+badc0ffe/i)]);
    const role = keccak256(stringToHex("BACKDOOR_ROLE"));
    const { after } = passed.governance;
    const event = { kind: "granted", role, account: STRANGER, block: 1 } as const;
    const withEvent = { ...after, roleEvents: [...after.roleEvents, event] };
    const before: RehearsalPassed = { ...passed, governance: { ...passed.governance, before: withEvent, after: withEvent } };
    expect(await messages(roles, before)).toEqual([expect.stringMatching(/granted the role 0x.*which no timelock of OpenZeppelin has/)]);
    expect(await messages(roles, leaving({ admins: [{ role: "PROPOSER_ROLE", admin: role }] }))).toEqual([
      expect.stringMatching(/PROPOSER_ROLE is granted by the role 0x/),
    ]);
    expect(zeroHash).toBe(ROLES.DEFAULT_ADMIN_ROLE);
  });

  it("roles names a proposal that changes who certifies the evidence of the next one, and a minority that may", async () => {
    const proposal = besides(good, call(good.deployment.evidenceRegistry, "setValidators(address[],uint256)", [STRANGER], 1n));
    const rehearsal = await passing(proposal);
    expect(await messages(roles, rehearsal, proposal)).toEqual([
      expect.stringMatching(/^Its execution changes who certifies evidence: from 2 of 0x\w+, 0x\w+, 0x\w+ to 1 of 0x0+badc0ffe\.$/i),
    ]);
    const { certifiers } = passed.governance.after;
    expect(certifiers).toMatchObject({ threshold: 2, owner: good.deployment.timelock });
    const four = { ...certifiers, validators: [...certifiers.validators, STRANGER] };
    const minority = { ...passed, governance: { ...passed.governance, before: { ...passed.governance.before, certifiers: four } } };
    minority.governance.after = { ...passed.governance.after, certifiers: four };
    expect(await messages(roles, minority)).toEqual([expect.stringMatching(/^2 of 4\svalidators certify evidence; more than half have to/)]);
    expect(await messages(roles, leaving({ certifiers: { ...certifiers, owner: STRANGER } }))).toEqual([
      expect.stringMatching(/registry of evidence obeys 0x0+badc0ffe/i),
    ]);
  });

  it("timing: Beanstalk had no delay at all; a policy cannot ask for none", async () => {
    expect(await messages(timing, leaving({ votingDelay: 0 }), good, { votingDelaySeconds: 0 })).toEqual([expect.stringMatching(/The voting delay is 0 s/)]);
  });
  it("timing: seconds where blocks are counted, blocks where seconds are, and a clock that is neither", async () => {
    // 7 200 blocks of 12 s are a day (https://ethereum.org/developers/docs/blocks, slot time).
    const { block } = passed.governance.after;
    const blocks = { clockMode: "mode=blocknumber&from=default", clock: block } as const;
    expect(await messages(timing, leaving({ ...blocks, votingDelay: 7_200, votingPeriod: 5 * 7_200 }))).toEqual([]);
    // Five days in seconds, taken for blocks: 432 000 of them.
    expect(await messages(timing, leaving({ ...blocks, votingDelay: 7_200, votingPeriod: 5 * DAY }))).toEqual([
      expect.stringMatching(/voting period is 60 days: beyond 45 days it was given in another unit than its clock counts/),
    ]);
    expect(await messages(timing, leaving({ votingDelay: 7_200, votingPeriod: 36_000 }))).toEqual([
      expect.stringMatching(/voting delay is 2 hours/),
      expect.stringMatching(/voting period is 10 hours/),
    ]);
    expect(await messages(timing, leaving({ clockMode: "mode=blocknumber&from=eip155:1" }))).toEqual([
      expect.stringMatching(/neither this chain's time nor its blocks/),
    ]);
    expect(await messages(timing, leaving({ clock: block }))).toEqual([expect.stringMatching(/though it counts seconds/)]);
    expect([clockUnit("mode=timestamp"), clockUnit("mode=blocknumber"), clockUnit("")]).toEqual(["seconds", "blocks", undefined]);
  });
  it("quorum: an extension longer than the vote, which setVotingPeriod of OpenZeppelin 5.7 lets happen", async () => {
    expect(await messages(quorum, leaving({ votingPeriod: DAY }))).toEqual([
      expect.stringMatching(/extends the vote by 2 days, longer than the vote itself takes \(1 day\)/),
    ]);
  });
  it("guardian: none at all, and one who proposes", async () => {
    expect(await messages(guardian, leaving({ guardian: { address: zeroAddress, hasCode: false } }))).toEqual([
      expect.stringMatching(/There is no guardian/),
      expect.stringMatching(/makes 0x0+ the guardian/),
    ]);
    const own = (await proposalFolder(`${GOOD}proposer: "${passed.governance.standIn}"\n`)).proposal;
    expect(await messages(guardian, passed, own)).toEqual([expect.stringMatching(/proposes it too/)]);
  });
  it("escape: a loosening may be taken back at once by the steward, and nothing is said of it", async () => {
    const { proposal } = await proposalFolder(GOOD.replace("30 %", "22 %"));
    const loosened = await passing(proposal);
    expect(loosened.governance.after.steward).toMatchObject({ address: proposal.deployment.riskSteward, hasCode: true, paused: false, stepBps: 5_000 });
    expect(await find_(escape, loosened, proposal)).toEqual([]);
  });
  it("escape: Moonwell, a loosening that only a vote can take back, because the same vote stops the steward", async () => {
    const { proposal: loose } = await proposalFolder(GOOD.replace("30 %", "22 %"));
    const proposal = besides(loose, call(loose.deployment.riskSteward, "setCouncil(address)", zeroAddress));
    expect(await find_(escape, await passing(proposal), proposal)).toMatchObject([
      { severity: "warn", message: "Once this proposal is executed nothing can be tightened faster than by a vote: the steward has no council." },
      {
        severity: "warn",
        message: "Looser within 1 day: ETH.volBuffer. A vote takes it back after 8 days, and there is no faster way: the steward has no council.",
      },
    ]);
    const paused = besides(good, call(good.deployment.riskSteward, "pause()"));
    expect(await messages(escape, await passing(paused), paused)).toEqual([expect.stringMatching(/than by a vote: the steward is paused/)]);
  });
  it("escape: no steward, another one than the deployment names, and one that may take no step", async () => {
    const { steward } = passed.governance.after;
    const closed: readonly (readonly [Partial<typeof steward>, RegExp])[] = [
      [{ hasCode: false }, /there is no steward/],
      [{ address: STRANGER }, /the registry's steward is 0x0+badc0ffe, the deployment names 0x/i],
      [{ stepBps: 0 }, /the steward may take no step/],
    ];
    for (const [change, words] of closed)
      expect(await messages(escape, leaving({ steward: { ...steward, ...change } }))).toEqual([expect.stringMatching(words)]);
  });
});
