import { Command, Option } from "commander";

interface DataOptions {
  readonly data?: string;
  readonly json?: boolean;
}

interface ImportOptions {
  readonly format: string;
  readonly asset?: string;
  readonly chain?: string;
  readonly prices?: "usd" | "coin";
  readonly to: string;
  readonly base?: string;
  readonly venue?: string;
  readonly quote?: string;
  readonly crash?: string;
  readonly title?: string;
  readonly first?: string;
  readonly last?: string;
  readonly json?: boolean;
}

/** `ballast data list | check | import`. Exit codes: 0, 2 for bad input, 3 when a check finds errors. */
export function dataCommand(): Command {
  const data = new Command("data").description("list, check and import the market data the replays run on");
  data
    .command("list")
    .description("what the dataset holds: series, crashes, gaps, hash")
    .option("--data <dir>", "another dataset folder")
    .option("--json", "print one JSON document")
    .action(list);
  data
    .command("check")
    .description("check order, gaps, duplicates, prices, units, outliers, windows and known anchors; changes nothing")
    .option("--data <dir>", "another dataset folder")
    .option("--json", "print one JSON document")
    .action(check);
  data
    .command("import")
    .description("bring a CSV of hourly bars, of DVOL, or of an option chain into a dataset folder; nothing is repaired")
    .argument("[file.csv]", "bars or DVOL")
    .option("--chain <file.csv>", "an option chain instead: fitted, and used in place of the model's smile for a day")
    .option("--asset <name>", "whose figures they are: ETH; a chain says it itself")
    .addOption(new Option("--prices <unit>", "what a chain's prices are in, if it has no volatilities").choices(["usd", "coin"]))
    .requiredOption("--to <dir>", "dataset folder to make or add to")
    .option("--format <format>", "auto, binance, kraken, coinbase, cryptodatadownload, dvol or generic", "auto")
    .option("--base <dir>", "dataset a new folder starts from (the shipped one: data)")
    .option("--venue <name>", "where the figures are from, if not what the format says")
    .option("--quote <currency>", "what prices are quoted in, if not what the format says")
    .option("--crash <id>", "also keep a crash window, five days around the event")
    .option("--title <text>", "the crash's title")
    .option("--first <day>", "first day of the crash, YYYY-MM-DD UTC")
    .option("--last <day>", "last day of the crash (the first, if left out)")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      "\nExample:\n  ballast data import ETHUSDT-1h-2026-02.csv --asset ETH --to my-data --base data \\\n    --crash 2026-02-05-example --first 2026-02-05\n  ballast data import --chain deribit-2025-10-10.csv --to my-data --base data",
    )
    .action(importFile);
  return data;
}

async function list({ data, json }: DataOptions): Promise<void> {
  const { listDataset, renderListing } = await import("../dataset/list.ts");
  const listing = await listDataset(data ?? (await defaultDataset()));
  if (json) return printJson(listing);
  process.stdout.write(renderListing(listing, (await colours()).bold));
}

async function check({ data, json }: DataOptions): Promise<void> {
  const { checkDataset } = await import("../dataset/check.ts");
  const report = await checkDataset(data ?? (await defaultDataset()));
  const errors = report.findings.filter((finding) => finding.severity === "error").length;
  if (errors > 0) process.exitCode = 3;
  if (json) return printJson({ ...report, pass: errors === 0 });
  const { red, yellow, green, dim } = await colours();
  for (const { code, severity, message, where, fix } of report.findings) {
    const place = [where.file, where.line, where.column].filter((part) => part !== undefined).join(":");
    const mark = severity === "error" ? red("error") : yellow("warn ");
    process.stdout.write(`${mark} ${code}: ${message}\n${dim(`      at  ${place}\n      fix ${fix}`)}\n`);
  }
  const looked = `${report.files} files, ${report.values} figures, ${report.gaps} gaps, ${report.crashes} crashes, ${report.anchors} anchors`;
  const verdict = errors > 0 ? red(`${errors} error(s)`) : green("no errors");
  process.stdout.write(`${verdict}, ${report.findings.length - errors} warning(s) · ${looked}\n`);
  if (report.hash) process.stdout.write(`hash ${report.hash}\n`);
}

async function importFile(file: string | undefined, options: ImportOptions, command: Command): Promise<void> {
  const { prices, chain, crash: id, title, first, last, json, asset, ...rest } = options;
  if (chain !== undefined) {
    if (file !== undefined) command.error(`error: ${file} and --chain ${chain} are two imports: name one`);
    return importChainFile(chain, options);
  }
  if (prices !== undefined) command.error("error: --prices is for a --chain");
  if (file === undefined) command.error("error: missing required argument 'file.csv' (or --chain <file.csv>)");
  if (asset === undefined) command.error("error: required option '--asset <name>' not specified");
  const { importCsv } = await import("../dataset/import/index.ts");
  const summary = await importCsv({ file, asset, ...rest, crash: id === undefined ? undefined : { id, title, first, last } });
  if (json) return printJson(summary);
  const { bold, yellow } = await colours();
  const what = `${summary.bars} ${summary.asset} rows, ${summary.first} to ${summary.last}, ${summary.missing} hours missing`;
  process.stdout.write(`${bold(summary.to)}: ${what}\n`);
  process.stdout.write(`read as ${summary.format}, in ${summary.unit}${summary.crash ? `; crash ${summary.crash}` : ""}\n`);
  for (const note of summary.notes) process.stdout.write(`note  ${note}\n`);
  for (const outlier of summary.outliers) process.stdout.write(`${yellow("warn")}  ${outlier}\n`);
  process.stdout.write(`hash ${summary.hash}\n`);
}

async function importChainFile(chain: string, { json, asset, to, base, venue, prices }: ImportOptions): Promise<void> {
  const [{ importChain }, { formatTable }] = await Promise.all([import("../dataset/import/chain.ts"), import("../output/table.ts")]);
  const summary = await importChain({ chain, asset, to, base, venue, prices });
  if (json) return printJson(summary);
  const { bold } = await colours();
  const points = (volatility: number): string => (100 * volatility).toFixed(2);
  const number = (title: string) => ({ title, align: "right" as const });
  for (const { asset: of, hour, expiries } of summary.chains) {
    process.stdout.write(`${bold(summary.to)}: ${of} at ${hour}, in force for 24 hours\n`);
    const rows = expiries.map((one) => [one.expiry, String(one.count), points(one.rootMeanSquare), points(one.worst), String(one.worstStrike)]);
    process.stdout.write(`${formatTable([{ title: "expiry" }, number("strikes"), number("error"), number("worst"), number("at strike")], rows)}\n`);
  }
  process.stdout.write("error is the root mean square of fitted less quoted volatility, in vol points\n");
  for (const note of summary.notes) process.stdout.write(`note  ${note}\n`);
  process.stdout.write(`hash ${summary.hash}\n`);
}

async function defaultDataset(): Promise<string> {
  const { relative } = await import("node:path");
  const { DEFAULT_DATASET } = await import("../dataset/load.ts");
  // Shown in messages: the shorter of the two ways to name it.
  const near = relative(process.cwd(), DEFAULT_DATASET);
  return near !== "" && near.length < DEFAULT_DATASET.length ? near : DEFAULT_DATASET;
}

/** Colour only where a person looks on, and not if they asked for none. */
async function colours(): Promise<ReturnType<typeof import("picocolors").createColors>> {
  const { default: picocolors } = await import("picocolors");
  return picocolors.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb");
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
