import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { loadDataset } from "../../cli/dataset/load.ts";
import { temporary } from "../temporary.ts";
import { ballast, put, ROOT, start } from "./support.ts";

const folder = await temporary("data");
const nothingStaged = (): boolean => !readdirSync(folder).some((name) => name.endsWith(".tmp") || name.endsWith(".old"));

/** Starts an import onto the shipped dataset and interrupts it as soon as it has begun to write. */
async function interruptWhileWriting(to: string, file: string, ...more: string[]): Promise<{ staged: boolean; code: number | null; signal: string | null }> {
  const child = start("data", "import", file, "--asset", "DOGE", "--to", to, ...more);
  const ended = once(child, "exit");
  let staged = false;
  while (child.exitCode === null && child.signalCode === null) {
    if (!nothingStaged()) {
      staged = true;
      child.kill("SIGINT");
      break;
    }
    await sleep(1);
  }
  const [code, signal] = await ended;
  return { staged, code, signal };
}

describe("an import interrupted by Ctrl-C", () => {
  const rows = (price: number): string[] => [
    "timestamp,open,high,low,close,volume",
    ...[10, 11, 12].map((hour) => `2025-10-31T${hour}:00:00Z,${price},${price},${price},${price},1`),
  ];

  it("while it writes leaves no new folder and nothing beside it", async () => {
    const to = join(folder, "fresh");
    const { staged, code } = await interruptWhileWriting(to, put(folder, "doge.csv", rows(1)), "--base", join(ROOT, "data"));
    expect([staged, code]).toEqual([true, 130]);
    expect([existsSync(to), nothingStaged()]).toEqual([false, true]);
  });

  it("while it writes leaves an existing dataset exactly as it was", async () => {
    const to = join(folder, "existing");
    const file = put(folder, "doge.csv", rows(1));
    expect((await ballast("data", "import", file, "--asset", "SHIB", "--to", to, "--base", join(ROOT, "data"))).code).toBe(0);
    const manifest = readFileSync(join(to, "manifest.json"), "utf8");
    expect((await interruptWhileWriting(to, file)).staged).toBe(true);
    expect(readFileSync(join(to, "manifest.json"), "utf8")).toBe(manifest);
    expect((await loadDataset(to)).history.assets).not.toContain("DOGE");
    expect(nothingStaged()).toBe(true);
  });

  it("at any other time leaves the old dataset or the new one, whole", async () => {
    const to = join(folder, "any-time");
    const file = put(folder, "doge.csv", rows(1));
    for (let milliseconds = 40; milliseconds <= 600; milliseconds += 80) {
      const child = start("data", "import", file, "--asset", "DOGE", "--to", to, ...(existsSync(to) ? [] : ["--base", join(ROOT, "data")]));
      const ended = once(child, "exit");
      await Promise.race([ended, sleep(milliseconds)]);
      child.kill("SIGINT");
      await ended;
      expect(nothingStaged()).toBe(true);
      if (existsSync(to)) await loadDataset(to);
    }
  });
});
