import { type Address, encodeFunctionData, zeroAddress } from "viem";
import { expect } from "vitest";
import { type EmbeddedChain, EPOCH } from "../../../chain/network.ts";
import type { DecodedError } from "../../../chain/revert.ts";
import { toWord } from "../../../chain/words.ts";
import { initialParameters, valueOf } from "../../../sim/parameters/index.ts";
import { addresses, artifacts, call, chain, DAY, type Provocations, refused } from "./refusals.ts";

const { timelock, parameters, steward } = addresses;
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
export const STEWARD_PROVOCATIONS: Provocations = {
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
