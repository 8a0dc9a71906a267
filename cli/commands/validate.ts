import { Command, InvalidArgumentError } from "commander";

interface ValidateOptions {
  readonly parameters: string;
  readonly data?: string;
  readonly from?: number;
  readonly to?: number;
  readonly portfolio?: string[];
  readonly daily?: boolean;
  readonly workers?: number;
  readonly json?: boolean;
  readonly html?: string;
  readonly out?: string;
}

/** `ballast validate`: was margin enough, day after day? Exit codes: 0, 2 for bad input, 4 when a test finds too little margin. */
export function validateCommand(): Command {
  return new Command("validate")
    .description("margin 24 reference portfolios on every day of history and test what followed; exit 4 when a test finds too little margin")
    .option("--parameters <file>", "parameter file", "proposals/parameters.yaml")
    .option("--data <dir>", "another dataset folder")
    .option("--from <day>", "windows begin on this day or later, YYYY-MM-DD UTC", dayOfText)
    .option("--to <day>", "windows end by the end of this day", dayOfText)
    .option("--portfolio <name...>", "only these reference portfolios")
    .option("--daily", "only windows that begin at midnight: a look in a tenth of the time, without intervals over the other hours")
    .option("--workers <n>", "threads; the result does not depend on it", wholeNumber)
    .option("--json", "print one JSON document")
    .option("--html <file>", "write the report as one page")
    .option("--out <dir>", "write validation.json and validation.html there")
    .addHelpText(
      "after",
      "\nExample, on prices the parameters have never seen:\n  ballast validate --data my-data --from 2025-11-01 --to 2026-06-30 --out result",
    )
    .action(run);
}

async function run(options: ValidateOptions): Promise<void> {
  const [{ interruptible }, { loadParameters }, { validate }, { note, printResult }, { startProgress }, { validationText }] = await Promise.all([
    import("../backtest/interrupted.ts"),
    import("../proposal/parameters.ts"),
    import("../validate/run.ts"),
    import("../output/print.ts"),
    import("../output/progress.ts"),
    import("../validate/text.ts"),
  ]);
  const { data, from, to, portfolio, daily, workers } = options;
  const parameters = await loadParameters(options.parameters);
  const progress = await startProgress("reading the dataset");
  const result = await interruptible((signal) =>
    validate({
      parameters,
      datasetDir: data,
      firstDay: from,
      lastDay: to,
      portfolios: portfolio,
      daily,
      workers,
      signal,
      onProgress: (text) => progress.say(text),
    }),
  ).finally(() => progress.done());
  if (result === undefined) return;
  const { validation } = result;
  printResult(validation, options.json, () => validationText(validation));
  const pages = [options.html, options.out === undefined ? undefined : `${options.out}/validation.html`].filter((file) => file !== undefined);
  if (pages.length > 0) {
    const [{ writeFile }, { validationHtml }] = await Promise.all([import("../output/write.ts"), import("../validate/html.ts")]);
    const page = validationHtml(result, commandOf(options));
    for (const file of pages) await writeFile(file, page);
    if (options.out !== undefined) await writeFile(`${options.out}/validation.json`, `${JSON.stringify(validation, null, 2)}\n`);
    note(`wrote ${[...pages, ...(options.out === undefined ? [] : [`${options.out}/validation.json`])].join(", ")}`);
  }
  if (validation.verdict === "rejected") process.exitCode = 4;
}

/** The command that gives the same again. */
function commandOf({ parameters, data, from, to, portfolio, daily }: ValidateOptions): string {
  const dayText = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
  return [
    "ballast validate",
    ...(parameters === "proposals/parameters.yaml" ? [] : [`--parameters ${parameters}`]),
    ...(data === undefined ? [] : [`--data ${data}`]),
    ...(from === undefined ? [] : [`--from ${dayText(from)}`]),
    ...(to === undefined ? [] : [`--to ${dayText(to)}`]),
    ...(portfolio === undefined ? [] : [`--portfolio ${portfolio.join(" ")}`]),
    ...(daily ? ["--daily"] : []),
  ].join(" ");
}

function dayOfText(text: string): number {
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse takes 31 February for a day in March
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(time || 0).toISOString().startsWith(text)) return time / 86_400_000;
  throw new InvalidArgumentError("Give a day as YYYY-MM-DD.");
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^[0-9]{1,3}$/.test(text) && value >= 1 && value <= 256) return value;
  throw new InvalidArgumentError("Give a whole number from 1 to 256.");
}
