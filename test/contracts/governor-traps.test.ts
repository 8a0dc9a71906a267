import { type Address, encodeDeployData, encodeFunctionData, type Hex } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GOVERNOR_ABI, TOKEN_ABI } from "../../chain/abi.ts";
import { loadArtifacts, ROOT } from "../../chain/artifacts.ts";
import { deployBallast, governorSettings, localAddresses } from "../../chain/deploy.ts";
import { encodeApply, encodeProposal, encodeStep, type Proposal, proposalId } from "../../chain/encode.ts";
import { type EmbeddedChain, Reverted, startChain } from "../../chain/network.ts";
import { decodeRevert } from "../../chain/revert.ts";
import { GOVERNANCE } from "../../chain/settings.ts";
import { certifyByStandIns } from "../../chain/stand-ins.ts";
import { initialParameters } from "../../sim/parameters/index.ts";

/** What OpenZeppelin's governor does that one would not expect: held here, so that an upgrade that changes it is noticed. */
const artifacts = await loadArtifacts();
const { timelock, parameters, governor, token } = localAddresses();
const DAY = 86_400;

let chain: EmbeddedChain;
let accounts: readonly Address[];
let fresh: unknown;
beforeAll(async () => {
  chain = await startChain();
  accounts = chain.accounts;
  await deployBallast(chain, initialParameters());
  await certifyByStandIns(chain, localAddresses(), proposalWith(""));
  const [, receiver = timelock, , proposer = timelock, other = timelock] = accounts;
  const tell = (from: Address, functionName: "transfer" | "delegate", args: readonly unknown[]) =>
    chain.send({ from, to: token, data: encodeFunctionData({ abi: TOKEN_ABI, functionName, args } as never) });
  // Supply 100 000 000: a proposer and another with 5 % each, the receiver with 90 %.
  for (const holder of [proposer, other]) await tell(receiver, "transfer", [holder, 5_000_000n * 10n ** 18n]);
  for (const holder of [receiver, proposer, other]) await tell(holder, "delegate", [holder]);
});
beforeEach(async () => {
  if (fresh !== undefined) await chain.request("evm_revert", [fresh]);
  fresh = await chain.request("evm_snapshot");
});
afterAll(() => chain.close());

const calldata = encodeApply([{ scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 0 }], `0x${"e1".repeat(32)}`);
const proposalWith = (description: string): Proposal => ({ calls: [{ target: parameters, value: 0n, calldata }], description });

async function attempt(from: Address | undefined, data: Hex, to: Address | undefined = governor): Promise<string> {
  try {
    await chain.send({ from: from ?? timelock, data, ...(to === undefined ? {} : { to }) });
    return "done";
  } catch (thrown) {
    if (!(thrown instanceof Reverted)) throw thrown;
    return decodeRevert(artifacts, thrown.data).name;
  }
}
const vote = (from: Address | undefined, proposal: Proposal, support: number) =>
  attempt(from, encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "castVote", args: [proposalId(proposal), support] }));
const ask = (functionName: "state" | "proposalDeadline" | "proposalSnapshot", proposal: Proposal) =>
  chain.client.readContract({ address: governor, abi: GOVERNOR_ABI, functionName, args: [proposalId(proposal)] }).then(Number);

describe("the proposer suffix", () => {
  it("keeps everybody else from proposing that text", async () => {
    const proposal = proposalWith(`# Raise\n#proposer=${accounts[3]}`);
    expect(await attempt(accounts[4], encodeProposal(proposal))).toBe("GovernorRestrictedProposer");
    expect(await attempt(accounts[3], encodeProposal(proposal))).toBe("done");
  });

  it("is silently disabled by one newline after it", async () => {
    expect(await attempt(accounts[4], encodeProposal(proposalWith(`# Raise\n#proposer=${accounts[3]}\n`)))).toBe("done");
  });

  it("is silently disabled by a malformed address", async () => {
    expect(await attempt(accounts[4], encodeProposal(proposalWith(`# Raise\n#proposer=${accounts[3]?.slice(0, -1)}g`)))).toBe("done");
  });
});

describe("the proposal's id", () => {
  it("is recomputed outside the chain", async () => {
    const proposal = proposalWith("# Raise the ETH buffer\n\nÄöü — evidence 0x…");
    await attempt(accounts[3], encodeProposal(proposal));
    expect(await ask("state", proposal)).toBe(0);
  });

  it("changes with a single byte of the description", () => {
    expect(proposalId(proposalWith("# Raise"))).not.toBe(proposalId(proposalWith("# Raise\n")));
  });
});

describe("the vote's times", () => {
  it("the snapshot's own second is still pending, the deadline's own second still active", async () => {
    const proposal = proposalWith("# Times");
    await attempt(accounts[3], encodeProposal(proposal));
    const [snapshot, deadline] = [await ask("proposalSnapshot", proposal), await ask("proposalDeadline", proposal)];
    expect(deadline - snapshot).toBe(GOVERNANCE.votingPeriod);
    await chain.travelTo(snapshot);
    expect(await ask("state", proposal)).toBe(0);
    await chain.travelTo(snapshot + 1);
    expect(await ask("state", proposal)).toBe(1);
    await chain.travelTo(deadline);
    expect(await ask("state", proposal)).toBe(1);
    await chain.travelTo(deadline + 1);
    expect(await ask("state", proposal)).toBe(3);
  });

  it("a quorum reached five seconds before the end extends the vote by two days", async () => {
    const proposal = proposalWith("# Late");
    await attempt(accounts[3], encodeProposal(proposal));
    const deadline = await ask("proposalDeadline", proposal);
    await chain.travelTo(deadline - 6);
    expect(await vote(accounts[1], proposal, 1)).toBe("done");
    expect(await ask("proposalDeadline", proposal)).toBe(deadline - 5 + 2 * DAY);
  });

  it("an early abstention spends that extension: the same late swing then passes at once", async () => {
    const proposal = proposalWith("# Late swing");
    await attempt(accounts[3], encodeProposal(proposal));
    const deadline = await ask("proposalDeadline", proposal);
    await chain.travelTo((await ask("proposalSnapshot", proposal)) + 1);
    expect(await vote(accounts[4], proposal, 2)).toBe("done"); // 5 % abstain: quorum 4 % is reached
    expect(await vote(accounts[3], proposal, 0)).toBe("done"); // 5 % against
    await chain.travelTo(deadline - 6);
    expect(await vote(accounts[1], proposal, 1)).toBe("done"); // 90 % for, five seconds before the end
    expect(await ask("proposalDeadline", proposal)).toBe(deadline);
    await chain.travelTo(deadline + 1);
    expect(await ask("state", proposal)).toBe(4);
  });
});

describe("cancelling", () => {
  it("is the guardian's at any time, the proposer's only before the vote", async () => {
    const proposal = proposalWith("# Cancel");
    await attempt(accounts[3], encodeProposal(proposal));
    await chain.travelTo((await ask("proposalSnapshot", proposal)) + 1);
    expect(await attempt(accounts[3], encodeStep("cancel", proposal))).toBe("GovernorUnableToCancel");
    expect(await attempt(accounts[4], encodeStep("cancel", proposal))).toBe("GovernorUnableToCancel");
    expect(await attempt(accounts[2], encodeStep("cancel", proposal))).toBe("done");
    expect(await ask("state", proposal)).toBe(2);
  });
});

describe("the guardian", () => {
  it("can cancel the very proposal that would replace it: it can stop everything for ever, and do nothing else", async () => {
    const replace = encodeFunctionData({ abi: artifacts.RiskGovernor.abi, functionName: "setProposalGuardian", args: [accounts[4]] });
    const proposal: Proposal = { calls: [{ target: governor, value: 0n, calldata: replace }], description: "# Another guardian" };
    await attempt(accounts[3], encodeProposal(proposal));
    await chain.travelTo((await ask("proposalSnapshot", proposal)) + 1);
    expect(await vote(accounts[1], proposal, 1)).toBe("done");
    await chain.travelTo((await ask("proposalDeadline", proposal)) + 1);
    expect(await attempt(accounts[3], encodeStep("queue", proposal))).toBe("done");
    expect(await attempt(accounts[2], encodeStep("cancel", proposal))).toBe("done");
    expect(await ask("state", proposal)).toBe(2);
  });
});

describe("the governor's constructor", () => {
  const create = (name: string) => {
    const { abi, bytecode } = artifacts.RiskGovernor;
    const settings = { ...governorSettings(GOVERNANCE, { guardian: timelock }), name };
    return chain.request("eth_call", [{ from: timelock, data: encodeDeployData({ abi, bytecode, args: [token, timelock, parameters, settings] }) }]);
  };

  it("takes a name of 31 bytes and no more", async () => {
    await expect(create("x".repeat(31))).resolves.toMatch(/^0x/);
    const thrown = await create("x".repeat(32)).catch((error: unknown) => error);
    expect(decodeRevert(artifacts, (thrown as Reverted).data).name).toBe("StringTooLong");
    expect(new TextEncoder().encode(GOVERNANCE.governorName).length).toBeLessThanOrEqual(31);
  });

  it("reverts when the late-quorum extension comes before the settings in the base list", async () => {
    const { readFileSync } = await import("node:fs");
    const { createRequire } = await import("node:module");
    const { join } = await import("node:path");
    const path = "contracts/governance/RiskGovernor.sol";
    const source = readFileSync(join(ROOT, path), "utf8");
    const swapped = source
      .replace("    GovernorSettings,\n", "")
      .replace("    GovernorPreventLateQuorum,\n", "    GovernorPreventLateQuorum,\n    GovernorSettings,\n");
    expect(swapped).not.toBe(source);
    // OpenZeppelin's own order of construction is what is tested: our override of the period would refuse first.
    const bare = swapped.replace(/ {4}\/\/\/ @dev OpenZeppelin bounds[\s\S]*?super\._setVotingPeriod\(period\);\n {4}\}\n/, "");
    const solc = createRequire(import.meta.url)("solc") as { compile(input: string, callbacks: { import(file: string): { contents: string } }): string };
    const input = {
      language: "Solidity",
      sources: { [path]: { content: bare } },
      settings: { optimizer: { enabled: true, runs: 200 }, evmVersion: "cancun", outputSelection: { [path]: { RiskGovernor: ["evm.bytecode.object"] } } },
    };
    const read = (file: string) => readFileSync(file.startsWith("@") ? join(ROOT, "node_modules", file) : join(ROOT, file), "utf8");
    const output = JSON.parse(solc.compile(JSON.stringify(input), { import: (file) => ({ contents: read(file) }) }));
    const bytecode: Hex = `0x${output.contracts[path].RiskGovernor.evm.bytecode.object}`;
    const { abi } = artifacts.RiskGovernor;
    const data = encodeDeployData({ abi, bytecode, args: [token, timelock, parameters, governorSettings(GOVERNANCE, { guardian: timelock })] });
    const thrown = await chain.request("eth_call", [{ from: timelock, data }]).catch((error: unknown) => error);
    expect(decodeRevert(artifacts, (thrown as Reverted).data)).toEqual({
      name: "GovernorPreventLateQuorumVoteExtensionTooLarge",
      args: [String(2 * DAY), "0"],
    });
  });
});
