import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeFunctionData, parseAbi } from "viem";
import { describe, expect, it } from "vitest";
import { encodeApply } from "../../chain/index.ts";
import { bounds } from "../../cli/checks/bounds.ts";
import { cas } from "../../cli/checks/cas.ts";
import type { Check } from "../../cli/checks/check.ts";
import { cooldown } from "../../cli/checks/cooldown.ts";
import { coupled } from "../../cli/checks/coupled.ts";
import { decode } from "../../cli/checks/decode.ts";
import { description } from "../../cli/checks/description.ts";
import { id } from "../../cli/checks/id.ts";
import { noOp } from "../../cli/checks/no-op.ts";
import { proposerSuffix } from "../../cli/checks/proposer-suffix.ts";
import { shape } from "../../cli/checks/shape.ts";
import { step } from "../../cli/checks/step.ts";
import { units } from "../../cli/checks/units.ts";
import { workspace } from "../../cli/checks/workspace.ts";
import { deploymentText } from "../../cli/proposal/deployment.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { parametersText } from "../../cli/proposal/parameters.ts";
import type { Payload } from "../../cli/proposal/payload.ts";
import { initialParameters, withValue } from "../../sim/parameters/index.ts";
import { forged } from "./forged.ts";
import { contextOf, find, GOOD, proposalFolder, ROOT } from "./world.ts";

const PURE: readonly Check[] = [shape, id, description, proposerSuffix, decode, cas, bounds, step, cooldown, units, noOp, coupled, workspace];
const PROPOSER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

async function proposalOf(yaml: string = GOOD): Promise<Proposal> {
  return (await proposalFolder(yaml)).proposal;
}

const messages = async (check: Check, proposal: Proposal) => (await find(check, contextOf(proposal))).map(({ message }) => message);

describe("a sound proposal", () => {
  it.each(PURE.map((check) => [check.id, check] as const))("has nothing against it in %s", async (_id, check) => {
    expect(await find(check, contextOf(await proposalOf()))).toEqual([]);
    const several = await proposalOf(`${GOOD}  BTC.haircut: 22 %\nramp: 2 d\nproposer: "${PROPOSER}"\n`);
    expect(await find(check, contextOf(several))).toEqual([]);
  });
  it("without a payload has failed every check that needs one", async () => {
    const { payload: _, ...bare } = await proposalOf();
    for (const check of [shape, id, description, proposerSuffix, decode]) {
      expect(await find(check, contextOf(bare))).toMatchObject([{ severity: "error", kind: "check", fix: "Run `ballast build`." }]);
    }
  });
});

describe("a proposal that brings its own yardstick", () => {
  it("is found out when its base differs from the parameters in force", async () => {
    const { folder } = await proposalFolder(GOOD);
    const own = withValue(initialParameters(), { scope: "ETH", name: "volBuffer" }, 2_900);
    await writeFile(join(folder, "own.yaml"), parametersText(own));
    await writeFile(join(folder, "proposal.yaml"), `${GOOD}base: own.yaml\n`);
    expect(await messages(workspace, await loadProposal(folder))).toEqual(["Its base says ETH.volBuffer is 2900; in force here is 2500."]);
  });
  it("is found out when it names other contracts", async () => {
    const { folder, proposal } = await proposalFolder(GOOD);
    const riskParameters = "0x000000000000000000000000000000000000dEaD";
    await writeFile(join(folder, "own.yaml"), deploymentText({ ...proposal.deployment, riskParameters }));
    await writeFile(join(folder, "proposal.yaml"), `${GOOD}deployment: own.yaml\n`);
    expect((await messages(workspace, await loadProposal(folder))).join()).toMatch(
      /riskParameters is 0x000000000000000000000000000000000000dEaD; here it is 0x/,
    );
  });
  it("has failed where the workspace's own files are missing", async () => {
    const { folder, proposal } = await proposalFolder(GOOD);
    await rm(join(folder, "../parameters.yaml"));
    expect(await find(workspace, contextOf(proposal))).toMatchObject([{ severity: "error", kind: "check" }]);
  });
});

describe("the parameter rules, one check each", () => {
  // Bounds, steps and rules are those of the parameter table and of DESIGN §4.
  const cases: [check: Check, changes: string, message: RegExp][] = [
    [bounds, "ETH.volBuffer: 10001", /ETH\.volBuffer cannot be 10001 bps.*OutOfBounds/],
    [step, "ETH.volBuffer: 4001", /at most 4000 bps.*StepTooLarge/],
    [step, "ETH.volBuffer: 1999", /at least 2000 bps.*StepTooLarge/],
    [noOp, "ETH.volBuffer: 2500", /NoChange/],
    [cooldown, "ETH.volBuffer: 3000\nramp: 8 d", /ramped over 691200 s.*RampTooLong/],
    [coupled, "ETH.volFloor: 4500", /FloorAboveMinVolUp/],
    [coupled, "protocol.liquidationTarget: 13000", /TargetAboveInitialMargin/],
    [units, "ETH.volBuffer: 25", /factor of 100: about the factor between per cent and basis points/],
    [units, "protocol.attestationTtl: 60", /factor of 60: about the factor between minutes and seconds/],
  ];
  it.each(cases.map(([check, changes, message]) => [check.id, changes.replace("\n", ", "), check, changes, message] as const))(
    "%s catches %s",
    async (_id, _name, check, changes, message) => {
      const found = await messages(check, await proposalOf(`title: T\nauthor: A\nchanges:\n  ${changes}\n`));
      expect(found.join("\n")).toMatch(message);
    },
  );
  it.each([
    [bounds, "ETH.volBuffer: 4001"],
    [step, "ETH.volBuffer: 4000"],
    [step, "ETH.volBuffer: 2000"],
    [units, "ETH.volBuffer: 3000"],
    [coupled, "ETH.volFloor: 4000\n  ETH.minVolUp: 4500"],
    [cooldown, "ETH.volBuffer: 3000\nramp: 7 d"],
  ] as const)("$id lets the limit itself pass", async (check, changes) => {
    expect(await messages(check, await proposalOf(`title: T\nauthor: A\nchanges:\n  ${changes}\n`))).toEqual([]);
  });
  it("cas catches a payload built before the base moved", async () => {
    const proposal = await proposalOf();
    const calldata = encodeApply([{ ...proposal.changes[0], from: 2400 }], ROOT as `0x${string}`);
    expect(await messages(cas, forged(proposal, { calldatas: [calldata] }))).toEqual([
      expect.stringMatching(/starts ETH\.volBuffer from 2400, but the base says 2500/),
    ]);
  });
});

describe("id", () => {
  it("catches a description changed by one byte", async () => {
    const proposal = await proposalOf();
    const governor = { ...proposal.payload!.governor, description: `${proposal.payload!.governor.description} ` };
    const found = await messages(id, { ...proposal, payload: { ...proposal.payload!, governor } });
    expect(found).toContainEqual(expect.stringMatching(/calls and description give/));
    expect(found).toContainEqual(expect.stringMatching(/description\.md is not/));
  });
  it.each<[string, (payload: Payload) => Payload, RegExp]>([
    ["calldata.txt of another proposal", (p) => ({ ...p, calldata: `${p.calldata.slice(0, -2)}00` }), /calldata\.txt/],
    [
      "a Safe that sends something else",
      (p) => ({ ...p, safe: { ...p.safe, transactions: [{ ...p.safe.transactions[0], to: PROPOSER }] } }),
      /safe\.json does not send/,
    ],
    ["a second Safe transaction", (p) => ({ ...p, safe: { ...p.safe, transactions: [...p.safe.transactions, p.safe.transactions[0]] } }), /2 transactions/],
    ["another governor", (p) => ({ ...p, governor: { ...p.governor, governor: PROPOSER } }), /for governor/],
    ["another description hash", (p) => ({ ...p, governor: { ...p.governor, descriptionHash: "0x00" } }), /descriptionHash/],
  ])("catches %s", async (_name, change, message) => {
    const proposal = await proposalOf();
    expect((await messages(id, { ...proposal, payload: change(proposal.payload!) })).join("\n")).toMatch(message);
  });
});

describe("shape", () => {
  it("catches lists of different length, money, and calls without a function", async () => {
    const proposal = await proposalOf();
    const { targets, calldatas } = proposal.payload!.governor;
    expect(await messages(shape, forged(proposal, { values: [] }))).toEqual([expect.stringMatching(/1 targets, 0 values/)]);
    expect(await messages(shape, forged(proposal, { values: ["7"] }))).toEqual([expect.stringMatching(/sends 7 wei/)]);
    expect(await messages(shape, forged(proposal, { targets: [...targets, PROPOSER], values: ["0", "0"], calldatas: [...calldatas, "0x"] }))).toEqual([
      expect.stringMatching(/Call 2 .* 0 bytes/),
    ]);
  });
});

describe("decode", () => {
  it("Beanstalk: names a role granted beside the parameter change by its selector", async () => {
    const proposal = await proposalOf();
    const { targets, calldatas } = proposal.payload!.governor;
    const grant = encodeFunctionData({ abi: parseAbi(["function grantRole(bytes32,address)"]), args: [`0x${"00".repeat(32)}`, PROPOSER] });
    const found = await messages(
      decode,
      forged(proposal, { targets: [...targets, proposal.deployment.timelock], values: ["0", "0"], calldatas: [...calldatas, grant] }),
    );
    // 0x2f2ff15d: the selector of grantRole(bytes32,address) in OpenZeppelin's AccessControl.
    expect(found).toEqual([expect.stringMatching(/Call 2 is not declared.*grantRole\(bytes32,address\) \(selector 0x2f2ff15d\)/)]);
  });
  it("names a selector nobody knows", async () => {
    const proposal = await proposalOf();
    const found = await messages(decode, forged(proposal, { calldatas: ["0xdeadbeef"] }));
    expect(found[0]).toMatch(/unknown function \(selector 0xdeadbeef\)/);
    expect(found[1]).toMatch(/declares ETH\.volBuffer .* which the payload does not do/);
  });
  it("catches applyChanges on another contract than the registry", async () => {
    const proposal = await proposalOf();
    expect((await messages(decode, forged(proposal, { targets: [PROPOSER] })))[0]).toMatch(/Call 1 is not declared.*applyChanges/);
  });
  it("catches a change that is not declared, and one that is another", async () => {
    const proposal = await proposalOf();
    const [change] = proposal.changes;
    const more = encodeApply([change, { scope: "ETH", name: "volFloor", from: 4000, to: 3500, rampSeconds: 0 }], ROOT as `0x${string}`);
    expect(await messages(decode, forged(proposal, { calldatas: [more] }))).toEqual([
      expect.stringMatching(/changes ETH\.volFloor from 4000 to 3500, which proposal\.yaml does not declare/),
    ]);
    const other = encodeApply([{ ...change, to: 2000 }], ROOT as `0x${string}`);
    expect(await messages(decode, forged(proposal, { calldatas: [other] }))).toEqual([
      expect.stringMatching(/ETH\.volBuffer from 2500 to 2000 .* declares ETH\.volBuffer from 2500 to 3000/),
    ]);
  });
  it("CVE-2023-30542: refuses calldata with bytes that its meaning does not explain", async () => {
    const proposal = await proposalOf();
    const [calldata] = proposal.payload!.governor.calldatas;
    expect((await messages(decode, forged(proposal, { calldatas: [`${calldata}00` as `0x${string}`] })))[0]).toMatch(
      /Could not run.*bytes that what it says does not explain/,
    );
  });
});

describe("description", () => {
  const described = async (change: (text: string) => string) => {
    const proposal = await proposalOf();
    return messages(description, forged(proposal, { description: change(proposal.payload!.governor.description) }));
  };
  it("Synthetify: catches a title that only looks like the one discussed", async () => {
    const found = await described((text) => text.replace("volatility", "vоlatility"));
    expect(found.join("\n")).toMatch(/description\.md:1:\d+ has a letter that only looks like.*U\+043E/);
    expect(found.join("\n")).toMatch(/titled "Raise the ETH v<U\+043E>latility buffer"/);
  });
  it.each([
    ["a right-to-left override", (text: string) => text.replace("30 %", "\u202e30 %"), /turns the direction/],
    ["a zero-width space", (text: string) => text.replace("Author", "Auth\u200bor"), /invisible/],
    ["another title", (text: string) => text.replace(/^# .*/, "# Housekeeping"), /titled "Housekeeping"/],
    ["another number than the change's", (text: string) => text.replace("30 %", "26 %"), /says ".*26 %.*" where the changes make ".*30 %/],
    ["no evidence at the end", (text: string) => `${text}\nThanks!`, /does not end with the hash of the evidence/],
    ["a blank after the evidence", (text: string) => `${text} `, /does not end with the hash of the evidence/],
  ])("catches %s", async (_name, change, message) => {
    expect((await described(change)).join("\n")).toMatch(message);
  });
  it("catches a lookalike in proposal.yaml itself, where title and description agree", async () => {
    expect((await messages(description, await proposalOf(GOOD.replace("volatility", "vоlatility")))).join("\n")).toMatch(
      /The title in proposal\.yaml has a letter/,
    );
  });
});

describe("proposer-suffix", () => {
  const bound = async (change: (text: string) => string, yaml = `${GOOD}proposer: "${PROPOSER}"\n`) => {
    const proposal = await proposalOf(yaml);
    return messages(proposerSuffix, forged(proposal, { description: change(proposal.payload!.governor.description) }));
  };
  it.each([
    ["a newline after it: CVE-2023-34234's protection is silently off", (text: string) => `${text}\n`, /not the last 52 bytes \(1 byte/],
    ["a digit too few", (text: string) => text.slice(0, -1), /not the last 52 bytes/],
    ["what is no address", (text: string) => `${text.slice(0, -1)}g`, /is no address/],
    ["a checksum that does not hold", (text: string) => text.replace(PROPOSER, PROPOSER.replace("Fd6e", "fD6e")), /checksum/],
    ["somebody else", (text: string) => text.replace(PROPOSER, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"), /proposal\.yaml names/],
    ["a suffix left out", (text: string) => text.replace(/\n#proposer=.*/, ""), /the description does not/],
  ])("catches %s", async (_name, change, message) => {
    expect((await bound(change)).join("\n")).toMatch(message);
  });
  it("lets the right one pass", async () => {
    expect(await bound((text) => text)).toEqual([]);
  });
});
