import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { replaceFolder } from "../../cli/output/replace-folder.ts";
import { temporary } from "../temporary.ts";

const MODULE = fileURLToPath(new URL("../../cli/output/replace-folder.ts", import.meta.url));

describe("a folder is replaced whole or not at all", () => {
  test("the new files take the place of the old, and what was there is gone", async () => {
    const dir = await temporary("replace");
    await replaceFolder(join(dir, "payload"), { a: "1", b: "2" });
    await replaceFolder(join(dir, "payload"), { b: "3" });
    expect(await readdir(dir)).toEqual(["payload"]);
    expect(await readdir(join(dir, "payload"))).toEqual(["b"]);
    expect(await readFile(join(dir, "payload/b"), "utf8")).toBe("3");
  });

  test("a write that fails leaves the old files and no remains", async () => {
    const dir = await temporary("replace");
    await replaceFolder(join(dir, "payload"), { a: "1" });
    await expect(replaceFolder(join(dir, "payload"), { a: "2", "no/such/folder": "3" })).rejects.toMatchObject({ code: "WRITE_FAILED" });
    expect(await readdir(dir)).toEqual(["payload"]);
    expect(await readFile(join(dir, "payload/a"), "utf8")).toBe("1");
  });

  test.for(["SIGINT", "SIGTERM"] as const)("%s in the middle leaves the old files and no remains", async (signal) => {
    const dir = await temporary("replace");
    await replaceFolder(join(dir, "payload"), { a: "old" });
    // Thousands of files, each flushed: the signal finds it writing.
    const script = join(dir, "..", `replace-${process.pid}-${signal}.ts`);
    await writeFile(
      script,
      `import { replaceFolder } from ${JSON.stringify(MODULE)};
       const files = Object.fromEntries(Array.from({ length: 20000 }, (_, i) => ["f" + i, "x"]));
       process.stdout.write("go");
       await replaceFolder(${JSON.stringify(join(dir, "payload"))}, files);`,
    );
    const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    while ((await readdir(dir)).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill(signal);
    const ended = await new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
    expect(ended).toBe(signal);
    expect(await readdir(dir)).toEqual(["payload"]);
    expect(await readFile(join(dir, "payload/a"), "utf8")).toBe("old");
  });
});
