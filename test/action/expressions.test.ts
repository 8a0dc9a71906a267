import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { holds, substitute } from "../../scripts/action/expressions.ts";

/** An expression as a file has it; written so, a linter would take it for a template. */
const of = (expression: string) => `\${{ ${expression} }}`;

const known = { "inputs.comment": "true", "steps.check.outputs.exit-code": "3" };

describe("expressions of an action", () => {
  it("are look-ups; what is not known is empty, as on GitHub", () => {
    expect(substitute(`a ${of("inputs.comment")} b ${of("steps.check.outputs.exit-code")} c ${of("inputs.nothing")}.`, known)).toBe("a true b 3 c .");
  });
  it.each(["toJSON(github)", "inputs.a || 'b'", "secrets.X"])("that this runner does not know are refused: %s", (text) => {
    expect(() => substitute(of(text), known)).toThrow(/does not know/);
  });
  it.each<[string | undefined, boolean, boolean]>([
    [undefined, true, true],
    [undefined, false, false],
    [of("inputs.comment == 'true'"), true, true],
    [of("inputs.comment == 'TRUE'"), true, true],
    ["inputs.comment != 'true'", true, false],
    [of("inputs.comment == 'true'"), false, false],
    [of("always() && inputs.comment == 'true'"), false, true],
    ["always()", false, true],
  ])("the condition %s, after success: %s, holds: %s", (condition, successful, expected) => {
    expect(holds(condition, known, successful)).toBe(expected);
  });
  it("conditions that this runner does not know are refused", () => {
    expect(() => holds("failure()", known, true)).toThrow(/does not know/);
  });
});

describe("action.yml and the example workflow", () => {
  const read = (path: string) => parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));

  it("put nothing that a stranger may have written into a script: inputs reach the shell as variables", () => {
    for (const { run } of read("action.yml").runs.steps) expect(run).not.toContain("${{");
  });
  it("every step has a shell, as a composite action needs it; every output is written by a step that has its id", () => {
    const { runs, outputs } = read("action.yml");
    const ids = runs.steps.map(({ id }: { id?: string }) => id);
    for (const { shell } of runs.steps) expect(shell).toBe("bash");
    for (const { value } of Object.values<{ value: string }>(outputs)) {
      const [, id, name] = /^\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}$/.exec(value)!;
      expect(ids).toContain(id);
      expect(runs.steps.find((step: { id?: string }) => step.id === id).run).toContain(`echo "${name}=`);
    }
  });
  it("the workflow gives the action only inputs it has, and fetches the whole history", () => {
    const steps = read("docs/ci/ballast.yml").jobs.check.steps;
    const [checkout, ballast] = steps;
    expect(checkout.with["fetch-depth"]).toBe(0);
    for (const name of Object.keys(ballast.with)) expect(Object.keys(read("action.yml").inputs)).toContain(name);
    expect(Object.keys(read("docs/ci/ballast.yml").on)).toEqual(["pull_request"]);
  });
});
