import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localAddresses } from "../../chain/index.ts";
import type { Check, Finding } from "../../cli/checks/check.ts";
import type { CheckContext } from "../../cli/checks/context.ts";
import { runChecks } from "../../cli/checks/run.ts";
import { deploymentText, loadDeployment } from "../../cli/proposal/deployment.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { loadParameters, parametersText } from "../../cli/proposal/parameters.ts";
import { buildPayload, payloadFiles } from "../../cli/proposal/payload.ts";
import type { Policy } from "../../cli/proposal/policy.ts";
import { initialParameters, type ParameterSet } from "../../sim/parameters/index.ts";
import { temporary } from "../temporary.ts";

export const ROOT = `0x${"ab".repeat(32)}`;

export const POLICY: Policy = {
  version: 1,
  crashes: ["2020-03-12-black-thursday"],
  book: { population: "default", accounts: 10 },
  seeds: [1],
  counts: { filtered: 64, stressed: 16 },
  gates: { "coverage.worst": { min: 0.5, severity: "error" } },
  checks: {},
};

/** A proposals folder of its own, with a proposal in it as `draft` and `build` would leave it. */
export async function proposalFolder(yaml: string, base: ParameterSet = initialParameters()): Promise<{ folder: string; proposal: Proposal }> {
  const root = await temporary("proposals");
  const folder = join(root, "0001-example");
  await mkdir(folder);
  const { parameters: riskParameters, steward: riskSteward, ...addresses } = localAddresses();
  await writeFile(join(root, "parameters.yaml"), parametersText(base));
  await writeFile(join(root, "deployment.yaml"), deploymentText({ chainId: 31_337, ...addresses, riskParameters, riskSteward }));
  await writeFile(join(folder, "proposal.yaml"), yaml);
  const proposal = await loadProposal(folder);
  await writePayload(folder, payloadFiles(buildPayload(proposal, ROOT)));
  return { folder, proposal: await loadProposal(folder) };
}

const EXAMPLE = join(import.meta.dirname, "../../proposals");

/**
 * Puts the example workspace's voters into another, so that an attack on the vote can be judged there; what one could take is given as a figure, which saves the
 * search with the margin engine.
 */
export async function writeVoters(root: string, extractableUsd = 1_000_000): Promise<void> {
  await cp(join(EXAMPLE, "delegates.csv"), join(root, "delegates.csv"));
  const text = await readFile(join(EXAMPLE, "governance.yaml"), "utf8");
  await writeFile(join(root, "governance.yaml"), text.replace("  treasuryUsd: 0\n", `  extractableUsd: ${extractableUsd}\n  treasuryUsd: 0\n`));
}

export async function writePayload(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, "payload"), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, "payload", name), text);
}

/** Tuesday, 24 November 2026, 12:00 UTC: what a clock shows where a test gives no other. */
export const NOW = Date.UTC(2026, 10, 24, 12) / 1000;

/** A context whose costly parts refuse: what a check asks for beyond the files, a test has to give it. */
export function contextOf(proposal: Proposal, rest: Partial<CheckContext> = {}): CheckContext {
  const absent = (name: string) => () => Promise.reject(new Error(`this test has no ${name}`));
  return {
    folder: proposal.folder,
    proposal,
    policy: POLICY,
    workspace: async () => ({
      parameters: await loadParameters(join(proposal.folder, "../parameters.yaml")),
      deployment: await loadDeployment(join(proposal.folder, "../deployment.yaml")),
    }),
    evidenceText: () => readFile(join(proposal.folder, "evidence.json"), "utf8"),
    // Of the payload at hand, which a test may have forged in memory.
    payloadTexts: async () => (proposal.payload === undefined ? {} : payloadFiles(proposal.payload)),
    sampling: { replays: 2, nonce: "test" },
    today: absent("today"),
    replayAgain: absent("replays"),
    attributeAgain: absent("attribution"),
    rehearsal: absent("rehearsal"),
    market: absent("market"),
    neighbours: absent("neighbours"),
    stack: absent("stack"),
    now: () => NOW,
    closes: absent("closes"),
    crashIds: absent("crashes"),
    replayHeldOut: absent("held-out replays"),
    attack: absent("attack"),
    ...rest,
  };
}

/** What one check finds. */
export async function find(check: Check, context: CheckContext): Promise<readonly Finding[]> {
  return (await runChecks([check], context)).findings;
}

export async function copyOf(folder: string): Promise<string> {
  const root = await temporary("copy");
  await cp(folder, root, { recursive: true });
  return root;
}

export const remove = (folder: string) => rm(folder, { recursive: true, force: true });

export const GOOD = `title: Raise the ETH volatility buffer
author: Risk committee
changes:
  ETH.volBuffer: 30 %
`;
