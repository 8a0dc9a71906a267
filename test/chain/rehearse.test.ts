import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Address, encodeFunctionData, type Hex, parseAbi, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../chain/artifacts.ts";
import { localAddresses, ROLES, stewardOf } from "../../chain/deploy.ts";
import { encodeApply, type Proposal } from "../../chain/encode.ts";
import { type RehearsalFailed, type RehearsalPassed, rehearse } from "../../chain/rehearse.ts";
import { applyChanges, type Change, initialParameters, withValue } from "../../sim/parameters/index.ts";

const base = initialParameters();
const { parameters, timelock, token } = localAddresses();
const EVIDENCE: Hex = `0x${"ab".repeat(32)}`;
const DAY = 86_400;
const CHANGES: Change[] = [
  { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 2 * DAY },
  { scope: "stETH", name: "haircut", from: 3_500, to: 4_000, rampSeconds: 0 },
];
const ATTACKER: Address = "0x00000000000000000000000000000000BADC0fFE".toLowerCase() as Address;

const proposalOf = (changes: readonly Change[], description = "# Raise the buffer"): Proposal => ({
  calls: [{ target: parameters, value: 0n, calldata: encodeApply(changes, EVIDENCE) }],
  description,
});
const besides = (target: Address, signature: string, args: readonly unknown[]): Proposal => {
  const abi = parseAbi([`function ${signature}`] as readonly string[]);
  const calldata = encodeFunctionData({ abi, args } as unknown as Parameters<typeof encodeFunctionData>[0]);
  return { ...proposalOf(CHANGES), calls: [...proposalOf(CHANGES).calls, { target, value: 0n, calldata }] };
};
async function passes(proposal: Proposal): Promise<RehearsalPassed> {
  const rehearsal = await rehearse(base, proposal);
  if (!rehearsal.ok) throw new Error(`${rehearsal.failed}: ${rehearsal.message}`);
  return rehearsal;
}
async function fails(proposal: Proposal): Promise<RehearsalFailed> {
  const rehearsal = await rehearse(base, proposal);
  if (rehearsal.ok) throw new Error("went the whole way");
  return rehearsal;
}

describe("a proposal that goes the whole way", () => {
  it("is proposed, voted, queued, executed and read back, each at its time", async () => {
    const { steps, atExecution, afterRamps, actions } = await passes(proposalOf(CHANGES));
    expect(steps.map(({ name }) => name)).toEqual([
      "deploy",
      "delegate",
      "delegate",
      "delegate",
      "certify by stand-ins",
      "propose",
      "wait for the vote",
      "vote",
      "wait for the result",
      "queue",
      "wait for the timelock",
      "execute",
      "read back",
      "wait for the ramps",
      "diff",
    ]);
    const time = (name: string) => steps.find((step) => step.name === name)?.time ?? 0;
    // One day of delay, five of voting, two in the timelock.
    expect(time("execute") - time("propose")).toBeGreaterThanOrEqual(8 * DAY);
    expect(time("execute") - time("propose")).toBeLessThan(8 * DAY + 60);
    for (const { name, gasUsed, hash } of steps.filter((step) => step.hash)) {
      expect(gasUsed, name).toBeGreaterThan(21_000);
      expect(hash).toMatch(/^0x[0-9a-f]{64}$/);
    }
    // The ramped value has only begun to move in the block of its execution; the other is there.
    expect(atExecution.inForce.underlyings.ETH?.volBuffer).toBe(2_500);
    expect(atExecution.inForce.collaterals.stETH?.haircut).toBe(4_000);
    expect(atExecution.decided).toEqual(applyChanges(base, CHANGES));
    expect(afterRamps.inForce).toEqual(applyChanges(base, CHANGES));
    expect(afterRamps.version).toBe(2);
    expect(actions).toMatchObject([{ kind: "apply", changes: CHANGES, evidence: EVIDENCE }]);
  });

  it("changes the slots of the parameters it declares, the version, its own record, and not one slot more", async () => {
    const { slots, accounts } = await passes(proposalOf(CHANGES));
    expect(slots.map(({ contract, name }) => `${contract}: ${name}`).sort()).toEqual([
      "RiskGovernor: extended deadline",
      expect.stringMatching(/^RiskGovernor: has voted: 0x/),
      "RiskGovernor: proposal: proposer, vote start, duration, executed, canceled",
      "RiskGovernor: proposal: time of execution in the timelock",
      "RiskGovernor: votes for",
      "RiskParameters: ETH.volBuffer",
      "RiskParameters: stETH.haircut",
      "RiskParameters: version",
      "TimelockController: the operation's time stamp",
    ]);
    expect(slots.every(({ declared }) => declared)).toBe(true);
    expect(accounts).toEqual([]);
    // The value's slot by the layout of its struct: from (48 bits), to (48), start (40), ramp (32), version (48).
    const word = BigInt(slots.find(({ name }) => name === "stETH.haircut")?.after ?? "0x0");
    expect([word & 0xffffffffffffn, (word >> 48n) & 0xffffffffffffn, word >> 168n]).toEqual([3_500n, 4_000n, 2n]);
  });

  it("gives the same record every time", async () => {
    const [one, two] = [await passes(proposalOf(CHANGES)), await passes(proposalOf(CHANGES))];
    expect(JSON.stringify(two, (_, value) => (typeof value === "bigint" ? value.toString() : value))).toBe(
      JSON.stringify(one, (_, value) => (typeof value === "bigint" ? value.toString() : value)),
    );
  });

  it("goes the same way at the addresses of a live deployment", async () => {
    const at = (digit: string): Address => `0x${digit.repeat(40)}`;
    const addresses = { token: at("1"), timelock: at("2"), governor: at("3"), parameters: at("4"), evidenceRegistry: at("5"), steward: stewardOf(at("4")) };
    const call = { target: addresses.parameters, value: 0n, calldata: encodeApply(CHANGES, EVIDENCE) };
    const rehearsal = await rehearse(base, { calls: [call], description: "# Live" }, { addresses });
    if (!rehearsal.ok) throw new Error(rehearsal.message);
    expect(rehearsal.afterRamps.inForce).toEqual(applyChanges(base, CHANGES));
    expect(rehearsal.slots.every(({ declared }) => declared)).toBe(true);
    expect(new Set(rehearsal.slots.map(({ address }) => address))).toEqual(new Set([addresses.governor, addresses.timelock, addresses.parameters]));
  });

  it("is proposed by the account its description reserves it for", async () => {
    const reserved = "0x1111111111111111111111111111111111111111";
    const { steps } = await passes(proposalOf(CHANGES, `# Raise\n#proposer=${reserved}`));
    expect(steps.filter(({ name }) => name === "propose")).toHaveLength(1);
  });
});

describe("what is hidden beside a parameter change is seen", () => {
  it("a role granted on the timelock, by name", async () => {
    const { slots, actions } = await passes(besides(timelock, "grantRole(bytes32 role, address account)", [ROLES.PROPOSER_ROLE, ATTACKER]));
    expect(slots.filter(({ declared }) => !declared)).toMatchObject([
      { contract: "TimelockController", name: `PROPOSER_ROLE of ${ATTACKER}`, after: toHex(1, { size: 32 }) },
    ]);
    expect(actions[1]).toMatchObject({ kind: "opaque", signature: "grantRole(bytes32,address)", target: timelock });
  });

  it("a shorter delay", async () => {
    const { slots } = await passes(besides(timelock, "updateDelay(uint256 newDelay)", [0n]));
    expect(slots.filter(({ declared }) => !declared)).toMatchObject([{ contract: "TimelockController", name: "minimum delay", after: toHex(0, { size: 32 }) }]);
  });

  it("a validator of the proposer's own, by name", async () => {
    const { slots } = await passes(besides(localAddresses().evidenceRegistry, "setValidators(address[] validators, uint256 threshold)", [[ATTACKER], 1n]));
    const names = slots.filter(({ declared }) => !declared).map(({ contract, name }) => `${contract}: ${name}`);
    expect(names).toEqual(
      expect.arrayContaining(["EvidenceRegistry: threshold", "EvidenceRegistry: validators", `EvidenceRegistry: whether ${ATTACKER} is a validator`]),
    );
  });

  it("a lower voting delay, through the governor itself", async () => {
    const { slots } = await passes(besides(localAddresses().governor, "setVotingDelay(uint48 newVotingDelay)", [3_600]));
    expect(slots.filter(({ declared }) => !declared).map(({ contract, name }) => `${contract}: ${name}`)).toContain(
      "RiskGovernor: voting delay, voting period",
    );
  });

  it("a shorter vote, which shares its slot with the delay: both are named", async () => {
    const { slots } = await passes(besides(localAddresses().governor, "setVotingPeriod(uint32 newVotingPeriod)", [2 * DAY]));
    const names = slots.filter(({ declared }) => !declared).map(({ contract, name }) => `${contract}: ${name}`);
    expect(names).toContain("RiskGovernor: voting delay, voting period");
  });

  it("ether, also for the account that proposes, pays for the gas and executes, or for the miner", async () => {
    const proposer: Address = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
    const miner: Address = "0xc014ba5ec014ba5ec014ba5ec014ba5ec014ba5e";
    for (const target of [proposer, miner, ATTACKER]) {
      const { accounts } = await passes({ ...proposalOf(CHANGES), calls: [...proposalOf(CHANGES).calls, { target, value: 10n ** 18n, calldata: "0x" }] });
      expect(accounts, target).toHaveLength(1);
      const [{ address, what, before, after } = raise()] = accounts;
      expect({ address, what }).toEqual({ address: target.toLowerCase(), what: "balance" });
      expect(BigInt(after) - BigInt(before)).toBe(10n ** 18n);
    }
  });

  it("an allowance on the token, though no name was foreseen for its slot", async () => {
    const { slots } = await passes(besides(token, "approve(address spender, uint256 value)", [ATTACKER, 7n]));
    expect(slots.filter(({ declared }) => !declared)).toMatchObject([{ contract: "RiskToken", name: undefined, after: toHex(7, { size: 32 }) }]);
  });
});

describe("a proposal that stops says where and why", () => {
  it("at its execution, when the value has moved since the draft", async () => {
    const { failed, error, steps } = await fails(proposalOf([{ scope: "ETH", name: "volBuffer", from: 2_400, to: 3_000, rampSeconds: 0 }]));
    expect(failed).toBe("execute");
    expect(error).toEqual({ name: "RiskParameters_Stale", args: ["ETH", "volBuffer", "2400", "2500"] });
    expect(steps.at(-1)?.name).toBe("wait for the timelock");
  });

  it("before anything, when there is no contract where it calls: such a call would succeed and do nothing", async () => {
    const proposal = { ...proposalOf(CHANGES), calls: [{ target: ATTACKER, value: 0n, calldata: encodeApply(CHANGES, EVIDENCE) }] };
    const { failed, message } = await fails(proposal);
    expect(failed).toBe("propose");
    expect(message).toContain(parameters);
  });

  it("before anything, when its calldata has bytes that nothing explains", async () => {
    const calldata: Hex = `${encodeApply(CHANGES, EVIDENCE)}00`;
    const { failed, message } = await fails({ ...proposalOf(CHANGES), calls: [{ target: parameters, value: 0n, calldata }] });
    expect(failed).toBe("propose");
    expect(message).toContain("does not explain");
  });

  it("at the deployment, when the base breaks the rules itself", async () => {
    const unsound = withValue(base, { scope: "stETH", name: "haircut" }, 9_000);
    const rehearsal = await rehearse(unsound, proposalOf(CHANGES));
    expect(rehearsal).toMatchObject({
      ok: false,
      failed: "deploy",
      error: { name: "RiskParameters_LiquidationCostTooLarge", args: ["stETH", "11300", "10000"] },
    });
  });

  it("at its execution, when a call needs ether that nobody sends", async () => {
    const { failed } = await fails({ calls: [{ target: timelock, value: 10n ** 30n, calldata: "0x" }], description: "# Ether" });
    expect(failed).toBe("execute");
  });

  it("not at the diff, when all it moves is ether", async () => {
    const { slots, accounts } = await passes({ calls: [{ target: ATTACKER, value: 7n, calldata: "0x" }], description: "# Ether" });
    expect(slots.every(({ declared }) => declared)).toBe(true);
    expect(accounts).toMatchObject([{ address: ATTACKER, what: "balance", before: "0", after: "7" }]);
  });

  it("at the diff, when it changes nothing", async () => {
    const calldata = encodeFunctionData({ abi: parseAbi(["function totalSupply() view returns (uint256)"]) });
    const { failed, message } = await fails({ calls: [{ target: token, value: 0n, calldata }], description: "# Nothing" });
    expect(failed).toBe("diff");
    expect(message).toContain("no state");
  });

  it("at the proposal, when it calls anything else on the parameters, or changes them twice", async () => {
    const calldata = encodeFunctionData({ abi: parseAbi(["function version() view returns (uint256)"]) });
    const call = { target: parameters, value: 0n, calldata };
    expect(await fails({ calls: [call], description: "# Nothing" })).toMatchObject({ failed: "propose", error: { name: "RiskParameters_CallUnknown" } });
    const [batch = call] = proposalOf(CHANGES).calls;
    expect(await fails({ calls: [batch, batch], description: "# Twice" })).toMatchObject({
      failed: "propose",
      error: { name: "RiskGovernor_OneBatchPerProposal", args: ["0", "1"] },
    });
  });

  it("at the proposal, when it asks for nothing at all", async () => {
    const { failed, error } = await fails({ calls: [], description: "# Nothing" });
    expect(failed).toBe("propose");
    expect(error?.name).toBe("GovernorInvalidProposalLength");
  });
});

function raise(): never {
  throw new Error("no account changed");
}

it("a rehearsal works from any folder, in a process of its own", () => {
  const script = `
    import { rehearse } from ${JSON.stringify(join(ROOT, "chain/rehearse.ts"))};
    import { encodeApply } from ${JSON.stringify(join(ROOT, "chain/encode.ts"))};
    import { initialParameters } from ${JSON.stringify(join(ROOT, "sim/parameters/index.ts"))};
    const calldata = encodeApply(${JSON.stringify(CHANGES)}, "${EVIDENCE}");
    const rehearsal = await rehearse(initialParameters(), { calls: [{ target: "${parameters}", value: 0n, calldata }], description: "x" });
    console.log(rehearsal.ok);
  `;
  const printed = execFileSync(
    process.execPath,
    ["--experimental-strip-types", "--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "--eval", script],
    { cwd: tmpdir(), encoding: "utf8" },
  );
  expect(printed).toBe("true\n");
});
