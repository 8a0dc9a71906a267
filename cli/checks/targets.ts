import type { ContractName, TargetCode } from "../../chain/index.ts";
import type { Deployment } from "../proposal/deployment.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { surroundingsOf } from "./surroundings.ts";

/** The contract that has to stand at each address of the deployment. */
const CONTRACT_AT: readonly (readonly [keyof Deployment, ContractName])[] = [
  ["riskParameters", "RiskParameters"],
  ["governor", "RiskGovernor"],
  ["timelock", "TimelockController"],
  ["token", "RiskToken"],
];

export const targets: Check = {
  id: "targets",
  title: "Every contract that is called is the deployment's, and its code is the code that was read",
  why: "An address says nothing about what it will do. Code that nobody compiled from these sources is code that nobody checked.",
  incident:
    "Tornado Cash, May 2023: the code at the proposal's address was replaced between reading and executing. Compound 117, August 2022: changed after its last audit.",
  fix: "Call the contracts of deployment.yaml only, and check out the version of the contracts that stands there.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const { deployment } = context.proposal;
    const { targets: called } = await surroundingsOf(context);
    for (const target of called) {
      const expected = CONTRACT_AT.find(([field]) => String(deployment[field]).toLowerCase() === target.address.toLowerCase())?.[1];
      const message = wrongWith(target, expected);
      if (message !== undefined) emit({ message });
    }
    return `${plural(called.length, "called address", "called addresses")}: ${called.map(({ address, pinned, codeHash }) => `${address} is ${pinned ?? "unknown"} (code ${codeHash.slice(0, 10)}…)`).join(", ")}`;
  },
};

function wrongWith({ address, bytes, codeHash, pinned }: TargetCode, expected: ContractName | undefined): string | undefined {
  const code = bytes === 0 ? "There is no code there: a call does nothing and reports success." : `Its ${bytes} bytes of code have the hash ${codeHash}.`;
  if (expected === undefined) return `${address} is no contract of the deployment. ${code}`;
  if (bytes === 0) return `${address} should be ${expected}. ${code}`;
  if (pinned !== expected) return `The code at ${address} is ${pinned ?? "not"}${pinned === undefined ? ` that of ${expected}` : `, not ${expected}`}. ${code}`;
  return undefined;
}
