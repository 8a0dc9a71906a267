import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refuseFindings } from "../../cli/proposal/findings.ts";
import { loadProposal } from "../../cli/proposal/load.ts";
import { BallastError } from "../../sim/errors.ts";
import { validateChanges } from "../../sim/parameters/index.ts";
import { ballast, refusalOf, workspace } from "./ballast.ts";

const HEAD = 'title: "Raise ETH volatility buffer"\nauthor: Risk committee\nchanges:\n';
const FOLDER = "proposals/0001-test";

async function build(text: string | Uint8Array) {
  const cwd = await workspace({ [`${FOLDER}/rationale.md`]: "x" });
  await writeFile(join(cwd, FOLDER, "proposal.yaml"), text);
  const run = await ballast(["build", FOLDER, "--without-evidence", "--json"], { cwd });
  return { run, refusal: refusalOf(run), built: existsSync(join(cwd, FOLDER, "payload")) };
}

/** What `build` does before it writes anything. */
async function refused(folder: string): Promise<BallastError> {
  try {
    const { base, changes, places } = await loadProposal(folder);
    refuseFindings(validateChanges(base, changes), { file: join(folder, "proposal.yaml") }, places);
  } catch (error) {
    if (error instanceof BallastError) return error;
    throw error;
  }
  throw new Error("the proposal was not refused");
}

interface Case {
  readonly what: string;
  readonly yaml: string;
  readonly code: string;
  /** Line and column, both from 1. */
  readonly at: readonly [number, number];
  readonly field?: string;
  readonly value?: string;
  readonly fix: RegExp;
}

const value = (written: string, rest: Omit<Case, "yaml" | "at" | "field" | "what">, what = written): Case => ({
  what,
  yaml: `${HEAD}  ETH.volBuffer: ${written}\n`,
  at: [4, 18],
  field: "changes.ETH.volBuffer",
  ...rest,
});

const CASES: readonly Case[] = [
  // values
  value("0xBB8", { code: "NUMBER_HEX", value: "0xBB8", fix: /Write 3000 if/ }),
  value("0x", { code: "NUMBER_HEX", value: "0x", fix: /plain decimal/ }),
  value("0o5670", { code: "NUMBER_OCTAL", value: "0o5670", fix: /whole number of bps/ }),
  value("03000", { code: "NUMBER_OCTAL", value: "03000", fix: /Write 3000 if/ }),
  value("3e3", { code: "NUMBER_EXPONENT", value: "3e3", fix: /Write 3000 if/ }),
  value("3_000", { code: "NUMBER_SEPARATOR", value: "3_000", fix: /Write 3000 if/ }),
  value("3,000", { code: "NUMBER_SEPARATOR", value: "3,000", fix: /Write 3000 if/ }),
  value("+3000", { code: "NUMBER_SIGN", value: "+3000", fix: /Write 3000 if/ }),
  value(".inf", { code: "NUMBER_NOT_FINITE", value: ".inf", fix: /decimal digits/ }),
  value(".nan", { code: "NUMBER_NOT_FINITE", value: ".nan", fix: /decimal digits/ }),
  value("3000000000000000000", { code: "NUMBER_TOO_LONG", value: "3000000000000000000", fix: /never wei/ }),
  value("3000000000000000000 bps", { code: "NUMBER_TOO_LONG", value: "3000000000000000000 bps", fix: /never wei/ }),
  value("30000", { code: "PARAMETER_OUT_OF_BOUNDS", fix: /from 0 bps to 10000 bps/ }, "a digit too many"),
  value("4500", { code: "STEP_TOO_LARGE", fix: /Go to 4000 bps first/ }, "a step too large"),
  value("2500", { code: "CHANGE_NOTHING", fix: /Leave the change out/ }, "no change"),
  value("3000.5", { code: "VALUE_FRACTION", value: "3000.5", fix: /whole number of bps/ }),
  value("30.005 %", { code: "VALUE_FRACTION", value: "30.005 %", fix: /whole number of bps/ }),
  value("-3000", { code: "VALUE_NEGATIVE", value: "-3000", fix: /whole number of bps/ }),
  value('"3000"', { code: "VALUE_IS_TEXT", value: "3000", fix: /Remove the quotes/ }),
  value("'3000'", { code: "VALUE_IS_TEXT", value: "3000", fix: /Remove the quotes/ }),
  value("1 d", { code: "UNIT_WRONG", value: "1 d", fix: /bps, %/ }),
  value("30 pct", { code: "UNIT_UNKNOWN", value: "30 pct", fix: /bps, %/ }),
  value("much", { code: "VALUE_NOT_NUMBER", value: "much", fix: /whole number of bps/ }),
  value("٣٠٠٠", { code: "VALUE_NOT_NUMBER", value: "٣٠٠٠", fix: /whole number of bps/ }, "digits of another alphabet"),
  value("true", { code: "VALUE_NOT_NUMBER", value: "true", fix: /whole number of bps/ }),
  value("null", { code: "VALUE_MISSING", value: "null", fix: /whole number of bps/ }),
  value("", { code: "VALUE_MISSING", fix: /whole number of bps/ }, "no value"),

  // names
  {
    what: "a misspelt parameter",
    yaml: `${HEAD}  ETH.volBufer: 3000\n`,
    code: "PARAMETER_UNKNOWN",
    at: [4, 3],
    field: "changes.ETH.volBufer",
    value: "ETH.volBufer",
    fix: /Did you mean ETH\.volBuffer\?/,
  },
  {
    what: "a misspelt asset",
    yaml: `${HEAD}  EHT.volBuffer: 3000\n`,
    code: "PARAMETER_UNKNOWN",
    at: [4, 3],
    value: "EHT.volBuffer",
    fix: /Did you mean ETH\.volBuffer\?/,
  },
  {
    what: "a parameter without its asset",
    yaml: `${HEAD}  volBuffer: 3000\n`,
    code: "PARAMETER_UNKNOWN",
    at: [4, 3],
    value: "volBuffer",
    fix: /BTC\.volBuffer, ETH\.volBuffer/,
  },
  {
    what: "a parameter of another scope",
    yaml: `${HEAD}  USDC.volBuffer: 3000\n`,
    code: "PARAMETER_UNKNOWN",
    at: [4, 3],
    value: "USDC.volBuffer",
    fix: /Did you mean/,
  },
  {
    what: "a nested change",
    yaml: `${HEAD}  ETH:\n    volBuffer: 3000\n`,
    code: "FIELD_INVALID",
    at: [4, 3],
    field: "changes.ETH",
    fix: /ETH\.volBuffer: value/,
  },
  {
    what: "a list of values",
    yaml: `${HEAD}  ETH.volBuffer: [3000]\n`,
    code: "FIELD_INVALID",
    at: [4, 3],
    field: "changes.ETH.volBuffer",
    fix: /one line per change/,
  },
  // shape
  {
    what: "an unknown field",
    yaml: `titel: x\n${HEAD}  ETH.volBuffer: 3000\n`,
    code: "FIELD_UNKNOWN",
    at: [1, 1],
    field: "titel",
    fix: /Did you mean title\?/,
  },
  { what: "no changes", yaml: "title: x\nauthor: y\n", code: "FIELD_MISSING", at: [1, 1], field: "changes", fix: /Add changes/ },
  { what: "an empty map of changes", yaml: "title: x\nauthor: y\nchanges: {}\n", code: "FIELD_INVALID", at: [3, 10], field: "changes", fix: /^$/ },
  {
    what: "a title that is a number",
    yaml: "title: 3000\nauthor: y\nchanges:\n  ETH.volBuffer: 3000\n",
    code: "FIELD_INVALID",
    at: [1, 8],
    field: "title",
    value: "3000",
    fix: /quotes/,
  },
  {
    what: "a title of two lines",
    yaml: 'title: "x\\ny"\nauthor: y\nchanges:\n  ETH.volBuffer: 3000\n',
    code: "FIELD_INVALID",
    at: [1, 8],
    field: "title",
    fix: /^$/,
  },
  {
    what: "an address with a wrong checksum",
    yaml: `${HEAD}  ETH.volBuffer: 3000\nproposer: 0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266\n`,
    code: "FIELD_INVALID",
    at: [5, 11],
    field: "proposer",
    fix: /^$/,
  },
  {
    what: "a ramp in percent",
    yaml: `${HEAD}  ETH.volBuffer: 3000\nramp: 1 %\n`,
    code: "UNIT_WRONG",
    at: [5, 7],
    field: "ramp",
    value: "1 %",
    fix: /s, min, h, d/,
  },
  { what: "a ramp longer than the cooldown", yaml: `${HEAD}  ETH.volBuffer: 3000\nramp: 8 d\n`, code: "RAMP_TOO_LONG", at: [0, 0], fix: /604800/ },
  {
    what: "a ramp that does not fit on chain",
    yaml: `${HEAD}  ETH.volBuffer: 3000\nramp: 4294967296\n`,
    code: "RAMP_TOO_LONG",
    at: [5, 7],
    field: "ramp",
    fix: /1 d/,
  },
  // YAML itself
  { what: "a tab", yaml: `${HEAD}\tETH.volBuffer: 3000\n`, code: "YAML_MALFORMED", at: [4, 1], fix: /spaces/ },
  { what: "an unclosed quote", yaml: 'title: "Raise\nauthor: y\n', code: "YAML_MALFORMED", at: [3, 1], fix: /quote/ },
  {
    what: "a duplicate field",
    yaml: `${HEAD}  ETH.volBuffer: 3000\n  ETH.volBuffer: 3500\n`,
    code: "YAML_DUPLICATE_KEY",
    at: [5, 3],
    field: "ETH.volBuffer",
    fix: /one of the two/,
  },
  { what: "an anchor", yaml: `${HEAD}  ETH.volBuffer: &a 3000\n`, code: "YAML_ANCHOR", at: [4, 21], field: "changes.ETH.volBuffer", fix: /each value out/ },
  {
    what: "an alias",
    yaml: `title: &t x\nauthor: *t\nchanges:\n  ETH.volBuffer: 3000\n`,
    code: "YAML_ANCHOR",
    at: [1, 11],
    field: "title",
    fix: /each value out/,
  },
  {
    what: "a comment that turns the line around it",
    yaml: `${HEAD}  ETH.volBuffer: 3000 # a\u202e 0052\n`,
    code: "YAML_DECEPTIVE",
    at: [4, 26],
    fix: /plain letters/,
  },
  { what: "a merge key", yaml: `${HEAD}  <<: {}\n`, code: "YAML_MERGE", at: [4, 3], fix: /fields out/ },
  { what: "a tag", yaml: `${HEAD}  ETH.volBuffer: !!int 3000\n`, code: "YAML_TAG", at: [4, 18], value: "!!int", fix: /Remove/ },
  { what: "two documents", yaml: `${HEAD}  ETH.volBuffer: 3000\n---\ntitle: y\n`, code: "YAML_MALFORMED", at: [5, 1], fix: /one document/ },
  { what: "a truncated file", yaml: 'title: "Raise ETH volatility buffer"\nauthor: "Risk comm', code: "YAML_MALFORMED", at: [2, 19], fix: /quote/ },
  { what: "an empty file", yaml: "", code: "YAML_EMPTY", at: [1, 1], fix: /map of fields/ },
];

/** Also run through a process of its own: exit code, both streams, and that nothing was built. */
const IN_A_PROCESS = [
  "0xBB8",
  "3000000000000000000",
  "1 d",
  "a digit too many",
  "3000.5",
  "a misspelt parameter",
  "an unknown field",
  "a tab",
  "an unclosed quote",
  "a duplicate field",
  "a truncated file",
];

describe("a proposal that is wrong is refused with its place and what would be right", () => {
  test.for(CASES)("$what", async ({ yaml, code, at, field, value, fix }) => {
    const cwd = await workspace({ [`${FOLDER}/proposal.yaml`]: yaml });
    const error = await refused(join(cwd, FOLDER));
    expect(error.code).toBe(code);
    expect(error.exit).toBe(2);
    expect(error.where.file).toBe(join(cwd, FOLDER, "proposal.yaml"));
    if (at[0] > 0) expect([error.where.line, error.where.column]).toEqual(at);
    if (field !== undefined) expect(error.where.field).toBe(field);
    if (value !== undefined) expect(error.where.value).toBe(value);
    expect(error.fix).toMatch(fix);
  });

  test.concurrent.for(IN_A_PROCESS)("%s, on the command line", async (what, { expect }) => {
    const { yaml, code, at } = CASES.find((one) => one.what === what)!;
    const { run, refusal, built } = await build(yaml);
    expect(run.code).toBe(2);
    expect(refusal.code).toBe(code);
    expect(refusal.where).toMatchObject({ file: "proposals/0001-test/proposal.yaml", line: at[0], column: at[1] });
    // The same for a person, on stderr.
    expect(run.stderr).toContain(`${code}: ${refusal.message}\n  at    proposals/0001-test/proposal.yaml:${at.join(":")}`);
    expect(built).toBe(false);
  });

  test("bytes that are not UTF-8", async () => {
    const { run, refusal } = await build(Uint8Array.of(0x74, 0xff, 0xfe));
    expect(run.code).toBe(2);
    expect(refusal.code).toBe("FILE_NOT_UTF8");
  });

  test("a folder that does not exist, and the file instead of its folder", async () => {
    const cwd = await workspace({ [`${FOLDER}/proposal.yaml`]: `${HEAD}  ETH.volBuffer: 3000\n` });
    const [gone, file] = await Promise.all(["proposals/0009-gone", `${FOLDER}/proposal.yaml`].map((path) => ballast(["build", path, "--json"], { cwd })));
    expect([gone.code, refusalOf(gone).code]).toEqual([2, "PROPOSAL_NOT_FOUND"]);
    expect([file.code, refusalOf(file).fix]).toEqual([2, `Name its folder: ${FOLDER}.`]);
  });

  test("a usage error of any command leaves with exit code 2", async () => {
    const cwd = await workspace();
    const runs = await Promise.all([["build"], ["draft", "x"], ["params", "--nonsense"], ["nonsense"]].map((args) => ballast(args, { cwd })));
    expect(runs.map((run) => run.code)).toEqual([2, 2, 2, 2]);
    expect(runs.every((run) => run.stdout === "")).toBe(true);
  });
});
