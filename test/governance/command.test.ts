import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { getAddress } from "viem";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { GOVERNANCE as DEPLOYED } from "../../chain/settings.ts";
import { attackFacts } from "../../cli/attack/facts.ts";
import { attackDocument } from "../../cli/attack/output.ts";
import { readSituation } from "../../cli/attack/situation.ts";
import { verdictOf } from "../../cli/attack/verdict.ts";
import { BallastError } from "../../sim/errors.ts";
import { ballast, refusalOf, workspace } from "../cli/ballast.ts";
import { temporary } from "../temporary.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The example workspace with parts of its two files replaced; a part that is not there would leave the test without its case. */
async function edited(changes: { governance?: readonly [string, string]; delegates?: readonly [string, string] }): Promise<string> {
  const dir = await temporary("attack");
  for (const name of ["governance.yaml", "delegates.csv", "parameters.yaml"]) await cp(at(`proposals/${name}`), join(dir, name));
  for (const [name, change] of [
    ["governance.yaml", changes.governance],
    ["delegates.csv", changes.delegates],
  ] as const) {
    if (change === undefined) continue;
    const text = await readFile(join(dir, name), "utf8");
    expect(text).toContain(change[0]);
    await writeFile(join(dir, name), text.replace(...change));
  }
  return join(dir, "governance.yaml");
}

async function refused(file: string): Promise<BallastError> {
  const error = await readSituation(file).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(BallastError);
  return error as BallastError;
}

const DELEGATES = await readFile(at("proposals/delegates.csv"), "utf8");
const [, FIRST, SECOND] = DELEGATES.split("\n");
const [FIRST_ADDRESS, FIRST_VOTES] = FIRST.split(",");

describe("a list of delegates is refused with its line and its column", () => {
  it.each([
    ["an address twice", [SECOND, SECOND.replace(/^0x[^,]+/, FIRST_ADDRESS)], "DELEGATE_TWICE", 3, "address"],
    ["the same address with its checksum", [SECOND, SECOND.replace(/^0x[^,]+/, getAddress(FIRST_ADDRESS))], "DELEGATE_TWICE", 3, "address"],
    ["negative votes", [`${FIRST_ADDRESS},${FIRST_VOTES}`, `${FIRST_ADDRESS},-${FIRST_VOTES}`], "DELEGATE_CELL_INVALID", 2, "votes"],
    ["votes with an exponent", [`${FIRST_ADDRESS},${FIRST_VOTES}`, `${FIRST_ADDRESS},3e6`], "DELEGATE_CELL_INVALID", 2, "votes"],
    ["votes in the token's smallest unit, beyond the supply", [`,${FIRST_VOTES},`, `,${FIRST_VOTES}000000000000000000,`], "DELEGATES_ABOVE_SUPPLY", 2, "votes"],
    ["half a delegator", [FIRST, FIRST.replace(/,[0-9]+,([0-9]+)$/, ",1.5,$1")], "DELEGATE_CELL_INVALID", 2, "delegators"],
    ["an address that is none", [FIRST_ADDRESS, "vitalik.eth"], "DELEGATE_CELL_INVALID", 2, "address"],
    ["a wrong checksum", [FIRST_ADDRESS, "0x5FbDB2315678afecb367f032d93F642f64180aA3"], "DELEGATE_CELL_INVALID", 2, "address"],
    ["a column that is missing", ["address,votes,delegators", "address,votes,holders"], "DELEGATES_COLUMN_MISSING", 1, "delegators"],
  ] as const)("%s", async (_, change, code, line, field) => {
    const error = await refused(await edited({ delegates: change }));
    expect([error.code, error.where.line, error.where.field, error.exit]).toEqual([code, line, field, 2]);
    expect(error.where.file).toMatch(/delegates\.csv$/);
    expect(error.fix).not.toBe("");
  });

  it("a row that is too short", async () => {
    const error = await refused(await edited({ delegates: [FIRST, FIRST_ADDRESS] }));
    expect([error.code, error.where.line]).toEqual(["DELEGATES_CSV_INVALID", 2]);
  });

  it("no row at all, and no file", async () => {
    expect((await refused(await edited({ delegates: [DELEGATES.slice(DELEGATES.indexOf("\n")), "\n"] }))).code).toBe("DELEGATES_EMPTY");
    expect((await refused(await edited({ governance: ["file: delegates.csv", "file: nobody.csv"] }))).code).toBe("FILE_NOT_FOUND");
  });
});

describe("governance.yaml is refused with its line and its field", () => {
  it.each([
    ["a quorum above the supply", ["token:", "rules:\n  quorumVotes: 100000001\ntoken:"], "QUORUM_ABOVE_SUPPLY", "rules.quorumVotes"],
    ["a quorum of nothing", ["token:", "rules:\n  quorumVotes: 0\ntoken:"], "FIELD_INVALID", "rules.quorumVotes"],
    ["a voting period of zero", ["token:", "rules:\n  votingPeriodSeconds: 0\ntoken:"], "FIELD_INVALID", "rules.votingPeriodSeconds"],
    ["a threshold above the supply", ["token:", "rules:\n  proposalThreshold: 200000000\ntoken:"], "THRESHOLD_ABOVE_SUPPLY", "rules.proposalThreshold"],
    ["a minority that decides", ["token:", "rules:\n  approval: 0.4\ntoken:"], "FIELD_INVALID", "rules.approval"],
    ["a vote price of zero", ["priceUsd: 0.004", "priceUsd: 0"], "FIELD_INVALID", "bribes.tranches[0].priceUsd"],
    ["a token that is worth nothing", ["priceUsd: 2\n", "priceUsd: 0\n"], "FIELD_INVALID", "token.priceUsd"],
    ["a market without volume", ["dailyVolumeUsd: 3000000", "dailyVolumeUsd: 0"], "FIELD_INVALID", "token.dailyVolumeUsd"],
    ["more for sale than there is", ["floatVotes: 25000000", "floatVotes: 250000000"], "VOTES_ABOVE_SUPPLY", "token.floatVotes"],
    ["more lent than there is", ["votes: 3000000", "votes: 300000000"], "VOTES_ABOVE_SUPPLY", "borrowable.pools"],
    ["shares of voters beyond one", ["deceived: 0.3", "deceived: 0.5"], "VOTER_SHARES", "voters.deceived"],
    [
      "a tally beyond the supply",
      ["mean: 0.09\n  deviation: 0.025", "tallies:\n    - { for: 90000000, against: 20000000, abstain: 0 }"],
      "VOTES_ABOVE_SUPPLY",
      "turnout.tallies[0]",
    ],
    ["a mean without a deviation", ["  deviation: 0.025\n", ""], "FIELD_MISSING", "turnout.deviation"],
    [
      "figures without a source",
      ["  fatigue: 0.85 # of the turnout is left when the same proposal comes again\n  source: invented for the example workspace", "  fatigue: 0.85"],
      "FIELD_MISSING",
      "voters.source",
    ],
    [
      "an empty source",
      [
        "fatigue: 0.85 # of the turnout is left when the same proposal comes again\n  source: invented for the example workspace",
        'fatigue: 0.85\n  source: " "',
      ],
      "FIELD_INVALID",
      "voters.source",
    ],
    ["a colluding stranger", ["members: []", 'members: ["0x5FbDB2315678afecb367f032d93F642f64180aa3"]'], "MEMBER_UNKNOWN", "coalition.members[0]"],
    [
      "a timelock that falls",
      ["treasuryUsd: 0", "treasuryUsd: 0\n  dynamicTimelock: { firstShare: 0.1, secondShare: 0.01, minSeconds: 1, maxSeconds: 2 }"],
      "TIMELOCK_SHARES",
      "value.dynamicTimelock",
    ],
    ["a misspelt field", ["swingSeconds: 600", "swingSeconds: 600\n  swingSecond: 600"], "FIELD_UNKNOWN", "attacker.swingSecond"],
    ["certainty itself", ["certainty: 0.9", "certainty: 1"], "FIELD_INVALID", "attacker.certainty"],
  ] as const)("%s", async (_, change, code, field) => {
    const error = await refused(await edited({ governance: change }));
    expect([error.code, error.where.field, error.exit]).toEqual([code, field, 2]);
    expect(error.where.file).toMatch(/governance\.yaml$/);
    expect(error.where.line).toBeGreaterThan(1);
  });
});

describe("what governance.yaml leaves out", () => {
  it("is what this checkout deploys, and said so", async () => {
    const { situation, sources } = await readSituation(at("proposals/governance.yaml"));
    expect(situation.supply).toBe(100_000_000);
    expect(situation.rules).toMatchObject({
      votingDelaySeconds: DEPLOYED.votingDelay,
      votingPeriodSeconds: DEPLOYED.votingPeriod,
      proposalThreshold: 100_000,
      quorumVotes: 4_000_000,
      lateQuorumExtensionSeconds: DEPLOYED.lateQuorumExtension,
      timelockDelaySeconds: DEPLOYED.timelockDelay,
    });
    expect(sources[0]).toEqual({ part: "token.supply", source: "this checkout's deployment (chain/settings.ts)" });
    expect(sources[1].part).toContain("rules.quorumVotes");
  });

  it("is not said of what it does name", async () => {
    const { situation, sources } = await readSituation(await edited({ governance: ["token:", "rules:\n  quorumVotes: 5000000\ntoken:"] }));
    expect(situation.rules.quorumVotes).toBe(5_000_000);
    expect(sources.some(({ part }) => part.includes("quorumVotes"))).toBe(false);
  });

  it("past tallies are turnouts of the supply", async () => {
    const file = await edited({
      governance: [
        "mean: 0.09\n  deviation: 0.025",
        "tallies:\n    - { for: 5000000, against: 1000000, abstain: 0 }\n    - { for: 3000000, against: 500000, abstain: 500000 }",
      ],
    });
    expect((await readSituation(file)).situation.turnout).toEqual({ history: [0.06, 0.04] });
  });
});

describe("ballast attack", () => {
  it("says first whether it pays, and prints what its schema says", async () => {
    // As the example has it: what could be taken, the engine finds.
    const cwd = await workspace({ "proposals/governance.yaml": await readFile(at("proposals/governance.yaml"), "utf8") });
    const text = await ballast(["attack"], { cwd });
    expect([text.code, text.stderr]).toEqual([0, ""]);
    expect(text.stdout.split("\n")[0]).toMatch(/^The cheapest route, .+, costs USD\s.+ and returns USD\s.+: (not )?profitable/);

    for (const part of [
      "Nakamoto coefficient: ",
      "buying votes",
      "a swing in the last minutes",
      "raised per day",
      "  token: invented for the example workspace",
    ]) {
      expect(text.stdout).toContain(part);
    }

    const json = await ballast(["attack", "proposals/governance.yaml", "--json"], { cwd });
    const document = JSON.parse(json.stdout);
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(at("schemas/attack-output.schema.json"), "utf8")));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.verdict).toBe(text.stdout.split("\n")[0]);
    expect(document.valueFrom).toBe("engine");
    expect(document.engine.valueUsd).toBe(document.extractableUsd);
    // Bit for bit the same again.
    expect((await ballast(["attack", "--json"], { cwd })).stdout).toBe(json.stdout);
  }, 60_000);

  it("takes a value by hand without the engine, its parameters or its data", async () => {
    const file = await edited({});
    const facts = await attackFacts(file, { valueUsd: 1e9, datasetDir: "/nowhere" });
    expect([facts.valueFrom, facts.engine, facts.situation.value.extractableUsd]).toEqual(["given", null, 1e9]);
    expect(verdictOf(facts).profitable).toBe(true);
    expect(attackDocument(facts).verdict).toMatch(/: profitable/);
  });

  it("takes the value of the file before the engine's, and other delegates where they are named", async () => {
    const file = await edited({ governance: ["treasuryUsd: 0", "treasuryUsd: 0\n  extractableUsd: 12345"] });
    const csv = join(file, "../other.csv");
    await writeFile(csv, `address,votes,delegators\n${FIRST_ADDRESS},9000000,4\n`);
    const facts = await attackFacts(file, { datasetDir: "/nowhere", delegatesFile: csv });
    expect([facts.valueFrom, facts.situation.value.extractableUsd]).toEqual(["file", 12_345]);
    expect(facts.concentration).toMatchObject({ majority: 1, quorum: 1, largestShare: 1 });
    expect(facts.sources.find(({ part }) => part === "delegates")?.source).toBe(csv);
  });

  it("says what it cannot say without delegates", async () => {
    const file = await edited({ governance: ["delegates:\n  file: delegates.csv\n  source: invented for the example workspace", "delegates: none"] });
    const facts = await attackFacts(file, { valueUsd: 1 });
    expect([facts.concentration, facts.simulation]).toEqual([null, null]);
    expect(facts.routes.find(({ kind }) => kind === "coalition")?.impossible).toBe("No delegates are listed.");
  });

  it("refuses a workspace without governance.yaml, and a value that is no number", async () => {
    const empty = await temporary("empty");
    const missing = await ballast(["attack", ".", "--json"], { cwd: empty });
    expect([missing.code, refusalOf(missing).code]).toEqual([2, "GOVERNANCE_MISSING"]);
    expect((await ballast(["attack", "--value", "1e6"], { cwd: empty })).code).toBe(2);
  });

  it("finds a value the engine can say something of: no attack pays less than what it costs is called profitable", async () => {
    const facts = await attackFacts(at("proposals/governance.yaml"), { valueUsd: 0 });
    expect(facts.routes.every(({ profitUsd, impossible }) => impossible !== null || profitUsd <= 0)).toBe(true);
    expect(verdictOf(facts)).toMatchObject({ profitable: false });
  });

  it("the example fits the published schema", async () => {
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(at("schemas/governance.schema.json"), "utf8")));
    expect(validate(parse(await readFile(at("proposals/governance.yaml"), "utf8"))), JSON.stringify(validate.errors)).toBe(true);
  });
});
