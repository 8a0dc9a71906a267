import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../cli/checks/check.ts";
import { command, githubFormat } from "../../cli/checks/formats/github.ts";
import { formatOutcome } from "../../cli/checks/formats/index.ts";
import { COMMENT_BYTES, COMMENT_MARKER, markdownFormat, SUMMARY_BYTES } from "../../cli/checks/formats/markdown.ts";
import { CHECKS } from "../../cli/checks/index.ts";
import { exitOf, type FolderReport, type Outcome, type Problem } from "../../cli/checks/outcome.ts";
import { CHECK_OUTPUT } from "../../cli/checks/output.ts";
import { loadProposal } from "../../cli/proposal/load.ts";
import { finding, HOSTILE, many, outcome, report } from "./outcomes.ts";

const PROBLEM: Problem = {
  proposal: "proposals/0002-b",
  code: "YAML_MALFORMED",
  message: `It is broken: ${HOSTILE}`,
  fix: "Mend it.",
  where: { file: "proposals/0002-b/proposal.yaml", line: 3, column: 1 },
  exit: 2,
  error: new Error("x"),
};
const BROKEN = finding({
  check: "lifecycle",
  message: "Could not run, so it has failed: no contracts",
  couldNotRun: true,
  where: { file: "proposals/0001-a/payload/governor.json" },
});
const HOSTILE_OUTCOME = outcome(
  [report([finding({ message: HOSTILE, fix: HOSTILE }), BROKEN, finding({ check: "units", severity: "warn", message: HOSTILE })], { off: ["no-op"] })],
  { problems: [PROBLEM] },
);

const format = (name: Parameters<typeof formatOutcome>[0], what: Outcome) => formatOutcome(name, what, { root: process.cwd(), version: "1.2.3" });
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f\u202e]/;

/** The published schema, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 carries it; of draft 04 it uses nothing that draft 07 reads otherwise but `id`. */
const sarifErrors = (() => {
  const { id, ...schema } = JSON.parse(readFileSync(new URL("./cases/sarif-2.1.0-rtm.5.json", import.meta.url), "utf8"));
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  ajv.addFormat("uri", (text: string) => URL.canParse(text));
  ajv.addFormat("uri-reference", (text: string) => URL.canParse(text, "https://example.org/") && !/[\s\\<>"|]/.test(text));
  ajv.addFormat("date-time", (text: string) => !Number.isNaN(Date.parse(text)));
  const validate = ajv.compile({ ...schema, $id: id, $schema: "http://json-schema.org/draft-07/schema#" });
  return (log: unknown) => (validate(log) ? [] : validate.errors);
})();

/** An independent reading of XML: a strict parser, which refuses what is not well formed. */
function parseXml(text: string) {
  interface Element {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly children: Element[];
    text: string;
  }
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes as Record<string, string>, children: [], text: "" };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("text", (content) => {
    open.at(-1)!.text += content;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  return root.children[0];
}

describe("SARIF", () => {
  const log = JSON.parse(format("sarif", HOSTILE_OUTCOME));
  const [run] = log.runs;

  it.each<[string, Outcome]>([
    ["of nothing", outcome([])],
    ["of hostile findings, a broken check and an unreadable proposal", HOSTILE_OUTCOME],
    ["of five thousand findings", many(2_500, 2_500)],
  ])("%s is valid by the published schema", (_, what) => {
    expect(sarifErrors(JSON.parse(format("sarif", what)))).toEqual([]);
  });

  it("is not valid by that schema once a level is misspelt: the schema does look", () => {
    expect(sarifErrors(JSON.parse(format("sarif", HOSTILE_OUTCOME).replace('"level": "error"', '"level": "fatal"')))).not.toEqual([]);
  });

  it("has one rule for each check, under its id, with why, what to do and the incident", () => {
    const rules: { id: string; help: { text: string } }[] = run.tool.driver.rules;
    expect(rules.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
    for (const { id, why, fix, incident } of CHECKS) {
      const { text } = rules.find((rule) => rule.id === id)!.help;
      for (const part of [why, fix, incident]) expect(text).toContain(part);
    }
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex].id).toBe(ruleId);
  });

  it("names the file and, where it is known, the line, relative to the checkout and escaped", () => {
    const where = { file: "proposals/0001-a b/proposal.yaml", line: 6, column: 3 };
    const [result] = JSON.parse(format("sarif", outcome([report([finding({ where })])]))).runs[0].results;
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "proposals/0001-a%20b/proposal.yaml", uriBaseId: "SRCROOT" },
      region: { startLine: 6, startColumn: 3 },
    });
  });

  it("keeps a finding's fingerprint while the numbers in it change, and gives each of several its own", () => {
    const prints = (...messages: string[]) =>
      JSON.parse(format("sarif", outcome([report(messages.map((message) => finding({ message })))]))).runs[0].results.map(
        ({ partialFingerprints }: { partialFingerprints: Record<string, string> }) => partialFingerprints["ballastFinding/v1"],
      );
    expect(prints("shortfall is 0.02")).toEqual(prints("shortfall is 0.03"));
    expect(prints("shortfall is 0.02")).not.toEqual(prints("coverage is 0.02"));
    expect(new Set(prints("call 1 is odd", "call 2 is odd")).size).toBe(2);
  });

  it("tells of a check that could not run and of a proposal that could not be read as notifications, and is then no success", () => {
    const [invocation] = run.invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolExecutionNotifications.map(({ descriptor }: { descriptor: { id: string } }) => descriptor.id)).toEqual([
      "CHECK_COULD_NOT_RUN",
      "YAML_MALFORMED",
    ]);
    expect(invocation.toolExecutionNotifications[0].associatedRule.id).toBe("lifecycle");
    expect(JSON.parse(format("sarif", outcome([report([finding()])]))).runs[0].invocations).toEqual([{ executionSuccessful: true }]);
  });

  it("holds 25 000 results, the errors among them, and says how many more there were", () => {
    const [{ results, invocations }] = JSON.parse(format("sarif", many(100, 25_000))).runs;
    expect(results).toHaveLength(25_000);
    expect(results.slice(0, 101).map(({ level }: { level: string }) => level)).toEqual([...Array(100).fill("error"), "warning"]);
    expect(invocations[0].toolExecutionNotifications[0]).toMatchObject({
      level: "warning",
      message: { text: expect.stringMatching(/^100 more findings are left out/) },
    });
  });
});

describe("JUnit", () => {
  const suites = parseXml(format("junit", HOSTILE_OUTCOME));

  it("is read back by a strict parser with every word of a hostile finding, what XML cannot hold spelled out", () => {
    const failure = suites.children[0].children
      .flatMap(({ children }) => children)
      .find(({ name, attributes }) => name === "failure" && attributes.type === "bounds")!;
    expect(failure.attributes.message).toBe(
      'a "quoted" <b>&amp;</b> ]]> 100 %⟨U+000D⟩\n::error title=x,file=y::owned⟨U+0000⟩⟨U+001B⟩[31m \ud83d\ude80⟨U+D800⟩ ⟨U+FFFE⟩ ⟨U+202E⟩ @everyone | `x`',
    );
    expect(failure.text).toContain("\ud83d\ude80");
    expect(failure.text).toContain("Seen: ");
  });

  it("counts what it holds: a failure, a check that broke, one that is off, a proposal that could not be read", () => {
    expect(suites.attributes).toMatchObject({ tests: String(CHECKS.length + 1), failures: "1", errors: "2", skipped: "1" });
    const named = (name: string) => suites.children.flatMap(({ children }) => children).filter(({ children }) => children.some((child) => child.name === name));
    expect(named("failure").map(({ attributes }) => attributes.name)).toEqual([expect.stringMatching(/^bounds: /)]);
    expect(named("error").map(({ attributes }) => attributes.name)).toEqual([expect.stringMatching(/^lifecycle: /), "The proposal can be read"]);
    expect(named("skipped").map(({ attributes }) => attributes.name)).toEqual([expect.stringMatching(/^no-op: /)]);
  });

  it("does not list a check that nobody ran as one that passed", () => {
    const { children } = parseXml(format("junit", outcome([report([], { checked: [{ check: "bounds", looked: "1 change" }] })])));
    expect(children[0].children.map(({ attributes }) => attributes.name)).toEqual([expect.stringMatching(/^bounds: /)]);
  });
});

describe("GitHub's annotations", () => {
  const lines = (what: Outcome) => githubFormat(what, process.cwd(), "TOKEN").split("\n");
  const commands = (what: Outcome) => {
    const all = lines(what);
    return all.slice(all.indexOf("::TOKEN::") + 1).filter((line) => line !== "");
  };

  it("escape %, CR and LF in a message, and : and , too in a property", () => {
    // GitHub's own toolkit (packages/core/src/command.ts) escapes these, in this way.
    expect(command("error", { file: "a:b,c%.yaml", line: 3, column: 7 }, "bounds", "50 %,\nthen: more")).toBe(
      "::error title=bounds,file=a%3Ab%2Cc%25.yaml,line=3,col=7::50 %25,%0Athen: more",
    );
  });

  it("are at most ten errors and ten warnings, the gravest first, and a notice of how many are left out", () => {
    const grave = finding({ message: "the gravest" });
    const what = outcome([
      report([...many(0, 30).reports.flatMap(({ findings }) => findings), ...Array(14).fill(finding({ kind: "gate", message: "a gate" })), grave]),
    ]);
    const shown = commands(what);
    expect(shown.filter((line) => line.startsWith("::error"))).toHaveLength(10);
    expect(shown.filter((line) => line.startsWith("::warning"))).toHaveLength(10);
    expect(shown[0]).toContain("the gravest");
    expect(shown.at(-1)).toMatch(/^::notice title=ballast::5 more errors and 20 more warnings have no annotation/);
    expect(commands(outcome([report([grave])]))).toHaveLength(1);
  });

  it("name files relative to the checkout, wherever the command runs", () => {
    const where = { file: join(process.cwd(), "proposals/0001-a/proposal.yaml"), line: 4 };
    expect(commands(outcome([report([finding({ where })])]))[0]).toContain("file=proposals/0001-a/proposal.yaml,line=4::");
  });

  it("are the only commands: nothing a proposal says is one", () => {
    const all = lines(HOSTILE_OUTCOME);
    expect(all[0]).toBe("::stop-commands::TOKEN");
    for (const line of commands(HOSTILE_OUTCOME)) {
      expect(line).toMatch(/^::(error|warning|notice) title=/);
      expect(line).not.toMatch(CONTROLS);
    }
    // Two problems' errors (one finding, one broken check, one unreadable proposal) and one warning.
    expect(commands(HOSTILE_OUTCOME)).toHaveLength(4);
    expect(githubFormat(HOSTILE_OUTCOME, process.cwd()).split("\n")[0]).not.toBe(githubFormat(HOSTILE_OUTCOME, process.cwd()).split("\n")[0]);
  });
});

describe("Markdown", () => {
  it("begins with a marker that stays the same, has the parameters before and after, and what was not checked", () => {
    const text = format("md", outcome([report([])]));
    expect(text.split("\n")[0]).toBe(COMMENT_MARKER);
    expect(text).toMatch(/\| \*\*ETH volatility buffer\*\*<br>`ETH\.volBuffer` \| 25\u00a0% \(2500\u00a0bps\) \| \*\*30\u00a0%\*\* \(3000\u00a0bps\)/);
    expect(text).toContain("The calendar: Nobody looked.");
  });

  it("calls nobody, breaks no table, and shows what is hidden", () => {
    const text = format("md", HOSTILE_OUTCOME);
    expect(text).not.toContain("@everyone");
    expect(text).not.toMatch(/<b>/);
    expect(text.replaceAll("\n", "")).not.toMatch(CONTROLS);
    expect(text).toContain("⟨U+202E⟩");
  });

  it.each([
    ["a comment", COMMENT_BYTES],
    ["a summary", SUMMARY_BYTES],
  ])("of 5 000 long findings fits into %s, and says what is left out", (_, bytes) => {
    const text = markdownFormat(many(2_500, 2_500, "\ud83d\ude80 wörter ".repeat(20)), bytes);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
    expect(Buffer.byteLength(text)).toBeGreaterThan(bytes * 0.9);
    expect(text).toMatch(/\*\*Left out, because it would be too long:\*\* .*[0-9]+ findings/);
    // What is shown is whole.
    expect(text.split("<details>").length).toBe(text.split("</details>").length);
  });

  it("shows what the evidence says before and after, and nothing of evidence that nobody checked or that was refused", async () => {
    const { evidence } = await loadProposal("proposals/0001-raise-eth-vol-buffer");
    const subject = { ...report([]).subject, evidence };
    const figures = (rest: Partial<FolderReport>, ...findings: Finding[]) =>
      format("md", outcome([report(findings, { subject, ...rest })])).includes("Margin rate, mean");
    expect(figures({})).toBe(true);
    expect(figures({}, finding({ check: "evidence", severity: "warn" }))).toBe(false);
    expect(figures({ off: ["evidence"] })).toBe(false);
  });

  it("puts a proposal that fails before one that passes", () => {
    const text = format("md", outcome([report([], { proposal: "proposals/0001-good" }), report([finding()], { proposal: "proposals/0002-bad" })]));
    expect(text.indexOf("### ✗ fails a check")).toBeLessThan(text.indexOf("### ✓ passes"));
  });
});

describe("JSON and text", () => {
  it("JSON fits its own schema, problems and all, and reads back what was found", () => {
    const document = CHECK_OUTPUT.parse(JSON.parse(format("json", HOSTILE_OUTCOME)));
    expect(document.findings[0].message).toBe(HOSTILE.replace("\ud800", "\ud800"));
    expect(document.problems).toEqual([expect.objectContaining({ code: "YAML_MALFORMED", exit: 2 })]);
  });

  it("text says nothing to the terminal, and names what could not be read", () => {
    const text = format("text", HOSTILE_OUTCOME);
    expect(text.replaceAll("\u001b[", "")).not.toMatch(CONTROLS);
    expect(text).toContain("proposals/0002-b could not be read: YAML_MALFORMED");
    expect(text).toMatch(/no-op +Every change changes something.*off by the policy/);
  });

  it("text does not say that every check passes where the policy turns some off", () => {
    const headline = (off?: readonly string[]) => format("text", outcome([report([], off === undefined ? {} : { off })]));
    expect(headline()).toMatch(/passes every check\n/);
    expect(headline(["evidence", "gates"])).toMatch(/passes every check that the policy leaves on: 2 of \d+ are off\n/);
  });
});

describe("the exit code of a run", () => {
  it("is that of what could not be read before that of what was found", () => {
    expect(exitOf(HOSTILE_OUTCOME)).toBe(2);
    expect(exitOf({ ...HOSTILE_OUTCOME, problems: [] })).toBe(3);
    expect(exitOf(outcome([report([])]))).toBe(0);
  });
});
