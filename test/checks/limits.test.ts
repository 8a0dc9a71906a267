import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { limitsOf } from "../../cli/proposal/limits.ts";
import { loadPolicy } from "../../cli/proposal/policy.ts";
import { temporary } from "../temporary.ts";

const SHIPPED = resolve(import.meta.dirname, "../../proposals/policy.yaml");

async function policyWith(lines: string) {
  const file = join(await temporary("policy"), "policy.yaml");
  await writeFile(file, `${await readFile(SHIPPED, "utf8")}\n${lines}`);
  return loadPolicy(file);
}

describe("limits in the policy", () => {
  it("are no part of a policy that says nothing of them: its hash, which the evidence names, stays what it was", async () => {
    expect(Object.keys(await loadPolicy(SHIPPED))).not.toContain("limits");
    expect(limitsOf(await loadPolicy(SHIPPED)).gasShare).toBe(0.95);
  });
  it("replace a default one by one", async () => {
    const limits = limitsOf(await policyWith("limits:\n  marginDecrease: 0.1\n  rampSeconds: 3600\n"));
    expect(limits).toEqual({ ...limitsOf({}), marginDecrease: 0.1, rampSeconds: 3_600 });
  });
  it.each([
    ["a misspelt name", "limits:\n  marginDecrese: 0.1\n"],
    ["a share above one", "limits:\n  gasShare: 1.1\n"],
    ["a negative share", "limits:\n  treasuryShare: -0.1\n"],
    ["half a second", "limits:\n  rampSeconds: 0.5\n"],
  ])("are refused for %s", async (_name, lines) => {
    await expect(policyWith(lines)).rejects.toMatchObject({ exit: 2 });
  });
});
