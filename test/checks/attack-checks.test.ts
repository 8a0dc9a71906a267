import { cp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { attackFacts } from "../../cli/attack/facts.ts";
import { type ProposalAttack, proposalAttack } from "../../cli/attack/proposal.ts";
import { attackCost } from "../../cli/checks/attack-cost.ts";
import { concentration } from "../../cli/checks/concentration.ts";
import { notChecked } from "../../cli/checks/not-checked.ts";
import { exitCodeOf, runChecks } from "../../cli/checks/run.ts";
import { mostProfitable, routes } from "../../sim/governance/index.ts";
import { temporary } from "../temporary.ts";
import { contextOf, find, POLICY, proposalFolder } from "./world.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const YAML = "title: Raise the buffer\nauthor: A\nchanges:\n  ETH.volBuffer: 3000\n";
const { folder, proposal } = await proposalFolder(YAML);

/** What can be taken today, and once the proposal is in force, USD. */
async function attack(valueUsd: number, proposedUsd = valueUsd, delegatesFile?: string): Promise<ProposalAttack> {
  const today = await attackFacts(at("proposals/governance.yaml"), { valueUsd, delegatesFile });
  const proposed = routes({ ...today.situation, value: { ...today.situation.value, extractableUsd: proposedUsd } });
  return { today, proposed: { extractableUsd: proposedUsd, mostProfitable: mostProfitable(proposed) ?? null } };
}

async function delegates(votes: readonly number[]): Promise<string> {
  const file = join(await temporary("delegates"), "delegates.csv");
  const rows = votes.map((has, i) => `0x${String(i + 1).padStart(40, "0")},${has},1`);
  await writeFile(file, ["address,votes,delegators", ...rows, ""].join("\n"));
  return file;
}

const judged = (found: ProposalAttack | undefined) => contextOf(proposal, { attack: async () => found });

describe("attack-cost", () => {
  it("says nothing where no route pays", async () => {
    expect(await find(attackCost, judged(await attack(1_000)))).toEqual([]);
  });

  it("warns where one does, with what it costs and brings", async () => {
    const [finding] = await find(attackCost, judged(await attack(1e9)));
    expect(finding).toMatchObject({ check: "attack-cost", severity: "warn" });
    expect(finding.message).toMatch(/costs USD.*returns USD.*profitable/);
  });

  it("warns where the proposal itself makes it pay", async () => {
    const [finding, ...others] = await find(attackCost, judged(await attack(1_000, 1e9)));
    expect(others).toEqual([]);
    expect(finding.message).toMatch(/^Once it is in force, .* pays/);
  });

  it("fails where the policy says so", async () => {
    const { findings } = await runChecks([attackCost], judged(await attack(1e9)), { "attack-cost": "error" });
    expect(exitCodeOf(findings)).toBe(3);
  });
});

describe("concentration", () => {
  it("says nothing of the example's many delegates", async () => {
    expect(await find(concentration, judged(await attack(0)))).toEqual([]);
  });

  it("warns of two who have half of an average vote, and of one who reaches the quorum", async () => {
    // Half of 9 % of a hundred million is 4.5 M; the quorum is 4 M.
    const found = await find(concentration, judged(await attack(0, 0, await delegates([4_200_000, 900_000, 100_000]))));
    expect(found.map(({ message, severity }) => [message.replaceAll("\u00a0", " "), severity])).toEqual([
      ["2 delegates can have more than half of a vote at the mean turnout.", "warn"],
      ["1 delegate can reach the quorum.", "warn"],
    ]);
  });

  it("says nothing of three", async () => {
    expect(await find(concentration, judged(await attack(0, 0, await delegates([1_900_000, 1_800_000, 1_700_000]))))).toEqual([]);
  });
});

describe("a workspace without governance.yaml", () => {
  it("gets a warning from both, no error, and is told what was not checked", async () => {
    expect(await proposalAttack(folder, proposal)).toBeUndefined();
    const { findings, checked } = await runChecks([attackCost, concentration], judged(undefined));
    expect(findings.map(({ check, severity }) => [check, severity])).toEqual([
      ["attack-cost", "warn"],
      ["concentration", "warn"],
    ]);
    expect(exitCodeOf(findings)).toBe(0);
    expect(checked).toHaveLength(2);
    expect(notChecked(proposal, POLICY, 2, { isAttackJudged: false }).some(({ what }) => what === "Attack cost and concentration")).toBe(true);
    expect(notChecked(proposal, POLICY, 2, { isAttackJudged: true }).some(({ what }) => what === "Attack cost and concentration")).toBe(false);
  });

  it("fails where its policy asks for an answer: no evidence is a failure", async () => {
    const { findings } = await runChecks([attackCost, concentration], judged(undefined), { "attack-cost": "error" });
    expect(exitCodeOf(findings)).toBe(3);
  });
});

it("a governance.yaml that cannot be read fails both checks, whatever the policy says", async () => {
  const context = contextOf(proposal, { attack: () => attackFacts("/nowhere/governance.yaml").then(() => undefined) });
  const { findings } = await runChecks([attackCost, concentration], context, { "attack-cost": "warn" });
  expect(findings.map(({ severity }) => severity)).toEqual(["error", "error"]);
});

it("beside a policy the engine finds what a proposal changes: a looser margin leaves more to take", async () => {
  const loosened = await proposalFolder("title: Lower the buffer\nauthor: A\nchanges:\n  ETH.volBuffer: 2000\n  protocol.initialMargin: 12000\n");
  for (const name of ["governance.yaml", "delegates.csv"]) await cp(at(`proposals/${name}`), join(dirname(loosened.folder), name));
  const found = await proposalAttack(loosened.folder, loosened.proposal);
  expect(found?.today.valueFrom).toBe("engine");
  expect(found?.proposed.extractableUsd ?? 0).toBeGreaterThan(found?.today.situation.value.extractableUsd ?? Number.POSITIVE_INFINITY);
  // Another proposal from the same values finds today's facts there already, and finds the same.
  const memory = new Map();
  const [first, second] = [
    await proposalAttack(loosened.folder, loosened.proposal, { memory }),
    await proposalAttack(loosened.folder, loosened.proposal, { memory }),
  ];
  expect(memory.size).toBe(1);
  expect(second?.today).toBe(first?.today);
  expect(first).toEqual(found);
}, 60_000);
