import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { backtestFolder } from "../../cli/backtest/folder.ts";
import type { Finding } from "../../cli/checks/check.ts";
import { checkFolder } from "../../cli/checks/folder.ts";
import { CHECKS, exitCodeOf } from "../../cli/checks/index.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { buildPayload, type Payload, payloadFiles } from "../../cli/proposal/payload.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { proposalFolder, writePayload, writeVoters } from "../checks/world.ts";

/** Small enough for a test: one crash, twenty accounts, 80 scenarios. The backtest is real. */
const POLICY = `version: 1
crashes: [2020-03-12-black-thursday]
book: { population: default, accounts: 20 }
seeds: [1]
counts: { filtered: 64, stressed: 16 }
holdout: { crashes: 0 }
gates:
  coverage.worst: { min: 0.5 }
  capital.increase: { max: 0.1 }
  executionShock.accounts: { max: 0.01 }
`;

/** Tuesday, 24 November 2026: its vote ends on a Monday and it is executed on a Wednesday. */
const TUESDAY = Date.UTC(2026, 10, 24, 12) / 1000;

/** A proposal as `draft` and `build` leave it, in a workspace of its own; with evidence where it is asked for, from a real backtest. */
export async function proposed(
  yaml: string,
  options: { readonly evidence?: boolean; readonly policy?: string; readonly base?: ParameterSet } = {},
): Promise<Proposal> {
  const { folder } = await proposalFolder(yaml, options.base);
  await writeFile(join(dirname(folder), "policy.yaml"), `${POLICY}${options.policy ?? ""}`);
  await writeVoters(dirname(folder));
  if (options.evidence !== true) return loadProposal(folder);
  const { evidence } = await backtestFolder(folder, {});
  await writePayload(folder, payloadFiles(buildPayload(await loadProposal(folder), evidence.root)));
  return loadProposal(folder);
}

export interface Gate {
  readonly exit: number;
  readonly findings: readonly Finding[];
}

/** What `ballast check` makes of a proposal's folder with this payload in it. */
export async function gate({ folder }: Proposal, payload?: Payload, at: number = TUESDAY): Promise<Gate> {
  if (payload !== undefined) await writePayload(folder, payloadFiles(payload));
  const { findings } = await checkFolder(folder, { at });
  return { exit: exitCodeOf(findings), findings };
}

/** The gate stops it with this exit code, by a check that finds this and whose `incident`, which is printed with the finding, names the case. */
export function expectStopped(
  { exit, findings }: Gate,
  expected: { readonly exit: number; readonly check: string; readonly message: RegExp; readonly names: RegExp },
): void {
  expect(exit).toBe(expected.exit);
  const own = findings.filter(({ check, severity }) => check === expected.check && severity === "error");
  expect(own.map(({ message }) => message).join("\n")).toMatch(expected.message);
  expect(CHECKS.find(({ id }) => id === expected.check)?.incident).toMatch(expected.names);
}

export const SOUND = `title: Raise the ETH volatility buffer
author: Risk committee
changes:
  ETH.volBuffer: 30 %
`;
