import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeFile } from "../../cli/output/write.ts";
import { temporary } from "../temporary.ts";

const folder = await temporary("data");

describe("writing a file", () => {
  it("makes missing folders, replaces the whole file, leaves nothing beside it", async () => {
    const path = join(folder, "a/b/report.md");
    await writeFile(path, "first, and longer");
    await writeFile(path, "second");
    expect(readFileSync(path, "utf8")).toBe("second");
    expect(readdirSync(join(folder, "a/b"))).toEqual(["report.md"]);
  });

  it("names the file and keeps the cause when it cannot", async () => {
    writeFileSync(join(folder, "not-a-folder"), "");
    await expect(writeFile(join(folder, "not-a-folder/x.md"), "text")).rejects.toMatchObject({
      code: "WRITE_FAILED",
      where: { file: join(folder, "not-a-folder/x.md") },
      cause: expect.anything(),
    });
  });
});
