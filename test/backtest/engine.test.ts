import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { engineHash } from "../../cli/backtest/engine.ts";
import { temporary } from "../temporary.ts";

const sha = (text: string) => `0x${createHash("sha256").update(text).digest("hex")}`;

describe("the hash of the engine", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporary("engine");
    await mkdir(join(folder, "b"));
    await writeFile(join(folder, "b", "one.ts"), "export const one = 1;\n");
    await writeFile(join(folder, "a.ts"), "export {};\n");
    await writeFile(join(folder, "notes.md"), "not the engine");
  });

  it("is sha256 over the sorted list of path and sha256 of every TypeScript file", async () => {
    const list = `[["a.ts","${sha("export {};\n")}"],["b/one.ts","${sha("export const one = 1;\n")}"]]`;
    expect(await engineHash(folder)).toBe(sha(list));
    expect(await engineHash(`${folder}/`)).toBe(sha(list));
  });
  it("is the same when a checkout has other line endings", async () => {
    const before = await engineHash(folder);
    await writeFile(join(folder, "a.ts"), "export {};\r\n");
    expect(await engineHash(folder)).toBe(before);
  });
  it("changes with a byte, a name, a new file; not with what is no source", async () => {
    const before = await engineHash(folder);
    await writeFile(join(folder, "notes.md"), "other");
    expect(await engineHash(folder)).toBe(before);
    await writeFile(join(folder, "a.ts"), "export {}\n");
    const edited = await engineHash(folder);
    await writeFile(join(folder, "a.ts"), "export {};\n");
    await writeFile(join(folder, "c.ts"), "");
    expect(new Set([before, edited, await engineHash(folder)]).size).toBe(3);
  });
  it("refuses a folder without sources", async () => {
    await expect(engineHash(join(folder, "nowhere"))).rejects.toMatchObject({ code: "ENGINE_MISSING" });
  });
  it("of this checkout is there", async () => {
    expect(await engineHash()).toMatch(/^0x[0-9a-f]{64}$/);
  });
});
