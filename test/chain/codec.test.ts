import fc from "fast-check";
import {
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  parseAbiParameters,
  stringToHex,
  toFunctionSelector,
  toHex,
} from "viem";
import { describe, expect, it } from "vitest";
import { EVIDENCE_REGISTRY_ABI, GOVERNOR_ABI, RISK_PARAMETERS_ABI, RISK_STEWARD_ABI, TIMELOCK_ABI, TOKEN_ABI } from "../../chain/abi.ts";
import { loadArtifacts } from "../../chain/artifacts.ts";
import { calldataKind, decodeActions, decodeApply, decodeProposal } from "../../chain/decode.ts";
import { localAddresses } from "../../chain/deploy.ts";
import { encodeApply, encodeProposal, type Proposal, proposalId } from "../../chain/encode.ts";
import { fromWord, toWord } from "../../chain/words.ts";
import { type Change, initialParameters, keysOf } from "../../sim/parameters/index.ts";

const EVIDENCE: Hex = `0x${"ab".repeat(32)}`;
const ETH_BUFFER: Change = { scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 86_400 };
const { parameters, timelock } = localAddresses();

const change: fc.Arbitrary<Change> = fc.record({
  scope: fc.constantFrom("protocol", "ETH", "stETH"),
  name: fc.constantFrom(...keysOf(initialParameters()).map(({ name }) => name)),
  from: fc.maxSafeNat(),
  to: fc.maxSafeNat(),
  rampSeconds: fc.nat({ max: 2 ** 32 - 1 }),
});
const description = fc.string({ unit: "binary", maxLength: 80 }).filter((text) => text.isWellFormed());

describe("calldata of applyChanges", () => {
  it("says in plain bytes what it does", () => {
    // Laid out by hand after the ABI specification: selector, offset of the list, evidence, length, then five words a change.
    const words = [
      "0000000000000000000000000000000000000000000000000000000000000040",
      "abababababababababababababababababababababababababababababababab",
      "0000000000000000000000000000000000000000000000000000000000000001",
      "4554480000000000000000000000000000000000000000000000000000000000", // ETH
      "766f6c4275666665720000000000000000000000000000000000000000000000", // volBuffer
      "00000000000000000000000000000000000000000000000000000000000009c4", // 2500
      "0000000000000000000000000000000000000000000000000000000000000bb8", // 3000
      "0000000000000000000000000000000000000000000000000000000000015180", // 86400
    ];
    const selector = keccak256(stringToHex("applyChanges((bytes32,bytes32,uint256,uint256,uint32)[],bytes32)")).slice(0, 10);
    expect(encodeApply([ETH_BUFFER], EVIDENCE)).toBe(`${selector}${words.join("")}`);
  });

  it("comes back as it went, for any batch", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        expect(decodeApply(encodeApply(changes, EVIDENCE))).toEqual({ changes, evidence: EVIDENCE });
      }),
    );
  });

  it("is refused with a single byte more, wherever it is said to be from", () => {
    const calldata = encodeApply([ETH_BUFFER], EVIDENCE);
    for (const tail of ["0x00", "0x01", EVIDENCE] as const)
      expect(() => decodeApply(concat([calldata, tail]))).toThrowError(expect.objectContaining({ code: "CALLDATA_NOT_CANONICAL", exit: 3 }));
  });

  it("is refused when its list lies elsewhere than it has to", () => {
    const calldata = encodeApply([ETH_BUFFER], EVIDENCE);
    const body = calldata.slice(10 + 128);
    const moved = `${calldata.slice(0, 10)}${toHex(96, { size: 32 }).slice(2)}${EVIDENCE.slice(2)}${"f".repeat(64)}${body}` as Hex;
    expect(() => decodeApply(moved)).toThrowError(expect.objectContaining({ code: "CALLDATA_NOT_CANONICAL" }));
  });

  it("is refused cut short anywhere", () => {
    const calldata = encodeApply([ETH_BUFFER], EVIDENCE);
    for (let length = 10; length < calldata.length; length += 2) {
      expect(() => decodeApply(calldata.slice(0, length) as Hex)).toThrowError(expect.objectContaining({ code: "CALLDATA_NOT_CANONICAL" }));
    }
    expect(() => decodeApply("0x12345678")).toThrowError(expect.objectContaining({ code: "CALLDATA_SELECTOR" }));
  });

  it("is refused with a value no number holds exactly", () => {
    const [huge] = [2n ** 53n];
    const data = encodeFunctionData({
      abi: RISK_PARAMETERS_ABI,
      functionName: "applyChanges",
      args: [[{ scope: toWord("ETH"), name: toWord("cap"), from: 0n, to: huge, ramp: 0 }], EVIDENCE],
    });
    expect(() => decodeApply(data)).toThrowError(expect.objectContaining({ code: "CALLDATA_NOT_CANONICAL" }));
  });

  it("is refused with bits in the ramp's word above its 32, which the contract would refuse too", () => {
    const words = encodeApply([ETH_BUFFER], EVIDENCE).slice(0, -64);
    for (const dirty of [2n ** 32n, 2n ** 32n + 86_400n, 2n ** 53n, 2n ** 255n])
      expect(() => decodeApply(`${words}${toHex(dirty, { size: 32 }).slice(2)}` as Hex)).toThrowError(
        expect.objectContaining({ code: "CALLDATA_NOT_CANONICAL", exit: 3 }),
      );
  });

  it("is refused with a name that only looks like one", () => {
    for (const lookalike of ["0x4554480041", "0xd0954854", "0x455448200000", `0x${"00".repeat(31)}45`] as Hex[]) {
      const scope = lookalike.length === 66 ? lookalike : (lookalike.padEnd(66, "0") as Hex);
      expect(() => fromWord(scope)).toThrowError(expect.objectContaining({ code: "WORD_INVALID" }));
    }
    for (const text of ["", "ETH ", "ЕTH", "a".repeat(32), "vol.Buffer"])
      expect(() => toWord(text)).toThrowError(expect.objectContaining({ code: "WORD_INVALID" }));
  });
});

describe("calldata of propose", () => {
  const proposal: Proposal = { calls: [{ target: parameters, value: 0n, calldata: encodeApply([ETH_BUFFER], EVIDENCE) }], description: "# Raise\n" };

  it("comes back as it went, for any text", () => {
    fc.assert(
      fc.property(description, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        const one = { calls: [{ target: parameters, value: 0n, calldata: encodeApply(changes, EVIDENCE) }], description: text };
        expect(decodeProposal(encodeProposal(one))).toEqual(one);
      }),
    );
  });

  it("is refused with trailing bytes, with lists of different length, and empty", () => {
    expect(() => decodeProposal(concat([encodeProposal(proposal), "0x00"]))).toThrowError(expect.objectContaining({ code: "CALLDATA_NOT_CANONICAL" }));
    const propose = (targets: Hex[], values: bigint[]) =>
      encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "propose", args: [targets, values, ["0x"], ""] });
    expect(() => decodeProposal(propose([], []))).toThrowError(expect.objectContaining({ code: "PROPOSAL_MALFORMED" }));
    expect(() => decodeProposal(propose([parameters], [0n, 0n]))).toThrowError(expect.objectContaining({ code: "PROPOSAL_MALFORMED" }));
  });

  it("has the id that OpenZeppelin's hash of it gives", () => {
    const encoded = encodeAbiParameters(parseAbiParameters("address[], uint256[], bytes[], bytes32"), [
      [parameters],
      [0n],
      [proposal.calls[0]?.calldata ?? "0x"],
      keccak256(stringToHex("# Raise\n")),
    ]);
    expect(proposalId(proposal)).toBe(BigInt(keccak256(encoded)));
  });

  it("tells a parameter change from what hides beside it", () => {
    const grant = encodeFunctionData({
      abi: parseAbi(["function grantRole(bytes32 role, address account)"]),
      functionName: "grantRole",
      args: [EVIDENCE, timelock],
    });
    const apply = encodeApply([ETH_BUFFER], EVIDENCE);
    const actions = decodeActions(
      {
        calls: [
          { target: parameters, value: 0n, calldata: apply },
          { target: timelock, value: 0n, calldata: grant },
          { target: timelock, value: 0n, calldata: apply },
          { target: parameters, value: 1n, calldata: apply },
          { target: timelock, value: 5n, calldata: "0x" },
          { target: timelock, value: 0n, calldata: "0xdeadbeef" },
        ],
        description: "",
      },
      parameters,
    );
    expect(actions.map((action) => (action.kind === "apply" ? action.changes.length : (action.signature ?? action.selector)))).toEqual([
      1,
      "grantRole(bytes32,address)",
      "applyChanges((bytes32,bytes32,uint256,uint256,uint32)[],bytes32)",
      "applyChanges((bytes32,bytes32,uint256,uint256,uint32)[],bytes32)",
      "0x",
      "0xdeadbeef",
    ]);
    expect([apply, encodeProposal(proposal), grant].map(calldataKind)).toEqual(["apply", "propose", "other"]);
  });
});

it("the interfaces written down here are those of the compiled contracts", async () => {
  const artifacts = await loadArtifacts();
  const describeItem = (item: unknown): string => {
    const { type, name, inputs = [], outputs = [] } = item as { type: string; name: string; inputs?: Parameter[]; outputs?: Parameter[] };
    return `${type} ${name}(${inputs.map(shape)})${outputs.map(shape)}`;
  };
  for (const [ours, compiled] of [
    [RISK_PARAMETERS_ABI, artifacts.RiskParameters.abi],
    [EVIDENCE_REGISTRY_ABI, artifacts.EvidenceRegistry.abi],
    [GOVERNOR_ABI, artifacts.RiskGovernor.abi],
    [RISK_STEWARD_ABI, artifacts.RiskSteward.abi],
    [TOKEN_ABI, artifacts.RiskToken.abi],
    [TIMELOCK_ABI, artifacts.TimelockController.abi],
  ] as const) {
    expect(compiled.filter((item) => "name" in item).map(describeItem)).toEqual(expect.arrayContaining(ours.map(describeItem)));
  }
  expect(toFunctionSelector("function grantRole(bytes32,address)")).toBe("0x2f2ff15d"); // as any explorer lists it
});

interface Parameter {
  readonly type: string;
  readonly indexed?: boolean;
  readonly components?: readonly Parameter[];
}

function shape({ type, indexed, components }: Parameter): string {
  return `${components ? `(${components.map(shape)})${type.slice("tuple".length)}` : type}${indexed ? " indexed" : ""}`;
}
