import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ChainRequest, importChain } from "../../cli/dataset/import/chain.ts";
import { importCsv } from "../../cli/dataset/import/index.ts";
import { loadDataset } from "../../cli/dataset/load.ts";
import { createMarket, impliedVolatility, lastKnownClose, surfaceViolations, volatilityMove } from "../../sim/market/index.ts";
import { createRandom } from "../../sim/math/random.ts";
import { black76 } from "../../sim/pricing/black76.ts";
import { temporary } from "../temporary.ts";
import { CHAIN_TIME, chainLines, EXPIRIES, HEADER, jumpOptions, type Option } from "./chain.ts";
import { ballast, hourAt, put, ROOT } from "./support.ts";

const folder = await temporary("data");
const FORWARD = 3830;
const OPTIONS = jumpOptions(FORWARD);
const KNOWN = hourAt("2025-10-10T22:00Z");
/** A dataset of forty days of ETH, to add chains to. */
let base: string;

beforeAll(async () => {
  const random = createRandom("bars");
  let price = FORWARD;
  const bars = Array.from({ length: 960 }, (_, i) => {
    const before = price;
    price *= Math.exp(0.006 * random.normal() + 0.05 * Math.log(FORWARD / price));
    const hour = new Date((KNOWN - 960 + 24 + i) * 3_600_000).toISOString();
    return [hour, before, Math.max(before, price) * 1.001, Math.min(before, price) * 0.999, price, 1000].join(",");
  });
  base = join(folder, "base");
  await importCsv({ file: put(folder, "bars.csv", ["timestamp,open,high,low,close,volume", ...bars]), format: "generic", asset: "ETH", to: base });
});

let imports = 0;
async function chain(lines: readonly string[], request: Partial<ChainRequest> = {}) {
  imports++;
  const to = join(folder, `to-${imports}`);
  const file = put(folder, `chain-${imports}.csv`, lines);
  return { to, file, summary: await importChain({ chain: file, to, base, ...request }) };
}

/** The lines of a chain with one row changed. */
function changed(find: (option: Option) => boolean, columns: Readonly<Record<string, string>>): string[] {
  const lines = chainLines(OPTIONS, FORWARD, 0);
  const at = 1 + OPTIONS.findIndex(find);
  const cells = lines[at].split(",");
  for (const [name, value] of Object.entries(columns)) cells[HEADER.split(",").indexOf(name)] = value;
  return lines.with(at, cells.join(","));
}

const isPut =
  (strike: number, expiry = EXPIRIES[2]) =>
  (option: Option) =>
    option.expiry === expiry && option.strike === strike && option.right === "put";

describe("ballast data import --chain", () => {
  it("adds a chain to the shipped dataset, says its error by expiry, and margin uses it", async () => {
    const to = join(folder, "shipped");
    const file = put(folder, "shipped.csv", chainLines(OPTIONS, FORWARD, 0.002));
    const done = await ballast("data", "import", "--chain", file, "--to", to, "--base", join(ROOT, "data"));
    expect([done.code, done.stderr]).toEqual([0, ""]);
    expect(done.stdout).toMatch(/ETH at 2025-10-10T22:00Z, in force for 24 hours/);
    // Three hundred noisy quotes of 0.2 points: what is left is the noise, and at a week what a jump model has that SSVI has not.
    const errors = [...done.stdout.matchAll(/^(2025|2026)\S+ +\d+ +([\d.]+)/gm)].map((match) => Number(match[2]));
    expect(errors).toHaveLength(4);
    for (const error of errors) expect(error).toBeLessThan(0.7);
    const [checked, listed] = await Promise.all([ballast("data", "check", "--data", to), ballast("data", "list", "--data", to)]);
    expect([checked.code, /smile +ETH/.test(listed.stdout)]).toEqual([0, true]);

    const account = (asOf: string) => {
      const position = { kind: "option", underlying: "ETH", right: "put", strike: 3000, expiry: "2025-12-26T08:00Z", quantity: -10 };
      const path = join(folder, `${asOf.slice(0, 13)}.json`);
      writeFileSync(path, JSON.stringify({ model: "ballast", parameters: {}, market: { asOf }, portfolio: { cash: 0, positions: [position] } }));
      return path;
    };
    const valueAt = async (asOf: string, data: string) =>
      JSON.parse((await ballast("margin", account(asOf), "--data", data, "--json")).stdout).components.options;
    // The hour of the chain: ten puts at the volatility the chain was made with, on the close then.
    const quoted = OPTIONS.find(isPut(3000)) as Option;
    const close = lastKnownClose((await loadDataset(to)).history, "ETH", KNOWN);
    const years = (hourAt("2025-12-26T08:00Z") - KNOWN) / 8760;
    const expected = -10 * black76("put", close, 3000, years, quoted.volatility, 1);
    const [withChain, without] = await Promise.all([valueAt("2025-10-10T22:00Z", to), valueAt("2025-10-10T22:00Z", join(ROOT, "data"))]);
    expect(Math.abs(withChain / expected - 1)).toBeLessThan(0.04);
    expect(Math.abs(without / expected - 1)).toBeGreaterThan(0.1);
  });

  it("gives the market the surface of the chain, carried for a day by what the spot does", async () => {
    const { to } = await chain(chainLines(OPTIONS, FORWARD, 0));
    const dataset = await loadDataset(to);
    const market = createMarket(dataset);
    const at = (hour: number) => market.snapshotAt(hour).underlyings[0];
    expect([at(KNOWN - 1).atmSource, at(KNOWN).atmSource, at(KNOWN + 23).atmSource, at(KNOWN + 24).atmSource]).toEqual(["model", "chain", "chain", "model"]);
    const [now] = dataset.chains?.ETH ?? [];
    expect([now.hour, surfaceViolations(now.surface)]).toEqual([KNOWN, []]);
    for (const { strike, years, volatility } of OPTIONS.filter(({ strike: k }) => Math.abs(Math.log(k / FORWARD)) < 0.2))
      expect(Math.abs(impliedVolatility(at(KNOWN).surface, Math.log(strike / FORWARD), years) - volatility)).toBeLessThan(0.012);
    const move = Math.log(lastKnownClose(dataset.history, "ETH", KNOWN + 10) / lastKnownClose(dataset.history, "ETH", KNOWN));
    expect(at(KNOWN + 10).atmVolatility / at(KNOWN).atmVolatility).toBeCloseTo(1 + volatilityMove(move, 10), 12);
    // What comes later changes nothing before it.
    expect(at(KNOWN - 1)).toEqual(createMarket(await loadDataset(base)).snapshotAt(KNOWN - 1).underlyings[0]);
  });

  it("reads Deribit's own columns, and Tardis's, to the same surface as plain ones", async () => {
    const plain = chainLines(OPTIONS, FORWARD, 0);
    const body = plain.slice(1).map((line) => line.split(","));
    const milliseconds = Date.parse(CHAIN_TIME);
    const name = (expiry: string, strike: string, right: string) => {
      const date = new Date(expiry);
      return `ETH-${date.getUTCDate()}${date.toLocaleString("en", { month: "short", timeZone: "UTC" }).toUpperCase()}${String(date.getUTCFullYear()).slice(2)}-${strike}-${right === "call" ? "C" : "P"}`;
    };
    const deribit = body.map(([, , expiry, strike, right, forward, bid, ask]) => [milliseconds, name(expiry, strike, right), bid, ask, "", forward].join(","));
    const tardis = body.map(([, , expiry, strike, right, forward, bid, ask]) =>
      ["deribit", name(expiry, strike, right), milliseconds * 1e3, right, strike, Date.parse(expiry) * 1e3, bid, ask, "", "SYN.ETH", forward].join(","),
    );
    const surfaceOf = async (lines: string[]) => (await loadDataset((await chain(lines)).to)).chains?.ETH;
    const expected = await surfaceOf(plain);
    expect(await surfaceOf(["creation_timestamp,instrument_name,bid_iv,ask_iv,mark_iv,underlying_price", ...deribit])).toEqual(expected);
    expect(
      await surfaceOf(["exchange,symbol,timestamp,type,strike_price,expiration,bid_iv,ask_iv,mark_iv,underlying_index,underlying_price", ...tardis]),
    ).toEqual(expected);
  });

  it("takes a date as 08:00 UTC and the spot for a missing forward, and says so; a whole hour in microseconds is that hour", async () => {
    const plain = chainLines(OPTIONS, FORWARD, 0);
    const dated = plain.map((line) => line.replace("T08:00Z", "").replace("forward", "index_price"));
    const { to, summary } = await chain(dated);
    expect(summary.notes).toEqual([
      "No forward is in the file; the spot was taken for it (rates are zero in this model).",
      "Expiries without a clock were taken as 08:00 UTC.",
    ]);
    expect((await loadDataset(to)).chains?.ETH).toEqual((await loadDataset((await chain(plain)).to)).chains?.ETH);
    const hours = Array.from({ length: 12 }, (_, i) => KNOWN - 20 + i);
    const whole = await Promise.all(hours.map((hour) => chain(plain.map((line) => line.replace(CHAIN_TIME, String(hour * 3_600_000_000))))));
    expect(whole.map(({ summary: { chains } }) => hourAt(chains[0].hour))).toEqual(hours);
  });

  it("inverts prices, in USD or in coins, and takes marks, in points or decimals", async () => {
    const rows = OPTIONS.filter(({ volatility, strike, years, right }) => black76(right, FORWARD, strike, years, volatility, 1) > 0.5);
    const csv = (column: string, value: (option: Option) => number) => [
      HEADER.replace("bid_iv,ask_iv", column),
      ...rows.map((option) => [CHAIN_TIME, "ETH", option.expiry, option.strike, option.right, FORWARD, value(option)].join(",")),
    ];
    const usd = ({ right, strike, years, volatility }: Option) => black76(right, FORWARD, strike, years, volatility, 1);
    const [points, decimals, dollars, coins] = await Promise.all([
      chain(csv("mark_iv", ({ volatility }) => 100 * volatility)),
      chain(csv("iv", ({ volatility }) => volatility)),
      chain(csv("price", usd), { prices: "usd" }),
      chain(
        csv("mark_price", (option) => usd(option) / FORWARD),
        { prices: "coin" },
      ),
    ]);
    for (const other of [decimals, dollars, coins]) {
      expect(other.summary.chains[0].expiries.map(({ count }) => count)).toEqual(points.summary.chains[0].expiries.map(({ count }) => count));
      for (const [i, { rootMeanSquare }] of other.summary.chains[0].expiries.entries())
        expect(rootMeanSquare).toBeCloseTo(points.summary.chains[0].expiries[i].rootMeanSquare, 6);
    }
  });

  it("says what it left out: strikes without both sides, expiries with too few, or within the hour, other underlyings", async () => {
    const few = OPTIONS.filter(({ expiry, strike }) => expiry !== EXPIRIES[0] || (strike >= 3700 && strike <= 4000));
    const lines = [
      ...chainLines(few, FORWARD, 0).map((line) => (line.includes(`${EXPIRIES[1]},3000,`) ? line.replace(/,[\d.]+,([\d.]+)$/, ",0,$1") : line)),
      ...chainLines(OPTIONS.slice(0, 3), 113_000, 0, "BTC").slice(1),
    ];
    const { summary } = await chain(lines, { asset: "ETH" });
    expect(summary.chains[0].expiries.map(({ expiry }) => expiry)).toEqual(EXPIRIES.slice(1));
    expect(summary.notes).toEqual([
      "3 row(s) of other underlyings were left out.",
      `ETH ${EXPIRIES[0]} was left out: it has 4 strike(s), 5 are needed.`,
      `ETH ${EXPIRIES[1]}: 1 strike(s) with neither both sides nor a mark were left out.`,
    ]);
  });

  it("keeps chains of several hours, refuses a second one of an hour, and takes the same one twice", async () => {
    const first = await chain(chainLines(OPTIONS, FORWARD, 0));
    const later = put(
      folder,
      "later.csv",
      chainLines(OPTIONS, FORWARD, 0).map((line) => line.replace("T21:35:00Z", "T23:10:00Z")),
    );
    await importChain({ chain: later, to: first.to });
    await importChain({ chain: first.file, to: first.to });
    expect((await loadDataset(first.to)).chains?.ETH.map(({ hour }) => hour)).toEqual([KNOWN, KNOWN + 2]);
    const other = put(folder, "other.csv", chainLines(OPTIONS, FORWARD, 0.004));
    await expect(importChain({ chain: other, to: first.to })).rejects.toMatchObject({ code: "IMPORT_CONFLICT" });
    expect((await ballast("data", "check", "--data", first.to)).code).toBe(0);
  });

  it("says a small arbitrage of noisy quotes, and fits a surface without it", async () => {
    const { to, summary } = await chain(chainLines(OPTIONS, FORWARD, 0.005));
    expect(summary.notes.join()).toMatch(/a butterfly at \d+ costs less than nothing, by 0\.\d+ vol points \(line \d+.*the fitted surface has none/);
    expect(surfaceViolations((await loadDataset(to)).chains?.ETH[0].surface ?? { slices: [] })).toEqual([]);
  });

  it.each([
    ["a crossed market", "IMPORT_QUOTE_CROSSED", changed(isPut(3500), { bid_iv: "80", ask_iv: "70" }), { line: 2 + OPTIONS.findIndex(isPut(3500)) }],
    ["a butterfly arbitrage", "IMPORT_BUTTERFLY_ARBITRAGE", changed(isPut(3500), { bid_iv: "90", ask_iv: "91" }), { value: "3500" }],
    ["a strike of 0", "IMPORT_STRIKE_INVALID", changed(isPut(3500), { strike: "0" }), { field: "strike", value: "0" }],
    ["a negative strike", "IMPORT_STRIKE_INVALID", changed(isPut(3500), { strike: "-5" }), { field: "strike" }],
    ["an expired option", "IMPORT_OPTION_EXPIRED", changed(isPut(3500), { expiry: "2025-10-10T08:00Z" }), { field: "expiry" }],
    ["a quote twice", "IMPORT_QUOTE_DUPLICATE", changed(isPut(3500), { strike: "3600" }), { value: "3600" }],
    ["a right that is none", "IMPORT_RIGHT_INVALID", changed(isPut(3500), { right: "straddle" }), { value: "straddle" }],
    ["an expiry that is none", "IMPORT_TIME_INVALID", changed(isPut(3500), { expiry: "soon" }), { value: "soon" }],
    ["a forward of nothing", "IMPORT_PRICE_NOT_POSITIVE", changed(isPut(3500), { forward: "" }), { field: "forward" }],
    ["a volatility in words", "IMPORT_NOT_A_NUMBER", changed(isPut(3500), { bid_iv: "high" }), { field: "bid_iv", value: "high" }],
    ["a volatility in decimals among points", "IMPORT_UNIT_IMPLAUSIBLE", changed(isPut(3500), { bid_iv: "0.7", ask_iv: "0.71" }), {}],
    ["an underlying without data", "IMPORT_UNDERLYING_UNKNOWN", chainLines(OPTIONS, FORWARD, 0, "DOGE"), { line: 2, value: "DOGE" }],
    [
      "a time without data",
      "IMPORT_UNDERLYING_UNKNOWN",
      chainLines(OPTIONS, FORWARD, 0).map((line) => line.replace("2025-10-10T21", "2025-10-14T21")),
      { line: 2 },
    ],
    ["another asset's prices", "IMPORT_CHAIN_MISPLACED", chainLines(OPTIONS, 113_000, 0), { line: 2, field: "forward" }],
    ["too few strikes", "IMPORT_CHAIN_TOO_FEW", chainLines(OPTIONS.slice(0, 6), FORWARD, 0), {}],
    [
      "no strikes column",
      "IMPORT_COLUMN_MISSING",
      chainLines(OPTIONS, FORWARD, 0).map((line) => line.replace("strike", "level")),
      { line: 1, field: "strike" },
    ],
    [
      "no volatility and no price",
      "IMPORT_COLUMN_MISSING",
      chainLines(OPTIONS, FORWARD, 0).map((line) => line.replace("bid_iv", "delta")),
      { field: "mark_iv" },
    ],
    ["prices in no unit", "IMPORT_PRICE_UNIT_MISSING", chainLines(OPTIONS, FORWARD, 0).map((line) => line.replace("bid_iv,ask_iv", "bid,ask")), { line: 2 }],
    ["a header and nothing else", "IMPORT_EMPTY", [HEADER], { line: 1 }],
    ["no header", "IMPORT_COLUMN_MISSING", chainLines(OPTIONS, FORWARD, 0).slice(1), { line: 1 }],
    ["a row cut off", "IMPORT_COLUMN_COUNT", [...chainLines(OPTIONS, FORWARD, 0), `${CHAIN_TIME},ETH`], {}],
    ["options of another underlying only", "IMPORT_ASSET_MISMATCH", chainLines(OPTIONS, FORWARD, 0), {}, { asset: "BTC" }],
  ] as [string, string, string[], object, Partial<ChainRequest>?][])("refuses %s", async (_, code, lines, where, request) => {
    const file = put(folder, "bad.csv", lines);
    const refusal = await importChain({ chain: file, to: join(folder, "never"), base, ...request }).catch((error) => error);
    expect(refusal).toMatchObject({ code, exit: 2, where: { file, ...where } });
    expect(refusal.fix).not.toBe("");
    // It names the row that is wrong.
    if ("line" in refusal.where && code !== "IMPORT_EMPTY") expect(lines[refusal.where.line - 1]).toBeDefined();
  });

  it("refuses a calendar arbitrage: the nearer expiry dearer, in all, than the later one", async () => {
    // Half the volatility at three times the time: three quarters of the variance.
    const lines = chainLines(
      OPTIONS.map((option) => (option.expiry === EXPIRIES[2] ? { ...option, volatility: option.volatility * 0.5 } : option)),
      FORWARD,
      0,
    );
    await expect(chain(lines)).rejects.toMatchObject({ code: "IMPORT_CALENDAR_ARBITRAGE", message: expect.stringContaining(EXPIRIES[1]) });
  });

  it("refuses a price no volatility gives, and quotes no surface comes near", async () => {
    const priced = (price: string) => [
      HEADER.replace("bid_iv,ask_iv", "price"),
      ...OPTIONS.map(({ expiry, strike, right, years, volatility }) =>
        [
          CHAIN_TIME,
          "ETH",
          expiry,
          strike,
          right,
          FORWARD,
          strike === 3000 && right === "call" ? price : black76(right, FORWARD, strike, years, volatility, 1),
        ].join(","),
      ),
    ];
    // 3830 − 3000 is the intrinsic value.
    await expect(chain(priced("829"), { prices: "usd" })).rejects.toMatchObject({ code: "IMPORT_PRICE_OUTSIDE_BOUNDS", where: { value: "829" } });
    await expect(chain(priced("3831"), { prices: "usd" })).rejects.toMatchObject({ code: "IMPORT_PRICE_OUTSIDE_BOUNDS" });
    const bowl = OPTIONS.map((option) => ({ ...option, volatility: 0.6 + 3 * Math.log(option.strike / FORWARD) ** 2 + (option.years < 0.03 ? 1.2 : 0) }));
    await expect(chain(chainLines(bowl, FORWARD, 0))).rejects.toMatchObject({ code: expect.stringMatching(/ARBITRAGE|UNFIT/) });
  });

  it("is refused as usage when a file and a chain are named, or neither", async () => {
    const runs = await Promise.all([
      ballast("data", "import", "a.csv", "--chain", "b.csv", "--to", "c"),
      ballast("data", "import", "--to", "c"),
      ballast("data", "import", "a.csv", "--to", "c"),
      ballast("data", "import", "a.csv", "--asset", "ETH", "--prices", "usd", "--to", "c"),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  });

  it("finds a surface that was tampered with, loading and checking", async () => {
    const { to } = await chain(chainLines(OPTIONS, FORWARD, 0));
    const path = join(to, "smiles/ETH.csv");
    const cells = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    const at = cells[0].indexOf("2.theta");
    cells[1][at] = "0.0001".padEnd(cells[1][at].length, "0");
    writeFileSync(path, `${cells.map((row) => row.join(",")).join("\n")}\n`);
    await expect(loadDataset(to)).rejects.toMatchObject({ code: "DATASET_FILE_ALTERED" });
    const { code, stdout } = await ballast("data", "check", "--data", to, "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout).findings.map((finding: { code: string }) => finding.code)).toEqual(["DATASET_FILE_ALTERED", "DATASET_SMILE_INVALID"]);
  });
});
