import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeFunctionData, encodeAbiParameters, getAddress, keccak256, parseAbi, parseAbiParameters, toHex } from "viem";
import { describe, expect, test } from "vitest";
import { changeSentence, describeProposal, evidenceOf, proposerOf } from "../../cli/proposal/description.ts";
import { buildPayload, NO_EVIDENCE, payloadFiles, readPayload } from "../../cli/proposal/payload.ts";
import { ballast, refusalOf, workspace } from "./ballast.ts";

const EVIDENCE = "0x1f00000000000000000000000000000000000000000000000000000000000c0d";
const PROPOSER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const PROPOSAL = {
  title: "Raise the ETH volatility buffer",
  author: "Risk committee",
  changes: [
    { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 86_400 },
    { scope: "protocol", name: "attestationTtl", from: 3_600, to: 1_800, rampSeconds: 86_400 },
  ],
  deployment: {
    chainId: 31_337,
    token: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    governor: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
    timelock: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
    riskParameters: "0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9",
    riskSteward: "0x000000000000000000000000000000000000dEaD",
    evidenceRegistry: "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9",
  },
  links: ["https://forum.example.org/t/412"],
} as const;

describe("the generated description", () => {
  test("is this text", () => {
    expect(describeProposal(PROPOSAL, EVIDENCE)).toBe(`# Raise the ETH volatility buffer

- Raise ETH volatility buffer from 25 % to 30 % (2500 → 3000 bps), over 1 day
- Lower attestation lifetime from 1 hour to 30 minutes (3600 → 1800 s), over 1 day

Changes RiskParameters 0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9 on chain 31337. It reverts if a value has moved since the draft.

Author: Risk committee

Links:
- https://forum.example.org/t/412

Evidence: 0x1f00000000000000000000000000000000000000000000000000000000000c0d`);
  });

  test.for([
    [
      { scope: "protocol", name: "riskMeasure", from: 1, to: 0, rampSeconds: 0 },
      "Change risk measure from expected shortfall to value at risk (1 → 0), at once",
    ],
    [{ scope: "protocol", name: "lookback", from: 730, to: 365, rampSeconds: 21_600 }, "Lower lookback from 730 days to 365 days, over 6 hours"],
    [
      { scope: "stETH", name: "haircut", from: 3_500, to: 3_750, rampSeconds: 172_800 },
      "Raise stETH collateral haircut from 35 % to 37.5 % (3500 → 3750 bps), over 2 days",
    ],
    [
      { scope: "ETH", name: "openInterestCap", from: 600_000, to: 450_000, rampSeconds: 1 },
      "Lower ETH open interest cap from 600 M USD to 450 M USD (600000 → 450000 k USD), over 1 second",
    ],
    [
      { scope: "BTC", name: "jumpIntensity", from: 40_000, to: 45_000, rampSeconds: 60 },
      "Raise BTC jump intensity from 4 a year to 4.5 a year (40000 → 45000 bps/year), over 1 minute",
    ],
  ] as const)("says a change from its numbers: %j", ([change, sentence]) => {
    expect(changeSentence(change)).toBe(sentence);
  });

  test("with a proposer ends in 52 bytes that OpenZeppelin's governor reads, and nothing after", () => {
    const bytes = Buffer.from(describeProposal({ ...PROPOSAL, proposer: PROPOSER }, EVIDENCE), "utf8");
    // Governor._isValidDescriptionForProposer: length - 52 is where "#proposer=0x" begins, 12 bytes, then 40 hex digits.
    const marker = bytes.subarray(bytes.length - 52, bytes.length - 40);
    expect([...marker]).toEqual([0x23, 0x70, 0x72, 0x6f, 0x70, 0x6f, 0x73, 0x65, 0x72, 0x3d, 0x30, 0x78]);
    expect(bytes.subarray(bytes.length - 40).toString("latin1")).toBe(PROPOSER.slice(2));
    // The byte before ends the line of the evidence hash.
    expect(bytes[bytes.length - 53]).toBe(0x0a);
    expect(bytes.subarray(bytes.length - 53 - 66, bytes.length - 53).toString("latin1")).toBe(EVIDENCE);
  });

  test("is read back as the governor would: one byte after the suffix and nobody is protected", () => {
    const text = describeProposal({ ...PROPOSAL, proposer: PROPOSER }, EVIDENCE);
    expect([evidenceOf(text), proposerOf(text)]).toEqual([EVIDENCE, PROPOSER]);
    expect([evidenceOf(`${text}\n`), proposerOf(`${text}\n`)]).toEqual([undefined, undefined]);
    const plain = describeProposal(PROPOSAL, EVIDENCE);
    expect([evidenceOf(plain), proposerOf(plain)]).toEqual([EVIDENCE, undefined]);
    expect(evidenceOf(`${plain} or not`)).toBeUndefined();
  });
});

describe("the payload", () => {
  const payload = buildPayload(PROPOSAL, EVIDENCE);

  test("is calldata that an independent ABI decodes to the changes and the evidence", () => {
    const abi = parseAbi(["function applyChanges((bytes32 scope, bytes32 name, uint256 from, uint256 to, uint32 ramp)[] changes, bytes32 evidence)"]);
    const [changes, evidence] = decodeFunctionData({ abi, data: payload.calldata as `0x${string}` }).args;
    const word = (text: string) => `0x${Buffer.from(text, "ascii").toString("hex").padEnd(64, "0")}`;
    expect(changes).toEqual([
      { scope: word("ETH"), name: word("volBuffer"), from: 2_500n, to: 3_000n, ramp: 86_400 },
      { scope: word("protocol"), name: word("attestationTtl"), from: 3_600n, to: 1_800n, ramp: 86_400 },
    ]);
    expect(evidence).toBe(EVIDENCE);
    // By hand: selector, offset of the list (2 words on), evidence, length 2, then five words a change.
    const words = payload.calldata.slice(10).match(/.{64}/g)!;
    expect(words).toHaveLength(13);
    expect(words.slice(0, 3)).toEqual(["40".padStart(64, "0"), EVIDENCE.slice(2), "2".padStart(64, "0")]);
    expect(words[5]).toBe("9c4".padStart(64, "0"));
    expect(words[6]).toBe("bb8".padStart(64, "0"));
    expect(words[7]).toBe("15180".padStart(64, "0"));
  });

  test("goes to the registry alone, without money", () => {
    expect(payload.governor.targets).toEqual([PROPOSAL.deployment.riskParameters]);
    expect(payload.governor.values).toEqual(["0"]);
    expect(payload.governor.calldatas).toEqual([payload.calldata]);
  });

  test("has the id that OpenZeppelin's hashProposal gives", () => {
    const { targets, values, calldatas, description, descriptionHash, proposalId } = payload.governor;
    expect(descriptionHash).toBe(keccak256(toHex(new TextEncoder().encode(description))));
    const encoded = encodeAbiParameters(parseAbiParameters("address[], uint256[], bytes[], bytes32"), [
      targets,
      values.map(BigInt),
      calldatas,
      descriptionHash,
    ]);
    expect(proposalId).toBe(BigInt(keccak256(encoded)).toString());
  });

  test("is the same for a Safe: one transaction to the governor that proposes exactly this", () => {
    const [transaction] = payload.safe.transactions;
    expect(payload.safe.transactions).toHaveLength(1);
    expect(getAddress(transaction.to)).toBe(PROPOSAL.deployment.governor);
    expect(transaction.value).toBe("0");
    expect(payload.safe.chainId).toBe("31337");
    const abi = parseAbi(["function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) returns (uint256)"]);
    const { args } = decodeFunctionData({ abi, data: transaction.data as `0x${string}` });
    expect(args).toEqual([payload.governor.targets, [0n], payload.governor.calldatas, payload.description]);
    expect(payload.governor.propose).toBe(transaction.data);
  });

  test("is the same bytes every time", () => {
    const digest = (made: ReturnType<typeof buildPayload>) =>
      createHash("sha256")
        .update(JSON.stringify(payloadFiles(made)))
        .digest("hex");
    expect(digest(buildPayload(structuredClone(PROPOSAL), EVIDENCE))).toBe(digest(payload));
  });

  test("is not built for a hash that is none", () => {
    expect(() => buildPayload(PROPOSAL, "0x1f")).toThrow(/no result hash/);
  });
});

describe("ballast build", () => {
  const draft = { "proposals/0001-test/proposal.yaml": `title: Raise it\nauthor: me\nchanges:\n  ETH.volBuffer: 30 %\nproposer: "${PROPOSER}"\n` };

  test("refuses without evidence, exit 5, and writes nothing", async () => {
    const cwd = await workspace(draft);
    const run = await ballast(["build", "proposals/0001-test", "--json"], { cwd });
    expect([run.code, refusalOf(run).code]).toEqual([5, "EVIDENCE_MISSING"]);
    expect(await readPayload(join(cwd, "proposals/0001-test"))).toBeUndefined();
  });

  test("writes a preview that says so, and reads back what it wrote to the byte", async () => {
    const cwd = await workspace(draft);
    const run = await ballast(["build", "proposals/0001-test", "--without-evidence", "--json"], { cwd });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain("the chain refuses to execute it");
    const printed = JSON.parse(run.stdout);
    expect(printed.evidence).toBe(NO_EVIDENCE);
    const payload = (await readPayload(join(cwd, "proposals/0001-test")))!;
    for (const [name, text] of Object.entries(payloadFiles(payload))) expect(await readFile(join(cwd, "proposals/0001-test/payload", name), "utf8")).toBe(text);
    expect(printed.proposalId).toBe(payload.governor.proposalId);
    // The suffix is the end of the file: an editor's final newline would be the 53rd byte.
    expect(payload.description.endsWith(`\n#proposer=${PROPOSER}`)).toBe(true);
  });

  test("a payload that lost a file is refused, not half read", async () => {
    const cwd = await workspace({ ...draft, "proposals/0001-test/payload/calldata.txt": "0x00\n" });
    await expect(readPayload(join(cwd, "proposals/0001-test"))).rejects.toMatchObject({ code: "PAYLOAD_MALFORMED" });
    await writeFile(join(cwd, "proposals/0001-test/payload/governor.json"), '{"chainId": 1');
    await expect(readPayload(join(cwd, "proposals/0001-test"))).rejects.toMatchObject({ code: "PAYLOAD_MALFORMED" });
  });
});
