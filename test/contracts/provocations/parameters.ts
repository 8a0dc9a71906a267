import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Address, encodeDeployData, encodeFunctionData, type Hex, padHex, zeroAddress } from "viem";
import { ROOT } from "../../../chain/artifacts.ts";
import { stewardSettings } from "../../../chain/deploy.ts";
import { encodeApply } from "../../../chain/encode.ts";
import type { DecodedError } from "../../../chain/revert.ts";
import { GOVERNANCE } from "../../../chain/settings.ts";
import { assetsOf, type NamedSpec, namedSpecs } from "../../../chain/specs.ts";
import { toWord } from "../../../chain/words.ts";
import { type Change, initialParameters, REQUIREMENT_LIMITS, withValue } from "../../../sim/parameters/index.ts";
import { addresses, artifacts, call, chain, change, DAY, EVIDENCE, type Provocations, refused, refusedThoughCertified } from "./refusals.ts";

const { timelock, parameters, governor, evidenceRegistry } = addresses;
const STEWARD = stewardSettings(GOVERNANCE, { council: timelock, guardian: timelock });
const apply = (...changes: Change[]) => refusedThoughCertified(encodeApply(changes, EVIDENCE));
const addAsset = (kind: number, scope: Hex, values: bigint[]) =>
  refusedThoughCertified(encodeFunctionData({ abi: artifacts.RiskParameters.abi, functionName: "addAsset", args: [kind, scope, values, EVIDENCE] }));
const create = (owner: Address, specs: readonly NamedSpec[], set = initialParameters(), limits = REQUIREMENT_LIMITS, evidence = evidenceRegistry) => {
  const { abi, bytecode } = artifacts.RiskParameters;
  const data = encodeDeployData({ abi, bytecode, args: [owner, evidence, specs, assetsOf(set), limits, STEWARD] });
  return refused({ data });
};
/** The table's specifications with one of them altered. */
const altered = (name: string, spec: Partial<NamedSpec["spec"]>) =>
  namedSpecs().map((one) => (one.name === toWord(name) ? { name: one.name, spec: { ...one.spec, ...spec } } : one));
const collateral = [2_000n, 0n, 1n];

export const PARAMETERS_PROVOCATIONS: Provocations = {
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
