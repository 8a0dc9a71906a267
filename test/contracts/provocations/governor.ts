import { type Address, encodeDeployData, encodeFunctionData, zeroAddress } from "viem";
import { expect } from "vitest";
import { governorSettings } from "../../../chain/deploy.ts";
import { encodeApply, type Proposal } from "../../../chain/encode.ts";
import type { DecodedError } from "../../../chain/revert.ts";
import { GOVERNANCE } from "../../../chain/settings.ts";
import { initialParameters } from "../../../sim/parameters/index.ts";
import { addresses, artifacts, change, DAY, EVIDENCE, type Provocations, refused } from "./refusals.ts";

const { timelock, parameters, governor, token } = addresses;

const createGovernor = (settings: Partial<ReturnType<typeof governorSettings>>, of: Address = parameters) =>
  refused({
    data: encodeDeployData({
      abi: artifacts.RiskGovernor.abi,
      bytecode: artifacts.RiskGovernor.bytecode,
      args: [token, timelock, of, { ...governorSettings(GOVERNANCE, { guardian: timelock }), ...settings }],
    }),
  });

export const GOVERNOR_PROVOCATIONS: Provocations = {
  RiskGovernor_ParametersMissing: [() => createGovernor({}, zeroAddress), []],
  RiskGovernor_OneBatchPerProposal: [() => twoBatches(), ["0", "1"]],
  RiskGovernor_GuardianMissing: [() => createGovernor({ guardian: zeroAddress }), []],
  RiskGovernor_VotingDelayTooShort: [() => createGovernor({ votingDelay: 3_599 }), ["3599", "3600"]],
  RiskGovernor_VotingPeriodTooShort: [() => periodBelowExtension(), [String(DAY), String(2 * DAY)]],
};

/** The same batch twice in one proposal. */
async function twoBatches(): Promise<DecodedError> {
  const one = { target: parameters, value: 0n, calldata: encodeApply([change("ETH", "volBuffer", 2_500, 3_000)], EVIDENCE) };
  return await stopped("propose", { calls: [one, one], description: "# Twice" });
}

/** Why a proposal stops at a station of its life. */
async function stopped(station: string, proposal: Proposal): Promise<DecodedError> {
  const { rehearse } = await import("../../../chain/rehearse.ts");
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
