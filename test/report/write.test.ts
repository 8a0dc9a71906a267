import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { assembleEvidence, evidenceText } from "../../cli/backtest/assemble.ts";
import { hashOf } from "../../cli/backtest/canonical.ts";
import { judge } from "../../cli/backtest/verdict.ts";
import { reportCommand } from "../../cli/commands/report.ts";
import type { Evidence } from "../../cli/proposal/evidence.ts";
import { loadProposal } from "../../cli/proposal/load.ts";
import type { Gate } from "../../cli/proposal/policy.ts";
import { writeReport } from "../../cli/report/write.ts";
import { temporary } from "../temporary.ts";
import { madeUpEvidence } from "./fixtures/proposal.ts";

const PROPOSAL_YAML = `title: Raise the ETH volatility buffer to 30 %
author: Risk committee
base: ../parameters.yaml
deployment: ../deployment.yaml
changes:
  ETH.volBuffer: 30 %
ramp: 3 d
links: [https://forum.example.org/t/412]
`;

let root: string;
let folder: string;

beforeEach(async () => {
  root = await temporary("report");
  folder = join(root, "0001-raise-eth-vol-buffer");
  await cp("proposals/parameters.yaml", join(root, "parameters.yaml"));
  await cp("proposals/deployment.yaml", join(root, "deployment.yaml"));
  await cp("test/report/fixtures/rationale.md", join(folder, "rationale.md"));
  await writeFile(join(folder, "proposal.yaml"), PROPOSAL_YAML);
});

/** Evidence whose hashes are those of the proposal on disk. */
async function evidenceFor(): Promise<Evidence> {
  const proposal = await loadProposal(folder);
  const made = madeUpEvidence();
  const limits = Object.fromEntries(made.gates.map(({ id, bound, limit, severity }) => [id, { [bound]: limit, severity } as Gate]));
  return assembleEvidence({
    ...made,
    ...judge(limits, made),
    context: { ...made.context, parametersBefore: hashOf(proposal.base), parametersAfter: hashOf(proposal.after) },
  });
}

test("writes both files, twice the same, and nothing else", async () => {
  await writeFile(join(folder, "evidence.json"), evidenceText(await evidenceFor()));
  const written = await writeReport(folder);
  const first = await Promise.all([readFile(written.markdown, "utf8"), readFile(written.html, "utf8")]);
  expect(written).toMatchObject({ verdict: "pass", markdown: join(folder, "report.md"), html: join(folder, "report.html") });
  expect(first[0]).toContain("**✓ Passes:**");
  expect(first[1]).toContain("Since the cascade of October 2025");
  await writeReport(folder);
  expect(await Promise.all([readFile(written.markdown, "utf8"), readFile(written.html, "utf8")])).toEqual(first);
  expect((await readdir(folder)).sort()).toEqual(["evidence.json", "proposal.yaml", "rationale.md", "report.html", "report.md"]);
});

test("a workspace that says what an attack depends on gets the section on it, twice the same", async () => {
  await writeFile(join(folder, "evidence.json"), evidenceText(await evidenceFor()));
  for (const name of ["governance.yaml", "delegates.csv"]) await cp(join("proposals", name), join(root, name));
  const written = await writeReport(folder);
  const first = await readFile(written.markdown, "utf8");
  expect(first).toContain("## Who could pass a harmful change, and what it would cost");
  // The proposal is a tighter one: less is left to take.
  expect(first).toMatch(/Once this proposal is in force it is USD/);
  await writeReport(folder);
  expect(await readFile(written.markdown, "utf8")).toBe(first);
}, 60_000);

test("no evidence: exit 5, and no report", async () => {
  await expect(writeReport(folder)).rejects.toMatchObject({ code: "EVIDENCE_MISSING", exit: 5 });
  expect(await readdir(folder)).not.toContain("report.md");
});

test("evidence for other values: exit 5", async () => {
  await writeFile(join(folder, "evidence.json"), evidenceText(await evidenceFor()));
  await writeFile(join(folder, "proposal.yaml"), PROPOSAL_YAML.replace("30 %\nramp", "35 %\nramp"));
  await expect(writeReport(folder)).rejects.toMatchObject({ code: "EVIDENCE_STALE", exit: 5 });
});

test.each([
  [
    "an outcome",
    "root",
    (evidence: Evidence) => ({ ...evidence, outcomes: evidence.outcomes.map((entry) => ({ ...entry, outcome: { ...entry.outcome, shortfallFinal: 0 } })) }),
  ],
  [
    "a gate",
    "gates.shortfall.worst",
    (evidence: Evidence) => ({ ...evidence, gates: evidence.gates.map((gate) => ({ ...gate, limit: gate.id === "shortfall.worst" ? 0.001 : gate.limit })) }),
  ],
  ["the verdict", "verdict", (evidence: Evidence) => ({ ...evidence, verdict: "fail" as const })],
])("evidence in which somebody edited %s is refused: exit 6", async (_, field, edit) => {
  await writeFile(join(folder, "evidence.json"), evidenceText(edit(await evidenceFor())));
  await expect(writeReport(folder)).rejects.toMatchObject({ code: "EVIDENCE_INCONSISTENT", exit: 6, where: { field } });
});

test("the command says where the report is, as JSON if asked", async () => {
  await writeFile(join(folder, "evidence.json"), evidenceText(await evidenceFor()));
  const lines: string[] = [];
  const stdout = process.stdout.write;
  process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof process.stdout.write;
  try {
    await reportCommand().parseAsync([folder, "--json"], { from: "user" });
  } finally {
    process.stdout.write = stdout;
  }
  expect(JSON.parse(lines.join(""))).toMatchObject({ verdict: "pass", html: join(folder, "report.html") });
});
