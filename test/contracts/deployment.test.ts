import { network } from "hardhat";
import { type Address, encodeFunctionData, getAbiItem, getAddress, type Hex, type PublicClient, toEventSelector, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadArtifacts } from "../../chain/artifacts.ts";
import { type Addresses, deployBallast, localAddresses, ROLES, stewardOf } from "../../chain/deploy.ts";
import { type EmbeddedChain, Reverted, startChain } from "../../chain/network.ts";
import { readParameters } from "../../chain/read.ts";
import { decodeRevert } from "../../chain/revert.ts";
import { GOVERNANCE } from "../../chain/settings.ts";
import { standIns } from "../../chain/stand-ins.ts";
import Ballast from "../../ignition/modules/Ballast.ts";
import { initialParameters, PARAMETERS, specOf } from "../../sim/parameters/index.ts";

const artifacts = await loadArtifacts();
const ROLE_NAMES = new Map(Object.entries(ROLES).map(([name, role]) => [role, name]));

/** Who holds which role of a timelock, replayed from every RoleGranted and RoleRevoked it ever emitted. */
function roleHolders(logs: readonly { address: Address; topics: readonly Hex[]; data: Hex }[], timelock: Address): string[] {
  const holders = new Set<string>();
  for (const { address, topics } of logs) {
    if (address.toLowerCase() !== timelock.toLowerCase()) continue;
    const [event, role = "0x", account = "0x"] = topics;
    const holder = `${ROLE_NAMES.get(role) ?? role} ${`0x${account.slice(26)}`.toLowerCase()}`;
    if (event === toEventSelector("RoleGranted(bytes32,address,address)")) holders.add(holder);
    if (event === toEventSelector("RoleRevoked(bytes32,address,address)")) holders.delete(holder);
  }
  return [...holders].sort();
}

function expectedHolders(timelock: Address, governor: Address): string[] {
  return [`CANCELLER_ROLE ${governor}`, `DEFAULT_ADMIN_ROLE ${timelock}`, `EXECUTOR_ROLE ${zeroAddress}`, `PROPOSER_ROLE ${governor}`].map((line) =>
    line.replace(/0x.*/, (address) => address.toLowerCase()),
  );
}

/** What every view without arguments of every contract says, the contracts' own addresses by name. */
async function answers(client: PublicClient, addresses: Addresses): Promise<Record<string, string>> {
  const contracts = {
    token: "RiskToken",
    timelock: "TimelockController",
    governor: "RiskGovernor",
    parameters: "RiskParameters",
    evidenceRegistry: "EvidenceRegistry",
    steward: "RiskSteward",
  } as const;
  const said: Record<string, string> = {};
  for (const [key, contract] of Object.entries(contracts) as [keyof Addresses, keyof typeof artifacts][]) {
    const { abi } = artifacts[contract];
    for (const item of abi) {
      if (item.type !== "function" || item.inputs.length > 0 || !["view", "pure"].includes(item.stateMutability)) continue;
      if (["clock", "DOMAIN_SEPARATOR", "executableBy"].includes(item.name)) continue; // the time, a hash of the address, a time
      const answer = await client.readContract({ address: addresses[key], abi, functionName: item.name });
      const text = JSON.stringify(answer, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
      said[`${contract}.${item.name}`] = Object.entries(addresses).reduce((all, [name, address]) => all.replaceAll(new RegExp(address, "gi"), name), text);
    }
  }
  return said;
}

describe("the Ignition module", () => {
  it("leaves the timelock with the governor as only proposer and canceller, open execution, itself as only admin, and nobody else", async () => {
    const { ignition, viem } = await network.connect();
    // Hardhat types these by its own build output, which need not be there yet.
    const deployed = (await ignition.deploy(Ballast, { parameters: { Ballast: { validators: standIns() } } })) as unknown as Record<
      "token" | "timelock" | "governor" | "parameters" | "evidenceRegistry" | "steward",
      { address: Address }
    >;
    const { token, timelock, governor, parameters, evidenceRegistry, steward } = deployed;
    const client = await viem.getPublicClient();
    const read = (contract: keyof typeof artifacts, { address }: { address: Address }, functionName: string, args: readonly unknown[] = []) =>
      client.readContract({ address, abi: artifacts[contract].abi, functionName, args });
    const logs = await client.getLogs({ fromBlock: 0n });
    expect(roleHolders(logs, timelock.address)).toEqual(expectedHolders(timelock.address, governor.address));

    const [, receiver, guardian, , council] = (await viem.getWalletClients()).map(({ account }) => getAddress(account.address));
    expect(await read("RiskToken", token, "balanceOf", [receiver])).toBe(GOVERNANCE.tokenSupply);
    expect(await read("RiskToken", token, "totalSupply")).toBe(GOVERNANCE.tokenSupply);
    expect(await read("RiskGovernor", governor, "proposalGuardian")).toBe(guardian);
    expect(await read("RiskParameters", parameters, "timelock")).toBe(getAddress(timelock.address));
    expect(await read("RiskParameters", parameters, "evidenceRegistry")).toBe(getAddress(evidenceRegistry.address));
    expect(await read("RiskGovernor", governor, "riskParameters")).toBe(getAddress(parameters.address));
    expect(getAddress(steward.address)).toBe(stewardOf(getAddress(parameters.address)));
    expect(await read("RiskSteward", steward, "council")).toBe(council);
    expect(await read("RiskSteward", steward, "guardian")).toBe(guardian);
    expect(await read("RiskSteward", steward, "timelock")).toBe(getAddress(timelock.address));
    expect(await read("RiskSteward", steward, "riskParameters")).toBe(getAddress(parameters.address));
    expect(await read("EvidenceRegistry", evidenceRegistry, "timelock")).toBe(getAddress(timelock.address));
    expect(await read("EvidenceRegistry", evidenceRegistry, "validators")).toEqual(standIns());
    expect(await read("EvidenceRegistry", evidenceRegistry, "threshold")).toBe(2n);
    expect(await read("RiskGovernor", governor, "timelock")).toBe(getAddress(timelock.address));
    expect(await read("RiskGovernor", governor, "token")).toBe(getAddress(token.address));
    expect(await read("TimelockController", timelock, "getMinDelay")).toBe(BigInt(GOVERNANCE.timelockDelay));
    expect(await read("RiskGovernor", governor, "votingDelay")).toBe(BigInt(GOVERNANCE.votingDelay));
    expect(await read("RiskGovernor", governor, "votingPeriod")).toBe(BigInt(GOVERNANCE.votingPeriod));
    expect(await read("RiskGovernor", governor, "CLOCK_MODE")).toBe("mode=timestamp");

    const onChain = await readParameters(client as PublicClient, parameters.address);
    expect(onChain.inForce).toEqual(initialParameters());
    expect(onChain.version).toBe(1);

    const rehearsed = await startChain();
    const { addresses } = await deployBallast(rehearsed, initialParameters());
    const byIgnition = {
      token: token.address,
      timelock: timelock.address,
      governor: governor.address,
      parameters: parameters.address,
      evidenceRegistry: evidenceRegistry.address,
      steward: steward.address,
    };
    expect(await answers(client as PublicClient, byIgnition)).toEqual(await answers(rehearsed.client, addresses));
    await rehearsed.close();
  });
});

describe("the deployment of a rehearsal", () => {
  let chain: EmbeddedChain;
  const addresses = localAddresses();

  beforeAll(async () => {
    chain = await startChain();
    await deployBallast(chain, initialParameters());
  });
  afterAll(() => chain.close());

  it("has the same role holders", async () => {
    const logs = await chain.client.getLogs({ fromBlock: 0n });
    expect(roleHolders(logs, addresses.timelock)).toEqual(expectedHolders(addresses.timelock, addresses.governor));
  });

  it("has them at the addresses of a live deployment too, and the same code", async () => {
    const at = (digit: string): Address => `0x${digit.repeat(40)}`;
    const live = { token: at("1"), timelock: at("2"), governor: at("3"), parameters: at("4"), evidenceRegistry: at("5"), steward: stewardOf(at("4")) };
    const other = await startChain();
    await deployBallast(other, initialParameters(), { addresses: live });
    const logs = await other.client.getLogs({ fromBlock: 0n });
    expect(roleHolders(logs, live.timelock)).toEqual(expectedHolders(live.timelock, live.governor));
    for (const name of ["token", "timelock", "governor", "parameters", "evidenceRegistry", "steward"] as const) {
      const [here, there] = [await chain.client.getCode({ address: addresses[name] }), await other.client.getCode({ address: live[name] })];
      expect(there?.length, name).toBe(here?.length);
    }
    expect((await readParameters(other.client, live.parameters)).inForce).toEqual(initialParameters());
    await other.close();
  });

  it("has the bounds of the table, every field of every parameter", async () => {
    const kinds = ["protocol", "underlying", "collateral"];
    const tighter = ["up", "down", "neutral"];
    const { abi } = artifacts.RiskParameters;
    for (const [index, kind] of kinds.entries()) {
      const names = (await chain.client.readContract({ address: addresses.parameters, abi, functionName: "namesOf", args: [index] })) as Hex[];
      expect(names.map((name) => Buffer.from(name.slice(2), "hex").toString().replaceAll("\0", ""))).toEqual(
        PARAMETERS.filter(({ scope }) => scope === kind).map(({ name }) => name),
      );
      for (const word of names) {
        const onChain = (await chain.client.readContract({ address: addresses.parameters, abi, functionName: "specOf", args: [word] })) as Record<
          string,
          number
        >;
        const spec = specOf(Buffer.from(word.slice(2), "hex").toString().replaceAll("\0", ""));
        expect({ ...onChain, kind: kinds[onChain.kind ?? 9], tighter: tighter[onChain.tighter ?? 9] }).toEqual({
          kind: spec?.scope,
          tighter: spec?.tighter,
          relative: spec?.relative,
          cooldown: spec?.cooldown,
          min: spec?.min,
          max: spec?.max,
          maxIncrease: spec?.maxIncrease,
          maxDecrease: spec?.maxDecrease,
        });
      }
    }
  });

  it("leaves runtime code below the limit of EIP-170 in every contract", () => {
    for (const [name, { deployedBytecode }] of Object.entries(artifacts)) expect((deployedBytecode.length - 2) / 2, name).toBeLessThan(24_576);
  });

  describe("privileged functions", () => {
    const role = ROLES.PROPOSER_ROLE ?? "0x";
    const someone: Address = "0x00000000000000000000000000000000000a11ce";
    const word = `0x${"11".repeat(32)}` as Hex;
    const cases: { contract: keyof typeof artifacts; address: Address; name: string; args: readonly unknown[]; error: string }[] = [
      { contract: "RiskParameters", address: addresses.parameters, name: "applyChanges", args: [[], word], error: "RiskParameters_OnlyTimelock" },
      { contract: "RiskParameters", address: addresses.parameters, name: "addAsset", args: [1, word, [], word], error: "RiskParameters_OnlyTimelock" },
      { contract: "RiskParameters", address: addresses.parameters, name: "setOverlay", args: [word, word, 0n, 0], error: "RiskParameters_OnlySteward" },
      { contract: "RiskParameters", address: addresses.parameters, name: "endOverlay", args: [word, word], error: "RiskParameters_OnlySteward" },
      { contract: "RiskSteward", address: addresses.steward, name: "revoke", args: [word, word], error: "RiskSteward_OnlyTimelock" },
      { contract: "RiskSteward", address: addresses.steward, name: "unpause", args: [], error: "RiskSteward_OnlyTimelock" },
      { contract: "RiskSteward", address: addresses.steward, name: "setCouncil", args: [someone], error: "RiskSteward_OnlyTimelock" },
      { contract: "RiskSteward", address: addresses.steward, name: "setGuardian", args: [someone], error: "RiskSteward_OnlyTimelock" },
      { contract: "RiskSteward", address: addresses.steward, name: "setStep", args: [word, 0], error: "RiskSteward_OnlyTimelock" },
      {
        contract: "RiskSteward",
        address: addresses.steward,
        name: "setLimits",
        args: [{ step: 1, drift: 1, refill: 1, life: 1, rest: 1 }],
        error: "RiskSteward_OnlyTimelock",
      },
      {
        contract: "EvidenceRegistry",
        address: addresses.evidenceRegistry,
        name: "setValidators",
        args: [[], 0n],
        error: "EvidenceRegistry_OnlyTimelock",
      },
      { contract: "TimelockController", address: addresses.timelock, name: "grantRole", args: [role, someone], error: "AccessControlUnauthorizedAccount" },
      {
        contract: "TimelockController",
        address: addresses.timelock,
        name: "revokeRole",
        args: [role, addresses.governor],
        error: "AccessControlUnauthorizedAccount",
      },
      { contract: "TimelockController", address: addresses.timelock, name: "updateDelay", args: [0n], error: "TimelockUnauthorizedCaller" },
      { contract: "RiskGovernor", address: addresses.governor, name: "setVotingDelay", args: [7200], error: "GovernorOnlyExecutor" },
      { contract: "RiskGovernor", address: addresses.governor, name: "setVotingPeriod", args: [864_000], error: "GovernorOnlyExecutor" },
      { contract: "RiskGovernor", address: addresses.governor, name: "setProposalThreshold", args: [0n], error: "GovernorOnlyExecutor" },
      { contract: "RiskGovernor", address: addresses.governor, name: "updateQuorumNumerator", args: [1n], error: "GovernorOnlyExecutor" },
      { contract: "RiskGovernor", address: addresses.governor, name: "updateTimelock", args: [someone], error: "GovernorOnlyExecutor" },
      { contract: "RiskGovernor", address: addresses.governor, name: "setLateQuorumVoteExtension", args: [0], error: "GovernorOnlyExecutor" },
      { contract: "RiskGovernor", address: addresses.governor, name: "setProposalGuardian", args: [someone], error: "GovernorOnlyExecutor" },
      { contract: "RiskGovernor", address: addresses.governor, name: "relay", args: [someone, 0n, "0x"], error: "GovernorOnlyExecutor" },
    ];

    it("are all the functions that write, but those every holder may call", () => {
      // Open by design: proposing, voting, queueing, executing, cancelling one's own, moving one's own tokens, receiving.
      const open = {
        RiskParameters: [],
        EvidenceRegistry: ["record"],
        // The council's and the guardian's; tested in contracts/test/StewardPowers.t.sol.
        RiskSteward: ["tighten", "pause"],
        TimelockController: ["renounceRole", "execute", "executeBatch", "onERC1155BatchReceived", "onERC1155Received", "onERC721Received"],
        RiskGovernor: [
          "propose",
          "queue",
          "execute",
          "cancel",
          "castVote",
          "castVoteBySig",
          "castVoteWithReason",
          "castVoteWithReasonAndParams",
          "castVoteWithReasonAndParamsBySig",
          "onERC1155BatchReceived",
          "onERC1155Received",
          "onERC721Received",
        ],
        RiskToken: ["approve", "delegate", "delegateBySig", "permit", "transfer", "transferFrom"],
      } as const;
      const byGovernor = ["schedule", "scheduleBatch"]; // PROPOSER_ROLE, and cancel: CANCELLER_ROLE; tested below
      for (const [contract, { abi }] of Object.entries(artifacts)) {
        const writing = abi
          .filter((item) => item.type === "function" && item.stateMutability !== "view" && item.stateMutability !== "pure")
          .map((item) => (item as { name: string }).name);
        const privileged = cases.filter((one) => one.contract === contract).map((one) => one.name);
        const expected: string[] = [
          ...open[contract as keyof typeof open],
          ...privileged,
          ...(contract === "TimelockController" ? [...byGovernor, "cancel"] : []),
        ];
        expect([...new Set(writing)].sort(), contract).toEqual([...new Set(expected)].sort());
      }
    });

    /** The name of the error a call is refused with, or "" when it is not. */
    const refusal = async (from: Address, to: Address, data: Hex) =>
      await chain.request("eth_call", [{ from, to, data }]).then(
        () => "",
        (thrown: unknown) => {
          if (!(thrown instanceof Reverted)) throw thrown;
          return decodeRevert(artifacts, thrown.data).name;
        },
      );

    it.each(cases)("$contract $name is the timelock's alone", async ({ contract, address, name, args, error }) => {
      const data = encodeFunctionData({ abi: artifacts[contract].abi, functionName: name, args });
      const [deployer = zeroAddress, , guardian = zeroAddress, , random = zeroAddress] = chain.accounts;
      for (const from of [deployer, guardian, random, addresses.governor, addresses.parameters, addresses.token])
        expect(await refusal(from, address, data), `${name} from ${from}`).toBe(error);
      // The timelock itself is let in. The governor then asks for a call it queued itself (an empty queue: a panic).
      const inside = {
        RiskGovernor: "Panic",
        RiskParameters: { applyChanges: "RiskParameters_BatchEmpty", addAsset: "EvidenceRegistry_NotCertified" }[name] ?? error,
        RiskSteward: name === "revoke" ? "RiskParameters_OverlayNotRunning" : "",
        EvidenceRegistry: "EvidenceRegistry_ThresholdInvalid",
        TimelockController: "",
        RiskToken: "",
      };
      expect(await refusal(addresses.timelock, address, data)).toBe(inside[contract]);
    });

    it("nobody but the governor schedules or cancels in the timelock", async () => {
      const { abi } = artifacts.TimelockController;
      const [deployer = zeroAddress, , guardian = zeroAddress, , random = zeroAddress] = chain.accounts;
      const schedule = encodeFunctionData({ abi, functionName: "schedule", args: [someone, 0n, "0x", word, word, 10n ** 6n] });
      const scheduleBatch = encodeFunctionData({ abi, functionName: "scheduleBatch", args: [[someone], [0n], ["0x"], word, word, 10n ** 6n] });
      const cancel = encodeFunctionData({ abi, functionName: "cancel", args: [word] });
      for (const data of [schedule, scheduleBatch, cancel]) {
        for (const from of [deployer, guardian, random, addresses.timelock])
          expect(await refusal(from, addresses.timelock, data)).toBe("AccessControlUnauthorizedAccount");
      }
      expect(await refusal(addresses.governor, addresses.timelock, schedule)).toBe("");
    });
  });
});

// Held here so that a renamed event cannot silently empty the list of role holders.
it("OpenZeppelin's role events have the signatures that are replayed", () => {
  for (const name of ["RoleGranted", "RoleRevoked"]) {
    const event = getAbiItem({ abi: artifacts.TimelockController.abi, name }) as unknown as { inputs: { type: string }[] };
    expect(event.inputs.map(({ type }) => type)).toEqual(["bytes32", "address", "address"]);
  }
});
