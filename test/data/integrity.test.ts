import { createHash } from "node:crypto";
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkDataset } from "../../cli/dataset/check.ts";
import { loadDataset } from "../../cli/dataset/load.ts";
import { temporary } from "../temporary.ts";
import { ballast, ROOT } from "./support.ts";

const folder = await temporary("data");
let copies = 0;

function copy(): string {
  const dir = join(folder, `copy-${copies++}`);
  cpSync(join(ROOT, "data"), dir, { recursive: true });
  return dir;
}

/** Changes a file and signs the change in the manifest, so that only the figures can give it away. */
function forge(dir: string, path: string, change: (text: string) => string): void {
  const text = change(readFileSync(join(dir, path), "utf8"));
  writeFileSync(join(dir, path), text);
  editManifest(dir, (manifest) => {
    const file = manifest.files.find((one: { path: string }) => one.path === path);
    file.sha256 = createHash("sha256").update(text).digest("hex");
    file.bytes = Buffer.byteLength(text);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the test edits a JSON document
function editManifest(dir: string, change: (manifest: any) => void): void {
  const manifest = JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8"));
  change(manifest);
  writeFileSync(join(dir, "manifest.json"), JSON.stringify(manifest));
}

const codes = async (dir: string): Promise<string[]> => [...new Set((await checkDataset(dir)).findings.map((finding) => finding.code))].sort();
const BLACK_THURSDAY = "crashes/2020-03-12-black-thursday.csv";

describe("loading", () => {
  it("gives another hash when the manifest changes, and the same when only its layout does", async () => {
    const dir = copy();
    const { hash } = await loadDataset();
    editManifest(dir, () => undefined);
    expect((await loadDataset(dir)).hash).toBe(hash);
    editManifest(dir, (manifest) => {
      manifest.title += "!";
    });
    expect((await loadDataset(dir)).hash).not.toBe(hash);
  });

  it("gives another hash when one byte of a file changes and the manifest with it", async () => {
    const dir = copy();
    forge(dir, "daily/gas.csv", (text) => text.replace("22.5025", "22.5026"));
    expect((await loadDataset(dir)).hash).not.toBe((await loadDataset()).hash);
  });

  it.each([
    [
      "DATASET_FILE_ALTERED",
      (dir: string) => writeFileSync(join(dir, BLACK_THURSDAY), readFileSync(join(dir, BLACK_THURSDAY), "utf8").replace("3782.13", "3782.14")),
    ],
    ["DATASET_FILE_TRUNCATED", (dir: string) => truncateSync(join(dir, BLACK_THURSDAY), 9000)],
    ["DATASET_FILE_MISSING", (dir: string) => rmSync(join(dir, BLACK_THURSDAY))],
    ["DATASET_FILE_UNLISTED", (dir: string) => writeFileSync(join(dir, "crashes/stray.csv"), "hour,BTC\n")],
    ["DATASET_MANIFEST_INVALID", (dir: string) => truncateSync(join(dir, "manifest.json"), 500)],
    ["DATASET_MISSING", (dir: string) => rmSync(join(dir, "manifest.json"))],
  ])("refuses with %s, naming the file and what to do; check says the same and exits 3", async (code, damage) => {
    const dir = copy();
    damage(dir);
    await expect(loadDataset(dir)).rejects.toMatchObject({ code, exit: 2, where: { file: expect.stringContaining(dir) }, fix: expect.stringMatching(/./) });
    const { code: exit, stdout } = await ballast("data", "check", "--data", dir, "--json");
    expect(exit).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ pass: false, findings: expect.arrayContaining([expect.objectContaining({ code, severity: "error" })]) });
  });

  it("does not follow a path that leads out of the folder", async () => {
    const dir = copy();
    editManifest(dir, (manifest) => {
      manifest.files[0].path = "../../secret.csv";
    });
    await expect(loadDataset(dir)).rejects.toMatchObject({ code: "DATASET_MANIFEST_INVALID", where: { field: "files[0].path" } });
  });
});

describe("data check, on figures whose hash is right", () => {
  it("finds an anchor missed, and that the window is no longer what was recorded", async () => {
    const dir = copy();
    forge(dir, BLACK_THURSDAY, (text) => text.replace(",3782.13,", ",3792.13,"));
    expect(await codes(dir)).toEqual(["DATASET_ANCHOR_MISSED"]);
  });

  it("finds a close that is not that of the lookback", async () => {
    const dir = copy();
    forge(dir, "lookback/2020.csv", (text) => text.replace("2020-03-13T02:00Z,4848.71,", "2020-03-13T02:00Z,4848.72,"));
    expect(await codes(dir)).toEqual(["DATASET_CRASH_DISAGREES"]);
  });

  it.each([
    ["a close within an hour that is not", (text: string) => text.replace("2025-10-10T21:05Z,", "2025-10-10T21:04Z,"), "DATASET_TIME_INVALID"],
    ["a low the hour does not have", (text: string) => text.replaceAll(/,3435,/g, ",3434,"), "DATASET_CRASH_DISAGREES"],
    ["a day of it missing its last hour", (text: string) => text.replace(/2025-10-10T23:[\s\S]*/, ""), "DATASET_WINDOW_INCOMPLETE"],
  ])("finds, in five-minute bars, %s", async (_, change, code) => {
    const dir = copy();
    forge(dir, "crashes-5min/2025-10-10-liquidation-cascade.csv", change);
    expect(await codes(dir)).toContain(code);
  });

  it("finds a gap that was filled", async () => {
    const dir = copy();
    forge(dir, "lookback/2018.csv", (text) => text.replace("2018-11-14T02:00Z,,", "2018-11-14T02:00Z,6472,"));
    expect(await codes(dir)).toEqual(["DATASET_COVERAGE_DISAGREES"]);
  });

  it.each([
    ["a row out of order", "DATASET_TIME_UNSORTED", (text: string) => text.replace("2020-03-07T05:00Z", "2020-03-07T02:00Z")],
    ["a duplicate hour", "DATASET_TIME_DUPLICATE", (text: string) => text.replace("2020-03-07T05:00Z", "2020-03-07T04:00Z")],
    ["a missing row", "DATASET_TIME_MISSING", (text: string) => text.replace(/2020-03-07T05:00Z.*\n/, "")],
    ["NaN", "DATASET_NOT_A_NUMBER", (text: string) => text.replace("3782.13", "NaN")],
    ["a negative price", "DATASET_NEGATIVE", (text: string) => text.replace("3782.13", "-3782.13")],
    ["a zero price", "DATASET_NOT_POSITIVE", (text: string) => text.replace("3782.13", "0")],
    ["a high below the low", "DATASET_HIGH_BELOW_LOW", (text: string) => text.replace("5276.97,3782.13", "3782.13,5276.97")],
    ["an outlier nobody vouched for", "DATASET_OUTLIER", (text: string) => text.replace("5276.97,3782.13", "5276.97,378.213")],
    ["a row with too few columns", "DATASET_COLUMN_COUNT", (text: string) => text.replace(/(2020-03-07T05:00Z,[^,]*),[^\n]*/, "$1")],
    ["no end of the last line", "DATASET_TRUNCATED", (text: string) => text.slice(0, -1)],
    ["a renamed column", "DATASET_COLUMNS_DISAGREE", (text: string) => text.replace("BTC.low", "BTC.lowest")],
  ])("finds %s", async (_what, code, change) => {
    const dir = copy();
    forge(dir, BLACK_THURSDAY, change);
    expect(await codes(dir)).toContain(code);
  });

  it("finds volatility in points and a window cut short, and leaves the folder as it was", async () => {
    const dir = copy();
    forge(dir, "daily/dvol.csv", (text) => text.replace("2021-03-24,0.9504,", "2021-03-24,95.04,"));
    editManifest(dir, (manifest) => {
      manifest.crashes[0].lastDay = "2018-11-15";
    });
    const before = readFileSync(join(dir, "manifest.json"), "utf8");
    expect(await codes(dir)).toEqual(expect.arrayContaining(["DATASET_UNIT_IMPLAUSIBLE", "DATASET_WINDOW_INCOMPLETE"]));
    expect(readFileSync(join(dir, "manifest.json"), "utf8")).toBe(before);
  });

  it("counts what it does not print", async () => {
    const dir = copy();
    forge(dir, "daily/gas.csv", (text) => text.replace(/,(\d)/g, ",-$1"));
    const negative = (await checkDataset(dir)).findings.filter((finding) => finding.code === "DATASET_NEGATIVE");
    expect(negative).toHaveLength(6);
    // 3 226 days from 2017-01-01 to 2025-10-31, five of them printed.
    expect(negative[5].message).toContain("3221 more");
  });
});
