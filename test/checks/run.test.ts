import { describe, expect, it } from "vitest";
import type { Check, Severity } from "../../cli/checks/check.ts";
import type { CheckContext } from "../../cli/checks/context.ts";
import { CHECKS } from "../../cli/checks/index.ts";
import { notChecked } from "../../cli/checks/not-checked.ts";
import { exitCodeOf, runChecks } from "../../cli/checks/run.ts";
import { requireSeverities } from "../../cli/checks/severities.ts";
import { POLICY } from "../../cli/proposal/policy.ts";
import { shapeOf } from "../../cli/proposal/shape.ts";
import { parseYaml } from "../../cli/proposal/yaml.ts";
import { BallastError } from "../../sim/errors.ts";

const context = { folder: "proposals/0009-example" } as CheckContext;

function check(run: Check["run"], rest: Partial<Check> = {}): Check {
  return { id: "example", title: "Example", why: "why", incident: "incident", fix: "usual fix", severity: "error", kind: "check", run, ...rest };
}

describe("the runner owns the findings", () => {
  it("keeps everything a check emits, whatever the check returns or throws afterwards", async () => {
    const report = await runChecks(
      [
        check((_, emit) => {
          emit({ message: "first" });
          emit({ message: "second", fix: "special fix" });
          throw new Error("and then it broke");
        }),
      ],
      context,
    );
    expect(report.findings.map(({ message, fix }) => [message, fix])).toEqual([
      ["first", "usual fix"],
      ["second", "special fix"],
      ["Could not run, so it has failed: and then it broke", "usual fix"],
    ]);
    expect(report.checked).toEqual([]);
  });

  it.each<[string, Check["run"]]>([
    ["throws", () => Promise.reject(new Error("no network"))],
    ["throws what is no error", () => Promise.reject("text")],
    ["looked at nothing", () => "  "],
    ["forgot to say what it looked at", (() => undefined) as unknown as Check["run"]],
  ])("a check that %s has failed, though it emitted nothing", async (_name, run) => {
    const { findings, checked } = await runChecks([check(run)], context, { example: "warn" });
    expect(findings).toMatchObject([{ check: "example", severity: "error", kind: "check", proposal: "proposals/0009-example" }]);
    expect(checked).toEqual([]);
    expect(exitCodeOf(findings)).toBe(3);
  });

  it("carries the place and the fix of an error that has them", async () => {
    const error = new BallastError("PAYLOAD_MISSING", "There is no payload.", { where: { file: "payload/governor.json" }, fix: "Run ballast build." });
    const { findings } = await runChecks([check(() => Promise.reject(error))], context);
    expect(findings[0]).toMatchObject({ message: "Could not run, so it has failed: There is no payload. (payload/governor.json)", fix: "Run ballast build." });
  });

  it("goes on after a check that failed, and says what each one that ran looked at", async () => {
    const { checked, findings } = await runChecks([check(() => Promise.reject(new Error("x"))), check(() => "2 changes", { id: "other" })], context);
    expect(findings).toHaveLength(1);
    expect(checked).toEqual([{ check: "other", looked: "2 changes" }]);
  });
});

describe("severity", () => {
  const emitting = (rest: Partial<Check>, remark: { severity?: Severity } = {}) =>
    runChecks(
      [
        check((_, emit) => {
          emit({ message: "m", ...remark });
          return "looked";
        }, rest),
      ],
      context,
      { example: "warn", id: "warn", "state-diff": "warn" },
    );

  it("is the policy's where it names one", async () => {
    expect((await emitting({})).findings[0].severity).toBe("warn");
  });
  it("is the check's own where it does not", async () => {
    expect((await emitting({ id: "unnamed" })).findings[0].severity).toBe("error");
    expect((await emitting({ id: "unnamed", severity: "warn" })).findings[0].severity).toBe("warn");
  });
  it.each(["id", "state-diff", "evidence"])("cannot be lowered for %s", async (id) => {
    expect((await emitting({ id, fixed: true })).findings[0].severity).toBe("error");
    expect((await emitting({ id, fixed: true }, { severity: "warn" })).findings[0].severity).toBe("error");
  });
  it("off: the check is not run, nothing it would say is a finding, and the report names it", async () => {
    let ran = false;
    const report = await runChecks(
      [
        check((_, emit) => {
          ran = true;
          emit({ message: "m" });
          return "looked";
        }),
        check(() => "looked", { id: "other" }),
      ],
      context,
      { example: "off" },
    );
    expect(ran).toBe(false);
    expect(report).toEqual({ proposal: context.folder, findings: [], checked: [{ check: "other", looked: "looked" }], off: ["example"] });
  });
  it.each(["id", "state-diff", "evidence"])("off does not keep %s from being run", async (id) => {
    const { findings, off } = await runChecks([check(() => Promise.reject(new Error("x")), { id, fixed: true })], context, { [id]: "off" });
    expect(findings).toMatchObject([{ check: id, severity: "error", couldNotRun: true }]);
    expect(off).toBeUndefined();
  });
  it("of one remark may be lowered, not raised above the policy's", async () => {
    expect((await emitting({ id: "unnamed" }, { severity: "warn" })).findings[0].severity).toBe("warn");
    expect((await emitting({}, { severity: "error" })).findings[0].severity).toBe("warn");
  });
});

describe("what was not checked", () => {
  it("begins with the checks that the policy turns off, with the policy as the reason", () => {
    const [first] = notChecked({ changes: [] }, { crashes: ["a"], seeds: [1] }, 4, { off: [check(() => "")] });
    expect(first).toEqual({ what: "Example (example)", why: "The policy turns this check off (checks.example: off)." });
  });
});

describe("a policy's severities", () => {
  const checks = [check(() => ""), check(() => "", { id: "state-diff", fixed: true })];
  it("name checks that exist", () => {
    expect(requireSeverities({ example: "warn", "state-diff": "error" }, checks, "policy.yaml")).toEqual({ example: "warn", "state-diff": "error" });
    expect(() => requireSeverities({ exmple: "warn" }, checks, "policy.yaml")).toThrow(
      expect.objectContaining({ code: "CHECK_UNKNOWN", fix: "Did you mean example?", exit: 2, where: expect.objectContaining({ field: "checks.exmple" }) }),
    );
  });
  it("may turn a check off", () => {
    expect(requireSeverities({ example: "off" }, checks, "policy.yaml")).toEqual({ example: "off" });
  });
  it.each(["warn", "off"] as const)("do not soften what may not be softened: %s", (severity) => {
    expect(() => requireSeverities({ "state-diff": severity }, checks, "policy.yaml")).toThrow(expect.objectContaining({ code: "CHECK_FIXED" }));
  });
  it("of this version leave exactly id, state-diff and evidence as they are", () => {
    const fixed = CHECKS.filter(({ id }) => {
      try {
        requireSeverities({ [id]: "off" }, CHECKS, "policy.yaml");
        return false;
      } catch {
        return true;
      }
    });
    expect(fixed.map(({ id }) => id)).toEqual(["id", "state-diff", "evidence"]);
  });
});

describe("the exit code", () => {
  const found = (...kinds: [kind: "check" | "gate" | "evidence", severity: Severity][]) =>
    exitCodeOf(kinds.map(([kind, severity]) => ({ check: "c", message: "", fix: "", proposal: "", kind, severity })));

  it("puts a fault of the proposal before missing evidence before a breached gate", () => {
    expect(found(["gate", "error"], ["evidence", "error"], ["check", "error"])).toBe(3);
    expect(found(["gate", "error"], ["evidence", "error"])).toBe(5);
    expect(found(["gate", "error"])).toBe(4);
    expect(found()).toBe(0);
  });
  it("does not count warnings", () => {
    expect(found(["check", "warn"], ["evidence", "warn"], ["gate", "warn"])).toBe(0);
  });
  it("is 5 for a gate that could not be judged", async () => {
    const { findings } = await runChecks([check(() => Promise.reject(new Error("no evidence")), { kind: "gate" })], context);
    expect(exitCodeOf(findings)).toBe(5);
  });
});

describe("`off` in policy.yaml", () => {
  it("is a word, not YAML 1.1's false", () => {
    const text =
      "version: 1\ncrashes: [2020-03-12-black-thursday]\nbook: { population: default }\ngates: { coverage.worst: { min: 0.5 } }\nchecks: { units: off, bounds: warn }\n";
    expect(shapeOf(parseYaml(text, "policy.yaml"), POLICY).checks).toEqual({ units: "off", bounds: "warn" });
  });
});
