import { encodeFunctionData, type Hex, keccak256, parseAbi, zeroHash } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { type ContractName, dangerousOpcodes, deployBallast, loadArtifacts, type Rehearsal, rehearse, startChain, targetOf } from "../../chain/index.ts";
import { type Surroundings, surroundingsOf } from "../../chain/surroundings.ts";
import type { Check } from "../../cli/checks/check.ts";
import { metamorphic } from "../../cli/checks/metamorphic.ts";
import { selectors } from "../../cli/checks/selectors.ts";
import { targets } from "../../cli/checks/targets.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { onChainProposal } from "../../cli/proposal/payload.ts";
import { besides, forged } from "./forged.ts";
import { contextOf, find, GOOD, proposalFolder } from "./world.ts";

const STRANGER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const ABI = parseAbi([
  "function grantRole(bytes32,address)",
  "function scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
  "function executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
  "function relay(address,uint256,bytes)",
  "function multicall(bytes[])",
  "function transfer(address,uint256)",
  "function forward(address,bytes)",
]);
const grant = encodeFunctionData({ abi: ABI, functionName: "grantRole", args: [zeroHash, STRANGER] });

let good: Proposal;
let rehearsal: Rehearsal;
beforeAll(async () => {
  good = (await proposalFolder(GOOD)).proposal;
  rehearsal = await rehearse(good.base, onChainProposal(good.payload!));
}, 120_000);

const messages = async (check: Check, proposal: Proposal, seen?: Surroundings) => {
  const found = seen === undefined ? rehearsal : ({ ...rehearsal, surroundings: seen } as Rehearsal);
  return (await find(check, contextOf(proposal, { rehearsal: async () => found }))).map(({ message }) => message);
};

/** What a proposal meets on a real embedded chain where somebody put other code at an address. */
async function surroundedBy(proposal: Proposal, code: Readonly<Record<string, Hex>>): Promise<Surroundings> {
  const chain = await startChain();
  try {
    const { artifacts, addresses } = await deployBallast(chain, proposal.base);
    for (const [address, bytes] of Object.entries(code)) await chain.request("hardhat_setCode", [address, bytes]);
    return await surroundingsOf(chain, artifacts, onChainProposal(proposal.payload!), addresses);
  } finally {
    await chain.close();
  }
}

describe("targets", { timeout: 120_000 }, () => {
  it("knows the registry as the constructor left it on a chain, immutables and all", async () => {
    expect(await messages(targets, good)).toEqual([]);
    const [seen] = rehearsal.surroundings!.targets;
    expect(seen).toMatchObject({ pinned: "RiskParameters", address: good.deployment.riskParameters });
    // Not trivially: the deployed bytes differ from the artifact's where the immutables are.
    expect(seen.codeHash).not.toBe(keccak256((await loadArtifacts()).RiskParameters.deployedBytecode));
  });

  it("Tornado: catches code that was swapped for other code of the same length, one byte different", async () => {
    const { deployedBytecode } = (await loadArtifacts()).RiskParameters;
    const swapped = `${deployedBytecode.slice(0, -2)}34` as Hex;
    const found = await messages(targets, good, await surroundedBy(good, { [good.deployment.riskParameters]: swapped }));
    expect(found).toEqual([
      expect.stringMatching(new RegExp(`The code at ${good.deployment.riskParameters} is not that of RiskParameters.*${keccak256(swapped)}`)),
    ]);
  });

  it("catches another contract of the system at the registry's address, and no contract at all", async () => {
    const { RiskToken } = await loadArtifacts();
    const token = await surroundedBy(good, { [good.deployment.riskParameters]: RiskToken.deployedBytecode });
    expect(await messages(targets, good, token)).toEqual([expect.stringMatching(/is RiskToken, not RiskParameters/)]);
    const nothing = await surroundedBy(good, { [good.deployment.riskParameters]: "0x" });
    expect(await messages(targets, good, nothing)).toEqual([expect.stringMatching(/should be RiskParameters\. There is no code there/)]);
  });

  it("catches a stranger that is called, also inside another call", async () => {
    const inside = encodeFunctionData({ abi: ABI, functionName: "relay", args: [STRANGER, 0n, grant] });
    const malicious = besides(good, { target: good.deployment.governor, calldata: inside });
    expect(await messages(targets, malicious, await surroundedBy(malicious, {}))).toEqual([
      expect.stringMatching(new RegExp(`${STRANGER} is no contract of the deployment\\. There is no code there`)),
    ]);
  });
});

describe("metamorphic", { timeout: 120_000 }, () => {
  // Opcodes are those of the yellow paper, appendix H, and of EIP-7702.
  const cases: [name: string, code: Hex, expected: string[]][] = [
    ["SELFDESTRUCT(CALLER), Tornado's way out", "0x33ff", ["SELFDESTRUCT at byte 1"]],
    ["a minimal proxy (EIP-1167)", `0x363d3d373d3d3d363d73${"be".repeat(20)}5af43d82803e903d91602b57fd5bf3`, ["DELEGATECALL at byte 31"]],
    ["a factory that makes a contract again at its address", "0x60006000600060006000f500", ["CREATE2 at byte 10"]],
    ["an account that borrows its code (EIP-7702)", `0xef0100${"12".repeat(20)}`, ["EIP-7702 delegation at byte 0"]],
    ["SELFDESTRUCT behind a JUMPDEST, after code that ends", "0x6004565b00fe5bff", ["SELFDESTRUCT at byte 7"]],
    ["0xff in the bytes of a PUSH", `0x7f${"ff".repeat(32)}00`, []],
    ["0xf4 after STOP, where nothing comes to it", "0x00f4", []],
    ["a JUMPDEST in the bytes of a PUSH wakes nothing up", "0x00605bff", []],
    ["a PUSH that the code is too short for", "0x60", []],
  ];
  it.each(cases)("%s", async (_name, code, expected) => {
    expect(dangerousOpcodes(code).map(({ name, at }) => `${name} at byte ${at}`)).toEqual(expected);
    const target = targetOf(STRANGER, code, await loadArtifacts());
    const found = await messages(metamorphic, good, { ...rehearsal.surroundings!, targets: [target] });
    expect(found).toEqual(expected.map((danger) => expect.stringContaining(danger)));
  });

  it("looks at what stands on the chain", async () => {
    const found = await messages(metamorphic, good, await surroundedBy(good, { [good.deployment.riskParameters]: "0x33ff" }));
    expect(found).toEqual([expect.stringContaining("SELFDESTRUCT at byte 1")]);
  });

  it("is not fooled by a trailer that claims the code before it", async () => {
    // The last two bytes say how long the metadata is: here, all of the code.
    expect(dangerousOpcodes("0x33ff0004")).toEqual([{ name: "SELFDESTRUCT", at: 1 }]);
  });

  it("finds nothing in this system's own contracts, metadata left out, however closely it looks", async () => {
    const artifacts = await loadArtifacts();
    const METADATA_BYTES = 53; // solc: { ipfs, solc } in CBOR and its length
    for (const name of Object.keys(artifacts) as ContractName[]) {
      expect([name, dangerousOpcodes(artifacts[name].deployedBytecode.slice(0, -2 * METADATA_BYTES) as Hex)]).toEqual([name, []]);
    }
    expect(await messages(metamorphic, good)).toEqual([]);
  });
});

describe("selectors", () => {
  it("lets the one allowed call pass", async () => {
    expect(await messages(selectors, good)).toEqual([]);
  });

  it("Beanstalk: names a role in a batch", async () => {
    expect(await messages(selectors, besides(good, { target: good.deployment.timelock, calldata: grant }))).toEqual([
      expect.stringMatching(/Call 2 is grantRole\(bytes32,address\) \(selector 0x2f2ff15d\).*hands over power/),
    ]);
  });

  it.each<[string, () => Hex, RegExp]>([
    [
      "an operation for the timelock",
      () => encodeFunctionData({ abi: ABI, functionName: "scheduleBatch", args: [[STRANGER, STRANGER], [0n, 0n], ["0x", grant], zeroHash, zeroHash, 0n] }),
      /Call 2 › scheduleBatch 2 is grantRole/,
    ],
    [
      "an operation that is executed at once",
      () => encodeFunctionData({ abi: ABI, functionName: "executeBatch", args: [[STRANGER], [0n], [grant], zeroHash, zeroHash] }),
      /Call 2 › executeBatch 1 is grantRole/,
    ],
    [
      "a relay of the governor inside a multicall",
      () =>
        encodeFunctionData({
          abi: ABI,
          functionName: "multicall",
          args: [[encodeFunctionData({ abi: ABI, functionName: "relay", args: [STRANGER, 0n, grant] })]],
        }),
      /Call 2 › multicall 1 › relay 1 is grantRole/,
    ],
    [
      "a function nobody knows",
      () => encodeFunctionData({ abi: ABI, functionName: "forward", args: [STRANGER, grant] }),
      /Call 2 has the selector of grantRole\(bytes32,address\) \(0x2f2ff15d\) among its bytes/,
    ],
  ])("finds a role hidden in %s", async (_name, calldata, expected) => {
    const found = await messages(selectors, besides(good, { target: good.deployment.timelock, calldata: calldata() }));
    expect(found).toContainEqual(expect.stringMatching(expected));
  });

  it("finds a role under more layers than are taken apart", async () => {
    let calldata = grant;
    for (let layer = 0; layer < 12; layer++) calldata = encodeFunctionData({ abi: ABI, functionName: "relay", args: [STRANGER, 0n, calldata] });
    const found = await messages(selectors, besides(good, { target: good.deployment.governor, calldata }));
    expect(found).toContainEqual(expect.stringMatching(/relay 1 has the selector of grantRole/));
  });

  it("does not take a broken wrapper apart, but looks through its bytes", async () => {
    const broken = `${encodeFunctionData({ abi: ABI, functionName: "relay", args: [STRANGER, 0n, grant] }).slice(0, -80)}` as Hex;
    const found = await messages(selectors, besides(good, { target: good.deployment.governor, calldata: broken }));
    expect(found).toContainEqual(expect.stringMatching(/Call 2 has the selector of grantRole/));
  });

  it("catches applyChanges elsewhere than on the registry, and with bytes behind its own", async () => {
    const [calldata] = good.payload!.governor.calldatas;
    expect(await messages(selectors, forged(good, { targets: [STRANGER] }))).toEqual([expect.stringMatching(/Call 1 is applyChanges/)]);
    const found = await messages(selectors, forged(good, { calldatas: [`${calldata}${grant.slice(2)}` as Hex] }));
    expect(found).toContainEqual(expect.stringMatching(/Call 1 has the selector of grantRole/));
  });
});
