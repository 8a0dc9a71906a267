import { AbiCoder, Interface, keccak256, TypedDataEncoder, toUtf8Bytes } from "ethers";
import { hashTypedData } from "viem";
import { describe, expect, it } from "vitest";
import { id as idCheck } from "../../cli/checks/id.ts";
import { doorFiles, SNAPSHOT_SENDER_FIELDS, snapshotTypedData } from "../../cli/proposal/doors/index.ts";
import { payloadFiles } from "../../cli/proposal/payload.ts";
import { contextOf, find, GOOD, proposalFolder } from "../checks/world.ts";
import { EVIDENCE, PROPOSAL, payload } from "./world.ts";

// Everything here is read by ethers, or by hand: nothing of what wrote it.
const { governor, safe, doors } = payload;
const GOVERNOR = new Interface([
  "function propose(address[],uint256[],bytes[],string)",
  "function queue(address[],uint256[],bytes[],bytes32)",
  "function execute(address[],uint256[],bytes[],bytes32)",
]);
const REGISTRY = new Interface(["function applyChanges((bytes32,bytes32,uint256,uint256,uint32)[],bytes32)"]);
const TIMELOCK = new Interface([
  "function scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
  "function executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
]);
const ZERO = `0x${"0".repeat(64)}`;
const word = (text: string) => `0x${Buffer.from(text, "ascii").toString("hex").padEnd(64, "0")}`;
const decoded = (abi: Interface, name: string, data: string) => abi.decodeFunctionData(name, data).toArray(true);
const CALLS = [[PROPOSAL.deployment.riskParameters], [0n], [payload.calldata]];

describe("the Safe file", () => {
  it("has the fields and types that Transaction Builder's own model has, and no other", () => {
    // apps/tx-builder/src/typings/models.ts of safe-react-apps: BatchFile, BatchFileMeta, BatchTransaction.
    expect(Object.keys(safe).sort()).toEqual(["chainId", "createdAt", "meta", "transactions", "version"]);
    expect(safe).toMatchObject({ version: "1.0", chainId: "31337", createdAt: expect.any(Number) });
    for (const [key, value] of Object.entries(safe.meta)) {
      expect(["name", "description", "txBuilderVersion", "createdFromSafeAddress", "createdFromOwnerAddress", "checksum"]).toContain(key);
      expect(typeof value, key).toBe("string");
    }
    for (const transaction of safe.transactions) {
      expect(Object.keys(transaction).sort()).toEqual(["contractInputsValues", "contractMethod", "data", "to", "value"]);
      expect(transaction).toMatchObject({ to: expect.stringMatching(/^0x[0-9a-fA-F]{40}$/), value: "0", data: expect.stringMatching(/^0x[0-9a-f]+$/) });
    }
  });

  it("has the checksum that its published algorithm gives, written again", () => {
    // Every object: `{`, the JSON list of its sorted keys, each value followed by a comma, `}`. Every list: its items between commas. The name counts as
    // null, the checksum is left out; keccak256 of the UTF-8 bytes.
    const parts: string[] = [];
    const write = (value: unknown): void => {
      if (Array.isArray(value)) {
        parts.push("[");
        for (const [i, item] of value.entries()) {
          if (i > 0) parts.push(",");
          write(item);
        }
        parts.push("]");
      } else if (value !== null && typeof value === "object") {
        const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
        parts.push("{", JSON.stringify(entries.map(([key]) => key)));
        for (const [, inner] of entries) {
          write(inner);
          parts.push(",");
        }
        parts.push("}");
      } else parts.push(JSON.stringify(value));
    };
    const { checksum, ...meta } = JSON.parse(JSON.stringify(safe.meta));
    write({ ...JSON.parse(JSON.stringify(safe)), meta: { ...meta, name: null } });
    expect(keccak256(toUtf8Bytes(parts.join("")))).toBe(checksum);
  });

  it("sends the proposal, its tuples encoded: the changes come out of it again", () => {
    const [{ to, data }] = safe.transactions;
    expect(to).toBe(PROPOSAL.deployment.governor);
    const [targets, values, calldatas, description] = decoded(GOVERNOR, "propose", data ?? "0x");
    expect([targets, values, description]).toEqual([[PROPOSAL.deployment.riskParameters], [0n], governor.description]);
    expect(decoded(REGISTRY, "applyChanges", (calldatas as string[])[0])).toEqual([
      [
        [word("ETH"), word("volBuffer"), 2_500n, 3_000n, 86_400n],
        [word("protocol"), word("attestationTtl"), 3_600n, 1_800n, 86_400n],
      ],
      EVIDENCE,
    ]);
  });
});

describe("timelock.json", () => {
  const file = JSON.parse(doors["timelock.json"]);
  // GovernorTimelockControl._timelockSalt: bytes20(governor) ^ descriptionHash, byte by byte.
  const hash = Buffer.from(keccak256(toUtf8Bytes(governor.description)).slice(2), "hex");
  const address = Buffer.from(PROPOSAL.deployment.governor.slice(2), "hex");
  const salted = `0x${Buffer.from(hash.map((byte, i) => byte ^ (address[i] ?? 0))).toString("hex")}`;

  it.each([
    ["governed", salted],
    ["bare", `0x${hash.toString("hex")}`],
  ])("%s: salt, id and both calldatas are TimelockController's", (name, salt) => {
    const { salt: own, operationId, scheduleBatch, executeBatch } = file[name];
    expect(own).toBe(salt);
    const encoded = AbiCoder.defaultAbiCoder().encode(["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"], [...CALLS, ZERO, salt]);
    expect(operationId).toBe(keccak256(encoded));
    expect(decoded(TIMELOCK, "scheduleBatch", scheduleBatch)).toEqual([...CALLS, ZERO, salt, 172_800n]);
    expect(decoded(TIMELOCK, "executeBatch", executeBatch)).toEqual([...CALLS, ZERO, salt]);
  });

  it("names the timelock and shows the batch in the open", () => {
    expect(file).toMatchObject({
      chainId: 31_337,
      timelock: PROPOSAL.deployment.timelock,
      targets: CALLS[0],
      values: ["0"],
      payloads: CALLS[2],
      delaySeconds: 172_800,
    });
  });
});

describe("cast.sh", () => {
  const line = (name: string) => new RegExp(`^${name}=(\\S+)$`, "m").exec(doors["cast.sh"])?.[1] ?? "";
  it("sends the calldata of propose, queue and execute", () => {
    expect(decoded(GOVERNOR, "propose", line("propose"))).toEqual([...CALLS, governor.description]);
    for (const step of ["queue", "execute"]) expect(decoded(GOVERNOR, step, line(step))).toEqual([...CALLS, governor.descriptionHash]);
    expect([line("governor"), line("id"), line("chain")]).toEqual([PROPOSAL.deployment.governor, governor.proposalId, "31337"]);
  });
  it("has no word in it that somebody wrote", () => {
    expect(doors["cast.sh"]).not.toContain("touch owned");
  });
});

describe("snapshot.json", () => {
  const file = JSON.parse(doors["snapshot.json"]);
  const sender = {
    from: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    space: "protocol.eth",
    timestamp: 1_780_000_000,
    start: 1_780_003_600,
    end: 1_780_262_800,
    snapshot: 25_000_000,
  };
  const input = {
    ...governor,
    timelock: PROPOSAL.deployment.timelock,
    calls: [{ target: PROPOSAL.deployment.riskParameters, value: 0n, calldata: payload.calldata as `0x${string}` }],
  };

  it("lacks nothing but what the sender fills in, and is then the same message to viem and to ethers", () => {
    const { domain, types, senderFills, message } = file;
    const fields = types.Proposal.map(({ name }: { name: string }) => name);
    expect([...Object.keys(message), ...senderFills].sort()).toEqual([...fields].sort());
    expect(senderFills).toEqual([...SNAPSHOT_SENDER_FIELDS]);
    const whole = { ...message, ...sender };
    const typed = snapshotTypedData(input, sender);
    expect(typed.message).toEqual(whole);
    expect(TypedDataEncoder.hash(domain, types, whole)).toBe(
      hashTypedData({
        ...typed,
        message: { ...whole, timestamp: BigInt(sender.timestamp), start: BigInt(sender.start), end: BigInt(sender.end), snapshot: BigInt(sender.snapshot) },
      }),
    );
  });

  it("asks about this proposal: its title, its text, its evidence and its id on chain", () => {
    expect(file.message.title).toBe(PROPOSAL.title);
    expect(file.message.discussion).toBe("https://forum.example.org/t/412");
    for (const part of ["Raise ETH volatility buffer from 25 % to 30 %", `Evidence: ${EVIDENCE}`, governor.proposalId])
      expect(file.message.body).toContain(part);
    expect(file.message.choices).toEqual(["For", "Against", "Abstain"]);
  });
});

describe("every door", () => {
  it("is the same bytes for the same proposal", () => {
    const { timelock, riskParameters } = PROPOSAL.deployment;
    const calls = [{ target: riskParameters, value: 0n, calldata: payload.calldata as `0x${string}` }];
    expect(doorFiles({ ...governor, timelock, calls })).toEqual(doors);
  });

  it.each<[string, (text: string) => string]>([
    ["timelock.json", (text) => text.replace(/"operationId": "0x./, '"operationId": "0x0')],
    ["timelock.json", (text) => text.replace("172800", "0")],
    ["cast.sh", (text) => text.replace('"$queue"', '"$propose"')],
    ["viem.mjs", (text) => text.replace('"vote-for": () => ["castVote", [id, 1]]', '"vote-for": () => ["castVote", [id, 0]]')],
    ["viem.mjs", (text) => `${text}\n`],
    ["snapshot.json", (text) => text.replace('"For"', '"Against"')],
    ["snapshot.json", () => "{}"],
  ])("%s, once it says something else, is refused", async (name, change) => {
    const { proposal } = await proposalFolder(GOOD);
    const honest = proposal.payload!;
    const text = change(honest.doors[name]);
    expect(text).not.toBe(honest.doors[name]);
    const forged = { ...honest, doors: { ...honest.doors, [name]: text } };
    expect(await find(idCheck, contextOf(proposal))).toEqual([]);
    expect(await find(idCheck, contextOf({ ...proposal, payload: forged }, { payloadTexts: async () => payloadFiles(forged) }))).toEqual([
      expect.objectContaining({ severity: "error", message: expect.stringContaining(`payload/${name} does not lead to this proposal`) }),
    ]);
  });
});
