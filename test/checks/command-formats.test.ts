import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHECK_OUTPUT } from "../../cli/checks/output.ts";
import { ballast, refusalOf } from "../cli/ballast.ts";
import { temporary } from "../temporary.ts";

const fresh = () => temporary("formats");

describe("the formats of `ballast check`, from the command line", { timeout: 120_000 }, () => {
  it("several proposals that cannot be read are all named, in one document that fits the schema: exit 2", async () => {
    const { code, stdout } = await ballast(["check", "nowhere", "nothere", "--format", "json"], { cwd: await fresh() });
    const document = CHECK_OUTPUT.parse(JSON.parse(stdout));
    expect(code).toBe(2);
    expect(document.problems?.map(({ proposal, code: name }) => [proposal, name])).toEqual([
      ["nowhere", "PROPOSAL_NOT_FOUND"],
      ["nothere", "PROPOSAL_NOT_FOUND"],
    ]);
  });

  it.each([["--json"], ["--format", "json"], ["--format=json"]])("one that cannot be read is the error itself, with %s", async (...args) => {
    const run = await ballast(["check", "nowhere", ...args], { cwd: await fresh() });
    expect([run.code, refusalOf(run).code]).toEqual([2, "PROPOSAL_NOT_FOUND"]);
  });

  it("one run writes as many formats as it is asked for", async () => {
    const cwd = await fresh();
    const run = await ballast(["check", "nowhere", "--write", "sarif=out/a.sarif", "--write", "junit=b=c.xml", "--write", "md=d.md", "--format", "github"], {
      cwd,
    });
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/^::error title=PROPOSAL_NOT_FOUND,file=nowhere::/m);
    const read = (name: string) => readFile(join(cwd, name), "utf8");
    expect(JSON.parse(await read("out/a.sarif")).runs[0].invocations[0].executionSuccessful).toBe(false);
    expect(await read("b=c.xml")).toContain("<error");
    expect(await read("d.md")).toContain("could not be read");
  });

  it.each([[["--format", "xml"]], [["--write", "xml=a.xml"]], [["--write", "sarif"]], [["--write", "sarif="]], [["--json", "--format", "md"]]])(
    "refuses what it does not know: %s",
    async (args) => {
      expect((await ballast(["check", "nowhere", ...args], { cwd: await fresh() })).code).toBe(2);
    },
  );
});
