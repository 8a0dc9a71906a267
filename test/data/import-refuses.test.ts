import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporary } from "../temporary.ts";
import { ballast, put } from "./support.ts";

const folder = await temporary("data");
const HEADER = "timestamp,open,high,low,close,volume";
const good = (hour: number, bar = "100,110,90,105,7"): string => `2025-11-01T${String(hour).padStart(2, "0")}:00:00Z,${bar}`;
const ROWS = [0, 1, 2, 3, 4, 5].map((hour) => good(hour));
/** The good file with line `line` (from 1, the header) replaced. */
const withLine = (line: number, text: string): string[] => [HEADER, ...ROWS].with(line - 1, text);

interface Case {
  readonly what: string;
  readonly code: string;
  readonly lines: readonly string[];
  readonly where: Record<string, unknown>;
  readonly format?: string;
  readonly asset?: string;
  readonly end?: string;
}

const binanceRow = (time: string): string => `${time},1,2,1,2,3,${time},1,1,1,1,0`;

const CASES: readonly Case[] = [
  { what: "a missing column", code: "IMPORT_COLUMN_MISSING", lines: ["timestamp,open,high,low,volume", ...ROWS], where: { line: 1, field: "close" } },
  {
    what: "a missing column without a header",
    code: "IMPORT_COLUMN_MISSING",
    format: "kraken",
    lines: ["1761955200,1,2,1,2,3"],
    where: { line: 1, field: "trades" },
  },
  {
    what: "unsorted hours",
    code: "IMPORT_HOURS_UNSORTED",
    lines: [HEADER, good(0), good(2), good(1)],
    where: { line: 4, column: 1, field: "timestamp", value: "2025-11-01T01:00:00Z" },
  },
  { what: "newest first where the format is oldest first", code: "IMPORT_HOURS_UNSORTED", lines: [HEADER, ...ROWS.toReversed()], where: { line: 3 } },
  {
    what: "hours that turn round where the format is newest first",
    code: "IMPORT_HOURS_UNSORTED",
    format: "coinbase",
    lines: ["1761962400,1,2,1,2,3", "1761955200,1,2,1,2,3", "1761958800,1,2,1,2,3"],
    where: { line: 3 },
  },
  { what: "a duplicate hour", code: "IMPORT_HOUR_DUPLICATE", lines: withLine(5, good(1)), where: { line: 5, column: 1, value: "2025-11-01T01:00:00Z" } },
  { what: "NaN", code: "IMPORT_NOT_A_NUMBER", lines: withLine(4, good(2, "100,110,90,NaN,7")), where: { line: 4, column: 33, field: "close", value: "NaN" } },
  {
    what: "an empty cell",
    code: "IMPORT_NOT_A_NUMBER",
    lines: withLine(4, good(2, "100,110,90,,7")),
    where: { line: 4, column: 33, field: "close", value: "" },
  },
  {
    what: "a hexadecimal number",
    code: "IMPORT_NOT_A_NUMBER",
    lines: withLine(4, good(2, "0x64,110,90,105,7")),
    where: { line: 4, field: "open", value: "0x64" },
  },
  {
    what: "a negative price",
    code: "IMPORT_PRICE_NOT_POSITIVE",
    lines: withLine(3, good(1, "100,110,-90,105,7")),
    where: { line: 3, column: 30, field: "low", value: "-90" },
  },
  { what: "a price of zero", code: "IMPORT_PRICE_NOT_POSITIVE", lines: withLine(3, good(1, "100,110,0,105,7")), where: { line: 3, field: "low", value: "0" } },
  {
    what: "a negative volume",
    code: "IMPORT_VOLUME_NEGATIVE",
    lines: withLine(3, good(1, "100,110,90,105,-7")),
    where: { line: 3, field: "volume", value: "-7" },
  },
  {
    what: "a high below the close",
    code: "IMPORT_HIGH_BELOW_LOW",
    lines: withLine(3, good(1, "100,101,90,105,7")),
    where: { line: 3, field: "high", value: "101" },
  },
  { what: "a last line cut off between columns", code: "IMPORT_TRUNCATED", lines: withLine(7, "2025-11-01T05:00:00Z,100,110,9"), end: "", where: { line: 7 } },
  {
    what: "a last line cut off inside a number",
    code: "IMPORT_TRUNCATED",
    lines: withLine(7, good(5, "100,110,90,105,7.")),
    end: "",
    where: { line: 7, value: "7." },
  },
  { what: "a file that ends inside quotes", code: "IMPORT_TRUNCATED", lines: withLine(7, '"2025-11-01T05:00'), end: "", where: {} },
  { what: "a row with too many columns", code: "IMPORT_COLUMN_COUNT", lines: withLine(4, good(2, "100,110,90,105,7,8")), where: { line: 4 } },
  {
    what: "mixed units of time",
    code: "IMPORT_TIME_UNITS_MIXED",
    lines: [binanceRow("1735686000000"), binanceRow("1735689600000000")],
    where: { line: 2, column: 1, value: "1735689600000000" },
  },
  { what: "a time that is none", code: "IMPORT_TIME_INVALID", lines: withLine(4, "yesterday,100,110,90,105,7"), where: { line: 4, value: "yesterday" } },
  { what: "a day the calendar does not have", code: "IMPORT_TIME_INVALID", lines: withLine(4, "2025-02-30T00:00:00Z,100,110,90,105,7"), where: { line: 4 } },
  {
    what: "a time a spreadsheet has rounded",
    code: "IMPORT_TIME_INVALID",
    lines: withLine(4, "1.73569E+12,100,110,90,105,7"),
    where: { line: 4, value: "1.73569E+12" },
  },
  { what: "bars that do not start on the hour", code: "IMPORT_TIME_OFF_HOUR", lines: withLine(4, "2025-11-01T02:05:00Z,100,110,90,105,7"), where: { line: 4 } },
  { what: "daily bars", code: "IMPORT_NOT_HOURLY", lines: [HEADER, ...[1, 2, 3].map((day) => `2025-11-0${day}T00:00:00Z,100,110,90,105,7`)], where: {} },
  { what: "an empty file", code: "IMPORT_EMPTY", lines: [], end: "", where: { line: 1 } },
  { what: "a header alone", code: "IMPORT_EMPTY", lines: [HEADER], where: {} },
  { what: "an archive", code: "IMPORT_NOT_CSV", lines: ["PK\u0003\u0004"], where: {} },
  { what: "rows of no known format", code: "IMPORT_FORMAT_UNKNOWN", lines: ["1,2,3"], where: { line: 1, value: "1,2,3" } },
  {
    what: "a format that does not exist",
    code: "IMPORT_FORMAT_UNKNOWN",
    format: "bitstamp",
    lines: [HEADER, ...ROWS],
    where: { field: "--format", value: "bitstamp" },
  },
  {
    what: "a file of another asset",
    code: "IMPORT_ASSET_MISMATCH",
    lines: [
      "https://www.CryptoDataDownload.com",
      "unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT",
      "1761955200,2025-11-01 00:00:00,BTCUSDT,1,2,1,2,3,4",
    ],
    where: { field: "symbol", value: "BTCUSDT" },
  },
  {
    what: "an asset name with a path in it",
    code: "IMPORT_ASSET_INVALID",
    asset: "../ETH",
    lines: [HEADER, ...ROWS],
    where: { field: "--asset", value: "../ETH" },
  },
  {
    what: "prices given as DVOL",
    code: "IMPORT_UNIT_IMPLAUSIBLE",
    format: "dvol",
    lines: ["timestamp,open,high,low,close", "1761955200000,3800,3900,3700,3850"],
    where: { line: 2, value: "3850" },
  },
];

describe("ballast data import refuses", () => {
  it.each(CASES)("$what: $code", async ({ code, lines, where, format = "auto", asset = "ETH", end = "\n" }) => {
    const to = join(folder, "nothing-comes-of-it");
    const file = put(folder, "bad.csv", lines, end);
    const { code: exit, stdout, stderr } = await ballast("data", "import", file, "--format", format, "--asset", asset, "--to", to, "--json");
    const { error } = JSON.parse(stdout);
    expect([exit, error.code]).toEqual([2, code]);
    const inFile = "field" in where && String(where.field).startsWith("--");
    expect(error.where).toMatchObject(inFile ? where : { file, ...where });
    expect(error.fix).not.toBe("");
    expect(stderr).toContain(code);
    expect(existsSync(to)).toBe(false);
  });

  it("a file that is not there", async () => {
    const { code, stdout } = await ballast("data", "import", join(folder, "no.csv"), "--asset", "ETH", "--to", join(folder, "x"), "--json");
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, "IMPORT_FILE_MISSING"]);
  });

  it("figures that contradict the dataset, or are in another currency, and leaves it as it was", async () => {
    const to = join(folder, "kept");
    const import_ = (lines: readonly string[], ...more: string[]) =>
      ballast("data", "import", put(folder, "next.csv", lines), "--asset", "ETH", "--to", to, "--json", ...more);
    expect((await import_([HEADER, ...ROWS])).code).toBe(0);
    const manifest = readFileSync(join(to, "manifest.json"), "utf8");
    const conflict = await import_(withLine(4, good(2, "100,110,90,106,7")));
    expect(JSON.parse(conflict.stdout).error).toMatchObject({ code: "IMPORT_CONFLICT", where: { line: 4, value: "106" } });
    expect(JSON.parse((await import_([HEADER, good(6)], "--quote", "USD")).stdout).error.code).toBe("IMPORT_QUOTE_MIXED");
    expect(JSON.parse((await import_([HEADER, good(6)], "--crash", "2025-12-01-none", "--first", "2025-12-01")).stdout).error.code).toBe(
      "IMPORT_CRASH_INVALID",
    );
    expect(JSON.parse((await import_([HEADER, good(6)], "--base", to)).stdout).error.code).toBe("IMPORT_BASE_UNUSABLE");
    expect(readFileSync(join(to, "manifest.json"), "utf8")).toBe(manifest);
  });

  it("a folder that is somebody's and no dataset", async () => {
    const to = join(folder, "photos");
    mkdirSync(to);
    writeFileSync(join(to, "cat.jpg"), "meow");
    const { code, stdout } = await ballast("data", "import", put(folder, "ok.csv", [HEADER, ...ROWS]), "--asset", "ETH", "--to", to, "--json");
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, "DATASET_FOLDER_FOREIGN"]);
    expect(readFileSync(join(to, "cat.jpg"), "utf8")).toBe("meow");
  });

  it("a command without its options, with exit 2", async () => {
    expect((await ballast("data", "import", "x.csv")).code).toBe(2);
    expect((await ballast("data", "list", "--data", join(folder, "nowhere"))).code).toBe(2);
  });
});
