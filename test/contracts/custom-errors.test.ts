import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Abi, type Address, encodeDeployData, encodeFunctionData, type Hex, padHex, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { developmentAccount } from "../../chain/accounts.ts";
import { loadArtifacts, ROOT } from "../../chain/artifacts.ts";
import { type Certificate, certificateDigest, certificateTypedData, VERDICTS } from "../../chain/certificate.ts";
import { deployBallast, governorSettings, localAddresses, stewardSettings } from "../../chain/deploy.ts";
import { encodeApply, type Proposal } from "../../chain/encode.ts";
import { type EmbeddedChain, EPOCH, Reverted, startChain } from "../../chain/network.ts";
import { type DecodedError, decodeRevert } from "../../chain/revert.ts";
import { GOVERNANCE } from "../../chain/settings.ts";
import { assetsOf, type NamedSpec, namedSpecs } from "../../chain/specs.ts";
import { certifyByStandIns, standIns } from "../../chain/stand-ins.ts";
import { toWord } from "../../chain/words.ts";
import { type Change, initialParameters, REQUIREMENT_LIMITS, valueOf, withValue } from "../../sim/parameters/index.ts";

const artifacts = await loadArtifacts();
const addresses = localAddresses();
const { timelock, parameters, governor, token, evidenceRegistry, steward } = addresses;
const EVIDENCE = padHex("0xe1", { size: 32 });
const DAY = 86_400;
const STEWARD = stewardSettings(GOVERNANCE, { council: timelock, guardian: timelock });

let chain: EmbeddedChain;
beforeAll(async () => {
  chain = await startChain();
  await deployBallast(chain, initialParameters());
  await certify(encodeApply([change("BTC", "volBuffer", 2_500, 2_600)], EVIDENCE));
  await chain.send({ from: timelock, to: parameters, data: encodeApply([change("BTC", "volBuffer", 2_500, 2_600)], EVIDENCE) });
});
afterAll(() => chain.close());

function change(scope: string, name: string, from: number, to: number, rampSeconds = 0): Change {
  return { scope, name, from, to, rampSeconds };
}

async function refused(call: { from?: Address; to?: Address; data: Hex }): Promise<DecodedError> {
  const thrown: unknown = await chain.request("eth_call", [{ from: timelock, ...call }]).catch((error: unknown) => error);
  if (!(thrown instanceof Reverted)) throw new Error(`was not refused: ${String(thrown)}`);
  return decodeRevert(artifacts, thrown.data);
}

const certify = (calldata: Hex, of: Address = parameters) =>
  certifyByStandIns(chain, { ...addresses, parameters: of }, { calls: [{ target: of, value: 0n, calldata }] });
/** A call on the parameters that validators certified, and which is refused all the same. */
const refusedThoughCertified = async (data: Hex, to: Address = parameters) => {
  await certify(data, to);
  return await refused({ to, data });
};
const apply = (...changes: Change[]) => refusedThoughCertified(encodeApply(changes, EVIDENCE));
const call = (abi: Abi, to: Address, functionName: string, ...args: unknown[]) => refused({ to, data: encodeFunctionData({ abi, functionName, args }) });
const addAsset = (kind: number, scope: Hex, values: bigint[]) =>
  refusedThoughCertified(encodeFunctionData({ abi: artifacts.RiskParameters.abi, functionName: "addAsset", args: [kind, scope, values, EVIDENCE] }));
const create = (owner: Address, specs: readonly NamedSpec[], set = initialParameters(), limits = REQUIREMENT_LIMITS, evidence = evidenceRegistry) => {
  const { abi, bytecode } = artifacts.RiskParameters;
  const data = encodeDeployData({ abi, bytecode, args: [owner, evidence, specs, assetsOf(set), limits, STEWARD] });
  return refused({ data });
};
const createGovernor = (settings: Partial<ReturnType<typeof governorSettings>>, of: Address = parameters) =>
  refused({
    data: encodeDeployData({
      abi: artifacts.RiskGovernor.abi,
      bytecode: artifacts.RiskGovernor.bytecode,
      args: [token, timelock, of, { ...governorSettings(GOVERNANCE, { guardian: timelock }), ...settings }],
    }),
  });
/** The table's specifications with one of them altered. */
const altered = (name: string, spec: Partial<NamedSpec["spec"]>) =>
  namedSpecs().map((one) => (one.name === toWord(name) ? { name: one.name, spec: { ...one.spec, ...spec } } : one));
const collateral = [2_000n, 0n, 1n];

/** One provocation for every custom error of ours: what is done, and the arguments the error has to carry. */
const PROVOCATIONS: Record<string, [provoke: () => Promise<DecodedError>, args: string[]]> = {
  RiskParameters_OnlyTimelock: [
    () => refused({ from: governor, to: parameters, data: encodeApply([change("ETH", "volBuffer", 2_500, 3_000)], EVIDENCE) }),
    [governor],
  ],
  RiskParameters_TimelockMissing: [() => create(zeroAddress, namedSpecs()), []],
  RiskParameters_EvidenceRegistryMissing: [() => create(timelock, namedSpecs(), initialParameters(), REQUIREMENT_LIMITS, zeroAddress), []],
  RiskParameters_CallUnknown: [() => call(artifacts.RiskParameters.abi, parameters, "callOf", "0x01020304"), ["0x01020304"]],
  RiskParameters_CallMalformed: [() => call(artifacts.RiskParameters.abi, parameters, "callOf", encodeApply([], EVIDENCE).slice(0, -2)), []],
  RiskParameters_CallTrailingBytes: [() => call(artifacts.RiskParameters.abi, parameters, "callOf", `${encodeApply([], EVIDENCE)}0000`), ["2"]],
  RiskParameters_LimitsInvalid: [() => create(timelock, namedSpecs(), initialParameters(), { maxDecrease: 10_001, maxIncrease: 0 }), ["10001", "10000"]],
  RiskParameters_EvidenceMissing: [
    () => refused({ to: parameters, data: encodeApply([change("ETH", "volBuffer", 2_500, 3_000)], padHex("0x", { size: 32 })) }),
    [],
  ],
  RiskParameters_BatchEmpty: [() => apply(), []],
  RiskParameters_BatchTooLarge: [() => apply(...Array.from({ length: 33 }, () => change("ETH", "volBuffer", 2_500, 3_000))), ["33", "32"]],
  RiskParameters_Unknown: [() => apply(change("ETH", "volBufer", 2_500, 3_000)), ["ETH", "volBufer"]],
  RiskParameters_Duplicate: [() => apply(change("ETH", "volBuffer", 2_500, 3_000), change("ETH", "volBuffer", 3_000, 3_500)), ["ETH", "volBuffer"]],
  RiskParameters_NoChange: [() => apply(change("ETH", "volBuffer", 2_500, 2_500)), ["ETH", "volBuffer", "2500"]],
  RiskParameters_Stale: [() => apply(change("ETH", "volBuffer", 2_400, 3_000)), ["ETH", "volBuffer", "2400", "2500"]],
  RiskParameters_OutOfBounds: [() => apply(change("ETH", "volBuffer", 2_500, 10_001)), ["ETH", "volBuffer", "10001", "0", "10000"]],
  RiskParameters_StepTooLarge: [() => apply(change("ETH", "volBuffer", 2_500, 4_001)), ["ETH", "volBuffer", "2500", "4001", "4000"]],
  RiskParameters_CooldownRunning: [() => apply(change("BTC", "volBuffer", 2_600, 2_700)), ["BTC", "volBuffer", String(1_767_225_610 + 7 * DAY)]],
  RiskParameters_RampTooLong: [() => apply(change("ETH", "volBuffer", 2_500, 3_000, 7 * DAY + 1)), ["ETH", "volBuffer", String(7 * DAY + 1), String(7 * DAY)]],
  RiskParameters_ReadBackDiffers: [() => clampingRegistry(), ["ETH", "volBuffer", "3000", "2575"]],
  RiskParameters_SpecInvalid: [() => create(timelock, altered("volBuffer", { min: 3, max: 2 })), ["volBuffer"]],
  RiskParameters_ScopeInvalid: [() => addAsset(2, padHex("0xd0954854", { dir: "right", size: 32 }), collateral), ["2", `0xd0954854${"0".repeat(56)}`]],
  RiskParameters_AssetExists: [() => addAsset(2, toWord("ETH"), collateral), ["2", "ETH"]],
  RiskParameters_TooManyAssets: [() => tooManyAssets(), ["2", "32"]],
  RiskParameters_ValuesMismatch: [() => addAsset(2, toWord("DAI"), [1n]), ["2", "DAI", "1", "3"]],
  RiskParameters_VolRangeDownTooLarge: [
    () => create(timelock, altered("volRangeDown", { max: 20_000 }), withValue(initialParameters(), { scope: "ETH", name: "volRangeDown" }, 10_000)),
    ["ETH", "10000", "10000"],
  ],
  RiskParameters_LiquidationCostTooLarge: [
    () => create(timelock, namedSpecs(), withValue(initialParameters(), { scope: "stETH", name: "haircut" }, 7_700)),
    ["stETH", "10000", "10000"],
  ],
  RiskParameters_TargetAboveInitialMargin: [() => apply(change("protocol", "liquidationTarget", 11_500, 12_501)), ["12501", "12500"]],
  RiskParameters_FloorAboveMinVolUp: [() => apply(change("ETH", "volFloor", 4_000, 4_001)), ["ETH", "4001", "4000"]],
  RiskParameters_RequirementMovedTooFar: [
    () => apply(change("ETH", "spotRange", 1_600, 2_600)),
    ["ETH", String(12_500 * 1_600 * 12_500), String(12_500 * 2_600 * 12_500), String(12_500 * 1_600 * 12_500 * 1.5)],
  ],
  RiskGovernor_ParametersMissing: [() => createGovernor({}, zeroAddress), []],
  RiskGovernor_OneBatchPerProposal: [() => twoBatches(), ["0", "1"]],
  RiskGovernor_GuardianMissing: [() => createGovernor({ guardian: zeroAddress }), []],
  RiskGovernor_VotingDelayTooShort: [() => createGovernor({ votingDelay: 3_599 }), ["3599", "3600"]],
  RiskGovernor_VotingPeriodTooShort: [() => periodBelowExtension(), [String(DAY), String(2 * DAY)]],
};

const createRegistry = (owner: Address, validators: readonly Address[], threshold: bigint) => {
  const { abi, bytecode } = artifacts.EvidenceRegistry;
  return refused({ data: encodeDeployData({ abi, bytecode, args: [owner, validators, threshold] }) });
};
const CERTIFICATE: Certificate = {
  changesHash: EVIDENCE,
  versionBefore: 1n,
  datasetHash: EVIDENCE,
  engineHash: EVIDENCE,
  resultHash: EVIDENCE,
  verdict: "pass",
  expiry: EPOCH + 30 * DAY,
};
/** The certificate of stand-ins recorded, each with a signature that is given or true. */
const record = async (certificate: Certificate, signers: readonly Address[] = standIns().slice(0, 2), signatures?: readonly Hex[]) => {
  const signed = signatures ?? (await signaturesOf(certificate));
  const data = encodeFunctionData({
    abi: artifacts.EvidenceRegistry.abi,
    functionName: "record",
    args: [{ ...certificate, verdict: VERDICTS.indexOf(certificate.verdict) }, signers, signed],
  });
  return { from: timelock, to: evidenceRegistry, data };
};
const signaturesOf = (certificate: Certificate) =>
  Promise.all(
    [7, 8].map((addressIndex) =>
      developmentAccount(addressIndex).signTypedData(certificateTypedData({ chainId: 31_337, registry: evidenceRegistry }, certificate)),
    ),
  );
const recordRefused = async (...args: Parameters<typeof record>) => await refused(await record(...args));
async function twiceTheSame(): Promise<DecodedError> {
  const [signer = timelock] = standIns();
  const [signature = "0x"] = await signaturesOf(CERTIFICATE);
  return await recordRefused(CERTIFICATE, [signer, signer], [signature, signature]);
}
/** A question to the registry after a certificate was recorded, and validators replaced. */
async function afterRecording(certificate: Certificate, then: () => Promise<DecodedError>): Promise<DecodedError> {
  const fresh = await chain.request("evm_snapshot");
  await chain.send(await record(certificate));
  const found = await then();
  await chain.request("evm_revert", [fresh]);
  return found;
}
const requirePass = (until = EPOCH) => call(artifacts.EvidenceRegistry.abi, evidenceRegistry, "requirePass", EVIDENCE, 1n, EVIDENCE, BigInt(until));
const digest = (certificate: Certificate) => certificateDigest({ chainId: 31_337, registry: evidenceRegistry }, certificate);
const FAILED: Certificate = { ...CERTIFICATE, verdict: "fail" };

const EVIDENCE_PROVOCATIONS: typeof PROVOCATIONS = {
  EvidenceRegistry_OnlyTimelock: [
    () =>
      refused({
        from: governor,
        to: evidenceRegistry,
        data: encodeFunctionData({ abi: artifacts.EvidenceRegistry.abi, functionName: "setValidators", args: [[], 0n] }),
      }),
    [governor],
  ],
  EvidenceRegistry_TimelockMissing: [() => createRegistry(zeroAddress, standIns(), 1n), []],
  EvidenceRegistry_ThresholdInvalid: [() => createRegistry(timelock, standIns(), 4n), ["4", "3"]],
  EvidenceRegistry_TooManyValidators: [
    () =>
      createRegistry(
        timelock,
        Array.from({ length: 17 }, () => token),
        1n,
      ),
    ["17", "16"],
  ],
  EvidenceRegistry_ValidatorsNotAscending: [() => createRegistry(timelock, [token, token], 1n), [token]],
  EvidenceRegistry_VerdictMissing: [() => recordRefused({ ...CERTIFICATE, verdict: "none" as "pass" }), []],
  EvidenceRegistry_Expired: [() => afterRecording(CERTIFICATE, () => requirePass(EPOCH + 31 * DAY)), [String(EPOCH + 30 * DAY), String(EPOCH + 31 * DAY)]],
  EvidenceRegistry_ExpiryTooFar: [() => recordRefused({ ...CERTIFICATE, expiry: EPOCH + 400 * DAY }), [String(EPOCH + 400 * DAY), expect.any(String)]],
  EvidenceRegistry_LengthsDiffer: [() => recordRefused(CERTIFICATE, standIns()), ["3", "2"]],
  EvidenceRegistry_TooFewSigners: [() => recordRefused(CERTIFICATE, [timelock], ["0x"]), ["1", "2"]],
  EvidenceRegistry_SignersNotAscending: [() => twiceTheSame(), standIns().slice(0, 1)],
  EvidenceRegistry_NotAValidator: [() => recordRefused(CERTIFICATE, [padHex("0x1", { size: 20 }), timelock]), [padHex("0x1", { size: 20 })]],
  EvidenceRegistry_SignatureInvalid: [() => recordRefused(CERTIFICATE, undefined, ["0x", "0x"]), standIns().slice(0, 1)],
  EvidenceRegistry_AlreadyRecorded: [() => afterRecording(CERTIFICATE, () => recordRefused(CERTIFICATE)), [digest(CERTIFICATE)]],
  EvidenceRegistry_Contradicted: [() => afterRecording(FAILED, () => recordRefused(CERTIFICATE)), [digest(FAILED)]],
  EvidenceRegistry_NotCertified: [() => requirePass(), [EVIDENCE, "1", EVIDENCE]],
  EvidenceRegistry_VerdictNotPass: [() => afterRecording(FAILED, () => requirePass()), [digest(FAILED)]],
  EvidenceRegistry_TooFewValidators: [
    () =>
      afterRecording(CERTIFICATE, async () => {
        const args = [standIns().slice(1), 2n];
        await chain.send({
          from: timelock,
          to: evidenceRegistry,
          data: encodeFunctionData({ abi: artifacts.EvidenceRegistry.abi, functionName: "setValidators", args }),
        });
        return await requirePass();
      }),
    [digest(CERTIFICATE), "1", "2"],
  ],
  EvidenceRegistry_ValidatorsTooNew: [
    () =>
      afterRecording(CERTIFICATE, async () => {
        const data = encodeFunctionData({ abi: artifacts.EvidenceRegistry.abi, functionName: "setValidators", args: [standIns(), 1n] });
        await chain.send({ from: timelock, to: evidenceRegistry, data });
        return await requirePass();
      }),
    [expect.any(String)],
  ],
};

const COUNCIL: Address = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"; // the fifth account of an embedded chain
const overlay = (name: string, value: number, sunset: number, scope = "ETH") => {
  const args = [toWord(scope), toWord(name), BigInt(value), sunset];
  return refused({ from: steward, to: parameters, data: encodeFunctionData({ abi: artifacts.RiskParameters.abi, functionName: "setOverlay", args }) });
};
const toSteward = (functionName: string, args: readonly unknown[], from: Address = timelock) => ({
  from,
  to: steward,
  data: encodeFunctionData({ abi: artifacts.RiskSteward.abi, functionName, args }),
});
const tightening = (scope: string, name: string, value: number) => toSteward("tighten", [toWord(scope), toWord(name), BigInt(value)], COUNCIL);
/** What is refused after some transactions, which are then as if they had not been. */
async function refusedAfter(transactions: readonly Parameters<EmbeddedChain["send"]>[0][], call: ReturnType<typeof toSteward>): Promise<DecodedError> {
  const fresh = await chain.request("evm_snapshot");
  for (const transaction of transactions) await chain.send(transaction);
  const found = await refused(call);
  await chain.request("evm_revert", [fresh]);
  return found;
}
const BUFFER = [toWord("ETH"), toWord("volBuffer")];
const EIGHT = ["volBuffer", "minVolUp", "volRangeUp", "volRangeDown", "jumpIntensity", "jumpMean", "jumpVol", "shortOptionMinimum"].map((name) =>
  tightening("ETH", name, valueOf(initialParameters(), { scope: "ETH", name }) + 1),
);
const STEWARD_PROVOCATIONS: typeof PROVOCATIONS = {
  RiskParameters_OnlySteward: [() => call(artifacts.RiskParameters.abi, parameters, "endOverlay", ...BUFFER), [timelock]],
  RiskParameters_OverlayNeutral: [() => overlay("keeperFee", 99, EPOCH + DAY, "protocol"), ["protocol", "keeperFee"]],
  RiskParameters_OverlayNotTighter: [() => overlay("volBuffer", 2_500, EPOCH + DAY), ["ETH", "volBuffer", "2500", "2500"]],
  RiskParameters_OverlaySunsetInvalid: [() => overlay("volBuffer", 2_600, EPOCH), ["ETH", "volBuffer", String(EPOCH), expect.any(String)]],
  RiskParameters_OverlaysTooMany: [() => refusedAfter(EIGHT, tightening("stETH", "depegShock", 1_001)), ["8"]],
  RiskParameters_OverlayBreaksRule: [() => refused(tightening("ETH", "volFloor", 4_001)), ["ETH", "volFloor", "4001"]],
  RiskParameters_OverlayNotRunning: [() => refused(toSteward("revoke", BUFFER)), ["ETH", "volBuffer"]],
  RiskSteward_OnlyCouncil: [() => refused(toSteward("tighten", [...BUFFER, 2_600n])), [timelock]],
  RiskSteward_OnlyTimelock: [() => refused(toSteward("unpause", [], COUNCIL)), [COUNCIL]],
  RiskSteward_OnlyGuardian: [() => refused(toSteward("pause", [], COUNCIL)), [COUNCIL]],
  RiskSteward_GuardianMissing: [() => refused(toSteward("setGuardian", [zeroAddress])), []],
  RiskSteward_LimitsInvalid: [() => refused(toSteward("setLimits", [{ step: 1, drift: 1, refill: 0, life: 1, rest: 1 }])), []],
  RiskSteward_Paused: [() => refusedAfter([toSteward("pause", [])], tightening("ETH", "volBuffer", 2_600)), []],
  // A vote may take 1 500 with volBuffer and with minVolUp: the council half of it at once, and 1 500 in all.
  RiskSteward_StepTooLarge: [() => refused(tightening("ETH", "volBuffer", 3_251)), ["ETH", "volBuffer", "5007", "5000"]],
  RiskSteward_DriftTooLarge: [
    () => refusedAfter([tightening("ETH", "minVolUp", 4_750), tightening("ETH", "minVolUp", 5_500)], tightening("ETH", "minVolUp", 5_515)),
    ["ETH", "minVolUp", "100", "0"],
  ],
  RiskSteward_Resting: [
    () => refusedAfter([tightening("ETH", "volBuffer", 2_600), toSteward("revoke", BUFFER)], tightening("ETH", "volBuffer", 2_600)),
    ["ETH", "volBuffer", expect.any(String)],
  ],
};

/** 33 collaterals in one constructor. */
function tooManyAssets(): Promise<DecodedError> {
  const many = Array.from({ length: 33 }, (_, i) => ({ kind: 2, scope: toWord(`C${i}`), values: collateral }));
  const args = [timelock, evidenceRegistry, namedSpecs().filter(({ spec }) => spec.kind === 2), many, REQUIREMENT_LIMITS, STEWARD];
  return refused({ data: encodeDeployData({ abi: artifacts.RiskParameters.abi, bytecode: artifacts.RiskParameters.bytecode, args }) });
}

/** The one error that a sound registry cannot give: the registry of `contracts/test/Apply.t.sol` that clamps in secret. */
async function clampingRegistry(): Promise<DecodedError> {
  const source = "contracts/test/Apply.t.sol";
  const read = (path: string) => readFileSync(path.startsWith("@") ? join(ROOT, "node_modules", path) : join(ROOT, path), "utf8");
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string, callbacks: { import(path: string): { contents: string } }): string };
  const input = {
    language: "Solidity",
    sources: { [source]: { content: read(source) } },
    settings: { optimizer: { enabled: true, runs: 200 }, evmVersion: "cancun", outputSelection: { [source]: { ClampingRegistry: ["evm.bytecode.object"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: (path) => ({ contents: read(path) }) }));
  const bytecode: Hex = `0x${output.contracts[source].ClampingRegistry.evm.bytecode.object}`;
  const abi = artifacts.RiskParameters.abi.map((item) =>
    item.type === "constructor" ? { ...item, inputs: item.inputs.filter(({ name }) => name !== "limits") } : item,
  );
  const { contractAddress } = await chain.send({
    from: timelock,
    data: encodeDeployData({ abi, bytecode, args: [timelock, evidenceRegistry, namedSpecs(), assetsOf(initialParameters()), STEWARD] }),
  });
  return refusedThoughCertified(encodeApply([change("ETH", "volBuffer", 2_500, 3_000)], EVIDENCE), contractAddress);
}

/** The same batch twice in one proposal. */
async function twoBatches(): Promise<DecodedError> {
  const one = { target: parameters, value: 0n, calldata: encodeApply([change("ETH", "volBuffer", 2_500, 3_000)], EVIDENCE) };
  return await stopped("propose", { calls: [one, one], description: "# Twice" });
}

/** Why a proposal stops at a station of its life. */
async function stopped(station: string, proposal: Proposal): Promise<DecodedError> {
  const { rehearse } = await import("../../chain/rehearse.ts");
  const rehearsal = await rehearse(initialParameters(), proposal);
  if (rehearsal.ok || rehearsal.error === undefined) throw new Error("was not refused");
  expect(rehearsal.failed).toBe(station);
  return rehearsal.error;
}

/** A proposal that would shorten the vote below its own extension, voted through to its execution. */
async function periodBelowExtension(): Promise<DecodedError> {
  const { abi } = artifacts.RiskGovernor;
  const calldata = encodeFunctionData({ abi, functionName: "setVotingPeriod", args: [DAY] });
  const calls = [{ target: governor, value: 0n, calldata }];
  return await stopped("execute", { calls, description: "Shorten the vote" });
}

const ALL = { ...PROVOCATIONS, ...EVIDENCE_PROVOCATIONS, ...STEWARD_PROVOCATIONS };

describe("every custom error is provoked", () => {
  it.each(Object.entries(ALL))("%s", async (name, [provoke, args]) => {
    expect(await provoke()).toEqual({ name, args });
  });

  it("and there is no other in our contracts", () => {
    const { TimelockController: _, ...contracts } = artifacts;
    const ours = Object.values(contracts).flatMap(({ abi }) =>
      abi.flatMap((item) => (item.type === "error" && /^(Risk|Evidence)[A-Za-z]+_/.test(item.name) ? [item.name] : [])),
    );
    expect(Object.keys(ALL).sort()).toEqual([...new Set(ours)].sort());
  });
});
